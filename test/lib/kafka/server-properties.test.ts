import type { NodeRole } from '../../../lib/kafka/node-role';
import { serverProperties, type ServerCluster, type ServerNode } from '../../../lib/kafka/server-properties';

const listener = (name: string, containerPort: number, protocol = 'plaintext') => ({ name, containerPort, protocol });
const internal = listener('internal', 29092);
const controllers = listener('controller', 29093);
const apps = listener('apps', 29094);

const node = (id: number, roles: readonly NodeRole[], more: Partial<ServerNode> = {}): ServerNode => ({
  id,
  roles,
  readOnlyConfig: {},
  storage: [{ mountPath: '/kafka-logs' }],
  ...more,
});

const CONTROLLER = node(0, ['controller']);
const BROKER = node(100, ['broker']);
const COMBINED = node(7, ['controller', 'broker']);

const cluster = (more: Partial<ServerCluster> = {}): ServerCluster => ({
  name: 'orders',
  namespace: 'kafka',
  domain: 'cluster.local',
  headless: true,
  kafkaVersion: '4.3.1',
  quorumMode: 'dynamic',
  listeners: { internal: [internal, controllers, apps], interBroker: internal, controller: controllers },
  readOnlyConfig: {},
  metricsReporter: false,
  nodes: [BROKER, node(10, ['controller']), CONTROLLER, node(2, ['controller'])],
  ...more,
});

const plain = (wanted: ServerNode, more: Partial<ServerCluster> = {}) => serverProperties(cluster(more), wanted).plain;

describe('connections among nodes', () => {
  const key = 'socket.connection.setup.timeout.max.ms';

  test.each([BROKER, CONTROLLER, COMBINED])('give up on an address that is gone long before a broker is taken for dead', (wanted) => {
    const keys = plain(wanted);
    expect([keys['socket.connection.setup.timeout.ms'], keys[key]]).toEqual(['1000', '2000']);
  });

  test('are as patient as the user says', () => {
    expect(plain(BROKER, { readOnlyConfig: { [key]: '8000' } })[key]).toBe('8000');
  });
});

describe('what a node listens on', () => {
  test.each([
    ['a broker: everything but the quorum', BROKER, 'INTERNAL://:29092,APPS://:29094'],
    ['a controller: the quorum alone', CONTROLLER, 'CONTROLLER://:29093'],
    ['a combined node: both', COMBINED, 'INTERNAL://:29092,APPS://:29094,CONTROLLER://:29093'],
  ])('%s', (_name, wanted, listeners) => {
    expect(plain(wanted)['listeners']).toBe(listeners);
  });

  test.each([
    [
      'a broker',
      BROKER,
      'INTERNAL://orders-100.orders-headless.kafka.svc.cluster.local:29092,APPS://orders-100.orders-headless.kafka.svc.cluster.local:29094',
    ],
    [
      'a combined node, to the quorum as well',
      COMBINED,
      'INTERNAL://orders-7.orders-headless.kafka.svc.cluster.local:29092,APPS://orders-7.orders-headless.kafka.svc.cluster.local:29094,CONTROLLER://orders-7.orders-headless.kafka.svc.cluster.local:29093',
    ],
    ['a controller to the quorum alone', CONTROLLER, 'CONTROLLER://orders-0.orders-controller-headless.kafka.svc.cluster.local:29093'],
  ])('advertises %s', (_name, wanted, advertised) => {
    expect(plain(wanted)['advertised.listeners']).toBe(advertised);
  });

  test.each([
    ['static', '3.8.1', undefined],
    ['static', undefined, undefined],
    ['static', '3.9.2', 'CONTROLLER://orders-0.orders-controller-headless.kafka.svc.cluster.local:29093'],
    ['dynamic', undefined, 'CONTROLLER://orders-0.orders-controller-headless.kafka.svc.cluster.local:29093'],
  ] as const)('in a %s quorum with software %s advertises a controller where Kafka takes it', (quorumMode, kafkaVersion, advertised) => {
    expect(plain(CONTROLLER, { quorumMode, kafkaVersion })['advertised.listeners']).toBe(advertised);
  });

  test.each([BROKER, CONTROLLER, COMBINED])('names the protocol of every listener on every node', (wanted) => {
    const sasl = { internal: [internal, listener('apps', 1, 'sasl_ssl')], interBroker: internal, controller: controllers };
    expect(plain(wanted, { listeners: sasl })['listener.security.protocol.map']).toBe(
      'INTERNAL:PLAINTEXT,APPS:SASL_SSL,CONTROLLER:PLAINTEXT',
    );
    expect(plain(wanted)['controller.listener.names']).toBe('CONTROLLER');
    expect(plain(wanted)['inter.broker.listener.name']).toBe('INTERNAL');
  });

  test('leaves the listener among brokers to a user who named it by its protocol', () => {
    const keys = plain(BROKER, { readOnlyConfig: { 'security.inter.broker.protocol': 'PLAINTEXT' } });
    expect(keys['inter.broker.listener.name']).toBeUndefined();
    expect(keys['security.inter.broker.protocol']).toBe('PLAINTEXT');
  });
});

describe('who a node is', () => {
  test('says its id and its roles in the order of the spec', () => {
    expect(plain(COMBINED)).toMatchObject({ 'node.id': '7', 'process.roles': 'controller,broker' });
  });

  test('keeps its data below each mount path and its metadata log below the first', () => {
    const disks = node(100, ['broker'], { storage: [{ mountPath: '/disk-b/' }, { mountPath: '/disk-a' }] });
    expect(plain(disks)).toMatchObject({ 'log.dirs': '/disk-b/kafka,/disk-a/kafka', 'metadata.log.dir': '/disk-b/kafka' });
    expect(plain(BROKER)['metadata.log.dir']).toBe('/kafka-logs/kafka');
  });
});

describe('the quorum', () => {
  const host = (id: number) => `orders-${id}.orders-controller-headless.kafka.svc.cluster.local:29093`;

  test('is found by its controllers in order of ids', () => {
    expect(plain(BROKER)['controller.quorum.bootstrap.servers']).toBe([0, 2, 10].map(host).join(','));
    expect(plain(BROKER)['controller.quorum.voters']).toBeUndefined();
  });

  test('has its voters in the configuration when it is static', () => {
    const keys = plain(CONTROLLER, { quorumMode: 'static', readOnlyConfig: { 'controller.quorum.voters': 'x' } });
    expect(keys['controller.quorum.voters']).toBe([0, 2, 10].map((id) => `${id}@${host(id)}`).join(','));
    expect(keys['controller.quorum.bootstrap.servers']).toBeUndefined();
    expect(keys['controller.quorum.auto.join.enable']).toBeUndefined();
  });

  test("does not take a broker's own list of voters", () => {
    const own = node(100, ['broker'], { readOnlyConfig: { 'controller.quorum.voters': '1@elsewhere:1' } });
    expect(plain(own)['controller.quorum.voters']).toBeUndefined();
  });

  test.each([
    ['4.2.0', CONTROLLER, 'false'],
    ['4.3.1', COMBINED, 'false'],
    ['4.3.1', BROKER, undefined],
    ['4.1.2', CONTROLLER, undefined],
    [undefined, CONTROLLER, undefined],
  ])('is joined by nobody on its own: Kafka %s', (kafkaVersion, wanted, value) => {
    expect(plain(wanted, { kafkaVersion })['controller.quorum.auto.join.enable']).toBe(value);
  });
});

describe('who has the last word on a key', () => {
  test('a broker over the cluster, and what is generated over both', () => {
    const own = node(100, ['broker'], { readOnlyConfig: { 'num.io.threads': '16', 'node.id': '3', listeners: 'X://:1' } });
    const keys = plain(own, { readOnlyConfig: { 'num.io.threads': '8', 'num.network.threads': '4', 'log.dirs': '/elsewhere' } });
    expect(keys).toMatchObject({ 'num.io.threads': '16', 'num.network.threads': '4', 'node.id': '100', 'log.dirs': '/kafka-logs/kafka' });
    expect(keys['listeners']).toBe('INTERNAL://:29092,APPS://:29094');
  });

  test('nobody on super users: all of them are', () => {
    const own = node(100, ['broker'], { readOnlyConfig: { 'super.users': 'User:b;User:a' } });
    expect(plain(own, { readOnlyConfig: { 'super.users': 'User:a; User:c;' } })['super.users']).toBe('User:a;User:c;User:b');
    expect(plain(BROKER)['super.users']).toBeUndefined();
  });

  test('drops the switches of a migration that Kafka does not know', () => {
    expect(
      Object.keys(plain(BROKER, { readOnlyConfig: { 'migration.broker.kRaftMode': 'true' } })).filter((k) => k.startsWith('migration')),
    ).toEqual([]);
  });

  test('keeps defaults of topics on controllers, which make the topics', () => {
    const keys = plain(CONTROLLER, { readOnlyConfig: { 'num.partitions': '6', 'default.replication.factor': '3' } });
    expect(keys).toMatchObject({ 'num.partitions': '6', 'default.replication.factor': '3' });
  });
});

describe('metric reporters', () => {
  const JMX = 'org.apache.kafka.common.metrics.JmxReporter';
  const CC = 'com.linkedin.kafka.cruisecontrol.metricsreporter.CruiseControlMetricsReporter';
  test.each([
    ['none are named where nobody wants one', BROKER, { cruiseControl: false, written: undefined }, undefined],
    ["a broker has Cruise Control's and the one of JMX", BROKER, { cruiseControl: true, written: undefined }, `${CC},${JMX}`],
    ["a user's own stays, and so does the one of JMX", BROKER, { cruiseControl: true, written: 'my.Reporter' }, `my.Reporter,${CC},${JMX}`],
    ["a user's own alone does not blind the exporter", BROKER, { cruiseControl: false, written: 'my.Reporter' }, `my.Reporter,${JMX}`],
    ['none is named twice', BROKER, { cruiseControl: true, written: `${JMX}, ${CC}` }, `${CC},${JMX}`],
    ["a controller never has Cruise Control's", CONTROLLER, { cruiseControl: true, written: CC }, undefined],
    ["a controller keeps a user's own", CONTROLLER, { cruiseControl: true, written: `${CC},my.Reporter` }, `my.Reporter,${JMX}`],
    ['a combined node is a broker', COMBINED, { cruiseControl: true, written: undefined }, `${CC},${JMX}`],
  ])('%s', (_name, wanted, { cruiseControl, written }, expected) => {
    const readOnlyConfig = written === undefined ? {} : { 'metric.reporters': written };
    expect(plain(wanted, { metricsReporter: cruiseControl, readOnlyConfig })['metric.reporters']).toBe(expected);
  });

  test('send to any broker', () => {
    const keys = plain(BROKER, { metricsReporter: true });
    expect(keys).toMatchObject({
      'cruise.control.metrics.reporter.bootstrap.servers': 'orders-headless.kafka.svc.cluster.local:29092',
      'cruise.control.metrics.reporter.kubernetes.mode': 'true',
    });
    expect(Object.keys(plain(CONTROLLER, { metricsReporter: true })).filter((key) => key.startsWith('cruise'))).toEqual([]);
  });
});

describe('secrets', () => {
  test('are kept apart from what everybody may read', () => {
    const { plain: open, sensitive } = serverProperties(
      cluster({ readOnlyConfig: { 'listener.name.internal.sasl.jaas.config': 'x', 'ssl.keystore.location': '/k', 'num.partitions': '3' } }),
      node(100, ['broker'], { readOnlyConfig: { 'ssl.keystore.password': 'y' } }),
    );
    expect(sensitive).toEqual({ 'listener.name.internal.sasl.jaas.config': 'x', 'ssl.keystore.password': 'y' });
    expect(open).toMatchObject({ 'ssl.keystore.location': '/k', 'num.partitions': '3' });
    expect(JSON.stringify(open)).not.toMatch(/jaas|password/);
  });
});

test('the keys are sorted and there is no rack: it is known only where the Pod lands', () => {
  const keys = Object.keys(plain(COMBINED, { readOnlyConfig: { 'zzz.last': '1', 'a.first': '1' } }));
  expect(keys).toEqual([...keys].sort());
  expect(keys).not.toContain('broker.rack');
});
