import { makeMetricsTopic } from '../../../../operator/decide/rules/metrics-topic';
import { contextOf, converged, withFenced, withKafka } from '../../../world/makers';
import { threeNodes } from '../../../world/three-nodes';
import type { World } from '../../../../operator/decide/world';

const plain = threeNodes();
const deployed = threeNodes('  cruiseControlConfig: {}');
const external = threeNodes('  cruiseControlConfig: { cruiseControlEndpoint: "cc:8090" }');
const byReporters = threeNodes('  cruiseControlConfig: {}\n  readOnlyConfig: cruise.control.metrics.topic.auto.create=true');
const world = converged(plain);

const wished = (cluster: typeof plain, of: World = world) =>
  makeMetricsTopic(contextOf(cluster, of)).map((a) => (a.kind === 'createTopic' ? [a.topic, a.partitions, a.replicationFactor] : a.kind));

test.each([
  ['of a Cruise Control that is deployed', deployed],
  ['of one that is there already: the reporters are in our brokers', external],
])('makes the topic %s', (_name, cluster) => {
  expect(wished(cluster)).toEqual([['__CruiseControlMetrics', 12, 3]]);
});

test.each([
  ['a cluster without Cruise Control', plain, world],
  ['reporters that make it themselves', byReporters, world],
  ['a topic that is there', deployed, converged(deployed)],
  ['a cluster of which too few brokers serve', deployed, withFenced(world, 1)],
  ['a Kafka that is not seen', deployed, { ...world, kafka: { state: 'unknown' as const, why: 'it is dark' } }],
])('makes none for %s', (_name, cluster, of) => {
  expect(wished(cluster, of)).toEqual([]);
});

test('a restart never waits for it: one replica in sync is enough', () => {
  expect(makeMetricsTopic(contextOf(deployed, world))).toMatchObject([{ config: { 'min.insync.replicas': '1' } }]);
});

test('makes it again when somebody deleted it', () => {
  expect(wished(deployed, withKafka(converged(deployed), { topics: [] }))).toEqual([['__CruiseControlMetrics', 12, 3]]);
});
