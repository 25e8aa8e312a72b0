/** Nothing that holds a replica is ever deleted, whatever is true of it besides. */
import fc from 'fast-check';
import type { Delete, UnregisterBroker } from '../../../operator/decide/action';
import { targetOf } from '../../../operator/decide/context';
import { whyNotRemoved, whyVoteStays } from '../../../operator/decide/removal-guard';
import { without } from '../../../operator/decide/simulate';
import type { KafkaView, World } from '../../../operator/decide/world';
import { claimsOf, contextOf, converged, podOf, withKafka, withPartitions } from '../../world/makers';
import { withBrokers, withBrokerStatus } from '../../world/moving-brokers';

const LEAVES = 102;
const before = converged(withBrokers([100, 101, 102]));
const claim = claimsOf(before, LEAVES)[0]!;
const pod = podOf(before, LEAVES)!;

const base = { risk: 'destructive', node: LEAVES, reasons: [] } as const;
const stop: Delete = { ...base, kind: 'delete', target: targetOf(pod) };
const drop: Delete = { ...base, kind: 'delete', target: targetOf(claim) };
const forget: UnregisterBroker = { ...base, kind: 'unregisterBroker' };

interface Drawn {
  readonly assigned: boolean;
  readonly moving: 'nothing' | 'there' | 'away' | 'unknown';
  readonly dirs: 'empty' | 'full' | 'offline' | 'unknown';
  readonly pod: boolean;
  readonly registered: 'alive' | 'fenced' | 'no';
  readonly drained: boolean;
  readonly leader: boolean;
  readonly kafka: boolean;
  readonly version: string;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  assigned: fc.boolean(),
  moving: fc.constantFrom('nothing', 'nothing', 'there', 'away', 'unknown'),
  dirs: fc.constantFrom('empty', 'empty', 'full', 'offline', 'unknown'),
  pod: fc.boolean(),
  registered: fc.constantFrom('alive', 'fenced', 'no'),
  drained: fc.boolean(),
  leader: fc.constantFrom(true, true, true, false),
  kafka: fc.constantFrom(true, true, true, false),
  version: fc.constantFrom('4.3.1', '3.9.2'),
});

/** The only topic lies on the brokers that stay. */
const topics: KafkaView['topics'] = [
  { name: 'orders', minInSync: 1, partitions: [{ partition: 0, leader: 100, replicas: [100, 101], isr: [100, 101] }] },
];

function worldOf(d: Drawn): World {
  const seen: World = { ...before, kafka: { state: 'known', value: kafkaOf(d) } };
  const late = { topic: 'late', partition: 0, leader: 100, replicas: [100, LEAVES], isr: [100] };
  const placed = d.assigned ? withPartitions(seen, [late]) : seen;
  const state = d.drained ? 'GracefulDownscaleSucceeded' : 'GracefulDownscaleRunning';
  const told = withBrokerStatus(placed, LEAVES, { gracefulActionState: { cruiseControlState: state } });
  const left = d.pod ? told : without(told, 'Pod', pod.metadata.name);
  return d.kafka ? left : { ...left, kafka: { state: 'unknown', why: 'nobody answers' } };
}

function kafkaOf(d: Drawn): KafkaView {
  if (before.kafka.state !== 'known') throw new Error('Kafka is not known');
  const { reassigning: _reassigning, ...value } = before.kafka.value;
  const registered = value.brokers.filter((b) => b.id !== LEAVES || d.registered !== 'no');
  return {
    ...value,
    ...movesOf(d),
    topics,
    brokers: registered.map((b) => (b.id === LEAVES ? { ...b, fenced: d.registered === 'fenced' } : b)),
    quorum: { ...value.quorum, leaderId: d.leader ? value.quorum.leaderId : -1 },
    logDirs: dirsOf(d),
  };
}

function dirsOf({ dirs }: Drawn): NonNullable<KafkaView['logDirs']> {
  if (dirs === 'unknown') return {};
  const replicas = dirs === 'full' ? 2 : 0;
  return { [String(LEAVES)]: [{ path: '/logs/kafka', offline: dirs === 'offline', replicas, topics: ['orders'], bytes: 0 }] };
}

function movesOf({ moving }: Drawn): Pick<KafkaView, 'reassigning'> {
  if (moving === 'unknown') return {};
  const [adding, removing] = [moving === 'there' ? [LEAVES] : [], moving === 'away' ? [LEAVES] : []];
  return { reassigning: moving === 'nothing' ? [] : [{ topic: 'orders', partition: 0, adding, removing }] };
}

/** What is remembered of the broker that left is the same in all of these worlds. */
const wishes = new Map(['4.3.1', '3.9.2'].map((version) => [version, withBrokers([100, 101], { world: before, version })] as const));

const contextIn = (world: World, version = '4.3.1') => contextOf(wishes.get(version)!, world);

const stepsIn = (d: Drawn, world = worldOf(d)): readonly boolean[] => {
  const context = contextIn(world, d.version);
  return [stop, forget, drop].map((action) => whyNotRemoved(action, context).length === 0);
};

describe('the end of a broker', () => {
  it('never comes while Kafka says that it holds anything, or does not say that it holds nothing', () => {
    fc.assert(
      fc.property(drawn, (d) => {
        const [stops, forgets, drops] = stepsIn(d);
        const clear = { kafka: true, leader: true, assigned: false, moving: 'nothing' };
        if (stops) expect(d).toMatchObject({ ...clear, dirs: 'empty', pod: true, drained: true });
        if (forgets) expect(d).toMatchObject({ ...clear, pod: false, drained: true });
        if (forgets) expect(d.registered).not.toBe('alive');
        if (drops) expect(d).toMatchObject({ ...clear, pod: false, registered: 'no', version: '4.3.1' });
      }),
      { numRuns: 400 },
    );
  });

  const fine: Drawn = {
    assigned: false,
    moving: 'nothing',
    dirs: 'empty',
    pod: true,
    registered: 'alive',
    drained: true,
    leader: true,
    kafka: true,
    version: '4.3.1',
  };

  it('comes step by step: its Pod, its registration, its claims', () => {
    expect(stepsIn(fine)).toEqual([true, false, false]);
    expect(stepsIn({ ...fine, pod: false, registered: 'fenced', dirs: 'unknown' })).toEqual([false, true, false]);
    expect(stepsIn({ ...fine, pod: false, registered: 'no', dirs: 'unknown' })).toEqual([false, false, true]);
  });

  it('is told to software that does not list fenced brokers, before its claims go', () => {
    const old: Drawn = { ...fine, pod: false, registered: 'no', dirs: 'unknown', version: '3.9.2' };
    expect(stepsIn(old)).toEqual([false, true, false]);
    const world = withBrokerStatus(worldOf(old), LEAVES, { unregistered: true });
    expect(stepsIn(old, world)).toEqual([false, false, true]);
  });

  it('says nothing of what is no part of it', () => {
    const context = contextOf(withBrokers([100, 101, 102]), before);
    expect(whyNotRemoved(stop, context)).toEqual([]);
    expect(
      whyVoteStays(
        context.views.find((v) => v.node.id === LEAVES)!,
        context,
      ),
    ).toEqual([]);
  });

  it('may be given up by the user when nobody can say what lies there, though not what is assigned', () => {
    const said = (d: Drawn): World => {
      const world = worldOf(d);
      return { ...world, cluster: { ...world.cluster, annotations: { 'kafka.banzaicloud.io/recreate-volumes-of': '7, 102' } } };
    };
    const may = (d: Drawn) => stepsIn(d, said(d))[0];
    expect([may({ ...fine, dirs: 'offline' }), may({ ...fine, dirs: 'unknown' }), may({ ...fine, assigned: true })]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('waits for the partitions of others as little as for its own health', () => {
    const world = withKafka(worldOf(fine), {
      topics: [{ ...topics[0]!, partitions: [{ partition: 0, leader: 100, replicas: [100, 101], isr: [100] }] }],
    });
    expect(stepsIn(fine, world)[0]).toBe(true);
  });
});
