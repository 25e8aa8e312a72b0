import { majorityOf } from '../../../lib/kafka/quorum';
import { caughtUpVoters, healthy, missingFrom, notServing, passedOver, servesNobody, signatureOf } from '../../../operator/decide/health';
import { nodeViews } from '../../../operator/decide/node-view';
import type { KafkaView, World, LogDirView } from '../../../operator/decide/world';
import { happened, type Happening } from '../../world/happenings';
import { converged, withKafka, withPartitions, type NamedPartition } from '../../world/makers';
import { threeNodes } from '../../world/three-nodes';

const cluster = threeNodes();
const calm = converged(cluster);
const after = (...story: readonly Happening[]): World => story.reduce((world, what) => happened(world, cluster, what), calm);
const kafkaOf = (world: World): KafkaView => {
  if (world.kafka.state !== 'known') throw new Error('Kafka is not known');
  return world.kafka.value;
};
const missing: Happening = { partition: 'payments-7', replicas: [0, 1, 2], isr: [0, 2] };
const silent: Happening = { kafkaUnknown: 'nobody answers' };

describe('a cluster is healthy', () => {
  it.each<[string, readonly Happening[], boolean]>([
    ['when everything serves', [], true],
    ['not when Kafka is out of sight', [silent], false],
    ['not when nobody leads', [{ noLeader: true }], false],
    ['not when a Pod is gone', [{ podGone: 1 }], false],
    ['not when a Pod is not ready', [{ podNotReady: 1 }], false],
    ['not when a Pod stops', [{ podStopping: 1 }], false],
    ['not when a broker is fenced although its Pod is ready', [{ fenced: 1 }], false],
    ['not when a partition misses a replica', [missing], false],
  ])('%s', (_, story, expected) => {
    const world = after(...story);
    expect(healthy({ world, views: nodeViews(cluster, world) })).toBe(expected);
  });
});

describe('a process serves nobody', () => {
  it.each<[string, readonly Happening[], boolean]>([
    ['not while its Pod is ready, whatever Kafka says', [{ fenced: 1 }, silent], false],
    ['when its Pod is not ready and Kafka is out of sight', [{ podNotReady: 1 }, silent], true],
    ['not when its kubelet is silent too', [{ podNotReady: 1 }, silent, { kubeletSilent: 'node-b' }], false],
    ['when Kafka has fenced it and it lags as a voter', [{ podNotReady: 1 }, { fenced: 1 }, { behind: 1 }], true],
    ['not when Kafka has it as a live broker', [{ podNotReady: 1 }, { behind: 1 }], false],
    ['not when it is caught up as a voter', [{ podNotReady: 1 }, { fenced: 1 }], false],
    ['not when there is no process at all', [{ podGone: 1 }, silent], false],
  ])('%s', (_, story, expected) => {
    const world = after(...story);
    const view = nodeViews(cluster, world).find((v) => v.node.id === 1);
    expect(view !== undefined && servesNobody(view, world)).toBe(expected);
  });
});

describe('voters', () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [5, 3],
  ])('%d have a majority of %d', (voters, expected) => expect(majorityOf(voters)).toBe(expected));

  it.each<[string, number, readonly number[]]>([
    ['up to ten seconds', 10_000, [0, 1, 2]],
    ['no longer', 10_001, [0, 1]],
  ])('count as caught up %s after they were', (_, ago, expected) => {
    const { quorum } = kafkaOf(calm);
    const at = 1_767_225_600_000;
    const voters = quorum.voters.map((v) => (v.id === 2 ? { ...v, lastCaughtUpAt: at - ago } : v));
    expect(
      caughtUpVoters(
        { ...kafkaOf(calm), at, quorum: { ...quorum, voters: voters.map((v) => (v.id === 1 ? { ...v, lastCaughtUpAt: at } : v)) } },
        [],
      ),
    ).toEqual(expected);
  });

  it('the leader counts without a time, and those that are left out do not count', () => {
    const { quorum } = kafkaOf(calm);
    const voters = quorum.voters.map((v) => ({ ...v, lastCaughtUpAt: -1 }));
    expect(caughtUpVoters({ ...kafkaOf(calm), quorum: { ...quorum, voters } }, [])).toEqual([quorum.leaderId]);
    expect(caughtUpVoters(kafkaOf(calm), [1])).toEqual([0, 2]);
  });
});

describe('a partition that is not healthy blames', () => {
  it.each<[string, Partial<{ leader: number; isr: readonly number[] }>, readonly number[]]>([
    ['those out of sync', { isr: [0, 2] }, [1]],
    ['all of them when none is in sync', { isr: [], leader: -1 }, [0, 1, 2]],
    ['those in sync when nobody leads', { leader: -1 }, [0, 1, 2]],
  ])('%s', (_, change, expected) => {
    expect(missingFrom({ partition: 0, leader: 0, replicas: [0, 1, 2], isr: [0, 1, 2], ...change })).toEqual(expected);
  });
});

describe('brokers that are passed over', () => {
  it.each<[string, NamedPartition, readonly number[]]>([
    ['could lead and do not', { topic: 't', partition: 0, leader: 2, replicas: [1, 2], isr: [1, 2] }, [1]],
    ['do not count while they are out of sync', { topic: 't', partition: 0, leader: 2, replicas: [1, 2], isr: [2] }, []],
    ['are not those that lead', { topic: 't', partition: 0, leader: 1, replicas: [1, 2], isr: [1, 2] }, []],
  ])('%s', (_, partition, expected) => expect(passedOver(kafkaOf(withPartitions(calm, [partition])))).toEqual(expected));
});

it('nodes that do not serve are those without a ready, live, unfenced broker', () => {
  const world = after({ podGone: 0 }, { fenced: 2 });
  expect(notServing(nodeViews(cluster, world)).map((v) => v.node.id)).toEqual([0, 2]);
});

/** Its last fetch was three seconds ago. */
function away(id: number): World {
  const { at, quorum } = kafkaOf(calm);
  const voters = quorum.voters.map((v) => (v.id === id ? { ...v, lastCaughtUpAt: at - 3000 } : v));
  return withKafka(calm, { quorum: { ...quorum, voters } });
}

function withDirs(change: Partial<LogDirView>): World {
  const dir = { path: '/logs/kafka', offline: false, replicas: 1, topics: ['orders'], bytes: 9, ...change };
  return withKafka(calm, { logDirs: { 1: [dir] } });
}

describe('two looks differ for a decision', () => {
  const signature = (world: World): string => signatureOf(world.kafka);
  it.each<[string, World, boolean]>([
    ['not in the time of the look', withKafka(calm, { at: kafkaOf(calm).at + 5 }), false],
    ['not in offsets and epochs', withKafka(calm, { quorum: { ...kafkaOf(calm).quorum, highWatermark: 99, leaderEpoch: 7 } }), false],
    ['not in the topics that there are', withPartitions(calm, [{ topic: 'new', partition: 0, leader: 0, replicas: [0], isr: [0] }]), false],
    ['when a voter falls behind', after({ behind: 1 }), true],
    ['when a voter was away for a moment', away(1), true],
    ['when a broker is fenced', after({ fenced: 1 }), true],
    ['when a partition loses a replica', after(missing), true],
    ['when sight is lost', after(silent), true],
    ['when log directories are seen', withDirs({}), true],
    [
      'when a partition is being reassigned',
      withKafka(calm, { reassigning: [{ topic: 'a', partition: 0, adding: [2], removing: [0] }] }),
      true,
    ],
    ['when nobody leads', after({ noLeader: true }), true],
  ])('%s', (_, world, differs) => expect(signature(world) !== signature(calm)).toBe(differs));

  it.each<[string, Partial<LogDirView>, boolean]>([
    ['not in the bytes of a directory', { bytes: 10 }, false],
    ['in how many replicas lie in it', { replicas: 0 }, true],
    ['in whether it is offline', { offline: true }, true],
    ['in its path', { path: '/logs/kafka-2' }, true],
  ])('%s', (_, change, differs) => expect(signature(withDirs(change)) !== signature(withDirs({}))).toBe(differs));

  it('in why nothing is seen, and in not having asked at all', () => {
    expect(signature(after(silent))).not.toBe(signature(after({ kafkaUnknown: 'reset' })));
    expect(signatureOf({ state: 'notAsked' })).not.toBe(signature(calm));
  });
});
