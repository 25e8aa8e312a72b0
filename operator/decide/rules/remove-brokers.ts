/**
 * Brokers that left the spec: one operation moves the replicas off all of them, what Kafka says when it is over is written down, and
 * then each goes step by step (leaving-broker.ts). Where somebody has to approve, what disrupts is wished for from the beginning; the
 * gate lets it go in its turn. A drained broker hurts nobody, so several may be stopped together.
 */
import { brokersIn, nextOperation, whyWithdrawn } from '../broker-operation';
import { targetOf, type Context, type Rule } from '../context';
import { isBegun, leavingOf, tellsFenced, type Leaving } from '../leaving-broker';
import { leftovers } from '../leaving-controller';
import type { NodeView } from '../node-view';
import { inFlight, operationsIn, type OperationView } from '../operation-view';
import type { Proposal } from '../plan';
import { DOWNSCALED, isLeavingBroker, wasDrained } from '../put-down';
import { reason, type Reason } from '../reason';
import { holdsSomething, removal } from '../removal';
import { whyTooFew } from '../spare-broker';
import type { LiveObject } from '../world';
import { apply } from './apply-drift';

export const removeBrokers: Rule = (context) => {
  const leaving = context.views.filter(isLeavingBroker).map((view) => ({ view, leaving: leavingOf(view, context) }));
  const next = leaving.filter((l) => l.leaving.stage === 'draining' && l.leaving.next).map(({ view }) => view);
  return [
    ...(next.length === 0 ? [] : [drain(next, context)]),
    ...leaving.flatMap(({ view, leaving: l }) => (l.stage === 'drained' && !wasDrained(view) ? [recordDrained(view)] : [])),
    ...leaving.flatMap(({ view, leaving: l }) => steps(view, l, context)),
  ];
};

function drain(views: readonly NodeView[], context: Context): Proposal {
  const manifest = nextOperation(context, 'remove_broker', views, {
    ...COMMON,
    exclude_recently_removed_brokers: excludesRemoved(context),
  });
  const why = reason('BrokerToDrain', `${names(views)} left the spec`);
  return { ...apply(manifest, undefined), reasons: [why] };
}

const names = (views: readonly NodeView[]): string =>
  `broker${views.length === 1 ? '' : 's'} ${views.map((v) => String(v.node.id)).join(', ')}`;

/** As Koperator asks (contract 4). */
export const COMMON = {
  allow_capacity_estimation: 'true',
  data_from: 'VALID_WINDOWS',
  exclude_recently_demoted_brokers: 'true',
  use_ready_default_goals: 'true',
} as const;

/** Cruise Control remembers for hours whom it emptied: one that has come back would be no place for replicas, and might be needed. */
function excludesRemoved({ views, world }: Context): 'true' | 'false' {
  const removed = operationsIn(world).flatMap((o) => (o.operation === 'remove_broker' ? brokersIn(o) : []));
  return views.some(({ node }) => !node.departing && removed.includes(node.id)) ? 'false' : 'true';
}

function recordDrained({ node: { id }, status }: NodeView): Proposal {
  const gracefulActionState = { ...status.gracefulActionState, cruiseControlState: DOWNSCALED };
  return {
    kind: 'record',
    risk: 'safe',
    status: { brokersState: { [String(id)]: { gracefulActionState } } },
    reasons: [reason('Drained', `Kafka says that broker ${String(id)} holds nothing`)],
  };
}

function steps(view: NodeView, { stage }: Leaving, context: Context): readonly Proposal[] {
  if (!isBegun(view, context)) return [];
  const { id } = view.node;
  const ahead = context.cluster.changePolicy.approval === 'Required';
  const due = (object: LiveObject): boolean =>
    stage === 'forgotten' || (ahead && holdsSomething(object)) || (stage === 'drained' && object.kind === 'Pod');
  const forget: Proposal = { kind: 'unregisterBroker', risk: 'safe', node: id, reasons: [reason('Drained', FORGET)] };
  return [
    ...(stage === 'stopped' || stage === 'fenced' ? [forget] : []),
    ...leftovers(view, context)
      .filter(due)
      .map((object) => removal(id, object, 'broker')),
  ];
}

const FORGET = 'it left the spec, holds nothing and is stopped';

/** Operations of ours for which there is no wish any more: deleting one stops it. */
export const withdrawOperations: Rule = ({ cluster, world, views }) =>
  operationsIn(world).flatMap((operation): readonly Proposal[] => {
    const withdrawn = whyWithdrawn(operation, views);
    const why = withdrawn === undefined ? whyInVain(operation, { cluster, world, views }) : reason('RemovalWithdrawn', withdrawn);
    return why === undefined ? [] : [{ kind: 'delete', risk: 'safe', target: targetOf(operation.object), reasons: [why] }];
  });

type Seen = Pick<Context, 'cluster' | 'world' | 'views'>;

/**
 * It would be tried until it has failed for good: more brokers left the spec, or a wider topic came, after it was made; or Kafka has
 * forgotten one of several that it empties, and Cruise Control refuses to hear its name.
 */
function whyInVain(operation: OperationView, { cluster, world: { kafka }, views }: Seen): Reason | undefined {
  const waits = operation.ours && !operation.final && !operation.deleting && !inFlight(operation);
  if (!waits || operation.operation !== 'remove_broker' || kafka.state !== 'known') return undefined;
  const seen = (id: number): boolean => views.some(({ node }) => node.id === id) && !tellsFenced(cluster.kafkaVersion);
  const gone = brokersIn(operation).filter((id) => !seen(id) && kafka.value.brokers.every((broker) => broker.id !== id));
  return gone.length > 0 ? reason('RemovalWithdrawn', `broker ${gone.join(', ')} is gone already`) : whyTooFew(views, kafka.value);
}
