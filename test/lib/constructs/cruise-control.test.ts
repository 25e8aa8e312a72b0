/** What is made for Cruise Control; its objects as a whole are in test/golden. */
import { resolve } from '../../../lib/api/resolve';
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { sharedManifests } from '../../../lib/constructs/cluster';
import { cruiseControlManifests, cruiseControlOrigin } from '../../../lib/constructs/cruise-control';
import type { Manifest } from '../../../lib/constructs/manifest';
import { LABEL } from '../../../lib/constructs/naming';
import { claim, cluster, combined, spec } from '../api/specs';

type Json = Record<string, unknown>;

const made = (cruiseControlConfig: unknown, more: Json = {}, metadata: Json = {}): ResolvedCluster =>
  resolve(cluster(spec({ brokers: [0, 1, 2].map((id) => combined(id)), cruiseControlConfig, ...more }), metadata)).cluster!;

const named = (of: ResolvedCluster, kind: string, name: string): Manifest =>
  cruiseControlManifests(of).find((m) => m.kind === kind && m.metadata.name === name)!;

interface Template {
  readonly metadata: { readonly labels: Record<string, string>; readonly annotations: Record<string, string> };
  readonly spec: Json & { readonly containers: readonly Json[] };
}

const templateOf = (of: ResolvedCluster): Template =>
  (named(of, 'Deployment', 'kafka-cruisecontrol')['spec'] as { template: Template }).template;
const hashesOf = (of: ResolvedCluster): Record<string, string> => templateOf(of).metadata.annotations;
const capacities = (of: ResolvedCluster): readonly Json[] => {
  const data = named(of, 'ConfigMap', 'kafka-cruisecontrol-config')['data'] as Record<string, string>;
  return (JSON.parse(data['capacity.json']!) as { brokerCapacities: Json[] }).brokerCapacities;
};

describe('is made', () => {
  test('with the cluster, and not without being wished for', () => {
    const names = (of: ResolvedCluster): readonly string[] => sharedManifests(of).map((m) => m.metadata.name);
    expect(names(made({}))).toEqual(
      expect.arrayContaining(['kafka-cruisecontrol', 'kafka-cruisecontrol-svc', 'kafka-cruisecontrol-config']),
    );
    expect(names(made(undefined)).filter((name) => name.includes('cruise'))).toEqual([]);
    expect(cruiseControlManifests(made({ cruiseControlEndpoint: 'cc:8090' }))).toEqual([]);
  });

  test('so that nothing of it is ever taken for a Kafka node', () => {
    const of = made({}, { propagateLabels: true }, { labels: { app: 'kafka', isBrokerNode: 'true' } });
    const labels = [...cruiseControlManifests(of).map((m) => m.metadata.labels), templateOf(of).metadata.labels];
    expect(labels.map((l) => l?.[LABEL.app])).toEqual(labels.map(() => 'cruisecontrol'));
    expect(labels.map((l) => l?.[LABEL.cluster])).toEqual(labels.map(() => 'kafka'));
    expect(labels.filter((l) => l?.[LABEL.nodeId] !== undefined)).toEqual([]);
    const selector = (named(of, 'Service', 'kafka-cruisecontrol-svc')['spec'] as { selector: Record<string, string> }).selector;
    expect(selector).toEqual({ app: 'cruisecontrol', kafka_cr: 'kafka' });
  });

  test('so that there are never two of it', () => {
    expect(named(made({}), 'Deployment', 'kafka-cruisecontrol')['spec']).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  });

  test('without an account, unless it is given one', () => {
    expect(templateOf(made({})).spec['automountServiceAccountToken']).toBe(false);
    expect(templateOf(made({ serviceAccountName: 'mover' })).spec).not.toHaveProperty('automountServiceAccountToken');
  });
});

test.each([
  ['deployed', {}, 'http://kafka-cruisecontrol-svc.default.svc.cluster.local:8090'],
  ['there already', { cruiseControlEndpoint: 'cc:1', tls: {} }, 'https://cc:1'],
  ['none', undefined, undefined],
])('it is asked at its origin: %s', (_name, config, origin) => {
  expect(cruiseControlOrigin(made(config))).toBe(origin);
});

describe('the Pod is made anew', () => {
  const before = hashesOf(made({}));

  test.each([
    ['its settings', { config: 'a=b' }, {}, 'cruiseControlConfig.json'],
    ['its log configuration', { log4jConfig: 'x' }, {}, 'cruiseControlLogConfig.json'],
    ['what topics have', { clusterConfig: '{}' }, {}, 'cruiseControlClusterConfig.json'],
    ['what the brokers have set for topics', {}, { clusterWideConfig: 'min.insync.replicas=2' }, 'cruiseControlClusterConfig.json'],
    [
      'a disk',
      {},
      { brokers: [0, 1, 2].map((id) => combined(id, { storageConfigs: [claim('/a', '1Ti')] })) },
      'cruiseControlCapacity.json',
    ],
    ['a broker that comes', {}, { brokers: [0, 1, 2, 3].map((id) => combined(id)) }, 'cruiseControlCapacity.json'],
  ])('when %s changes, and its hash says so', (_name, config, more, key) => {
    const after = hashesOf(made(config, more));
    expect(Object.keys(after).filter((k) => after[k] !== before[k])).toEqual([key]);
    expect(after[key]).toMatch(/^[0-9a-f]{64}$/);
  });

  test('not for capacities when somebody else tells it of them', () => {
    const annotation = 'cruise-control.banzaicloud.com/broker-capacity-config';
    expect(hashesOf(made({ cruiseControlAnnotations: { [annotation]: 'dynamic' } }))).not.toHaveProperty(['cruiseControlCapacity.json']);
    expect(hashesOf(made({ cruiseControlAnnotations: { [annotation]: 'static' } }))).toHaveProperty(['cruiseControlCapacity.json']);
  });

  test('not for another label or a hash that a user writes', () => {
    expect(hashesOf(made({ cruiseControlAnnotations: { 'cruiseControlConfig.json': 'mine' } }))).toMatchObject(before);
  });
});

describe('capacities', () => {
  const disks = (storageConfigs: readonly unknown[], more: Json = {}) =>
    (capacities(made({}, { brokers: [combined(0, { storageConfigs, ...more })] }))[0]!['capacity'] as { DISK: Json }).DISK;
  const cpu = (resourceRequirements: unknown) =>
    (capacities(made({}, { brokers: [combined(0, { resourceRequirements })] }))[0]!['capacity'] as { CPU: string }).CPU;

  test('of disks are decimal megabytes under the path that Kafka writes to', () => {
    const storage = [claim('/a/', '10Gi'), claim('/b', '1500M'), claim('/c', '1')];
    expect(disks(storage)).toEqual({ '/a/kafka': '10737', '/b/kafka': '1500', '/c/kafka': '1' });
  });

  test('of disks that were grown beyond the spec are what they have now, and never less than the spec says', () => {
    const of = made({}, { brokers: [combined(0, { storageConfigs: [claim('/a', '10Gi'), claim('/b', '10Gi')] }), combined(1)] });
    const grown = { 0: { '/a': 20e9, '/b': 5e9, '/gone': 1e9 } };
    const config = cruiseControlManifests(of, undefined, grown).find((m) => m.metadata.name === 'kafka-cruisecontrol-config')!;
    const { brokerCapacities } = JSON.parse((config['data'] as Record<string, string>)['capacity.json']!) as { brokerCapacities: Json[] };
    expect(brokerCapacities[0]).toMatchObject({ capacity: { DISK: { '/a/kafka': '20000', '/b/kafka': '10737' } } });
    expect(brokerCapacities[1]).toEqual(capacities(of)[1]);
    const deployment = (grownBy?: typeof grown) => cruiseControlManifests(of, undefined, grownBy).find(({ kind }) => kind === 'Deployment');
    expect(deployment(grown)).not.toEqual(deployment());
    expect(deployment({ 0: { '/a': 1, '/b': 1, '/gone': 1 } })).toEqual(deployment());
  });

  test('of an emptyDir are its limit, or a guess', () => {
    const storage = [claim('/a'), { mountPath: '/b', emptyDir: { sizeLimit: '2Gi' } }, { mountPath: '/c', emptyDir: {} }];
    expect(disks(storage)).toMatchObject({ '/b/kafka': '2147', '/c/kafka': '10737' });
  });

  test.each([
    ['the limit', { limits: { cpu: '1500m' }, requests: { cpu: '1' } }, '150'],
    ['whole cores', { limits: { cpu: 4 } }, '400'],
    ['the request where there is no limit', { limits: { memory: '1Gi' }, requests: { cpu: '250m' } }, '25'],
    ['one core where nothing is said', {}, '100'],
    ['at least something', { limits: { cpu: '1m' } }, '1'],
  ])('of CPU are percents of a core: %s', (_name, resources, percent) => {
    expect(cpu(resources)).toBe(percent);
  });

  test('are in the order of numbers, of brokers only, and of those that left as they are recorded', () => {
    const brokers = [
      { id: 0, brokerConfig: { processRoles: ['controller'], storageConfigs: [claim('/kafka-logs')] } },
      ...[11, 9].map((id) => combined(id, { processRoles: ['broker'] })),
    ];
    const object = cluster(spec({ brokers, cruiseControlConfig: {} }));
    const left = combined(100, { processRoles: ['broker'], storageConfigs: [claim('/old', '7G')] });
    const of = resolve(object, [{ id: 100, spec: left }]).cluster!;
    expect(capacities(of).map((entry) => entry['brokerId'])).toEqual(['9', '11', '100']);
    expect(capacities(of)[2]).toMatchObject({ capacity: { DISK: { '/old/kafka': '7000' } } });
  });

  test('that a user wrote are kept as they are, and those he did not are added', () => {
    const mine = { brokerId: 1, capacity: { DISK: '5', CPU: '6', NW_IN: '7', NW_OUT: '8' }, more: 'mine' };
    const found = capacities(made({ capacityConfig: JSON.stringify({ brokerCapacities: [mine] }) }));
    expect(found.map((entry) => entry['brokerId'])).toEqual(['0', 1, '2']);
    expect(found[1]).toEqual(mine);
  });

  test('of all brokers are taken word by word', () => {
    const text = '{ "brokerCapacities" : [ {"brokerId":"-1","capacity":{"DISK":"1","CPU":"1","NW_IN":"1","NW_OUT":"1"}} ] }  ';
    const data = named(made({ capacityConfig: text }), 'ConfigMap', 'kafka-cruisecontrol-config')['data'] as Record<string, string>;
    expect(data['capacity.json']).toBe(text);
  });
});
