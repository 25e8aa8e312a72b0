/**
 * Where nobody knows PodMonitors, Pods say themselves where their metrics are. A Pod is annotated while it runs, and no template
 * changes: nothing restarts for it. When PodMonitors come, the annotations turn to `false`, or a Prometheus that knows both would take
 * everything twice. What users say in annotations of their own counts.
 */
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { METRICS_PATH } from '../../../lib/constructs/envoy-bootstrap';
import { HEALTH_PORT_NAME } from '../../../lib/constructs/envoy-deployment';
import { LABEL, wayLabel } from '../../../lib/constructs/naming';
import { POD_MONITOR_KIND, SCRAPED, saysWhetherScraped, scrapeAnnotations } from '../../../lib/constructs/pod-monitor';
import { METRICS_PORT } from '../../../lib/constructs/ports';
import { keyOf } from '../absent-kinds';
import { targetOf, type Context, type Rule } from '../context';
import { isOurs, nodeIdOf, objectsOf } from '../node-view';
import type { Proposal } from '../plan';
import { reason } from '../reason';
import type { LiveObject, World } from '../world';

type Seen = Pick<Context, 'cluster' | 'world'>;

/** Annotations of a Pod that is about to be made. */
export const scrapeOfNewPod = (
  { absentKinds = [] }: Pick<World, 'absentKinds'>,
  own: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> =>
  absentKinds.includes(keyOf(POD_MONITOR_KIND)) && !saysWhetherScraped(own) ? scrapeAnnotations() : {};

export const tellScrapes: Rule = (context) =>
  objectsOf(context.world, 'Pod')
    .filter((pod) => isOurs(pod) && pod.metadata.deletionTimestamp === undefined && isScraped(pod))
    .flatMap((pod) => tell(pod, context));

const isScraped = ({ metadata: { labels = {} } }: LiveObject): boolean =>
  SCRAPED.includes(labels[LABEL.app] ?? '') && !(LABEL.imageCheck in labels);

function tell(pod: LiveObject, { cluster, world }: Seen): readonly Proposal[] {
  const { annotations = {} } = pod.metadata;
  const absent = (world.absentKinds ?? []).includes(keyOf(POD_MONITOR_KIND));
  const place = placeOf(pod);
  if (place === undefined || saysWhetherScraped(writtenOf(pod, cluster)) || (!absent && !saysWhetherScraped(annotations))) return [];
  const wanted = scrapeAnnotations(place, absent);
  if (Object.entries(wanted).every(([key, value]) => annotations[key] === value)) return [];
  const why = absent ? 'there are no PodMonitors: annotations say where its metrics are' : 'a PodMonitor says where its metrics are';
  return [{ kind: 'annotate', risk: 'safe', target: targetOf(pod), annotations: wanted, reasons: [reason('Drift', why)] }];
}

/** Undefined: it has none. */
function placeOf(pod: LiveObject): { readonly port: number; readonly path: string } | undefined {
  const { containers = [] } = (pod['spec'] ?? {}) as {
    containers?: readonly { readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[] }[];
  };
  const ports = containers.flatMap((container) => container.ports ?? []);
  const health = ports.find(({ name }) => name === HEALTH_PORT_NAME);
  if (health !== undefined) return { port: health.containerPort, path: METRICS_PATH };
  return ports.some(({ name }) => name === 'metrics') ? { port: METRICS_PORT, path: '/metrics' } : undefined;
}

/** What the user wrote for such a Pod. */
function writtenOf(pod: LiveObject, cluster: ResolvedCluster): Readonly<Record<string, string>> | undefined {
  const id = nodeIdOf(pod);
  if (id !== undefined) return cluster.nodes.find((node) => node.id === id)?.annotations;
  const listener = pod.metadata.labels?.[LABEL.externalListener];
  return listener === undefined ? cluster.cruiseControl?.pod.annotations : writtenOfWay(listener, cluster);
}

function writtenOfWay(label: string, { listeners }: ResolvedCluster): Readonly<Record<string, string>> | undefined {
  const ways = listeners.external.flatMap(({ name, ways: all }) => all.map((way) => ({ label: wayLabel(name, way.name), way })));
  return ways.find((known) => known.label === label)?.way.envoy.annotations;
}
