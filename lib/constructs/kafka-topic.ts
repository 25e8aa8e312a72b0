import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
import type { Construct } from 'constructs';
import type { KafkaTopicSpec } from '../api/kafka-topic';
import { manifest } from './draft';
import type { Manifest } from './manifest';
import { TOPIC_API_VERSION } from './naming';

export interface KafkaTopicProps {
  readonly metadata?: ApiObjectMetadata;
  readonly spec: KafkaTopicSpec;
}

/** A topic of a KafkaCluster, for charts of those who use one. */
export class KafkaTopic extends ApiObject {
  public constructor(scope: Construct, id: string, props: KafkaTopicProps) {
    super(scope, id, { apiVersion: TOPIC_API_VERSION, kind: 'KafkaTopic', ...props });
  }
}

/** The same without a chart. */
export function topicManifest(metadata: { readonly name: string; readonly namespace: string }, spec: KafkaTopicSpec): Manifest {
  return manifest({ apiVersion: TOPIC_API_VERSION, kind: 'KafkaTopic', metadata, spec });
}
