/** KafkaUsers on real Kafka with TLS and an authorizer: many applied at once, with certificates and with passwords, and their end. */
import { USER } from '../operator/kinds';
import type { KubeDraft } from '../operator/runtime/kube-types';
import { kafkaCluster } from './cluster-specs';
import { kube, NAMESPACE, watching, type Watching } from './kubernetes';
import { each, figuresOf, floor, isReady, removedCluster, runningCluster, timed, type Timed } from './many-objects';
import { parameter, rounded, type Findings } from './result';

const NAME = 'users';

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

const user = (name: string, authentication: string, cluster = NAME): KubeDraft => ({
  apiVersion: USER.apiVersion,
  kind: USER.kind,
  metadata: { name, namespace: NAMESPACE },
  spec: {
    ...{ authentication, secretName: name, clusterRef: { name: cluster } },
    topicGrants: [{ topicName: name, accessType: 'read' }],
  },
});

/** Like that of a user that is ready. */
const STATUS = {
  ...{ state: 'created', principal: 'User:CN=floor', secret: 'floor', quotas: {} },
  acls: ['Read', 'Describe', 'DescribeConfigs'].map((operation) => `User:CN=floor,Topic,LITERAL,floor,${operation},Allow,*`),
  conditions: ['SpecAccepted', 'Ready', 'Drifted'].map((type) => ({
    ...{ type, status: 'True', reason: 'UserReady', message: 'its credential is there, and Kafka has what the spec says' },
    ...{ observedGeneration: 1, lastTransitionTime: '2026-01-01T00:00:00Z' },
  })),
};

/** As large as one with a certificate. */
const secret = (name: string): KubeDraft => ({
  ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: NAMESPACE } },
  data: { 'tls.crt': Buffer.alloc(2_000).toString('base64') },
});

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
  const least = { kind: USER, draft: (name: string) => user(name, 'tls', 'nobody'), status: STATUS, statuses: 2, secret };
  const alone = await floor(least, many);
  await runningCluster(cluster());
  const objects = await watching(USER);
  const certificates = await lives(objects, many, 'tls');
  const passwords = await lives(objects, many, 'scram-sha-512');
  objects.stop();
  await removedCluster(NAME);
  return {
    title: 'KafkaUsers with one grant each, keys ECDSA P-256',
    standIns: [],
    parameters: { USERS: many },
    figures: [
      { what: 'the API server alone, for the same five writes of each, without any operator', value: rounded(alone), unit: 's' },
      {
        what: 'users with certificates applied to Ready, for one second of the API server alone',
        value: rounded(certificates.applied.seconds / alone),
        unit: 'ratio',
      },
      ...figuresOf(`${String(many)} users with certificates applied to Ready`, certificates.applied, 20),
      ...figuresOf(`${String(many)} users with certificates deleted to gone`, certificates.deleted),
      ...figuresOf(`${String(many)} users with passwords applied to Ready`, passwords.applied, 10),
      ...figuresOf(`${String(many)} users with passwords deleted to gone`, passwords.deleted),
    ],
  };
}
