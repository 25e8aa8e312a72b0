/**
 * Who is to be scraped, for the Prometheus operator. Pods and not Services: a Service of Kafka leads to any of its nodes, and what each
 * node says has to stay apart. Where the kind is not installed the Pods carry annotations instead (scrapeOf).
 */
import type { ResolvedCluster } from '../api/resolved-cluster';
import { childMetadata, manifest } from './draft';
import { METRICS_PATH } from './envoy-bootstrap';
import { HEALTH_PORT_NAME } from './envoy-deployment';
import type { Manifest } from './manifest';
import { CRUISE_CONTROL_APP, ENVOY_APP, KAFKA_APP, LABEL, podMonitorName } from './naming';
import { METRICS_PORT } from './ports';

interface PodMonitor {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly selector: {
      readonly matchLabels: Readonly<Record<string, string>>;
      readonly matchExpressions: readonly { readonly key: string; readonly operator: 'In'; readonly values: readonly string[] }[];
    };
    readonly podTargetLabels: readonly string[];
    readonly podMetricsEndpoints: readonly { readonly port: string; readonly path: string }[];
  };
}

export const POD_MONITOR_KIND = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor' } as const;

/** What alerts and dashboards tell clusters, brokers and ways in apart by. */
const TARGET_LABELS = [LABEL.cluster, LABEL.nodeId, LABEL.externalListener];

/** Values of the label `app` of Pods that have metrics. */
export const SCRAPED: readonly string[] = [KAFKA_APP, CRUISE_CONTROL_APP, ENVOY_APP];

/** One for the whole cluster; how often is left to Prometheus. */
export const podMonitorManifest = (cluster: ResolvedCluster): Manifest =>
  manifest<PodMonitor>({
    ...POD_MONITOR_KIND,
    metadata: childMetadata(cluster, { name: podMonitorName(cluster.name) }),
    spec: {
      selector: {
        matchLabels: { [LABEL.cluster]: cluster.name },
        matchExpressions: [{ key: LABEL.app, operator: 'In', values: SCRAPED }],
      },
      podTargetLabels: TARGET_LABELS,
      podMetricsEndpoints: [
        { port: 'metrics', path: '/metrics' },
        { port: HEALTH_PORT_NAME, path: METRICS_PATH },
      ],
    },
  });

const SCRAPE = 'prometheus.io/scrape';
const NODE = { port: METRICS_PORT, path: '/metrics' };

/** Where a Pod is scraped, as annotations that many a Prometheus looks for. */
export const scrapeAnnotations = (
  { port, path }: { readonly port: number; readonly path: string } = NODE,
  scraped = true,
): Readonly<Record<string, string>> => ({
  [SCRAPE]: String(scraped),
  'prometheus.io/port': String(port),
  'prometheus.io/path': path,
});

/** Somebody has said already whether it is scraped. */
export const saysWhetherScraped = (annotations: Readonly<Record<string, string>> = {}): boolean => SCRAPE in annotations;
