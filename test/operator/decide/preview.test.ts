import fc from 'fast-check';
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { ANNOTATION } from '../../../lib/constructs/naming';
import type { NodeRole } from '../../../lib/kafka/node-role';
import type { RestartNode } from '../../../operator/decide/action';
import type { Context } from '../../../operator/decide/context';
import { podView, type NodeView } from '../../../operator/decide/node-view';
import { inRestartOrder } from '../../../operator/decide/order';
import { durationText, previewOf, waveText, WAVE_SECONDS, type Wave } from '../../../operator/decide/preview';
import { targetState } from '../../../operator/decide/revision';
import { waveOf } from '../../../operator/decide/wave';
import type { KafkaView, LiveObject } from '../../../operator/decide/world';
import { NOW } from '../../world/makers';
import { dedicatedNodes } from '../../world/three-nodes';

interface Shape {
  readonly controllers: number;
  readonly brokers: number;
  readonly racks: number;
  readonly batch: number;
  readonly leader?: number;
  /** By partition. */
  readonly replicas?: readonly (readonly number[])[];
  readonly minInSync?: number;
  readonly policy?: Partial<ResolvedCluster['changePolicy']>;
  /** Ids of brokers that were started with what is wanted already. */
  readonly done?: readonly number[];
}

const model = dedicatedNodes();
const TARGET = targetState(new Map());

function pod(id: number, done: boolean): LiveObject {
  const annotations = done ? { [ANNOTATION.target]: TARGET } : {};
  const metadata = { name: `orders-${id}`, uid: `uid-${id}`, resourceVersion: '1', creationTimestamp: '2025-01-01T00:00:00Z', annotations };
  const status = {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ name: 'kafka', restartCount: 0, state: { running: {} } }],
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: 'node-a' }, status };
}

/** A cluster in which everything serves, and the restart of every node that is not done. */
function roll(shape: Shape): { readonly context: Context; readonly restarts: readonly RestartNode[] } {
  const { controllers, brokers, racks, batch, leader = 0, replicas = [], minInSync = 2, policy = {}, done = [] } = shape;
  const view = (id: number, role: NodeRole): NodeView => ({
    node: { ...model.nodes[0]!, id, roles: [role] },
    pod: podView(pod(id, done.includes(id)), ''),
    claims: [],
    status: {},
    registered:
      role === 'broker' ? { id, fenced: false, host: '', port: 0, rack: racks === 0 ? undefined : `r${(id - 101) % racks}` } : undefined,
    kafkaSeen: true,
    hasRun: true,
  });
  const voters = [...Array(controllers).keys()];
  const ids = [...Array(brokers).keys()].map((i) => 101 + i);
  const views = [...voters.map((id) => view(id, 'controller')), ...ids.map((id) => view(id, 'broker'))];
  const kafka: KafkaView = {
    at: NOW,
    clusterId: 'c',
    quorum: {
      leaderId: leader,
      leaderEpoch: 1,
      highWatermark: 1,
      voters: voters.map((id) => ({ id, directoryId: '', logEndOffset: 1, lastCaughtUpAt: NOW })),
      observers: [],
    },
    brokers: views.flatMap((v) => v.registered ?? []),
    topics: [
      { name: 'orders', minInSync, partitions: replicas.map((r, partition) => ({ partition, leader: r[0] ?? -1, replicas: r, isr: r })) },
    ],
  };
  const cluster: ResolvedCluster = {
    ...model,
    rollingUpgrade: { ...model.rollingUpgrade, concurrentBrokerRestartCountPerRack: batch },
    changePolicy: { ...model.changePolicy, ...policy },
  };
  const clusterView = {
    name: 'orders',
    namespace: 'kafka',
    uid: '',
    resourceVersion: '1',
    generation: 1,
    deleting: false,
    finalizers: [],
    annotations: {},
    status: {},
  };
  const world = { cluster: clusterView, objects: [], kubeNodes: [], kafka: { state: 'known' as const, value: kafka } };
  const context = { cluster, views, world, nodes: new Map(), now: NOW } as unknown as Context;
  const restarts = views
    .filter((v) => !done.includes(v.node.id))
    .map((v): RestartNode => ({
      kind: 'restartNode',
      risk: 'disruptive',
      node: v.node.id,
      running: true,
      reasons: [],
      target: { apiVersion: 'v1', kind: 'Pod', namespace: 'kafka', name: '', uid: '', resourceVersion: '' },
    }));
  return { context, restarts };
}

const wavesOf = (shape: Shape): readonly Wave[] => {
  const { context, restarts } = roll(shape);
  return previewOf(restarts, context)?.waves ?? [];
};
const said = (shape: Shape): readonly string[] => wavesOf(shape).map(waveText);

/** Partition p has its replicas on brokers p, p+1, p+2: in three racks. */
const neighbours = (brokers: number, partitions: number, factor = 3): readonly (readonly number[])[] =>
  [...Array(partitions).keys()].map((p) => [...Array(factor).keys()].map((k) => 101 + ((p + k) % brokers)));

describe('the waves of a roll', () => {
  it('are controllers one by one with the leader last, then the first broker alone, then batches of one rack', () => {
    expect(said({ controllers: 3, brokers: 9, racks: 3, batch: 3, leader: 0, replicas: neighbours(9, 9) })).toEqual([
      'controller 1',
      'controller 2',
      'controller 0',
      'broker 101 (rack r0)',
      'brokers 102, 105, 108 (rack r1)',
      'brokers 103, 106, 109 (rack r2)',
      'brokers 104, 107 (rack r0)',
    ]);
  });

  it('go on without a canary when a broker serves with what is wanted already', () => {
    expect(said({ controllers: 1, brokers: 6, racks: 3, batch: 2, replicas: neighbours(6, 6), done: [0, 101] })).toEqual([
      'brokers 102, 105 (rack r1)',
      'brokers 103, 106 (rack r2)',
      'broker 104 (rack r0)',
    ]);
  });

  it.each<[string, Partial<Shape>, readonly string[]]>([
    ['when batches are not wanted', { batch: 1 }, ['broker 101 (rack r0)', 'broker 102 (rack r0)', 'broker 103 (rack r0)']],
    ['when nobody has a rack', { racks: 0 }, ['broker 101', 'broker 102', 'broker 103']],
    [
      'when they share partitions that would miss two',
      { replicas: [[101, 102, 103]] },
      ['broker 101 (rack r0)', 'broker 102 (rack r0)', 'broker 103 (rack r0)'],
    ],
    [
      'when partitions cannot spare even one',
      {
        replicas: [
          [101, 102],
          [102, 103],
        ],
      },
      ['broker 101 (rack r0)', 'broker 102 (rack r0)', 'broker 103 (rack r0)'],
    ],
  ])('are single brokers %s', (_, shape, waves) => {
    expect(said({ controllers: 1, brokers: 3, racks: 1, batch: 3, done: [0], ...shape })).toEqual(waves);
  });

  it('take brokers that share a partition together when it can spare two', () => {
    const shape = { controllers: 1, brokers: 3, racks: 1, batch: 3, done: [0], replicas: [[101, 102, 103]], minInSync: 1 };
    expect(said(shape)).toEqual(['broker 101 (rack r0)', 'brokers 102, 103 (rack r0)']);
  });

  it('leave out what is held for good because nothing can protect it', () => {
    const shape: Shape = { controllers: 1, brokers: 3, racks: 3, batch: 1, replicas: [[102, 103]], policy: { unprotected: 'Hold' } };
    expect(said(shape)).toEqual(['broker 101 (rack r0)']);
    expect(said({ ...shape, policy: {} })).toHaveLength(4);
  });

  it('are at most 20 for 60 brokers in 3 racks, four of a rack at a time', () => {
    const waves = wavesOf({ controllers: 3, brokers: 60, racks: 3, batch: 4, replicas: neighbours(60, 5000) });
    expect(waves.length).toBeLessThanOrEqual(20);
    expect(waves.flatMap((w) => w.nodes)).toHaveLength(63);
  });

  it('of 300 brokers are found with ten looks at each replica of 30,000 partitions, not with one for each broker', () => {
    let looks = 0;
    const seen = (replicas: readonly number[]): readonly number[] =>
      new Proxy(replicas, { get: (target, key, receiver) => ((looks += 1), Reflect.get(target, key, receiver) as unknown) });
    const { context, restarts } = roll({ controllers: 5, brokers: 300, racks: 3, batch: 10, replicas: neighbours(300, 30_000).map(seen) });
    expect(previewOf(restarts, context)?.waves.flatMap((w) => w.nodes)).toHaveLength(305);
    expect(looks / (30_000 * 3)).toBeLessThan(10);
  });

  it('are those that the gate builds wave by wave when nothing goes wrong', () => {
    const brokers = fc.integer({ min: 1, max: 12 });
    const shapes: fc.Arbitrary<Shape> = brokers.chain((count) => {
      const ids = [...Array(count).keys()].map((i) => 101 + i);
      const partition = fc.shuffledSubarray(ids, { minLength: 1, maxLength: Math.min(3, count) });
      return fc.record({
        controllers: fc.constantFrom(1, 3),
        brokers: fc.constant(count),
        racks: fc.integer({ min: 0, max: 3 }),
        batch: fc.integer({ min: 1, max: 5 }),
        leader: fc.nat(2),
        minInSync: fc.integer({ min: 1, max: 3 }),
        replicas: fc.array(partition, { maxLength: 10 }),
      });
    });
    fc.assert(
      fc.property(shapes, (shape) => {
        expect(wavesOf(shape).map((w) => w.nodes)).toEqual(gateWaves(shape));
      }),
      { numRuns: 200 },
    );
  });
});

/** What the gate would do if each wave came back before the next. */
function gateWaves(shape: Shape): readonly (readonly number[])[] {
  const waves: (readonly number[])[] = [];
  let done: readonly number[] = [];
  for (;;) {
    const { context, restarts } = roll({ ...shape, done });
    const [first, ...others] = inRestartOrder(restarts, context).map((r) => context.views.find((v) => v.node.id === r.node)!);
    if (first === undefined) return waves;
    const wave = waveOf(first, [first, ...others], context).map((v) => v.node.id);
    waves.push(wave);
    done = [...done, ...wave];
  }
}

describe('how long a roll takes', () => {
  const text = (waves: number, each = WAVE_SECONDS): string => {
    const wave: Wave = { nodes: [1, 2], what: 'broker', rack: undefined };
    return durationText({ waves: Array<Wave>(waves).fill(wave), seconds: waves * each, approval: undefined });
  };

  it.each<[number, number, string]>([
    [1, 25, 'about 25 seconds: 2 restarts in 1 wave of about 25 s'],
    [3, 25, 'about 75 seconds: 6 restarts in 3 waves of about 25 s each'],
    [5, 25, 'about 3 minutes: 10 restarts in 5 waves of about 25 s each'],
    [100, 85, 'about 3 hours: 200 restarts in 100 waves of about 85 s each'],
  ])('is told roughly: %s waves of %s s', (waves, each, said) => {
    expect(text(waves, each)).toBe(said);
  });

  it('counts the soak time', () => {
    const { context, restarts } = roll({ controllers: 1, brokers: 1, racks: 0, batch: 1 });
    const { cluster } = context;
    const soaking = { ...context, cluster: { ...cluster, rollingUpgrade: { ...cluster.rollingUpgrade, soakSeconds: 60 } } };
    expect(previewOf(restarts, soaking)?.seconds).toBe(2 * (WAVE_SECONDS + 60));
  });
});
