/** Cruise Control as the spec wants it, and what is refused about it. */
import { resolve } from '../../../lib/api/resolve';
import type { ResolvedCruiseControl } from '../../../lib/api/resolved-cluster';
import { cluster, combined, spec } from './specs';

type Json = Record<string, unknown>;

const three = [0, 1, 2].map((id) => combined(id));
const given = (cruiseControlConfig: unknown, more: Json = {}) => resolve(cluster(spec({ brokers: three, cruiseControlConfig, ...more })));

function resolved(cruiseControlConfig: unknown, more: Json = {}): ResolvedCruiseControl {
  const { cluster: found, problems } = given(cruiseControlConfig, more);
  expect(problems).toEqual([]);
  return found!.cruiseControl!;
}

describe('a cluster has Cruise Control', () => {
  test.each([
    ['not when its spec says nothing of it', {}, false],
    ['not when the field is null', { cruiseControlConfig: null }, false],
    ['when the field is empty', { cruiseControlConfig: {} }, true],
    ['when one is there already', { cruiseControlConfig: { cruiseControlEndpoint: 'cc:8090' } }, true],
  ])('%s, and with it the reporter in its brokers', (_name, changes, has) => {
    const found = resolve(cluster(spec(changes))).cluster;
    expect(found?.cruiseControl !== undefined).toBe(has);
    expect(found?.metricsReporter).toBe(has);
  });

  test('with defaults that fit three brokers', () => {
    expect(resolved({})).toMatchObject({
      external: undefined,
      topic: { name: '__CruiseControlMetrics', partitions: 12, replicationFactor: 3 },
      operationTtlSeconds: undefined,
      selfHealing: false,
      rebalanceSchedule: undefined,
      pod: {
        image: 'adobe/cruise-control:3.0.3-adbe-20260722',
        resources: { requests: { cpu: '200m', memory: '768Mi' }, limits: { cpu: '200m', memory: '768Mi' } },
        serviceAccountName: 'default',
      },
    });
  });

  test('with empty texts as if they were left out, as samples have them', () => {
    const texts = { capacityConfig: '', clusterConfig: ' ', log4jConfig: '\n', rebalanceSchedule: '', cruiseControlEndpoint: '' };
    const found = resolved(texts);
    expect([found.capacityConfig, found.clusterConfig, found.log4jConfig, found.rebalanceSchedule, found.external]).toEqual(
      Array.from({ length: 5 }, () => undefined),
    );
  });
});

describe('the topic of the reporters', () => {
  const topic = (readOnlyConfig: string, brokers: readonly Json[] = three, cruiseControlConfig: Json = {}) =>
    resolved(cruiseControlConfig, { readOnlyConfig, brokers }).topic;

  test('is named by the brokers', () => {
    expect(topic('cruise.control.metrics.topic=figures\n')?.name).toBe('figures');
  });

  test.each([
    [1, 1],
    [2, 2],
    [5, 3],
  ])('has on %d brokers %d replicas', (brokers, replicas) => {
    expect(
      topic(
        '',
        Array.from({ length: brokers }, (_, id) => combined(id)),
      )?.replicationFactor,
    ).toBe(replicas);
  });

  test('is as topicConfig says', () => {
    expect(topic('', three, { topicConfig: { partitions: 5, replicationFactor: 2 } })).toMatchObject({
      partitions: 5,
      replicationFactor: 2,
    });
  });

  test('is left to the reporters when they are told to make it', () => {
    expect(topic('cruise.control.metrics.topic.auto.create=true\n')).toBeUndefined();
  });
});

describe('one that is there already', () => {
  const external = (config: Json) => resolved({ cruiseControlEndpoint: 'cc.tools:8090', ...config }).external;

  test.each([
    ['is spoken to in clear text', {}, 'http://cc.tools:8090'],
    ['is spoken to by HTTPS when tls is written', { tls: {} }, 'https://cc.tools:8090'],
    ['is spoken to in clear text when tls is off', { tls: { enabled: false } }, 'http://cc.tools:8090'],
    ['may have an IPv6 address', { cruiseControlEndpoint: '[fd00::1]:8090' }, 'http://[fd00::1]:8090'],
    ['may be written with blanks around it', { cruiseControlEndpoint: ' cc:1 ' }, 'http://cc:1'],
  ])('%s', (_name, config, origin) => {
    expect(external(config)?.origin).toBe(origin);
  });

  test('is spoken to with Secrets, by name', () => {
    expect(external({ tls: { caSecret: { name: 'ca' }, insecureSkipVerify: true }, auth: { basicSecret: { name: 'login' } } })).toEqual({
      origin: 'https://cc.tools:8090',
      insecureSkipVerify: true,
      caSecret: 'ca',
      basicSecret: 'login',
      tokenSecret: undefined,
    });
  });
});

test.each([
  ['off', {}, 'false', false],
  ['on by the field', { selfHealing: true }, 'true', true],
  ['on by the field, one kind taken out', { selfHealing: true, config: 'self.healing.goal.violation.enabled=false' }, 'true', true],
  ['on by the settings', { config: 'self.healing.enabled=true' }, 'true', true],
  ['on for one kind by the settings', { config: 'self.healing.broker.failure.enabled=TRUE' }, 'false', true],
  ['off when the settings say so', { config: 'self.healing.disk.failure.enabled=false\nself.healing.goals=a' }, 'false', false],
])('self-healing is %s', (_name, config, setting, heals) => {
  const found = resolved(config);
  expect(found.config['self.healing.enabled']).toBe(setting);
  expect(found.selfHealing).toBe(heals);
});

const capacity = (...entries: readonly unknown[]) => ({ capacityConfig: JSON.stringify({ brokerCapacities: entries }) });
const amounts = { DISK: '1', CPU: '1', NW_IN: '1', NW_OUT: '1' };

describe('refuses, with path and remedy,', () => {
  test.each<readonly [string, unknown, string, RegExp]>([
    ['a URL for an endpoint', { cruiseControlEndpoint: 'http://cc:8090' }, 'cruiseControlEndpoint', /host and port alone/],
    ['an endpoint without a port', { cruiseControlEndpoint: 'cc' }, 'cruiseControlEndpoint', /for example/],
    ['a port that no host has', { cruiseControlEndpoint: 'cc:70000' }, 'cruiseControlEndpoint', /for example/],
    ['nonsense for an endpoint', { cruiseControlEndpoint: 'a b:8090' }, 'cruiseControlEndpoint', /cannot reach/],
    [
      'a password and a token',
      { cruiseControlEndpoint: 'cc:1', auth: { basicSecret: { name: 'a' }, tokenSecret: { name: 'b' } } },
      'auth',
      /leave out/,
    ],
    ['settings that are no properties', { config: '{"a": 1}' }, 'config', /key=value/],
    ['a door that the operator cannot pass', { config: 'webserver.ssl.enable=true' }, 'config', /cruiseControlEndpoint/],
    ['requests that wait for a review', { config: 'two.step.verification.enabled = true' }, 'config', /remove it/],
    ['capacities that are no JSON', { capacityConfig: '{' }, 'capacityConfig', /no JSON .*shape/],
    ['capacities without a list', { capacityConfig: '[]' }, 'capacityConfig', /brokerCapacities/],
    ['a capacity of nobody', capacity({ capacity: amounts }), 'capacityConfig', /entry 0 has no brokerId/],
    ['a capacity of a name', capacity({ brokerId: 'one', capacity: amounts }), 'capacityConfig', /entry 0/],
    [
      'two capacities of one broker',
      capacity({ brokerId: 1, capacity: amounts }, { brokerId: '1', capacity: amounts }),
      'capacityConfig',
      /broker 1 has two/,
    ],
    ['a capacity without disks', capacity({ brokerId: '0', capacity: { ...amounts, DISK: {} } }), 'capacityConfig', /lacks DISK/],
    [
      'an amount with a unit',
      capacity({ brokerId: '0', capacity: { ...amounts, CPU: '200m', NW_IN: undefined } }),
      'capacityConfig',
      /lacks CPU, NW_IN/,
    ],
    ['cluster settings that are no JSON', { clusterConfig: 'min.insync.replicas=2' }, 'clusterConfig', /JSON object/],
    ['cluster settings that are a list', { clusterConfig: '[]' }, 'clusterConfig', /JSON object/],
    [
      'more replicas than brokers',
      { topicConfig: { partitions: 1, replicationFactor: 4 } },
      'topicConfig.replicationFactor',
      /lower it to 3/,
    ],
    ['a schedule of seconds', { rebalanceSchedule: '0 0 3 * * 0' }, 'rebalanceSchedule', /six|6 fields/],
    ['a schedule that never comes', { rebalanceSchedule: '0 25 * * *' }, 'rebalanceSchedule', /hour/],
  ])('%s', (_name, config, path, message) => {
    const { problems } = given(config);
    expect(problems.map((p) => p.path)).toEqual([`spec.cruiseControlConfig.${path}`]);
    expect(problems[0]!.message).toMatch(/^cannot /);
    expect(problems[0]!.message).toMatch(message);
  });

  test('a network that is no number, of a broker and of a group', () => {
    const networkConfig = { incomingNetworkThroughPut: '1Gbit', outgoingNetworkThroughPut: '0' };
    const { problems } = given(undefined, { brokers: [combined(0, { networkConfig })], brokerConfigGroups: { a: { networkConfig } } });
    expect(problems.map((p) => p.path)).toEqual([
      'spec.brokers[0].brokerConfig.networkConfig.incomingNetworkThroughPut',
      'spec.brokers[0].brokerConfig.networkConfig.outgoingNetworkThroughPut',
      'spec.brokerConfigGroups[a].networkConfig.incomingNetworkThroughPut',
      'spec.brokerConfigGroups[a].networkConfig.outgoingNetworkThroughPut',
    ]);
  });

  test('nothing that Koperator takes: capacities of all brokers, of cores, of log directories, in whatever order', () => {
    const entries = [
      { brokerId: '-1', capacity: amounts },
      { brokerId: 0, capacity: { ...amounts, DISK: { '/a/kafka': 1, '/b/kafka': '2.5' }, CPU: { 'num.cores': '4' } }, doc: 'mine' },
    ];
    expect(given(capacity(...entries)).problems).toEqual([]);
  });
});

test('settings that the operator sets itself are a hint, unless they are what it sets', () => {
  const config =
    'webserver.http.port=9090\nbootstrap.servers=a:1\nzookeeper.connect=zk\nwebserver.http.address=0.0.0.0\nmax.active.user.tasks=9\n';
  const hints = (changes: Json) => given({ config, ...changes }).cluster?.hints.filter((h) => h.path.includes('cruiseControl'));
  const message = 'the operator itself sets bootstrap.servers, webserver.http.port, zookeeper.connect; what is written there has no effect';
  expect(hints({})).toEqual([{ path: 'spec.cruiseControlConfig.config', message }]);
  expect(hints({ cruiseControlEndpoint: 'cc:1' })).toEqual([]);
});

test('a network is what is written, else 125000 kB/s; what a node that left has written badly does not lose it', () => {
  const networkConfig = { incomingNetworkThroughPut: '5' };
  const recorded = [{ id: 7, spec: combined(7, { networkConfig: { incomingNetworkThroughPut: 'much' } }) }];
  const { cluster: found } = resolve(cluster(spec({ brokers: [combined(0, { networkConfig })] })), recorded);
  expect(found?.nodes.map((n) => [n.id, n.network])).toEqual([
    [0, { incoming: 5, outgoing: 125_000 }],
    [7, { incoming: 125_000, outgoing: 125_000 }],
  ]);
});
