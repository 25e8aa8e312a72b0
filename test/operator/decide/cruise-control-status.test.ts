import { cruiseControlReady, withTopicStatus } from '../../../operator/decide/cruise-control-status';
import { withObject, withStatus, without } from '../../../operator/decide/simulate';
import type { World } from '../../../operator/decide/world';
import { converged, withKafka } from '../../world/makers';
import { withCruiseControlSeen } from '../../world/operations';
import { threeNodes } from '../../world/three-nodes';

const plain = threeNodes();
const deployed = threeNodes('  cruiseControlConfig: {}');
const external = threeNodes('  cruiseControlConfig: { cruiseControlEndpoint: "cc:8090" }');
const world = converged(deployed);

const withDeployment = (status: object): World => {
  const deployment = world.objects.find((o) => o.kind === 'Deployment')!;
  return withObject(world, { ...deployment, status });
};

const labels = { app: 'cruisecontrol', kafka_cr: 'orders', 'app.kubernetes.io/managed-by': 'kafka-operator' };
const metadata = { name: 'orders-cruisecontrol-x', uid: 'p', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', labels };
const withPod = (of: World, status: object): World => withObject(of, { apiVersion: 'v1', kind: 'Pod', metadata, spec: {}, status });

const notLooked = (): World => ({ ...world, cruiseControl: { state: 'notAsked' } });

describe('the condition CruiseControlReady', () => {
  test('is there only when the spec has one', () => {
    expect(cruiseControlReady(plain, world)).toEqual([]);
  });

  test.each<readonly [string, World, string, RegExp]>([
    ['it serves', world, 'True CruiseControlServes', /can move/],
    ['its topic is missing', withKafka(world, { topics: [] }), 'False TopicMissing', /__CruiseControlMetrics .* 3 brokers/],
    ['it is not there yet', without(world, 'Deployment', 'orders-cruisecontrol'), 'False DeploymentNotReady', /not deployed/],
    ['it has no ready Pod', withDeployment({}), 'False DeploymentNotReady', /^Deployment orders-cruisecontrol has no ready Pod$/],
    [
      'its image cannot be pulled',
      withPod(withDeployment({}), { containerStatuses: [{ name: 'c', state: { waiting: { reason: 'ImagePullBackOff' } } }] }),
      'False DeploymentNotReady',
      /container waits: ImagePullBackOff/,
    ],
    [
      'nobody can place it',
      withPod(withDeployment({}), { conditions: [{ type: 'PodScheduled', status: 'False', message: 'no room' }] }),
      'False DeploymentNotReady',
      /scheduler .* no room/,
    ],
    [
      'no Pod may be made',
      withDeployment({ conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota' }] }),
      'False DeploymentNotReady',
      /exceeded quota/,
    ],
    ['it collects', withCruiseControlSeen(world, { ready: false, why: '0 of 1 windows' }), 'False CruiseControlWarmingUp', /0 of 1/],
    ['it is silent', { ...world, cruiseControl: { state: 'unknown', why: 'refused' } }, 'False CruiseControlUnreachable', /refused/],
    ['nobody needs it, and it served', notLooked(), 'True CruiseControlServes', /can move/],
    ['nobody asked it yet', withStatus(notLooked(), { conditions: [] }), 'Unknown CruiseControlNotAsked', /not asked/],
    ['Kafka is not seen', { ...world, kafka: { state: 'unknown', why: 'dark' } }, 'True CruiseControlServes', /can move/],
  ])('when %s', (_name, of, said, message) => {
    const [judgement] = cruiseControlReady(deployed, of);
    expect(`${String(judgement?.status)} ${String(judgement?.reason)}`).toBe(said);
    expect(judgement?.message).toMatch(message);
  });

  test('of one that was there already does not ask for a Deployment', () => {
    expect(cruiseControlReady(external, converged(external))).toMatchObject([{ status: 'True' }]);
  });
});

describe('cruiseControlTopicStatus', () => {
  const said = (cluster: typeof plain, of: World): unknown => withTopicStatus(of.cluster.status, cluster, of).cruiseControlTopicStatus;

  test.each([
    ['says that it is there', deployed, world, 'CruiseControlTopicReady'],
    ['says that it is missing', deployed, withKafka(world, { topics: [] }), 'CruiseControlTopicNotReady'],
    ['stays as it was while Kafka is not seen', deployed, { ...world, kafka: { state: 'notAsked' as const } }, 'CruiseControlTopicReady'],
    ['goes with Cruise Control', plain, world, undefined],
  ])('%s', (_name, cluster, of, status) => {
    expect(said(cluster, of)).toBe(status);
  });
});
