/** The toy Kafka's answer to what is asked of it directly: settings, elections, voters, features. */
import type { Action, AlterConfigs, CreateTopic } from './action';
import type { ConfigsView, DynamicSetting, KafkaView, QuorumView, World } from './world';

export type KafkaAction = Extract<
  Action,
  {
    kind: 'alterConfigs' | 'electLeaders' | 'addVoter' | 'removeVoter' | 'updateFeature' | 'resizePod' | 'createTopic' | 'unregisterBroker';
  }
>;

/** The world right after; without sight of Kafka nothing is known to have changed. */
export function simulateAtKafka(world: World, action: KafkaAction): World {
  if (action.kind === 'resizePod') return resized(world, action.target.name, action.resources);
  if (world.kafka.state !== 'known') return world;
  return { ...world, kafka: { state: 'known', value: changed(world.kafka.value, action) } };
}

function changed(kafka: KafkaView, action: Exclude<KafkaAction, { kind: 'resizePod' }>): KafkaView {
  switch (action.kind) {
    case 'alterConfigs':
      return { ...kafka, configs: altered(kafka.configs ?? { brokers: {} }, action) };
    case 'electLeaders':
      return { ...kafka, topics: kafka.topics.map((t) => ({ ...t, partitions: t.partitions.map(ledByPreferred) })) };
    case 'addVoter':
      return { ...kafka, quorum: withVoter(kafka.quorum, action.node, action.directoryId) };
    case 'removeVoter':
      return { ...kafka, quorum: withoutVoter(kafka.quorum, action.node, action.directoryId) };
    case 'updateFeature': {
      const features = kafka.features ?? { finalized: {}, supported: {} };
      return { ...kafka, features: { ...features, finalized: { ...features.finalized, [action.feature]: action.level } } };
    }
    case 'createTopic':
      return { ...kafka, topics: withTopic(kafka, action) };
    case 'unregisterBroker':
      return { ...kafka, brokers: kafka.brokers.filter((b) => b.id !== action.node) };
  }
}

/** Its replicas lie on the brokers that live, one after the other. */
function withTopic({ topics, brokers }: KafkaView, { topic, partitions, replicationFactor, config }: CreateTopic): KafkaView['topics'] {
  if (topics.some((t) => t.name === topic)) return topics;
  const live = brokers.filter((b) => !b.fenced).map((b) => b.id);
  const made = Array.from({ length: partitions }, (_, partition) => {
    const replicas = Array.from({ length: Math.min(replicationFactor, live.length) }, (_r, k) => live[(partition + k) % live.length] ?? -1);
    return { partition, leader: replicas[0] ?? -1, replicas, isr: replicas };
  });
  const minInSync = Number(config['min.insync.replicas'] ?? 1);
  return [...topics, { name: topic, minInSync, partitions: made }].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function altered(configs: ConfigsView, { resource, changes }: AlterConfigs): ConfigsView {
  const apply = (before: readonly DynamicSetting[]): readonly DynamicSetting[] => {
    const kept = before.filter((s) => !changes.some((c) => c.key === s.key));
    const set = changes.flatMap((c) => (c.value === undefined ? [] : [{ key: c.key, value: c.sensitive ? null : c.value }]));
    return [...kept, ...set].sort((a, b) => (a.key < b.key ? -1 : 1));
  };
  if (resource.kind === 'clusterDefault') return { ...configs, clusterDefault: apply(configs.clusterDefault ?? []) };
  const id = String(resource.id);
  return { ...configs, brokers: { ...configs.brokers, [id]: apply(configs.brokers[id] ?? []) } };
}

/** What these brokers tell of their settings: those of each, and the cluster's. */
export const toldBy = (
  brokers: readonly number[],
  { clusterDefault = [], brokers: before }: ConfigsView = { brokers: {} },
): ConfigsView => ({
  clusterDefault,
  brokers: { ...before, ...Object.fromEntries(brokers.map((id) => [String(id), before[String(id)] ?? []])) },
});

const ledByPreferred = <P extends KafkaView['topics'][number]['partitions'][number]>(p: P): P => {
  const preferred = p.replicas[0] ?? -1;
  return p.isr.includes(preferred) ? { ...p, leader: preferred } : p;
};

function withVoter(quorum: QuorumView, id: number, directoryId: string): QuorumView {
  const found = quorum.observers.find((o) => o.id === id && o.directoryId === directoryId);
  if (found === undefined) return quorum;
  const voters = [...quorum.voters, found].sort((a, b) => a.id - b.id);
  return { ...quorum, voters, observers: quorum.observers.filter((o) => o !== found) };
}

function withoutVoter(quorum: QuorumView, id: number, directoryId: string): QuorumView {
  const voters = quorum.voters.filter((v) => v.id !== id || v.directoryId !== directoryId);
  const leaderId = quorum.leaderId === id ? (voters[0]?.id ?? -1) : quorum.leaderId;
  return { ...quorum, voters, leaderId };
}

function resized(world: World, name: string, resources: Readonly<Record<string, unknown>>): World {
  const objects = world.objects.map((object) => {
    if (object.kind !== 'Pod' || object.metadata.name !== name) return object;
    const spec = object.spec as { containers?: readonly { name: string }[] };
    const containers = (spec.containers ?? []).map((c) => (c.name === 'kafka' ? { ...c, resources } : c));
    return { ...object, spec: { ...spec, containers } };
  });
  return { ...world, objects };
}
