/** Writes of KafkaTopics to Kubernetes: many at once, bounded, each conditional on the object that was seen. */
import type { KafkaTopicStatus } from '../../lib/api/kafka-topic';
import {
  CLAIMED_SETTINGS,
  originText,
  TOPIC_FINALIZER,
  TOPIC_ORIGIN,
  type TopicObject,
  type TopicOrigin,
} from '../decide/topics/topic-object';
import { TOPIC } from '../kinds';
import type { KubeApi, Store } from '../runtime/kube-types';

/** A label's value is no longer. */
const LABEL_LENGTH = 63;
/** Koperator's: by it the topics of a cluster are selected. */
const CLUSTER_LABEL = 'kafkaCluster';

export class TopicWrites {
  constructor(
    private readonly kube: KubeApi,
    private readonly store: Store,
  ) {}

  /** Puts the finalizer, Koperator's label, where the topic comes from and the keys that are about to be set on, in one write. */
  async claim(object: TopicObject, origin: TopicOrigin, cluster: string): Promise<void> {
    const [namespace = '', name = ''] = cluster.split('/');
    const label = `${name}.${namespace}`;
    const labels = label.length > LABEL_LENGTH ? {} : { labels: { [CLUSTER_LABEL]: label } };
    const keys = Object.keys(object.config).sort().join(',');
    const stale = object.claimed.length > 0 || keys !== '';
    const settings = stale ? { [CLAIMED_SETTINGS]: keys === '' ? null : keys } : {};
    const annotations = { [TOPIC_ORIGIN]: originText(origin, object.uid), ...settings };
    await this.patch(object, { finalizers: [...new Set([...object.finalizers, TOPIC_FINALIZER])], ...labels, annotations });
  }

  async release(object: TopicObject): Promise<void> {
    await this.patch(object, { finalizers: object.finalizers.filter((finalizer) => finalizer !== TOPIC_FINALIZER) });
  }

  async status(object: TopicObject, status: KafkaTopicStatus): Promise<void> {
    const { namespace, name, uid } = object;
    const metadata = { namespace, name, uid };
    const draft = { apiVersion: TOPIC.apiVersion, kind: TOPIC.kind, metadata, status };
    this.store.record(await this.kube.applyStatus(TOPIC, draft, { force: true }));
  }

  private async patch({ namespace, name, uid, resourceVersion }: TopicObject, metadata: Readonly<Record<string, unknown>>): Promise<void> {
    const patch = { metadata: { uid, resourceVersion, ...metadata } };
    this.store.record(await this.kube.mergePatch({ kind: TOPIC, namespace, name }, patch));
  }
}
