/** `status.brokersState`: Koperator's fields per node (contract 1.5) and what must be remembered of it. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { ANNOTATION } from '../../lib/constructs/naming';
import type { Outcome } from './action';
import { backupOf } from './configuration-backup';
import { knownWays } from './former-ingress';
import { gracefulStateOf } from './graceful-status';
import { leavingVolumes, wasEmptied, wasNeverUsed } from './leaving-volume';
import { mountPathOf, serves, type NodeView } from './node-view';
import type { Pass } from './report';
import { rackOf } from './rules/place-rack';
import { volumeStates } from './volume-state';
import type { BrokerStatus, World } from './world';

export function brokersState(
  cluster: ResolvedCluster,
  views: readonly NodeView[],
  { world, outcomes }: Pick<Pass, 'world' | 'outcomes'>,
): Readonly<Record<string, BrokerStatus>> {
  return Object.fromEntries(
    views.map((view) => {
      const gracefulActionState = withVolumes(gracefulStateOf(view, { cluster, world, views }), volumeStates(view, { cluster, world }));
      const state = { ...brokerStatus(cluster, view, world), gracefulActionState, ...forgotten(view, outcomes) };
      return [String(view.node.id), state];
    }),
  );
}

type Graceful = NonNullable<BrokerStatus['gracefulActionState']>;

const withVolumes = ({ volumeStates: _before, ...graceful }: Graceful, states: Graceful['volumeStates']): Graceful =>
  states === undefined ? graceful : { ...graceful, volumeStates: states };

/** Those that left the spec and are empty are forgotten: made again under the same path, a volume is a new one. */
function madeFor(view: NodeView): readonly string[] {
  const gone = leavingVolumes(view).filter((v) => wasEmptied(v, view.pod) || wasNeverUsed(v, view.pod));
  const live = view.claims.map(mountPathOf).filter((path) => gone.every((v) => v.mountPath !== path));
  const wanted = (view.status.volumes ?? []).filter((path) => view.node.storage.some((s) => s.mountPath === path));
  return [...new Set([...wanted, ...live])].filter((path) => path !== '').sort();
}

/** Kafka was told to forget it, and it has not come back to the spec. */
function forgotten({ node, status }: NodeView, outcomes: readonly Outcome[]): Pick<BrokerStatus, 'unregistered'> {
  const told = outcomes.some(({ action, result }) => action.kind === 'unregisterBroker' && action.node === node.id && result === 'done');
  return node.departing && (told || status.unregistered === true) ? { unregistered: true } : {};
}

function brokerStatus(cluster: ResolvedCluster, view: NodeView, world: World): BrokerStatus {
  const { unregistered: _unregistered, externalListenerConfigNames: _ways, ...before } = view.status;
  const ways = knownWays(cluster, view, world);
  const rack = rackOf({ cluster, world }, view);
  const image = imageOf(view);
  return {
    ...before,
    rackAwarenessState: rackState(cluster, rack),
    configurationState: configured(view) ? 'ConfigInSync' : 'ConfigOutOfSync',
    perBrokerConfigurationState: before.perBrokerConfigurationState ?? 'PerBrokerConfigInSync',
    processRoles: view.node.roles,
    volumes: madeFor(view),
    ...(cluster.kafkaVersion === undefined ? {} : { version: cluster.kafkaVersion }),
    ...(image === undefined ? {} : { image }),
    ...(ways === undefined ? {} : { externalListenerConfigNames: ways }),
    ...servedStatus(view),
    configurationBackup: backupOf(view.node),
  };
}

/** What is remembered of a node that served: that it did, and with which revision. */
function servedStatus(view: NodeView): Pick<BrokerStatus, 'hasRun' | 'servedRevision'> {
  if (isSeenServing(view) && view.pod !== undefined) return { hasRun: true, servedRevision: view.pod.revision };
  return view.hasRun ? { hasRun: true } : {};
}

/** Of a broker Kafka has to say so as well; a controller's own Pod knows. */
const isSeenServing = (view: NodeView): boolean => serves(view) && (view.kafkaSeen || !view.node.roles.includes('broker'));

function rackState(cluster: ResolvedCluster, rack: string | undefined): string {
  if (cluster.rackLabels.length === 0) return '';
  return rack === undefined ? 'WaitingForRackAwareness' : `broker.rack=${rack}`;
}

function imageOf(view: NodeView): string | undefined {
  const spec = view.pod?.object.spec as { containers?: readonly { name: string; image?: string }[] } | undefined;
  return spec?.containers?.find((c) => c.name === 'kafka')?.image ?? view.status.image;
}

const configured = (view: NodeView): boolean =>
  view.pod !== undefined && view.pod.object.metadata.annotations?.[ANNOTATION.revision] !== undefined;
