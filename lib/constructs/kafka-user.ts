import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
import type { Construct } from 'constructs';
import type { KafkaUserSpec } from '../api/kafka-user';
import { manifest } from './draft';
import type { Manifest } from './manifest';
import { TOPIC_API_VERSION } from './naming';

export interface KafkaUserProps {
  readonly metadata?: ApiObjectMetadata;
  readonly spec: KafkaUserSpec;
}

/** A user of a KafkaCluster, for charts of those who use one. */
export class KafkaUser extends ApiObject {
  public constructor(scope: Construct, id: string, props: KafkaUserProps) {
    super(scope, id, { apiVersion: TOPIC_API_VERSION, kind: 'KafkaUser', ...props });
  }
}

/** The same without a chart. */
export function userManifest(metadata: { readonly name: string; readonly namespace: string }, spec: KafkaUserSpec): Manifest {
  return manifest({ apiVersion: TOPIC_API_VERSION, kind: 'KafkaUser', metadata, spec });
}
