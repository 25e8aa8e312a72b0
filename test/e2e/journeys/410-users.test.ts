import { authorityName, clientCertificateName, LABEL, podName } from '../../../lib/constructs/naming';
import type { AclBinding } from '../../../operator/clients/kafka/user-admin';
import { SECRET } from '../../../operator/kinds';
import { clientOf, loggedIn, type Client, type Login } from '../certificates';
import {
  applyCluster,
  clusterObject,
  conditionOf,
  deleteCluster,
  exists,
  running,
  statusOf,
  wipeCluster,
  type ClusterOptions,
} from '../cluster';
import { figure, seconds } from '../figures';
import { kube, kubectl, NAMESPACE, pause, until } from '../kubernetes';
import { change } from '../live';
import { createTopic, missingRecords, produceSome } from '../records';
import { applyUser, askKafka, deleteUser, grant, javaClient, sendOnce, senderOf, userBecomes, userObject, userReady } from '../users';

const NAME = 'people';
const SIMPLE = 'simple-login';
const OTHER = 'e2e-people';
const TOPIC = 'letters';
const LIMIT = 120_000;

const people: ClusterOptions = {
  name: NAME,
  nodes: { combined: [0] },
  config: ['authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer'],
  spec: {
    listenersConfig: {
      internalListeners: [
        { name: 'internal', type: 'ssl', containerPort: 29_092, usedForInnerBrokerCommunication: true },
        { name: 'controller', type: 'ssl', containerPort: 29_093, usedForControllerCommunication: true },
        { name: 'clients', type: 'sasl_ssl', containerPort: 29_094 },
      ],
      sslSecrets: { tlsSecretName: 'people-ca', create: true },
    },
  },
};

/** Nobody comes in without a password, the operator neither. */
const simple: ClusterOptions = {
  name: SIMPLE,
  nodes: { combined: [0] },
  spec: {
    listenersConfig: {
      internalListeners: [
        { name: 'internal', type: 'sasl_plaintext', containerPort: 29_092, usedForInnerBrokerCommunication: true },
        { name: 'controller', type: 'plaintext', containerPort: 29_093, usedForControllerCommunication: true },
      ],
    },
  },
};

const at = (port: number): string => `${podName(NAME, 0)}.${NAME}-headless.${NAMESPACE}.svc.cluster.local:${String(port)}`;
const TLS = at(29_092);
const LOGIN = at(29_094);
const REFUSED = /authoriz|TOPIC_AUTHORIZATION_FAILED/i;

const inKafka = <T>(ask: Parameters<typeof askKafka<T>>[2]): Promise<T> => askKafka(NAME, TLS, ask);
const aclsOf = async (principal: string): Promise<readonly AclBinding[]> =>
  ((await inKafka((users) => users.describeAcls())) ?? []).filter((acl) => acl.principal === principal);
const byPassword = (username: string, secretName: string, mechanism: Login['mechanism'] = 'scram-sha-512') =>
  loggedIn(LOGIN, { username, secretName, key: 'password', caFrom: authorityName(NAME), mechanism });

/** `deny Write topic literal secret`. */
const inWords = ({ permission, operation, resource, pattern, name }: AclBinding): string =>
  [permission, operation, resource, pattern, name].join(' ');

const CONSOLE = '/opt/kafka/bin/kafka-console';
// The names of these options changed with 4.2; the older ones go on to be understood.
const produceOne = (value: string, at: string, topic: string) => (file: string) =>
  `echo ${value} | ${CONSOLE}-producer.sh --bootstrap-server ${at} --topic ${topic} --producer.config ${file}`;
const consumeAll = (at: string, topic: string, group: string) => (file: string) =>
  `${CONSOLE}-consumer.sh --bootstrap-server ${at} --topic ${topic} --group ${group} --consumer.config ${file} --from-beginning --timeout-ms 10000 2>&1 || true`;

async function putPassword(password: string): Promise<void> {
  const metadata = { name: 'carol-password', namespace: NAMESPACE, labels: { [LABEL.userSecret]: 'true' } };
  await kube.apply(SECRET, { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', stringData: { password } }, { force: true });
}

let admin: Client | undefined;

beforeAll(async () => {
  await Promise.all([applyCluster(people), applyCluster(simple), kubectl(['create', 'namespace', OTHER])]);
  await running(NAME);
  admin = await clientOf(TLS, clientCertificateName(NAME));
  await createTopic(admin.start, TOPIC, { copies: 1 });
}, 300_000);

afterAll(async () => {
  admin?.stop();
  await kubectl(['delete', 'kafkausers', '--all-namespaces', '--all', '--wait=true', '--timeout=60s']);
  await Promise.all([wipeCluster(NAME), wipeCluster(SIMPLE), kubectl(['delete', 'namespace', OTHER, '--wait=false'])]);
}, LIMIT);

describe('a user with a certificate', () => {
  it(
    'may do what it is granted, from the grant until it is revoked',
    async () => {
      const began = Date.now();
      await applyUser(NAME, 'alice');
      await userReady('alice');
      figure('a KafkaUser with a certificate from apply to Ready', seconds(Date.now() - began));
      const client = await clientOf(TLS, 'alice');
      const sender = await senderOf(client.start);
      try {
        expect(await sender.send(TOPIC)).toMatch(REFUSED);
        await applyUser(NAME, 'alice', { topicGrants: grant(TOPIC, 'write') });
        await userReady('alice');
        await until('the grant is known', async () => (await sender.send(TOPIC)) === 'acknowledged', { seconds: 20 });
        const revoked = Date.now();
        await applyUser(NAME, 'alice');
        const said = await until('it is refused again', async () => {
          const answer = await sender.send(TOPIC);
          return answer === 'acknowledged' ? undefined : answer;
        });
        const took = Date.now() - revoked;
        figure('a grant from its removal to the first refusal', seconds(took));
        expect(said).toMatch(REFUSED);
        expect(took).toBeLessThan(5_000);
      } finally {
        client.stop();
        await sender.stop();
      }
    },
    LIMIT,
  );

  it(
    'is a Java client with the key stores of its Secret',
    async () => {
      await applyUser(NAME, 'java', { includeJKS: true, topicGrants: grant(TOPIC, 'read', 'write') });
      await userReady('java');
      const who = { cluster: NAME, node: 0, secretName: 'java' };
      await javaClient(who, produceOne('from-java', TLS, TOPIC));
      expect(await javaClient(who, consumeAll(TLS, TOPIC, 'java'))).toContain('from-java');
    },
    LIMIT,
  );
});

describe('a user with a password', () => {
  it(
    'produces and consumes with the one that was drawn; quotas are in Kafka',
    async () => {
      const began = Date.now();
      const quotas = { producerByteRate: 1_048_576, requestPercentage: 50 };
      await applyUser(NAME, 'bob', { authentication: 'scram-sha-512', topicGrants: grant('numbers', 'read', 'write'), quotas });
      await createTopic(admin!.start, 'numbers', { copies: 1 });
      await userReady('bob');
      figure('a KafkaUser with a password from apply to Ready', seconds(Date.now() - began));
      const bob = await byPassword('bob', 'bob');
      await until('bob may write', async () => (await sendOnce(bob, 'numbers')) === 'acknowledged', { seconds: 20 });
      const sent = await produceSome(bob, 'numbers');
      expect(await missingRecords(bob, 'numbers', sent)).toEqual([]);
      expect((await inKafka((users) => users.describeUserQuotas())).get('bob')).toEqual({
        producer_byte_rate: 1_048_576,
        request_percentage: 50,
      });
    },
    LIMIT,
  );

  it(
    'takes one from a Secret, and follows it',
    async () => {
      await putPassword('first-of-carol');
      const spec = { authentication: 'scram-sha-512', passwordSecret: { name: 'carol-password' }, topicGrants: grant(TOPIC, 'write') };
      await applyUser(NAME, 'carol', spec);
      await userReady('carol');
      const before = await byPassword('carol', 'carol-password');
      await until('the first password serves', async () => (await sendOnce(before, TOPIC)) === 'acknowledged', { seconds: 20 });
      await putPassword('second-of-carol');
      const after = await byPassword('carol', 'carol-password');
      await until('the second password serves', async () => (await sendOnce(after, TOPIC)) === 'acknowledged', { seconds: 30 });
      expect(await sendOnce(before, TOPIC)).toMatch(/authentication|SASL/i);
    },
    LIMIT,
  );
});

describe('a user with ACLs of its own and SCRAM-SHA-256', () => {
  const deny = { resource: 'topic', name: 'free-secret', operations: ['Write'], permission: 'deny' };
  const rest = [
    { resource: 'topic', name: 'free-', patternType: 'prefixed', operations: ['Describe', 'Read', 'Write'] },
    { resource: 'group', name: 'readers-', patternType: 'prefixed', operations: ['Read'] },
    { resource: 'transactionalId', name: 'frank-tx', operations: ['Describe', 'Write'] },
    { resource: 'cluster', operations: ['IdempotentWrite'] },
  ];
  const listed = [
    'allow Describe topic prefixed free-',
    'allow Describe transactionalId literal frank-tx',
    'allow IdempotentWrite cluster literal kafka-cluster',
    'allow Read group prefixed readers-',
    'allow Read topic prefixed free-',
    'allow Write topic prefixed free-',
    'allow Write transactionalId literal frank-tx',
  ];
  const inKafkaNow = async (): Promise<readonly string[]> => (await aclsOf('User:frank')).map(inWords).sort();

  it(
    'has just those in Kafka, and what is denied stays denied until it is denied no more',
    async () => {
      await Promise.all(['free-open', 'free-secret'].map((topic) => createTopic(admin!.start, topic, { copies: 1 })));
      await applyUser(NAME, 'frank', { authentication: 'scram-sha-256', acls: [...rest, deny] });
      await userReady('frank');
      await until('all are listed', async () => (await inKafkaNow()).length > listed.length, { seconds: 20 });
      expect(await inKafkaNow()).toEqual([...listed, 'deny Write topic literal free-secret']);
      expect((await inKafka((users) => users.describeScram())).get('frank')).toMatchObject([{ mechanism: 'SCRAM-SHA-256' }]);
      const frank = await byPassword('frank', 'frank', 'scram-sha-256');
      await until('frank may write', async () => (await sendOnce(frank, 'free-open')) === 'acknowledged', { seconds: 20 });
      expect(await sendOnce(frank, 'free-secret')).toMatch(REFUSED);
      expect(await sendOnce(frank, TOPIC)).toMatch(REFUSED);
      await applyUser(NAME, 'frank', { authentication: 'scram-sha-256', acls: rest });
      await userReady('frank');
      await until('it is denied no more', async () => (await sendOnce(frank, 'free-secret')) === 'acknowledged', { seconds: 20 });
      expect(await inKafkaNow()).toEqual(listed);
    },
    LIMIT,
  );

  it(
    'is a Java client with its password, in the groups that it may use',
    async () => {
      const who = { cluster: NAME, node: 0, secretName: 'frank', login: { username: 'frank', mechanism: 'SCRAM-SHA-256' } } as const;
      await javaClient(who, produceOne('from-java-by-password', LOGIN, 'free-open'));
      expect(await javaClient(who, consumeAll(LOGIN, 'free-open', 'readers-one'))).toContain('from-java-by-password');
      expect(await javaClient(who, consumeAll(LOGIN, 'free-open', 'others'))).toMatch(
        /GroupAuthorizationException|Not authorized to access group/,
      );
    },
    LIMIT,
  );
});

describe('what a user leaves behind', () => {
  it(
    'is nothing, and what others made stays',
    async () => {
      const dave = { resource: 'topic', name: TOPIC, pattern: 'literal', principal: 'User:dave', host: '*' } as const;
      const foreign: AclBinding = { ...dave, operation: 'Describe', permission: 'allow' };
      expect(await inKafka((users) => users.createAcls([foreign]))).toEqual([undefined]);
      const spec = { authentication: 'scram-sha-512', topicGrants: grant('numbers', 'read'), quotas: { consumerByteRate: 1_000_000 } };
      await applyUser(NAME, 'dave', spec);
      await userReady('dave');
      expect((await aclsOf('User:dave')).length).toBeGreaterThan(1);
      await deleteUser('dave');
      await until('only the ACL of somebody else is left', async () => (await aclsOf('User:dave')).length === 1, { seconds: 20 });
      expect(await aclsOf('User:dave')).toEqual([foreign]);
      const [scram, quotas] = await inKafka((users) => Promise.all([users.describeScram(), users.describeUserQuotas()]));
      expect([scram.has('dave'), quotas.has('dave')]).toEqual([false, false]);
      await until('its Secret is gone', async () => !(await exists(SECRET, 'dave')), { seconds: 60 });
    },
    LIMIT,
  );
});

describe('a user of another namespace', () => {
  it(
    'counts once the cluster lists it',
    async () => {
      await applyUser(NAME, 'erin', { topicGrants: grant(TOPIC, 'read') }, OTHER);
      await userBecomes('erin', 'SpecAccepted', 'False NamespaceNotAllowed', OTHER);
      expect(await aclsOf('User:CN=erin')).toEqual([]);
      await change((spec) => void Object.assign(spec, { userNamespaces: [OTHER] }), NAME);
      await userReady('erin', OTHER);
      await until('its ACLs are there', async () => (await aclsOf('User:CN=erin')).length > 0, { seconds: 20 });
      await deleteUser('erin', OTHER);
    },
    LIMIT,
  );

  it(
    'cannot have a name of the brokers in its certificate',
    async () => {
      await applyUser(NAME, 'mallory', { dnsNames: [`*.${NAME}-headless.${NAMESPACE}.svc.cluster.local`] });
      await userBecomes('mallory', 'SpecAccepted', 'False DnsNameReserved');
      await pause(1_000);
      expect(await exists(SECRET, 'mallory')).toBe(false);
      await deleteUser('mallory');
    },
    LIMIT,
  );
});

describe('a cluster whose brokers know passwords only', () => {
  it('is looked after by password', async () => {
    const object = await running(SIMPLE);
    expect(conditionOf(object, 'Ready')?.status).toBe('True');
  }, 300_000);

  it('made again on its volumes it lets the operator in: the passwords that Kafka was told outlived it', async () => {
    const { clusterID } = statusOf(await clusterObject(SIMPLE));
    await deleteCluster(SIMPLE);
    await applyCluster(simple);
    expect(statusOf(await running(SIMPLE)).clusterID).toBe(clusterID);
  }, 300_000);
});

describe('a user whose cluster was deleted first', () => {
  it(
    'holds nobody up',
    async () => {
      expect(await clusterObject(NAME)).toBeDefined();
      await deleteCluster(NAME);
      await userBecomes('bob', 'Ready', 'False ClusterNotFound');
      const began = Date.now();
      await deleteUser('bob');
      figure('a KafkaUser gone whose cluster was deleted first', seconds(Date.now() - began));
      expect(await userObject('bob')).toBeUndefined();
    },
    LIMIT,
  );
});
