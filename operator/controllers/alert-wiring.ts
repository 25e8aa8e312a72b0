/** What alerts need of the stores: the desk that passes look at, and what of a KafkaCluster alerts own. */
import { AlertDesk } from '../alerts/alert-desk';
import { locateIn } from '../alerts/locate-cluster';
import type { PluginHost } from '../alerts/plugin-host';
import { brokersOfAlerts } from '../decide/alerts/owned-spec';
import type { ClusterStatus } from '../decide/world';
import { CLAIM, kindKey } from '../kinds';
import type { KubeStores } from '../observe/kube';
import type { KubeObject } from '../runtime/kube-types';
import { withoutBookkeeping } from '../runtime/transform';
import type { AlertMetrics } from './alert-metrics';
import { AlertWatch } from './alert-watch';

export interface AlertReception {
  readonly plugins?: PluginHost;
  readonly metrics?: AlertMetrics;
}

interface Wiring {
  readonly now: () => number;
  readonly wake: (key: string) => void;
}

/** Nothing where nobody receives alerts. */
export function alertsOver(
  stores: KubeStores,
  reception: AlertReception | undefined,
  { now, wake }: Wiring,
): { readonly desk: AlertDesk; readonly watch: AlertWatch } | undefined {
  const claims = stores.owned.get(kindKey(CLAIM));
  if (reception === undefined || claims === undefined) return undefined;
  const recorded = (key: string) => {
    const [namespace = '', name = ''] = key.split('/');
    return (stores.clusters.get(namespace, name)?.status as ClusterStatus | undefined)?.alerts;
  };
  const locate = locateIn({ clusters: stores.clusters, claims });
  const desk = new AlertDesk({ locate, recorded, wake, now, plugins: reception.plugins });
  return { desk, watch: new AlertWatch(desk, reception.metrics) };
}

/** Of the managed fields only what alerts own. */
export function clusterEssence(object: KubeObject): KubeObject {
  const brokers = object.metadata.managedFields === undefined ? object.brokersOfAlerts : brokersOfAlerts(object.metadata.managedFields);
  const essence = withoutBookkeeping(object);
  return Array.isArray(brokers) && brokers.length > 0 ? { ...essence, brokersOfAlerts: brokers } : essence;
}
