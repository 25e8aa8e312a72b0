/** What no action may do, the operator's own or a plug-in's: limits, entries of others, and specs that would be refused. */
import type { AlertChange } from '../../../lib/alerts/alert-action';
import { parseQuantity } from '../../../lib/api/quantity';
import { mountPathOf } from '../node-view';
import { requestOf } from '../rules/volumes';
import { wantedBrokers, type Seen } from './action-view';
import type { AlertReason } from './alerts-view';
import { whySpecRefused } from './changed-spec';
import { policyOf } from './policy';

export interface Refusal {
  readonly reason: AlertReason;
  readonly message: string;
}

/** Why these changes are not made; undefined: they may be. */
export function whyNotChanged(changes: readonly AlertChange[], seen: Seen): Refusal | undefined {
  const limit = whyBeyondLimit(changes, seen);
  if (limit !== undefined) return { reason: 'LimitReached', message: limit };
  for (const change of changes) {
    const why = whyNotOne(change, seen);
    if (why !== undefined) return why;
  }
  const refused = whySpecRefused(seen, changes);
  return refused === undefined ? undefined : { reason: 'SpecRefused', message: `the spec would be refused: ${refused}`.slice(0, 600) };
}

function whyBeyondLimit(changes: readonly AlertChange[], { cluster, views }: Seen): string | undefined {
  const { upScaleLimit, downScaleLimit } = policyOf(cluster);
  const has = wantedBrokers(views).length;
  const more = changes.filter(({ kind }) => kind === 'addBroker').length;
  const fewer = changes.filter(({ kind }) => kind === 'removeBroker').length;
  if (more > 0 && upScaleLimit !== undefined && has + more > upScaleLimit)
    return `there are ${String(has)} brokers and upScaleLimit is ${String(upScaleLimit)}`;
  if (fewer > 0 && downScaleLimit !== undefined && has - fewer < downScaleLimit)
    return `there are ${String(has)} brokers and downScaleLimit is ${String(downScaleLimit)}`;
  return fewer >= has && fewer > 0 ? 'no broker would be left' : undefined;
}

function whyNotOne(change: AlertChange, seen: Seen): Refusal | undefined {
  switch (change.kind) {
    case 'addBroker':
      return whyNotAdded(change.broker.id, seen);
    case 'removeBroker':
      return whyNotRemoved(change.id, seen);
    case 'addStorage':
      return whyNotStored(change.broker, change.storage.mountPath, seen);
    case 'growClaim':
      return whyNotGrown(change.claim, change.size, seen);
  }
}

const noBroker = (id: number): Refusal => ({ reason: 'SpecRefused', message: `the spec has no broker ${String(id)}` });

const whyNotAdded = (id: number, { views, world }: Seen): Refusal | undefined =>
  views.some(({ node }) => node.id === id) || world.cluster.status.brokersState?.[String(id)] !== undefined
    ? { reason: 'SpecRefused', message: `node id ${String(id)} is in use` }
    : undefined;

/** A path that is in use would pass for made although nothing was written; a claim of before would be taken for the new volume. */
function whyNotStored(id: number, mountPath: string, { views }: Seen): Refusal | undefined {
  const view = views.find(({ node }) => node.id === id && !node.departing);
  if (view === undefined) return noBroker(id);
  const paths = [...view.node.storage.map((storage) => storage.mountPath), ...view.claims.map(mountPathOf)];
  return paths.includes(mountPath)
    ? { reason: 'SpecRefused', message: `broker ${String(id)} has a volume at ${mountPath} already` }
    : undefined;
}

/** A broker that nobody empties would be held for ever. */
function whyNotRemoved(id: number, { cluster, views, world }: Seen): Refusal | undefined {
  const view = wantedBrokers(views).find(({ node }) => node.id === id);
  if (view === undefined) return noBroker(id);
  if (cluster.cruiseControl === undefined)
    return { reason: 'NoCruiseControl', message: 'the cluster has no Cruise Control that would move the records away' };
  if (world.cluster.brokersOfAlerts?.includes(id) === true || policyOf(cluster).allowSpecEdits) return undefined;
  return {
    reason: 'EntryOfOthers',
    message: `broker ${String(id)} was not added by an alert, and alertManagerConfig.allowSpecEdits is false`,
  };
}

function whyNotGrown(name: string, size: string, { views }: Seen): Refusal | undefined {
  const claim = views.flatMap(({ claims }) => claims).find(({ metadata }) => metadata.name === name);
  if (claim === undefined) return { reason: 'ClaimUnknown', message: `no node of the cluster has the volume ${name}` };
  const wanted = parseQuantity(size);
  if (wanted !== undefined && wanted > (parseQuantity(requestOf(claim)) ?? 0)) return undefined;
  return { reason: 'ClaimUnknown', message: `the volume ${name} asks for ${requestOf(claim)}; ${size} is no more` };
}
