import { judgePartitions, unprotectedSentence } from '../../../operator/decide/partition-guard';
import type { TopicPartition } from '../../../operator/decide/health';
import type { KafkaView, PartitionView } from '../../../operator/decide/world';

type Draft = Pick<PartitionView, 'replicas' | 'isr'> & { readonly elr?: readonly number[]; readonly min: number | undefined };

/** Topics `a`, `b` … with one partition each. */
function kafkaWith(...drafts: readonly Draft[]): KafkaView {
  const topics = drafts.map(({ min, ...p }, at) => ({
    name: String.fromCharCode(97 + at),
    minInSync: min,
    partitions: [{ partition: 0, leader: p.isr[0] ?? -1, ...p }],
  }));
  const quorum = { leaderId: 0, leaderEpoch: 1, highWatermark: 1, voters: [], observers: [] };
  return { at: 0, clusterId: 'x', quorum, brokers: [], topics };
}

interface Verdict {
  readonly reasons: readonly string[];
  readonly unprotected: readonly string[];
}

function verdict(kafka: KafkaView, ...leaving: readonly number[]): Verdict {
  const { reasons, unprotected } = judgePartitions(kafka, new Set(leaving));
  expect(reasons.every((r) => r.code === 'MinInSync')).toBe(true);
  return { reasons: reasons.map((r) => r.message), unprotected: unprotected.map((p) => p.topic) };
}

const fine: Verdict = { reasons: [], unprotected: [] };
const refused = (...reasons: readonly string[]): Verdict => ({ reasons, unprotected: [] });
const unprotected: Verdict = { reasons: [], unprotected: ['a'] };

describe('three replicas, minimum two', () => {
  const three: Draft = { replicas: [1, 2, 3], isr: [1, 2, 3], min: 2 };
  it.each<[string, Draft, readonly number[], Verdict]>([
    ['lets one go while all are in sync', three, [1], fine],
    ['lets a broker go that has none of them', three, [4], fine],
    ['lets nobody go at the side of another', three, [1, 2], refused('a-0 would fall to 1 in-sync replicas, minimum is 2')],
    ['counts only those that leave and hold it', three, [1, 4, 5], fine],
    [
      'keeps the two in sync while one is not',
      { ...three, isr: [1, 2] },
      [1],
      refused('a-0 would fall to 1 in-sync replicas, minimum is 2'),
    ],
    ['lets the one go that is out of sync', { ...three, isr: [1, 2] }, [3], fine],
    [
      'says of a partition below its minimum that it is so already',
      { ...three, isr: [1], elr: [2] },
      [1],
      refused('a-0 is below its minimum of 2 in-sync replicas already and would fall to 0'),
    ],
    [
      'keeps the only one in sync, when nobody else has the records',
      { ...three, isr: [1] },
      [1],
      refused('a-0 would lose its last replica in sync'),
    ],
    [
      'keeps the last eligible leader of a partition without a leader',
      { ...three, isr: [], elr: [2] },
      [2],
      refused('a-0 would lose its last replica in sync'),
    ],
    ['lets one of two eligible leaders go, as it is not available anyway', { ...three, isr: [], elr: [2, 3] }, [2], fine],
    [
      'keeps both eligible leaders from going together',
      { ...three, isr: [], elr: [2, 3] },
      [2, 3],
      refused('a-0 would lose its last replica in sync'),
    ],
    ['lets brokers go that only miss it, of an offline partition without any holder', { ...three, isr: [] }, [1, 2], fine],
  ])('%s', (_, draft, leaving, expected) => expect(verdict(kafkaWith(draft), ...leaving)).toEqual(expected));
});

describe('a partition that cannot be protected', () => {
  it.each<[string, Draft, readonly number[], Verdict]>([
    ['is named: two replicas, minimum two', { replicas: [1, 2], isr: [1, 2], min: 2 }, [1], unprotected],
    ['is named: one replica', { replicas: [1], isr: [1], min: 1 }, [1], unprotected],
    ['is named: one replica, whatever its minimum', { replicas: [1], isr: [1], min: 3 }, [1], unprotected],
    ['is named: a minimum of all replicas', { replicas: [1, 2, 3], isr: [1, 2, 3], min: 3 }, [2], unprotected],
    ['is named: a minimum above its replicas', { replicas: [1, 2, 3], isr: [1, 2, 3], min: 4 }, [2], unprotected],
    [
      'is not given up further while another replica is out of sync',
      { replicas: [1, 2, 3], isr: [1, 2], min: 3 },
      [1],
      refused('a-0 is below its minimum of 3 in-sync replicas already and would fall to 1'),
    ],
    [
      'loses one replica at a time',
      { replicas: [1, 2, 3], isr: [1, 2, 3], min: 3 },
      [1, 2],
      refused('a-0 would fall to 1 in-sync replicas, minimum is 3'),
    ],
    [
      'keeps its last holder: two replicas, one of them in sync',
      { replicas: [1, 2], isr: [2], min: 2 },
      [2],
      refused('a-0 would lose its last replica in sync'),
    ],
    ['is no reason for the replica that is out of sync', { replicas: [1, 2], isr: [2], min: 2 }, [1], fine],
    ['may have no leader already: one replica that is away', { replicas: [1], isr: [], min: 1 }, [1], fine],
  ])('%s', (_, draft, leaving, expected) => expect(verdict(kafkaWith(draft), ...leaving)).toEqual(expected));
});

describe('a minimum of one', () => {
  const two: Draft = { replicas: [1, 2, 3], isr: [1, 2], min: 1 };
  it('lets one of two in sync go', () => expect(verdict(kafkaWith(two), 1)).toEqual(fine));
  it('does not let both go', () => expect(verdict(kafkaWith(two), 1, 2)).toEqual(refused('a-0 would lose its last replica in sync')));
});

describe('a minimum that is not known', () => {
  it.each<[string, Draft, readonly number[], Verdict]>([
    ['counts as all replicas but one', { replicas: [1, 2, 3], isr: [1, 2, 3], min: undefined }, [1], fine],
    [
      'so one more may not go',
      { replicas: [1, 2, 3], isr: [1, 2], min: undefined },
      [1],
      refused('a-0 would fall to 1 in-sync replicas, minimum is not known yet'),
    ],
    ['and at least as one: one replica cannot be protected', { replicas: [1], isr: [1], min: undefined }, [1], unprotected],
    ['of two replicas one may go', { replicas: [1, 2], isr: [1, 2], min: undefined }, [1], fine],
  ])('%s', (_, draft, leaving, expected) => expect(verdict(kafkaWith(draft), ...leaving)).toEqual(expected));
});

describe('several partitions', () => {
  const short: Draft = { replicas: [1, 2, 3], isr: [1, 2], min: 2 };
  it('are one reason of each kind, with the first by name and the others by number', () => {
    const lone: Draft = { replicas: [1, 2], isr: [1], min: 1 };
    const below: Draft = { replicas: [1, 2, 3], isr: [1], elr: [3], min: 2 };
    expect(verdict(kafkaWith(short, lone, short, below, lone, short), 1)).toEqual(
      refused(
        'b-0 would lose its last replica in sync, and 1 more partitions',
        'd-0 is below its minimum of 2 in-sync replicas already and would fall to 0',
        'a-0 would fall to 1 in-sync replicas, minimum is 2, and 2 more partitions',
      ),
    );
  });

  it('are judged beside those that cannot be protected', () => {
    const alone: Draft = { replicas: [1], isr: [1], min: 1 };
    expect(verdict(kafkaWith(alone, short), 1)).toEqual({
      reasons: ['b-0 would fall to 1 in-sync replicas, minimum is 2'],
      unprotected: ['a'],
    });
  });

  it('that two leaving brokers share are judged once', () => {
    const shared: Draft = { replicas: [1, 2, 3], isr: [1, 2, 3], min: 2 };
    expect(verdict(kafkaWith(shared), 1, 2).reasons).toEqual(['a-0 would fall to 1 in-sync replicas, minimum is 2']);
  });
});

describe('the sentence on what cannot be protected', () => {
  const named = (topic: string, replicas: readonly number[], minInSync: number | undefined): TopicPartition => ({
    topic,
    partition: 3,
    leader: 1,
    replicas,
    isr: replicas,
    minInSync,
  });
  it.each<[string, readonly TopicPartition[], string | undefined]>([
    ['is not said of nothing', [], undefined],
    [
      'names one replica',
      [named('a', [1], 1)],
      'a-3 (1 replica, minimum 1) cannot be protected and is not available for acks=all meanwhile',
    ],
    [
      'names the first and counts the others',
      [named('a', [1, 2], 2), named('b', [1], 1), named('c', [1], 1)],
      'a-3 (2 replicas, minimum 2) cannot be protected and is not available for acks=all meanwhile, and 2 more partitions',
    ],
    [
      'says that a minimum is not known',
      [named('a', [1], undefined)],
      'a-3 (1 replica, minimum not known yet) cannot be protected and is not available for acks=all meanwhile',
    ],
  ])('%s', (_, partitions, sentence) => expect(unprotectedSentence(partitions)).toBe(sentence));
});
