/** The toy Cruise Control against the toy Kafka: it moves what it was asked to move, keeps every replica, and fails as told. */
import type { ResolvedCruiseControl } from '../../../lib/api/resolved-cluster';
import type { AskCruiseControl } from '../../../operator/decide/action';
import { settle, simulate, type Circumstances } from '../../../operator/decide/simulate';
import { withCruiseControl } from '../../../operator/decide/simulate-cruise-control';
import type { CruiseControlView, KafkaView, World } from '../../../operator/decide/world';
import { converged, withKafka } from '../../world/makers';
import { dedicatedNodes } from '../../world/three-nodes';

const cluster = dedicatedNodes();
const before = withCruiseControl(converged(cluster), { cruiseControl: {} as ResolvedCruiseControl });

const ask = (endpoint: string, parameters: Readonly<Record<string, string>>): AskCruiseControl => ({
  kind: 'askCruiseControl',
  risk: 'safe',
  operation: 'an-operation',
  marker: 'marker-1',
  endpoint,
  parameters: { dryrun: 'false', ...parameters },
  reasons: [],
});

const kafkaOf = ({ kafka }: World): KafkaView => {
  if (kafka.state !== 'known') throw new Error('Kafka is not known');
  return kafka.value;
};
const viewOf = ({ cruiseControl }: World): CruiseControlView => {
  if (cruiseControl?.state !== 'known') throw new Error('Cruise Control is not known');
  return cruiseControl.value;
};
const replicasOf = (world: World): readonly (readonly number[])[] =>
  kafkaOf(world).topics.flatMap((t) => t.partitions.map((p) => [...p.replicas].sort((a, b) => a - b)));
const inDirs = (world: World, id: number): number => (kafkaOf(world).logDirs?.[String(id)] ?? []).reduce((sum, d) => sum + d.replicas, 0);
const moments = (world: World, count: number, circumstances: Circumstances = {}): World =>
  [...Array(count)].reduce<World>((w) => settle(w, circumstances), world);

/** A partition on two brokers each: what is to go can go. */
const spare = withKafka(before, {
  topics: [
    {
      name: 'orders',
      minInSync: 1,
      partitions: [0, 1, 2, 3, 4, 5].map((partition) => {
        const replicas = [100 + (partition % 3), 100 + ((partition + 1) % 3)];
        return { partition, leader: replicas[0] ?? -1, replicas, isr: replicas };
      }),
    },
  ],
});

describe('the toy Cruise Control', () => {
  it('empties a broker a few replicas a moment, and none lies twice on a broker', () => {
    const asked = simulate(spare, ask('remove_broker', { brokerid: '102' }));
    expect(viewOf(asked).requests['marker-1']).toMatchObject({ state: 'answered', taskId: 'task-of-marker-1' });
    expect(viewOf(asked).tasks[0]).toMatchObject({ status: 'InExecution', request: expect.stringContaining('reason=marker-1') });
    const done = moments(asked, 4);
    expect(replicasOf(done)).toEqual(Array(6).fill([100, 101]));
    expect(viewOf(done)).toMatchObject({ execution: { idle: true }, tasks: [{ status: 'Completed' }] });
    expect([inDirs(done, 102), inDirs(done, 100)]).toEqual([0, 6]);
    expect(kafkaOf(done).reassigning).toEqual([]);
  });

  it('fills a broker until it holds about as many as the others', () => {
    const drained = moments(simulate(spare, ask('remove_broker', { brokerid: '102' })), 4);
    const again = simulate(drained, { ...ask('add_broker', { brokerid: '102' }), marker: 'marker-2' });
    const done = moments(again, 4);
    expect(replicasOf(done).filter((replicas) => replicas.includes(102))).toHaveLength(4);
    expect(viewOf(done).tasks.map((t) => t.status)).toEqual(['Completed', 'Completed']);
  });

  it.each<[string, Circumstances, string]>([
    ['ends with an error after one move', { cruiseControl: 'failsHalfWay' }, 'CompletedWithError'],
    ['says that it is done and has moved nothing', { cruiseControl: 'ignoresMoves' }, 'Completed'],
  ])('%s when it is told to', (_, circumstances, status) => {
    const done = moments(simulate(spare, ask('remove_broker', { brokerid: '102' })), 1, circumstances);
    expect(viewOf(done).tasks[0]?.status).toBe(status);
    expect(replicasOf(done).filter((replicas) => replicas.includes(102))).toHaveLength(status === 'Completed' ? 4 : 3);
  });

  it('forgets its tasks when it was away, and stops moving', () => {
    const asked = simulate(spare, ask('remove_broker', { brokerid: '102' }));
    const away = settle(asked, { cruiseControl: 'missing' });
    expect(away.cruiseControl).toEqual({ state: 'unknown', why: 'nobody answers' });
    expect(viewOf(settle(away))).toMatchObject({ tasks: [], requests: {}, execution: { idle: true } });
    expect(replicasOf(moments(away, 3))).toEqual(replicasOf(spare));
    expect(viewOf(settle(asked, { cruiseControl: 'forgets' })).tasks).toEqual([]);
  });

  it.each<[string, World, AskCruiseControl, string]>([
    ['not ready', settle(spare, { cruiseControl: 'notReady' }), ask('rebalance', {}), 'notReady'],
    ['busy', simulate(spare, { ...ask('rebalance', {}), marker: 'first' }), ask('add_broker', { brokerid: '100' }), 'busy'],
    ['asked about a broker that nobody knows', spare, ask('add_broker', { brokerid: '77' }), 'impossible'],
  ])('refuses while it is %s', (_, world, request, errorKind) => {
    expect(viewOf(simulate(world, request)).requests['marker-1']).toMatchObject({ state: 'refused', errorKind });
  });

  it('only proposes when it is asked to, and stops what it does when it is asked to', () => {
    const proposed = simulate(spare, ask('rebalance', { dryrun: 'true' }));
    expect(viewOf(proposed)).toMatchObject({ execution: { idle: true }, tasks: [{ status: 'Completed' }] });
    const running = simulate(spare, { ...ask('remove_broker', { brokerid: '102' }), marker: 'first' });
    const stopped = simulate(running, ask('stop_proposal_execution', {}));
    expect(viewOf(stopped).tasks.map((t) => t.status)).toEqual(['Completed', 'CompletedWithError']);
  });

  it('ends with an error when a replica has nowhere to go', () => {
    const done = moments(simulate(before, ask('remove_broker', { brokerid: '102' })), 2);
    expect(viewOf(done).tasks[0]?.status).toBe('CompletedWithError');
    expect(replicasOf(done)).toEqual(replicasOf(before));
  });

  it('moves between the directories of a broker', () => {
    const dirs = [
      { path: '/a/kafka', offline: false, replicas: 1, topics: ['orders'], bytes: 1 },
      { path: '/b/kafka', offline: false, replicas: 3, topics: ['orders'], bytes: 3 },
    ];
    const config = (o: World['objects'][number]) =>
      o.kind === 'ConfigMap' && o.metadata.name.startsWith('orders-config-100-')
        ? { ...o, data: { 'broker-config': 'log.dirs=/a/kafka,/b/kafka\n' } }
        : o;
    const two = withKafka({ ...spare, objects: spare.objects.map(config) }, { logDirs: { '100': dirs } });
    const counts = (world: World) => kafkaOf(world).logDirs?.['100']?.map((d) => d.replicas);
    expect(counts(settle(simulate(two, ask('remove_disks', { brokerid_and_logdirs: '100-/a/kafka' }))))).toEqual([0, 4]);
    expect(counts(settle(simulate(two, ask('rebalance', { destination_broker_ids: '100', rebalance_disk: 'true' }))))).toEqual([2, 2]);
  });
});
