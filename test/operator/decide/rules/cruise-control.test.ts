import { applyCruiseControl } from '../../../../operator/decide/rules/cruise-control';
import { applyShared } from '../../../../operator/decide/rules/apply-drift';
import type { Rule } from '../../../../operator/decide/context';
import { withObject, without } from '../../../../operator/decide/simulate';
import type { World } from '../../../../operator/decide/world';
import type { ResolvedCluster } from '../../../../lib/api/resolved-cluster';
import { contextOf, converged, withKafka } from '../../../world/makers';
import { threeNodes } from '../../../world/three-nodes';

const plain = threeNodes();
const deployed = threeNodes('  cruiseControlConfig: {}');
const changed = threeNodes('  cruiseControlConfig: { config: "a=b" }');
const biggerPod = threeNodes('  cruiseControlConfig: { resourceRequirements: { limits: { memory: 2Gi } } }');
const world = converged(deployed);

const names = (rule: Rule, cluster: ResolvedCluster, of: World): readonly string[] =>
  rule(contextOf(cluster, of)).map((a) => (a.kind === 'apply' ? `${a.manifest.kind}/${a.manifest.metadata.name}` : a.kind));
const wished = (cluster: ResolvedCluster, of: World): readonly string[] => names(applyCruiseControl, cluster, of);

const DEPLOYMENT = 'Deployment/orders-cruisecontrol';
const CONFIG = 'ConfigMap/orders-cruisecontrol-config';

test('wishes for nothing when everything is there', () => {
  expect(wished(deployed, world)).toEqual([]);
});

test('wishes for nothing of a cluster that has none, or one that was there already', () => {
  const external = threeNodes('  cruiseControlConfig: { cruiseControlEndpoint: "cc:8090" }');
  expect([...wished(plain, converged(plain)), ...wished(external, converged(external))]).toEqual([]);
});

test('its objects are nobody else’s to apply', () => {
  const gone = without(without(world, 'Deployment', 'orders-cruisecontrol'), 'Service', 'orders-cruisecontrol-svc');
  expect(names(applyShared, deployed, gone)).toEqual([]);
});

describe('the Deployment', () => {
  const without_ = without(world, 'Deployment', 'orders-cruisecontrol');

  test('is made once the topic is there', () => {
    expect(wished(deployed, without_)).toEqual([DEPLOYMENT]);
    expect(wished(deployed, withKafka(without_, { topics: [] }))).toEqual([]);
    expect(wished(deployed, { ...without_, kafka: { state: 'unknown', why: 'it is dark' } })).toEqual([]);
  });

  test('is made without a topic when its reporters make it', () => {
    const own = threeNodes('  cruiseControlConfig: {}\n  readOnlyConfig: cruise.control.metrics.topic.auto.create=true');
    expect(wished(own, without(converged(own), 'Deployment', 'orders-cruisecontrol'))).toEqual([DEPLOYMENT]);
  });

  test('is changed though the topic went away', () => {
    expect(wished(biggerPod, withKafka(world, { topics: [] }))).toEqual([DEPLOYMENT]);
  });

  test('follows its files, and is never written together with one of them', () => {
    expect(wished(changed, world)).toEqual([CONFIG]);
    const config = world.objects.find((o) => `${o.kind}/${o.metadata.name}` === CONFIG)!;
    const written = contextOf(changed, world).shared.find((m) => `${m.kind}/${m.metadata.name}` === CONFIG)!;
    const metadata = { ...config.metadata, annotations: { ...written.metadata.annotations } };
    expect(wished(changed, withObject(world, { ...config, ...written, metadata }))).toEqual([DEPLOYMENT]);
  });
});
