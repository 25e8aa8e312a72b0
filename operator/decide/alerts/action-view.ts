/** What an action is told of a cluster and of the world: plain data, the same for the operator's own actions and for plug-ins. */
import type { AlertedBroker, AlertedCluster, AlertedVolume, AlertedWorld } from '../../../lib/alerts/alert-action';
import type { Context } from '../context';
import { assignedTo } from '../holdings';
import { mountPathOf, nodeIdOf, type NodeView } from '../node-view';
import { requestOf } from '../rules/volumes';
import type { LiveObject, World } from '../world';
import { policyOf } from './policy';

export type Seen = Pick<Context, 'cluster' | 'world' | 'views' | 'now'>;

export function alertedCluster({ cluster, world, views }: Seen): AlertedCluster {
  return {
    name: cluster.name,
    namespace: cluster.namespace,
    spec: cluster.written,
    brokers: wantedBrokers(views).map((view) => alertedBroker(view, world)),
    nextId: 1 + Math.max(-1, ...idsIn(world, views)),
    allowSpecEdits: policyOf(cluster).allowSpecEdits,
  };
}

/** Brokers of the spec. */
export const wantedBrokers = (views: readonly NodeView[]): readonly NodeView[] =>
  views.filter(({ node }) => node.roles.includes('broker') && !node.departing);

/** Ids that somebody has, or had and is remembered by: no other node may take one over. */
function idsIn({ cluster, kafka, objects }: World, views: readonly NodeView[]): readonly number[] {
  const recorded = Object.keys(cluster.status.brokersState ?? {}).map(Number);
  const registered = kafka.state === 'known' ? kafka.value.brokers.map(({ id }) => id) : [];
  const labelled = objects.flatMap((object) => nodeIdOf(object) ?? []);
  return [...views.map(({ node }) => node.id), ...recorded, ...registered, ...labelled].filter(Number.isSafeInteger);
}

function alertedBroker({ node, pod, claims }: NodeView, { cluster }: World): AlertedBroker {
  return {
    id: node.id,
    roles: node.roles,
    addedByAlert: cluster.brokersOfAlerts?.includes(node.id) ?? false,
    kubeNode: pod?.kubeNode ?? '',
    volumes: node.storage.map(({ mountPath }) => volumeOf(mountPath, claims)),
  };
}

function volumeOf(mountPath: string, claims: readonly LiveObject[]): AlertedVolume {
  const claim = claims.find((one) => mountPathOf(one) === mountPath);
  if (claim === undefined) return { mountPath, claim: undefined, size: undefined, capacity: undefined };
  return { mountPath, claim: claim.metadata.name, size: requestOf(claim), capacity: capacityOf(claim) };
}

export const capacityOf = (claim: LiveObject): string | undefined =>
  (claim.status as { readonly capacity?: { readonly storage?: string } } | undefined)?.capacity?.storage;

export function alertedWorld({ world, views }: Seen): AlertedWorld {
  const { kafka } = world;
  const brokers = wantedBrokers(views).map(({ node }) => node.id);
  const replicas = kafka.state === 'known' ? Object.fromEntries(brokers.map((id) => [String(id), assignedTo(id, kafka.value)])) : undefined;
  return { replicas, disksBusy: whyDisksBusy(views) };
}

function whyDisksBusy(views: readonly NodeView[]): string | undefined {
  for (const { node, status, claims } of views) {
    const states = Object.entries(status.gracefulActionState?.volumeStates ?? {});
    const moving = states.find(([, state]) => !state.cruiseControlVolumeState.endsWith('Succeeded'));
    if (moving !== undefined) return `volume ${moving[0]} of broker ${String(node.id)} is ${moving[1].cruiseControlVolumeState}`;
    const unbound = claims.find((claim) => (claim.status as { phase?: string } | undefined)?.phase === 'Pending');
    if (unbound !== undefined) return `volume ${unbound.metadata.name} is not bound yet`;
  }
  return undefined;
}
