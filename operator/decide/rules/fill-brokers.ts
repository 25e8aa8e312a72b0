/** Brokers that joined get their share: one operation for all that serve, once no other one is just being started. */
import { nextOperation } from '../broker-operation';
import type { Rule } from '../context';
import { fillingOf, isJoining } from '../joining-broker';
import { serves } from '../node-view';
import { reason } from '../reason';
import { backUntil } from '../trial';
import { apply } from './apply-drift';
import { COMMON } from './remove-brokers';

export const fillBrokers: Rule = (context) => {
  const { cluster, views, world, now } = context;
  if (cluster.cruiseControl === undefined) return [];
  const empty = views.filter((view) => isJoining(view) && fillingOf(view, world) === undefined);
  const ready = empty.filter((view) => serves(view) && view.registered?.fenced === false);
  if (ready.length === 0 || empty.some((view) => backUntil(view, now) !== undefined)) return [];
  const why = reason('BrokerToFill', `broker${ready.length === 1 ? '' : 's'} ${ready.map((v) => String(v.node.id)).join(', ')} joined`);
  return [{ ...apply(nextOperation(context, 'add_broker', ready, PARAMETERS), undefined), reasons: [why] }];
};

/**
 * Replicas move to the added brokers alone, so nothing lands on one that is leaving; and a broker that has been here before is among
 * those that were removed recently.
 */
const PARAMETERS = { ...COMMON, exclude_recently_removed_brokers: 'false' } as const;
