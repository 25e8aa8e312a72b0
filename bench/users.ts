/** KafkaUsers on real Kafka with TLS and an authorizer: many applied at once, with certificates and with passwords, and their end. */
import { KAFKA_CLUSTER, USER } from '../operator/kinds';
import type { KubeDraft, KubeObject } from '../operator/runtime/kube-types';
import { mark, operatorRequests, requests, writes } from './audit';
import { kafkaCluster } from './cluster-specs';
import { isRunning, kube, kubectl, NAMESPACE, until, watching, type Watching } from './kubernetes';
import { parameter, rounded, type Figure, type Findings } from './result';

const NAME = 'users';
/** Requests of the benchmark itself that are in flight at once. */
const AT_ONCE = 50;

/** The quorum and the brokers by certificates; clients may log in by password. */
function cluster(): KubeDraft {
  const { spec, ...draft } = kafkaCluster({ name: NAME, combined: [0, 1, 2] }) as KubeDraft & { readonly spec: Record<string, unknown> };
  const config = typeof spec['readOnlyConfig'] === 'string' ? spec['readOnlyConfig'] : '';
  const internalListeners = [
    { name: 'internal', type: 'ssl', containerPort: 29_092, usedForInnerBrokerCommunication: true },
    { name: 'controller', type: 'ssl', containerPort: 29_093, usedForControllerCommunication: true },
    { name: 'clients', type: 'sasl_ssl', containerPort: 29_094 },
  ];
  return {
    ...draft,
    spec: {
      ...spec,
      readOnlyConfig: `${config}\nauthorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer`,
      listenersConfig: { internalListeners, sslSecrets: { tlsSecretName: 'users-ca', create: true } },
    },
  };
}

const user = (name: string, authentication: string): KubeDraft => ({
  apiVersion: USER.apiVersion,
  kind: USER.kind,
  metadata: { name, namespace: NAMESPACE },
  spec: {
    ...{ authentication, secretName: name, clusterRef: { name: NAME } },
    topicGrants: [{ topicName: name, accessType: 'read' }],
  },
});

async function each(items: readonly string[], run: (item: string) => Promise<unknown>): Promise<void> {
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) await run(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

interface Conditioned {
  readonly observedGeneration?: number;
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

function isReady(object: KubeObject | undefined): boolean {
  const { observedGeneration, conditions = [] } = (object?.status ?? {}) as Conditioned;
  const ready = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  return object !== undefined && ready && observedGeneration === object.metadata.generation;
}

interface Timed {
  readonly seconds: number;
  readonly requests: number;
  readonly writes: number;
}

async function timed(what: string, begin: () => Promise<void>, isOver: () => boolean): Promise<Timed> {
  const [from, began] = [mark(), Date.now()];
  await begin();
  await until(what, isOver);
  const seconds = (Date.now() - began) / 1000;
  const own = operatorRequests(requests(from, mark()));
  return { seconds, requests: own.length, writes: writes(own).length };
}

interface Lives {
  readonly applied: Timed;
  readonly deleted: Timed;
}

async function lives(objects: Watching, count: number, authentication: string): Promise<Lives> {
  const api = await kube();
  const all = Array.from({ length: count }, (_, i) => `${authentication}-${String(i)}`);
  const applied = await timed(
    `all users with ${authentication} are Ready`,
    () => each(all, (name) => api.apply(USER, user(name, authentication))),
    () => all.every((name) => isReady(objects.now.get(name))),
  );
  const deleted = await timed(
    `all users with ${authentication} are gone`,
    () => each(all, (name) => api.delete({ kind: USER, namespace: NAMESPACE, name }, {})),
    () => all.every((name) => !objects.now.has(name)),
  );
  return { applied, deleted };
}

export async function users(): Promise<Findings> {
  const many = parameter('USERS', 1000);
  const api = await kube();
  await api.apply(KAFKA_CLUSTER, cluster());
  await until('the cluster is ClusterRunning', async () =>
    isRunning(await api.get({ kind: KAFKA_CLUSTER, namespace: NAMESPACE, name: NAME })),
  );
  const objects = await watching(USER);
  const certificates = await lives(objects, many, 'tls');
  const passwords = await lives(objects, many, 'scram-sha-512');
  objects.stop();
  await kubectl(['-n', NAMESPACE, 'delete', 'kafkacluster', NAME, '--wait=true', '--timeout=180s']);
  await kubectl(['-n', NAMESPACE, 'delete', 'pods,pvc', '-l', `kafka_cr=${NAME}`, '--grace-period=1', '--ignore-not-found']);
  return {
    title: 'KafkaUsers with one grant each, keys ECDSA P-256',
    standIns: [],
    parameters: { USERS: many },
    figures: [
      ...figuresOf(`${String(many)} users with certificates applied to Ready`, certificates.applied, 20),
      ...figuresOf(`${String(many)} users with certificates deleted to gone`, certificates.deleted),
      ...figuresOf(`${String(many)} users with passwords applied to Ready`, passwords.applied, 10),
      ...figuresOf(`${String(many)} users with passwords deleted to gone`, passwords.deleted),
    ],
  };
}

function figuresOf(what: string, { seconds, requests: all, writes: written }: Timed, wanted?: number): readonly Figure[] {
  return [
    { what: `${what}: requests to the API server`, value: all, unit: 'requests' },
    { what: `${what}: of these, writes`, value: written, unit: 'writes' },
    {
      what,
      value: rounded(seconds),
      unit: 's',
      ...(wanted === undefined ? {} : { wanted }),
      note: 'our own requests among them, 50 at once',
    },
  ];
}
