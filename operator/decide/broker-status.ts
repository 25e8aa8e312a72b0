/** `status.brokersState`: Koperator's fields per node (contract 1.5) and what must be remembered of it. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { ANNOTATION } from '../../lib/constructs/naming';
import { backupOf } from './configuration-backup';
import { mountPathOf, serves, type NodeView } from './node-view';
import { rackOf } from './rules/place-rack';
import type { BrokerStatus, World } from './world';

export function brokersState(cluster: ResolvedCluster, views: readonly NodeView[], world: World): Readonly<Record<string, BrokerStatus>> {
  return Object.fromEntries(views.map((view) => [String(view.node.id), brokerStatus(cluster, view, world)]));
}

function brokerStatus(cluster: ResolvedCluster, view: NodeView, world: World): BrokerStatus {
  const before = view.status;
  const rack = rackOf({ cluster, world }, view);
  const image = imageOf(view);
  const made = [...new Set([...(before.volumes ?? []), ...view.claims.map(mountPathOf)])].filter((p) => p !== '').sort();
  return {
    ...before,
    rackAwarenessState: rackState(cluster, rack),
    configurationState: configured(view) ? 'ConfigInSync' : 'ConfigOutOfSync',
    perBrokerConfigurationState: before.perBrokerConfigurationState ?? 'PerBrokerConfigInSync',
    gracefulActionState: before.gracefulActionState ?? { cruiseControlState: 'GracefulUpscaleSucceeded' },
    processRoles: view.node.roles,
    volumes: made,
    ...(cluster.kafkaVersion === undefined ? {} : { version: cluster.kafkaVersion }),
    ...(image === undefined ? {} : { image }),
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
