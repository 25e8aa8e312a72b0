/** What an environment holds, as text that is the same for two clusters of the same wish: without ids, versions and times. */
import type { KubeObject } from '../../../operator/runtime/kube-types';

const SERVER_MADE = ['generation', 'uid', 'resourceVersion', 'creationTimestamp', 'managedFields', 'lastTransitionTime', 'startedAt'];
/** How often a budget was lowered and raised depends on who was away when. */
const isServerMade = (path: string, key: string): boolean =>
  SERVER_MADE.includes(key) ||
  // Kafka is asked for its features twice a minute: they may still be on their way.
  (path.startsWith('KafkaCluster/') && ['metadataVersion', 'couldRaise'].includes(key)) ||
  (path.startsWith('PodDisruptionBudget/') && key === 'observedGeneration');

/** When proxies were told, and of which files by their hash. */
const TOLD = ['written-at', 'envoy-files'].map((key) => `kafka.banzaicloud.io/${key}`);

/** Hashes of specifications that hold the cluster id, and ids that are made from it. */
const MADE_FROM_ID = ['revision', 'applied-hash', 'target'].map((key) => `kafka.banzaicloud.io/${key}`).concat('servedRevision');
const VOTERS = 'INITIAL_CONTROLLERS';

/** One line for each field of each object, so that a difference names itself. */
export function snapshot(objects: readonly KubeObject[], clusterId: string): readonly string[] {
  return objects
    .flatMap((object) => lines(`${object.kind}/${object.metadata.name}`, object))
    .map((line) => line.replaceAll(clusterId, '<cluster id>'))
    .sort();
}

function lines(path: string, value: unknown): readonly string[] {
  if (Array.isArray(value))
    return value.length === 0 ? [`${path} = []`] : value.flatMap((item, at) => lines(`${path}[${nameOf(item, at)}]`, item));
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [`${path} = ${JSON.stringify(value)}`];
  const entries = Object.entries(value as Record<string, unknown>).filter(([key]) => !isServerMade(path, key) && !TOLD.includes(key));
  if ((value as { name?: unknown }).name === VOTERS) return [`${path} = <made from the cluster id>`];
  return entries.flatMap(([key, inner]) => (MADE_FROM_ID.includes(key) ? [`${path}.${key} = <hash>`] : lines(`${path}.${key}`, inner)));
}

const nameOf = (item: unknown, at: number): string => {
  const { name } = (typeof item === 'object' && item !== null ? item : {}) as { name?: unknown };
  return typeof name === 'string' ? name : String(at);
};
