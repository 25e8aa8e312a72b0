/** A KafkaUser as it is seen. A spec that cannot be read is no crash: it is a problem that stands in a condition. */
import { kafkaUserSpec, type KafkaUserSpec, type KafkaUserStatus } from '../../../lib/api/kafka-user';
import { millisecondsOf } from '../rfc3339';
import type { LiveObject } from '../world';

/** Koperator's own, so that its objects need nothing. */
export const USER_FINALIZER = 'finalizer.kafkausers.kafka.banzaicloud.io';

export interface UserObject {
  /** `namespace/name`. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly deleting: boolean;
  readonly finalizers: readonly string[];
  readonly spec: KafkaUserSpec | undefined;
  /** Why the spec cannot be read. */
  readonly problem: string | undefined;
  readonly status: KafkaUserStatus;
}

/** `namespace/name` of the KafkaCluster; of a spec that names none the object's own key, which no cluster has. */
export function clusterKeyOf({ metadata, spec }: LiveObject & { readonly spec?: unknown }): string {
  const { name, namespace } = (spec as { clusterRef?: { name?: unknown; namespace?: unknown } } | undefined)?.clusterRef ?? {};
  const own = metadata.namespace ?? '';
  return `${typeof namespace === 'string' && namespace !== '' ? namespace : own}/${typeof name === 'string' ? name : ''}`;
}

export function userObject(object: LiveObject): UserObject {
  const { name, namespace = '', uid, resourceVersion, generation = 0, finalizers = [] } = object.metadata;
  const parsed = kafkaUserSpec.safeParse(object['spec']);
  const issue = parsed.success ? undefined : parsed.error.issues[0];
  return {
    key: `${namespace}/${name}`,
    ...{ namespace, name, uid, resourceVersion, generation, finalizers },
    createdAt: millisecondsOf(object.metadata.creationTimestamp) ?? 0,
    deleting: object.metadata.deletionTimestamp !== undefined,
    spec: parsed.data,
    problem: issue === undefined ? undefined : `spec.${issue.path.join('.')}: ${issue.message}`,
    status: statusIn(object),
  };
}

type Conditions = NonNullable<KafkaUserStatus['conditions']>;

/** What somebody wrote into a status by hand must not end a pass. */
function statusIn(object: LiveObject): KafkaUserStatus {
  const status = (object['status'] ?? {}) as KafkaUserStatus;
  const lines: readonly unknown[] = Array.isArray(status.acls) ? status.acls : [];
  const known: readonly unknown[] = Array.isArray(status.conditions) ? status.conditions : [];
  const conditions = known.filter((one): one is Conditions[number] => typeof one === 'object' && one !== null);
  return { ...status, acls: lines.filter((line) => typeof line === 'string'), conditions };
}
