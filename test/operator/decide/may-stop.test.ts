import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import type { Context } from '../../../operator/decide/context';
import { isAsked, mayStop, unprotectedBy } from '../../../operator/decide/may-stop';
import { withStatus } from '../../../operator/decide/simulate';
import type { ProcessView, World } from '../../../operator/decide/world';
import { happened, type Happening } from '../../world/happenings';
import { contextOf, converged, NOW, withKafka } from '../../world/makers';
import { dedicatedNodes, threeNodes } from '../../world/three-nodes';

const dedicated = dedicatedNodes();
const combined = threeNodes();
const calmDedicated = converged(dedicated);
const calmCombined = converged(combined);

/** Every Pod was made long ago. */
const LATER = NOW + 3_600_000;

type Change = Partial<ResolvedCluster['rollingUpgrade'] & ResolvedCluster['changePolicy']>;

function withPolicy(cluster: ResolvedCluster, change: Change): ResolvedCluster {
  const { failureThreshold, soakSeconds, unprotected } = change;
  const rollingUpgrade = { ...cluster.rollingUpgrade };
  return {
    ...cluster,
    rollingUpgrade: {
      ...rollingUpgrade,
      ...(failureThreshold === undefined ? {} : { failureThreshold }),
      ...(soakSeconds === undefined ? {} : { soakSeconds }),
    },
    changePolicy: { ...cluster.changePolicy, ...(unprotected === undefined ? {} : { unprotected }) },
  };
}

interface Given {
  readonly story?: readonly Happening[];
  readonly policy?: Change;
  readonly processes?: Readonly<Record<string, ProcessView>>;
  readonly world?: (world: World) => World;
  readonly now?: number;
}

function seen(
  cluster: ResolvedCluster,
  calm: World,
  { story = [], policy = {}, processes, world = (w) => w, now = LATER }: Given,
): Context {
  const after = world(story.reduce((w, what) => happened(w, cluster, what), calm));
  return contextOf(withPolicy(cluster, policy), { ...after, ...(processes === undefined ? {} : { processes }) }, now);
}

const asked = (context: Context, nodes: readonly number[]): readonly string[] =>
  mayStop(
    context.views.filter((v) => nodes.includes(v.node.id)),
    context,
  ).map((r) => `${r.code}: ${r.message}`);

const why = (given: Given, ...nodes: readonly number[]): readonly string[] => asked(seen(dedicated, calmDedicated, given), nodes);
const whyCombined = (given: Given, ...nodes: readonly number[]): readonly string[] => asked(seen(combined, calmCombined, given), nodes);

/** Node 1 or 100 is down for a reason of its own: with the revision that it served with. */
const crashing = (node: number): Happening => ({ podCrashing: node, says: 'x' });
const down = (node: number): string => `NodeNotReady: node ${node} does not serve; only one node may be down`;
const started = (node: number): string => `WaveInFlight: node ${node} is being started and does not serve yet; one wave at a time`;
const payments: Happening = { partition: 'payments-7', replicas: [100, 101, 102], isr: [100, 102] };

describe('while everything serves', () => {
  it.each([0, 1, 2, 100, 101, 102])('node %i may be stopped', (node) => expect(why({}, node)).toEqual([]));
  it('two brokers may not, because of the partitions that they share', () => {
    expect(why({}, 100, 101)).toEqual(['MinInSync: orders-0 would fall to 1 in-sync replicas, minimum is 2, and 2 more partitions']);
  });
});

describe('another node that does not serve holds', () => {
  it.each<[string, Given, number, readonly string[]]>([
    ['a broker', { story: [crashing(1)] }, 100, [down(1)]],
    [
      'a controller, and is missed in its majority',
      { story: [crashing(1)] },
      0,
      [down(1), 'QuorumMajority: only 1 of 3 voters would be caught up without it, 2 are needed'],
    ],
    ['nobody below a failureThreshold of two', { story: [crashing(1)], policy: { failureThreshold: 2 } }, 100, []],
    [
      'everybody at a failureThreshold of two when it is two',
      { story: [crashing(1), crashing(2)], policy: { failureThreshold: 2 } },
      100,
      [
        'NodeNotReady: node 1 does not serve; failureThreshold is 2',
        'NodeNotReady: node 2 does not serve; failureThreshold is 2',
        'FailureThreshold: 2 failures, failureThreshold is 2',
      ],
    ],
    [
      'everybody at a failureThreshold of none',
      { policy: { failureThreshold: 0 } },
      100,
      ['FailureThreshold: 0 failures, failureThreshold is 0'],
    ],
    ['not itself', { story: [{ fenced: 101 }] }, 101, []],
  ])('%s', (_, given, node, reasons) => expect(why(given, node)).toEqual(reasons));
});

describe('a node that is being started is no failure yet, and holds the others whatever the threshold', () => {
  const tolerant: Given = { policy: { failureThreshold: 3 } };
  it.each<[string, Given, readonly string[]]>([
    ['without a Pod', { ...tolerant, story: [{ podGone: 1 }] }, [started(1)]],
    ['while its Pod is new', { ...tolerant, story: [crashing(1)], now: NOW + 299_999 }, [started(1)]],
    ['not when its Pod is five minutes old', { ...tolerant, story: [crashing(1)], now: NOW + 300_000 }, []],
    ['while its Pod stops', { ...tolerant, story: [{ podStopping: 1 }], now: NOW + 299_999 }, [started(1)]],
    ['not when its Pod should have stopped five minutes ago', { ...tolerant, story: [{ podStopping: 1 }], now: NOW + 300_000 }, []],
    ['not when it waits for a volume that is lost', { ...tolerant, story: [{ podGone: 1 }, { claimsGone: 1 }] }, []],
  ])('%s', (_, given, reasons) => expect(why(given, 100)).toEqual(reasons));

  it('until a time that is told', () => {
    const context = seen(dedicated, calmDedicated, { ...tolerant, story: [crashing(1)], now: NOW + 1_000 });
    expect(
      mayStop(
        context.views.filter((v) => v.node.id === 100),
        context,
      ).map((r) => r.until),
    ).toEqual([NOW + 300_000]);
  });
});

describe('alerts count as failures', () => {
  const firing = (errorCount: number) => (world: World) => withStatus(world, { rollingUpgradeStatus: { lastSuccess: '', errorCount } });
  it.each<[string, Given, readonly string[]]>([
    ['one is as many as may be', { world: firing(1) }, ['FailureThreshold: 1 failures (1 of them alerts), failureThreshold is 1']],
    ['one is below two', { world: firing(1), policy: { failureThreshold: 2 } }, []],
    [
      'beside a node that is down',
      { world: firing(1), story: [crashing(101)], policy: { failureThreshold: 2 } },
      [
        'NodeNotReady: node 101 does not serve; failureThreshold is 2',
        'FailureThreshold: 2 failures (1 of them alerts), failureThreshold is 2',
      ],
    ],
  ])('%s', (_, given, reasons) => expect(why(given, 0)).toEqual(reasons));
});

describe('replicas that are out of sync', () => {
  const behind = 'UnderReplicated: payments-7 has 2 of 3 replicas in sync';
  const second: Happening = { partition: 'payments-8', replicas: [100, 101, 102], isr: [100, 102] };
  it.each<[string, Given, readonly number[], readonly string[]]>([
    [
      'hold other brokers, which are missed there as well',
      { story: [payments] },
      [100],
      [behind, 'MinInSync: payments-7 would fall to 1 in-sync replicas, minimum is 2'],
    ],
    ['hold controllers', { story: [payments] }, [0], [behind]],
    ['are told as one with their number', { story: [payments, second] }, [0], [`${behind} and 1 more partitions`]],
    ['do not hold the broker whose replicas they are', { story: [payments] }, [101], []],
    ['of one broker are one failure, however many they are', { story: [payments, second], policy: { failureThreshold: 2 } }, [0], []],
    ['of a broker that is down count once with it', { story: [payments, { fenced: 101 }], policy: { failureThreshold: 2 } }, [0], []],
    [
      'of two brokers are two failures',
      { story: [payments, { partition: 'payments-9', replicas: [100, 102], isr: [102] }], policy: { failureThreshold: 2 } },
      [0],
      [`${behind} and 1 more partitions`, 'FailureThreshold: 2 failures, failureThreshold is 2'],
    ],
    [
      'with nobody who leads, though all are in sync, are the failure of those who should',
      { story: [{ partition: 'payments-7', replicas: [100], isr: [100], leader: -1 }] },
      [0],
      ['UnderReplicated: payments-7 has no leader'],
    ],
  ])('%s', (_, given, nodes, reasons) => expect(why(given, ...nodes)).toEqual(reasons));
});

describe('the quorum', () => {
  const majority = (left: number): string => `QuorumMajority: only ${left} of 3 voters would be caught up without it, 2 are needed`;
  it.each<[string, Given, readonly number[], readonly string[]]>([
    [
      'keeps everybody while nobody leads',
      { story: [{ noLeader: true }] },
      [100],
      ['NoQuorumLeader: no controller leads; a broker that stops now takes up to a minute'],
    ],
    ['keeps a majority that is caught up', { story: [{ behind: 1 }] }, [0], [majority(1)]],
    ['spares the voter that is behind', { story: [{ behind: 1 }] }, [1], []],
    ['does not mind brokers', { story: [{ behind: 1 }, { behind: 2 }] }, [100], []],
    ['does not count a voter whose Pod stops', { story: [{ podStopping: 1 }], policy: { failureThreshold: 2 } }, [2], [majority(1)]],
    ['does not count a voter without a Pod', { story: [{ podGone: 1 }], policy: { failureThreshold: 2 } }, [2], [started(1), majority(1)]],
    [
      'does not count a voter whose process ends again and again',
      { story: [crashing(1)], policy: { failureThreshold: 2 } },
      [2],
      [majority(1)],
    ],
  ])('%s', (_, given, nodes, reasons) => expect(why(given, ...nodes)).toEqual(reasons));

  it('does not count a voter that has not caught up since its process began', () => {
    const later = (world: World): World => ({
      ...world,
      objects: world.objects.map((o) =>
        o.kind === 'Pod' && o.metadata.name === 'orders-1'
          ? {
              ...o,
              status: {
                ...(o.status as object),
                containerStatuses: [{ name: 'kafka', restartCount: 1, state: { running: { startedAt: '2026-01-02T00:00:00Z' } } }],
              },
            }
          : o,
      ),
    });
    const ledBy = (leaderId: number) => (world: World) => {
      const kafka = world.kafka.state === 'known' ? world.kafka.value : undefined;
      return kafka === undefined ? world : withKafka(later(world), { quorum: { ...kafka.quorum, leaderId } });
    };
    expect(why({ world: ledBy(0) }, 2)).toEqual([majority(1)]);
    expect(why({ world: ledBy(1) }, 2)).toEqual([]);
  });

  it.each([1, 2])('of %i voters cannot be protected, and is not', (count) => {
    const few = (world: World): World => {
      if (world.kafka.state !== 'known') return world;
      const { quorum } = world.kafka.value;
      return withKafka(world, { quorum: { ...quorum, voters: quorum.voters.slice(0, count) } });
    };
    const context = seen(dedicated, calmDedicated, { world: few });
    const wave = context.views.filter((v) => v.node.id === 0);
    expect(mayStop(wave, context)).toEqual([]);
    const said = count === 1 ? 'the only voter: nobody leads the quorum meanwhile' : 'one of two voters: nobody leads the quorum meanwhile';
    expect(unprotectedBy(wave, context)).toEqual({ code: 'Unprotected', message: said });
    expect(
      unprotectedBy(
        context.views.filter((v) => v.node.id === 2),
        context,
      ),
    ).toBeUndefined();
    const held = seen(dedicated, calmDedicated, { world: few, policy: { unprotected: 'Hold' } });
    expect(
      mayStop(
        held.views.filter((v) => v.node.id === 0),
        held,
      ),
    ).toEqual([{ code: 'Unprotected', message: `${said}; changePolicy.unprotected is Hold` }]);
  });
});

describe('partitions that cannot be protected', () => {
  const lone: Happening = { partition: 'lone-0', replicas: [100], isr: [100], minInSync: 1 };
  const sentence = 'lone-0 (1 replica, minimum 1) cannot be protected and is not available for acks=all meanwhile';
  const broker = (context: Context, id: number) => context.views.filter((v) => v.node.id === id);
  it('are let go, and named', () => {
    const context = seen(dedicated, calmDedicated, { story: [lone] });
    expect(mayStop(broker(context, 100), context)).toEqual([]);
    expect(unprotectedBy(broker(context, 100), context)).toEqual({ code: 'Unprotected', message: sentence });
    expect(unprotectedBy(broker(context, 101), context)).toBeUndefined();
  });
  it('are held when that is wished for', () => {
    expect(why({ story: [lone], policy: { unprotected: 'Hold' } }, 100)).toEqual([
      `Unprotected: ${sentence}; changePolicy.unprotected is Hold`,
    ]);
    expect(why({ story: [lone], policy: { unprotected: 'Hold' } }, 101)).toEqual([]);
  });
  it('are not named while Kafka is out of sight, nor of a broker that serves nobody', () => {
    const blind = seen(dedicated, calmDedicated, { story: [lone, { kafkaUnknown: 'x' }] });
    expect(unprotectedBy(broker(blind, 100), blind)).toBeUndefined();
    const sick = seen(dedicated, calmDedicated, { story: [lone, { podNotReady: 100 }, { fenced: 100 }] });
    expect(unprotectedBy(broker(sick, 100), sick)).toBeUndefined();
  });
  it('are not a controller’s', () => {
    const context = seen(dedicated, calmDedicated, { story: [{ partition: 'lone-0', replicas: [0], isr: [0], minInSync: 1 }] });
    expect(unprotectedBy(broker(context, 0), context)).toBeUndefined();
  });
  it('are named beside the quorum', () => {
    const context = seen(combined, calmCombined, {
      story: [{ partition: 'lone-0', replicas: [0], isr: [0], minInSync: 1 }],
      world: (world) => {
        const kafka = world.kafka.state === 'known' ? world.kafka.value : undefined;
        return kafka === undefined ? world : withKafka(world, { quorum: { ...kafka.quorum, voters: kafka.quorum.voters.slice(0, 1) } });
      },
    });
    expect(unprotectedBy(broker(context, 0), context)?.message).toBe(`the only voter: nobody leads the quorum meanwhile; ${sentence}`);
  });
});

describe('out of sight', () => {
  const silent: Happening = { kafkaUnknown: 'nobody answers' };
  const blind = 'KafkaUnknown: Kafka cannot be seen: nobody answers';
  it.each<[string, Given, readonly string[]]>([
    ['nobody who serves is stopped', { story: [silent] }, [blind]],
    ['that is said beside what is down', { story: [silent, crashing(1)] }, [down(1), blind]],
    [
      'that is another sentence before the first look',
      { world: (w) => ({ ...w, kafka: { state: 'notAsked' } }) },
      ['KafkaUnknown: Kafka was not asked yet'],
    ],
    ['one who serves nobody may be', { story: [silent, { podNotReady: 100 }] }, []],
    ['unless its kubelet is silent as well', { story: [silent, { podNotReady: 100 }, { kubeletSilent: 'node-b' }] }, [blind]],
  ])('%s', (_, given, reasons) => expect(why(given, 100)).toEqual(reasons));
});

describe('a node that serves nobody', () => {
  it.each<[string, Given, readonly number[], readonly string[]]>([
    ['may be stopped whatever else is down', { story: [{ podNotReady: 100 }, { fenced: 100 }, crashing(101)] }, [100], []],
    ['may be stopped while nobody leads', { story: [{ podNotReady: 100 }, { fenced: 100 }, { noLeader: true }] }, [100], []],
    ['may be stopped whatever its partitions miss', { story: [payments, { podNotReady: 101 }, { fenced: 101 }] }, [101], []],
  ])('%s', (_, given, nodes, reasons) => expect(why(given, ...nodes)).toEqual(reasons));

  it('never leaves the others without a majority that is caught up', () => {
    expect(whyCombined({ story: [{ podNotReady: 0 }, { fenced: 0 }, { behind: 0 }, { behind: 1 }] }, 0)).toEqual([
      'QuorumMajority: only 1 of 3 voters would be caught up without it, 2 are needed',
    ]);
  });
});

describe('a broker that recovers its log', () => {
  const sick: readonly Happening[] = [{ podNotReady: 100 }, { fenced: 100 }];
  const process = (view: ProcessView): Given => ({ story: sick, processes: { '100': view } });
  it.each<[string, Given, readonly string[]]>([
    ['is left alone', process({ brokerState: 2 }), ['LogRecovery: broker 100 recovers its log; stopped now it would begin again']],
    [
      'is left alone, with what is left to do',
      process({ brokerState: 2, logsToRecover: 7 }),
      ['LogRecovery: broker 100 recovers its log, 7 logs are left; stopped now it would begin again'],
    ],
    ['is told apart from one that starts', process({ brokerState: 1 }), []],
    ['is told apart from one that says nothing', process({}), []],
    ['may be one that was not asked yet', { story: sick, processes: {} }, ['LogRecovery: broker 100 is asked whether it recovers its log']],
    ['is not looked for where nobody asks', { story: sick }, []],
    [
      'is left alone out of sight too',
      { story: [...sick, { kafkaUnknown: 'x' }], processes: { '100': { brokerState: 2 } } },
      ['LogRecovery: broker 100 recovers its log; stopped now it would begin again'],
    ],
  ])('%s', (_, given, reasons) => {
    const context = seen(dedicated, calmDedicated, { ...given, world: (w) => (given.processes === undefined ? withoutProcesses(w) : w) });
    expect(asked(context, [100])).toEqual(reasons);
  });

  const withoutProcesses = ({ processes: _, ...world }: World): World => world;

  it.each<[string, readonly Happening[], number, boolean]>([
    ['a broker that is not ready', [{ podNotReady: 100 }], 100, true],
    ['not one that is', [], 100, false],
    ['not a controller', [{ podNotReady: 0 }], 0, false],
    ['not one that stops', [{ podNotReady: 100 }, { podStopping: 100 }], 100, false],
    ['not one whose process does not run', [crashing(100)], 100, false],
    ['not one without a Pod', [{ podGone: 100 }], 100, false],
  ])('is asked: %s', (_, story, node, expected) => {
    const { views } = seen(dedicated, calmDedicated, { story });
    expect(views.filter((v) => v.node.id === node).map(isAsked)).toEqual([expected]);
  });
});

describe('soaking', () => {
  const second = 1000;
  const ready =
    (node: number, at: string) =>
    (world: World): World => ({
      ...world,
      objects: world.objects.map((o) =>
        o.kind === 'Pod' && o.metadata.name === `orders-${node}`
          ? { ...o, status: { ...(o.status as object), conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at }] } }
          : o,
      ),
    });
  const fresh: Given = { world: ready(1, '2026-01-01T00:00:00Z'), policy: { soakSeconds: 60 } };
  it('holds the others until the node that came back has served for so long', () => {
    const context = seen(dedicated, calmDedicated, { ...fresh, now: NOW + 59 * second });
    const [reason, ...more] = mayStop(
      context.views.filter((v) => v.node.id === 0),
      context,
    );
    expect(more).toEqual([]);
    expect(reason).toEqual({
      code: 'Soaking',
      message: 'node 1 is to serve for 60 s before the next one is stopped',
      until: NOW + 60 * second,
    });
  });
  it.each<[string, Given, number]>([
    ['is over after that time', { ...fresh, now: NOW + 60 * second }, 0],
    ['does not hold the node itself', { ...fresh, now: NOW + second }, 1],
    ['is not wished for by default', { world: ready(1, '2026-01-01T00:00:00Z'), now: NOW + second }, 0],
    ['is nothing for a node whose time is not known', { policy: { soakSeconds: 60 }, now: NOW }, 0],
  ])('%s', (_, given, node) => expect(why(given, node)).toEqual([]));
});
