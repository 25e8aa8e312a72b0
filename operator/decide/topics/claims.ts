/**
 * Whose topic is it? One object at most may change or delete a topic: a topic that two objects shape would change for ever, and
 * deleting one of them would delete the data of the other. Everything that is not the owner is told why, changes nothing, and can be
 * deleted without any harm to the topic.
 */
import type { TopicObject } from './topic-object';
import type { TopicCluster } from './topic-view';

export type Claim =
  | { readonly kind: 'owner' }
  /** Somebody else looks after the topic. */
  | { readonly kind: 'observer' }
  /** The cluster does not allow its namespace. */
  | { readonly kind: 'foreign' }
  /** Of Kafka or of Cruise Control. */
  | { readonly kind: 'internal' }
  | { readonly kind: 'duplicate'; readonly of: string };

/** By uid. The oldest object that is not being deleted owns the topic; a topic is handed over rather than deleted. */
export function claimsOf(objects: readonly TopicObject[], cluster: TopicCluster): ReadonlyMap<string, Claim> {
  const claims = new Map<string, Claim>();
  const candidates = new Map<string, TopicObject[]>();
  for (const object of objects) {
    const excluded = exclusion(object, cluster);
    if (excluded !== undefined) claims.set(object.uid, excluded);
    else candidates.set(object.topic, [...(candidates.get(object.topic) ?? []), object]);
  }
  for (const rivals of candidates.values()) {
    const [owner, ...others] = rivals.length === 1 ? rivals : [...rivals].sort(byAge);
    if (owner === undefined) continue;
    claims.set(owner.uid, { kind: 'owner' });
    for (const other of others) claims.set(other.uid, { kind: 'duplicate', of: owner.key });
  }
  return claims;
}

function exclusion(object: TopicObject, cluster: TopicCluster): Claim | undefined {
  if (!isAllowed(object.namespace, cluster)) return { kind: 'foreign' };
  if (!object.managed) return { kind: 'observer' };
  return isInternal(object.topic, cluster) ? { kind: 'internal' } : undefined;
}

const isAllowed = (namespace: string, { namespace: own, topicNamespaces }: TopicCluster): boolean =>
  namespace === own || topicNamespaces === '*' || topicNamespaces.includes(namespace);

export const isInternal = (topic: string, { metricsTopic }: Pick<TopicCluster, 'metricsTopic'>): boolean =>
  topic.startsWith('__') || topic === metricsTopic;

function byAge(a: TopicObject, b: TopicObject): number {
  if (a.deleting !== b.deleting) return a.deleting ? 1 : -1;
  const [one, other] = a.createdAt === b.createdAt ? [a.key, b.key] : [a.createdAt, b.createdAt];
  return one < other ? -1 : 1;
}
