import { App, Chart } from 'cdk8s';
import { KafkaClusterResources, nodeManifests, sharedManifests } from '../../../lib/constructs/cluster';
import { KafkaCluster } from '../../../lib/constructs/kafka-cluster';
import { placementManifest } from '../../../lib/constructs/placement';
import { at, broker, cluster, DEDICATED, FACTS, nodeOf, storage } from './small-cluster';

const text = (of: ReturnType<typeof cluster>, id: number) => JSON.stringify(nodeManifests(of, nodeOf(of, id), FACTS));
const changedIds = (before: ReturnType<typeof cluster>, after: ReturnType<typeof cluster>) =>
  before.nodes.map((node) => node.id).filter((id) => text(before, id) !== text(after, id));

describe('what changes with what', () => {
  const without = DEDICATED.slice(0, 5);
  const last = (config: object, more: object = {}) => cluster([...without, broker(102, ['broker'], config as never, more as never)]);

  test.each([
    ['its image', { image: 'other:1' }, {}],
    ['its memory', { kafkaHeapOpts: '-Xmx9G' }, {}],
    ['its configuration', {}, { readOnlyConfig: 'num.io.threads=9' }],
    ['a disk of it', { storageConfigs: [storage(), storage('/more')] }, {}],
  ])('a change of one broker changes nothing of the others: %s', (_name, config, more) => {
    expect(changedIds(cluster(), last(config, more))).toEqual([102]);
    expect(JSON.stringify(sharedManifests(last(config, more)))).toBe(JSON.stringify(sharedManifests(cluster())));
  });

  test('another broker changes nothing of those that are there', () => {
    expect(changedIds(cluster(without), cluster())).toEqual([]);
  });

  test('a setting of all changes every configuration and every revision', () => {
    const after = cluster(DEDICATED, { readOnlyConfig: 'num.io.threads=9' });
    expect(changedIds(cluster(), after)).toEqual([0, 1, 2, 100, 101, 102]);
  });
});

describe('a node', () => {
  test('has a claim for each disk, by the name of its path, in the order of the spec', () => {
    const of = cluster([
      broker(7, ['broker', 'controller'], { storageConfigs: [storage('/b'), storage('/a'), { mountPath: '/c', emptyDir: {} }] }),
    ]);
    const { claims } = nodeManifests(of, nodeOf(of, 7), FACTS);
    expect(claims.map((claim) => claim.metadata.annotations?.['mountPath'])).toEqual(['/b', '/a']);
    const swapped = cluster([broker(7, ['broker', 'controller'], { storageConfigs: [storage('/a'), storage('/b')] })]);
    const names = (list: typeof claims) => list.map((claim) => claim.metadata.name).sort();
    expect(names(nodeManifests(swapped, nodeOf(swapped, 7), FACTS).claims)).toEqual(names(claims));
  });

  test('says on each claim whose it is', () => {
    const of = cluster();
    expect(nodeManifests(of, nodeOf(of, 0), FACTS).claims[0]!.metadata.annotations).toEqual({
      mountPath: '/kafka-logs',
      'kafka.banzaicloud.io/cluster-id': FACTS.clusterId,
      'kafka.banzaicloud.io/metadata-log': 'true',
      'kafka.banzaicloud.io/node-id': '0',
      'kafka.banzaicloud.io/process-roles': 'controller',
      'kafka.banzaicloud.io/quorum-mode': 'dynamic',
    });
  });

  test('has its place in an object of its own', () => {
    const placement = placementManifest(cluster(), nodeOf(cluster(), 100), { nodeName: 'worker-1', rack: 'a,b' });
    expect([placement.metadata.name, placement['data']]).toEqual(['orders-placement-100', { node: 'worker-1', rack: 'a,b' }]);
  });

  test('is plain JSON with sorted keys', () => {
    const of = cluster();
    const { pod } = nodeManifests(of, nodeOf(of, 100), FACTS);
    expect(JSON.parse(JSON.stringify(pod))).toEqual(pod);
    expect(Object.keys(pod)).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
    expect(Object.keys(at(pod, 'spec'))).toEqual(Object.keys(at(pod, 'spec')).sort());
  });
});

describe('in a chart of somebody', () => {
  test('a whole cluster can stand, with the objects that the operator would make where nothing else is installed', () => {
    const of = cluster(DEDICATED, { disruptionBudget: { create: true } });
    const chart = new Chart(new App(), 'platform', { disableResourceNameHashes: true });
    new KafkaClusterResources(chart, 'orders', { cluster: of, facts: FACTS });
    const names = (chart.toJson() as { kind: string; metadata: { name: string } }[]).map(
      (object) => `${object.kind}/${object.metadata.name}`,
    );
    const own = [
      ...sharedManifests(of).filter(({ kind }) => kind !== 'PodMonitor'),
      ...of.nodes.flatMap((node) => {
        const { claims, config, services, pod } = nodeManifests(of, node, FACTS);
        return [...claims, ...config, ...services, pod];
      }),
    ].map((object) => `${object.kind}/${object.metadata.name}`);
    expect([...names].sort()).toEqual([...own, 'PodDisruptionBudget/orders-controller-pdb', 'PodDisruptionBudget/orders-pdb'].sort());
  });

  test('the custom resource can stand', () => {
    const chart = new Chart(new App(), 'platform', { disableResourceNameHashes: true });
    const spec = { brokers: [], listenersConfig: { internalListeners: [] } } as never;
    new KafkaCluster(chart, 'orders', { metadata: { name: 'orders' }, spec });
    expect(chart.toJson()).toEqual([
      { apiVersion: 'kafka.banzaicloud.io/v1beta1', kind: 'KafkaCluster', metadata: { name: 'orders' }, spec },
    ]);
  });
});
