/** A KafkaTopic as the operator keeps and reads it: thousands of them are in memory, so only what decisions need. */
import type { DriftPolicy, KafkaTopicStatus } from '../../../lib/api/kafka-topic';
import { isObject } from '../../../lib/api/json';
import { GROUP } from '../../../lib/constructs/naming';
import type { LiveObject } from '../world';

/** Koperator's own, so its objects are released as well. */
export const TOPIC_FINALIZER = 'finalizer.kafkatopics.kafka.banzaicloud.io';
/** On an object: deleting it leaves the topic. */
export const KEEP_TOPIC = `${GROUP}/keep-topic`;
/**
 * On an object: the keys that are about to be set for it, separated by commas. They are written with the finalizer, before the topic
 * is made, so that a death in between forgets none of them (decision 14); once the status tells of the topic it has no meaning.
 */
export const CLAIMED_SETTINGS = `${GROUP}/claimed-settings`;
/**
 * On an object: where its topic comes from, written with the finalizer before Kafka or the status is changed. `made <uid>`: it was not
 * there, so it is made for the object of this uid, also when nobody lived to say so in the status. `found`: it was there before.
 */
export const TOPIC_ORIGIN = `${GROUP}/topic-origin`;
/** Koperator's: who looks after the topic. */
export const MANAGED_BY_ANNOTATION = 'managedBy';

export type TopicOrigin = 'made' | 'found';

export interface TopicObject {
  /** `namespace/name`. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly createdAt: string;
  readonly deleting: boolean;
  readonly finalizers: readonly string[];
  /** We look after the topic, rather than only observe it. */
  readonly managed: boolean;
  /** The annotation, or who we are. */
  readonly managedBy: string;
  /** The annotation says that it is we. */
  readonly declared: boolean;
  readonly keep: boolean;
  /** Undefined: not told, as of Koperator's objects. */
  readonly origin: TopicOrigin | undefined;
  /** Keys that were about to be set when it was claimed. */
  readonly claimed: readonly string[];
  readonly topic: string;
  /** −1: whatever it has. */
  readonly partitions: number;
  /** −1: whatever it has. */
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
  readonly driftPolicy: DriftPolicy;
  readonly status: KafkaTopicStatus;
}

const OURS = ['koperator', 'kafka-operator'];

const ORIGINS: readonly TopicOrigin[] = ['made', 'found'];
/** An object that is copied with its annotations has made nothing. */
export const originText = (origin: TopicOrigin, uid: string): string => (origin === 'made' ? `made ${uid}` : origin);

/** `namespace/name` of the KafkaCluster that an object names. */
export function clusterKeyOf({ metadata, spec }: Pick<LiveObject, 'metadata'> & { readonly spec?: unknown }): string {
  const ref = section(section(spec)['clusterRef']);
  return `${text(ref['namespace']) || (metadata.namespace ?? '')}/${text(ref['name'])}`;
}

/** Never throws: an object may be older than the schema. */
export function topicObject(object: LiveObject): TopicObject {
  const { metadata } = object;
  const { annotations = {}, namespace = '', name } = metadata;
  const spec = section(object['spec']);
  const by = (annotations[MANAGED_BY_ANNOTATION] ?? '').trim();
  return {
    key: `${namespace}/${name}`,
    namespace,
    name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    generation: metadata.generation ?? 0,
    createdAt: metadata.creationTimestamp,
    deleting: metadata.deletionTimestamp !== undefined,
    finalizers: metadata.finalizers ?? [],
    managed: by === '' || OURS.includes(by.toLowerCase()),
    managedBy: by === '' ? 'kafka-operator' : by,
    declared: OURS.includes(by.toLowerCase()),
    keep: annotations[KEEP_TOPIC] === 'true',
    origin: ORIGINS.find((origin) => originText(origin, metadata.uid) === annotations[TOPIC_ORIGIN]),
    claimed: (annotations[CLAIMED_SETTINGS] ?? '').split(',').filter((key) => key !== ''),
    topic: text(spec['name']),
    partitions: count(spec['partitions']),
    replicationFactor: count(spec['replicationFactor']),
    config: texts(spec['config']),
    driftPolicy: spec['driftPolicy'] === 'Report' ? 'Report' : 'Correct',
    status: section(object['status']),
  };
}

export const hasFinalizer = ({ finalizers }: TopicObject): boolean => finalizers.includes(TOPIC_FINALIZER);

/** The topic is looked after for this object: it was made for it, or taken over. */
export const owns = ({ status }: TopicObject): boolean => status.state === 'created';

/** Its topic outlives it, as deleting what somebody else made takes more than an object of the same name (decision 20). */
export const leavesTopic = ({ origin, declared }: TopicObject): boolean => origin === 'found' && !declared;

/** Keys that are set for this object, whether they still stand in its spec or not. Before the status tells of the topic, those of the claim. */
export const ownedKeys = (object: TopicObject): readonly string[] => {
  const recorded = Array.isArray(object.status.settings) ? object.status.settings : [];
  return owns(object) ? recorded : [...new Set([...recorded, ...object.claimed])];
};

/** Every key that this object says something of, sorted. */
export const keysOf = (object: TopicObject): readonly string[] =>
  [...new Set([...Object.keys(object.config), ...ownedKeys(object)])].sort();

const section = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const count = (value: unknown): number => (typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : -1);
const texts = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(section(value)).flatMap(([key, item]) => (typeof item === 'string' ? [[key, item]] : [])));
