/** What is kept in memory of the Secrets of KafkaUsers: nothing secret, and of thousands of them only what decisions need. */
import type { UserSecret } from '../decide/users/credential';
import { secretTls } from '../pki/secret-tls';
import type { KubeObject } from '../runtime/kube-types';
import { withoutBookkeeping } from '../runtime/transform';

/** What Java clients need; quotes and backslashes as Kafka's parser wants them. */
export const jaasLine = (username: string, password: string): string => {
  const quoted = (text: string): string => `"${text.replace(/["\\]/g, (c) => `\\${c}`)}"`;
  return `org.apache.kafka.common.security.scram.ScramLoginModule required username=${quoted(username)} password=${quoted(password)};`;
};

export const textOf = (data: Readonly<Record<string, string>>, key: string): string | undefined =>
  data[key] === undefined ? undefined : Buffer.from(data[key], 'base64').toString('utf8');

export const dataOf = (object: KubeObject): Readonly<Record<string, string>> => (object['data'] ?? {}) as Record<string, string>;

export function userSecretEssence(object: KubeObject): UserSecret & KubeObject {
  const {
    name,
    namespace = '',
    uid,
    resourceVersion,
    creationTimestamp,
    labels = {},
    annotations = {},
    ownerReferences = [],
  } = withoutBookkeeping(object).metadata;
  const data = dataOf(object);
  const [username, password] = [textOf(data, 'username') ?? '', textOf(data, 'password') ?? ''];
  const essence: UserSecret = {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp, labels, annotations, ownerReferences },
    tls: secretTls(data),
    jaasFits: password !== '' && textOf(data, 'sasl.jaas.config') === jaasLine(username, password),
  };
  return essence as UserSecret & KubeObject;
}
