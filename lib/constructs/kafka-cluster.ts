import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
import type { Construct } from 'constructs';
import type { KafkaClusterSpec } from '../api/kafka-cluster';
import { CLUSTER_API_VERSION } from './naming';

export interface KafkaClusterProps {
  readonly metadata?: ApiObjectMetadata;
  readonly spec: KafkaClusterSpec;
}

/** The custom resource itself, for charts whose cluster an operator runs. */
export class KafkaCluster extends ApiObject {
  public constructor(scope: Construct, id: string, props: KafkaClusterProps) {
    super(scope, id, { apiVersion: CLUSTER_API_VERSION, kind: 'KafkaCluster', ...props });
  }
}
