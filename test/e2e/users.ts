/** KafkaUsers of the journeys, what Kafka itself says of them, and clients that are told no at once. */
import { Kafka, logLevel } from 'kafkajs';
import type { KafkaUserSpec, KafkaUserStatus } from '../../lib/api/kafka-user';
import { authorityName, clientCertificateName, podName } from '../../lib/constructs/naming';
import { connectAdmin } from '../../operator/clients/kafka/connect-admin';
import type { UserAdmin } from '../../operator/clients/kafka/user-admin';
import { USER } from '../../operator/kinds';
import { isNotFound } from '../../operator/runtime/kube-error';
import type { KubeObject } from '../../operator/runtime/kube-types';
import { secretOf, textIn, valueIn } from './certificates';
import { kube, kubectl, mustKubectl, NAMESPACE, until } from './kubernetes';
import type { Start } from './records';

/** Applies a KafkaUser as somebody with kubectl would; what is left out of the spec goes. Its Secret has its name. */
export async function applyUser(cluster: string, name: string, spec: Readonly<Record<string, unknown>> = {}, namespace = NAMESPACE) {
  const own = spec['passwordSecret'] === undefined ? { secretName: name } : {};
  const whole = { ...own, clusterRef: { name: cluster, namespace: NAMESPACE }, ...spec };
  const object = { apiVersion: USER.apiVersion, kind: USER.kind, metadata: { name, namespace }, spec: whole };
  await mustKubectl(['apply', '-f', '-'], JSON.stringify(object));
}

export const grant = (topicName: string, ...accessTypes: readonly ('read' | 'write')[]): NonNullable<KafkaUserSpec['topicGrants']> =>
  accessTypes.map((accessType) => ({ topicName, accessType, patternType: 'literal' as const }));

export async function userObject(name: string, namespace = NAMESPACE): Promise<KubeObject | undefined> {
  try {
    return await kube.get({ kind: USER, namespace, name });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

const statusIn = (object: KubeObject | undefined): KafkaUserStatus => object?.status ?? {};

export function userBecomes(name: string, type: string, wanted: string, namespace = NAMESPACE): Promise<KafkaUserStatus> {
  return until(
    `${type} of the KafkaUser ${name} is ${wanted}`,
    async () => {
      const object = await userObject(name, namespace);
      const status = statusIn(object);
      const found = status.conditions?.find((condition) => condition.type === type);
      const seen = found !== undefined && status.observedGeneration === object?.metadata.generation;
      return seen && `${found.status} ${found.reason}` === wanted ? status : undefined;
    },
    { seconds: 60 },
  );
}

export const userReady = (name: string, namespace?: string): Promise<KafkaUserStatus> =>
  userBecomes(name, 'Ready', 'True UserReady', namespace);

export async function deleteUser(name: string, namespace = NAMESPACE): Promise<void> {
  await mustKubectl(['-n', namespace, 'delete', 'kafkauser', name, '--wait=true', '--timeout=60s']);
}

/** Asks Kafka itself, as the operator's own client. */
export async function askKafka<T>(cluster: string, bootstrap: string, ask: (users: UserAdmin) => Promise<T>): Promise<T> {
  const secret = await secretOf(clientCertificateName(cluster));
  const tls = { ca: textIn(secret, 'ca.crt'), cert: textIn(secret, 'tls.crt'), key: textIn(secret, 'tls.key') };
  const admin = connectAdmin({ security: () => Promise.resolve({ tls }) })({ key: cluster, bootstrap: [bootstrap] });
  try {
    return await ask(admin.users);
  } finally {
    await admin.close();
  }
}

/** Tries once and again for a second or so, no longer. */
const impatient = (start: Exclude<Start, string>): Kafka =>
  new Kafka({
    clientId: 'journeys',
    ...start,
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3_000,
    retry: { retries: 2, initialRetryTime: 100 },
  });

export interface Sender {
  /** `acknowledged`, or what Kafka said. */
  send(topic: string): Promise<string>;
  stop(): Promise<void>;
}

/** A producer on one connection that stays. */
export async function senderOf(start: Exclude<Start, string>): Promise<Sender> {
  const producer = impatient(start).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  return {
    send: (topic) =>
      producer.send({ topic, acks: -1, messages: [{ value: '1' }] }).then(
        () => 'acknowledged',
        (error: unknown) => String(error),
      ),
    stop: () => producer.disconnect(),
  };
}

/** One record on a connection of its own. */
export async function sendOnce(start: Exclude<Start, string>, topic: string): Promise<string> {
  try {
    const sender = await senderOf(start);
    const said = await sender.send(topic);
    await sender.stop();
    return said;
  } catch (error) {
    return String(error);
  }
}

const RUN = '/var/run/kafka-operator';
const QUIET = '-Xmx96m -XX:+UseSerialGC -XX:TieredStopAtLevel=1';

export interface JavaIdentity {
  readonly cluster: string;
  readonly node: number;
  /** Of a user. */
  readonly secretName: string;
  /** Comes in by the password in the Secret, as this user; left out: by the key stores in it. */
  readonly login?: { readonly username: string; readonly mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512' };
}

interface JavaFiles {
  /** In base64. */
  readonly files: Readonly<Record<string, string>>;
  readonly config: readonly string[];
}

async function keyStores({ secretName }: JavaIdentity, folder: string): Promise<JavaFiles> {
  const secret = await secretOf(secretName);
  const password = textIn(secret, 'password');
  const store = (key: string): string => valueIn(secret, key)?.toString('base64') ?? '';
  return {
    files: Object.fromEntries(['keystore.jks', 'truststore.jks'].map((key) => [key, store(key)])),
    config: [
      'security.protocol=SSL',
      `ssl.keystore.location=${folder}/keystore.jks`,
      `ssl.keystore.password=${password}`,
      `ssl.key.password=${password}`,
      `ssl.truststore.location=${folder}/truststore.jks`,
      `ssl.truststore.password=${password}`,
    ],
  };
}

async function loginModule(
  { cluster, secretName }: JavaIdentity,
  { username, mechanism }: NonNullable<JavaIdentity['login']>,
  folder: string,
): Promise<JavaFiles> {
  const password = textIn(await secretOf(secretName), 'password');
  const ca = textIn(await secretOf(authorityName(cluster)), 'ca.crt');
  const module = 'org.apache.kafka.common.security.scram.ScramLoginModule';
  return {
    files: { 'ca.pem': Buffer.from(ca).toString('base64') },
    config: [
      'security.protocol=SASL_SSL',
      `sasl.mechanism=${mechanism}`,
      `sasl.jaas.config=${module} required username="${username}" password="${password}";`,
      'ssl.truststore.type=PEM',
      `ssl.truststore.location=${folder}/ca.pem`,
    ],
  };
}

/** Runs a tool of Kafka in the container of a node, as a user; returns what it printed. */
export async function javaClient(who: JavaIdentity, command: (config: string) => string): Promise<string> {
  const folder = `${RUN}/${who.secretName}`;
  const { files, config } = who.login === undefined ? await keyStores(who, folder) : await loginModule(who, who.login, folder);
  const put = ([file, base64]: readonly [string, string]): string => `echo ${base64} | base64 -d > ${folder}/${file}`;
  const script = [
    'set -e',
    `mkdir -p ${folder}`,
    ...Object.entries(files).map(put),
    put(['client.properties', Buffer.from(config.join('\n')).toString('base64')]),
    // The metrics of the node have the port already that its own variables name.
    `unset KAFKA_OPTS JMX_PORT KAFKA_LOG4J_OPTS CLASSPATH; export KAFKA_HEAP_OPTS='${QUIET}' KAFKA_JVM_PERFORMANCE_OPTS=-Djava.awt.headless=true`,
    `export KAFKA_JMX_OPTS=-Dnone=none LOG_DIR=${folder}`,
    command(`${folder}/client.properties`),
  ].join('\n');
  const pod = podName(who.cluster, who.node);
  const { code, stdout, stderr } = await kubectl(['-n', NAMESPACE, 'exec', pod, '-c', 'kafka', '--', 'bash', '-c', script]);
  if (code !== 0) throw new Error(`cannot run Kafka's own client: ${stderr.slice(-2000)} ${stdout.slice(-500)}`);
  return stdout;
}
