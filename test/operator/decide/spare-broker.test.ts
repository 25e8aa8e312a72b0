import { nodeViews } from '../../../operator/decide/node-view';
import { whyNotSpared } from '../../../operator/decide/spare-broker';
import type { KafkaView, TopicView, World } from '../../../operator/decide/world';
import { converged, withFenced, withKafka } from '../../world/makers';
import { withBrokers } from '../../world/moving-brokers';

const before = converged(withBrokers([100, 101, 102, 103]));
const topic = (name: string, replicas: readonly number[], minInSync: number | undefined = 1): TopicView => ({
  name,
  minInSync,
  partitions: [{ partition: 0, leader: replicas[0] ?? -1, replicas, isr: replicas }],
});

const kafkaOf = ({ kafka }: World): KafkaView => {
  if (kafka.state !== 'known') throw new Error('Kafka is not known');
  return kafka.value;
};

/** What is said when 100 and 101 stay. */
const said = (
  topics: readonly TopicView[],
  stays: readonly number[] = [100, 101],
  change = (world: World) => world,
): string | undefined => {
  const world = change(withKafka(before, { topics }));
  return whyNotSpared(nodeViews(withBrokers(stays, { world }), world), kafkaOf(world))?.message;
};

describe('brokers that left the spec', () => {
  it.each<[string, string | undefined, string | undefined]>([
    ['can be spared when every topic has room on those that stay', said([topic('a', [100, 102])]), undefined],
    [
      'cannot be spared when a topic has more replicas than brokers stay',
      said([topic('a', [100, 101, 102]), topic('b', [100])]),
      '2 brokers would stay, and a has up to 3 replicas; add a broker first, or lower their replication factor',
    ],
    [
      'cannot be spared for Cruise Control’s own topics either, and the first few are named',
      said([topic('__CruiseControlMetrics', [100, 101, 102]), ...['a', 'b', 'c'].map((name) => topic(name, [100, 101, 102, 103]))]),
      '2 brokers would stay, and __CruiseControlMetrics, a, b and 1 more topics have up to 4 replicas; add a broker first, or lower their replication factor',
    ],
    [
      'cannot be spared when one that would stay was never registered',
      said([topic('a', [100, 101])], [100, 104]),
      '1 broker would stay, and a has up to 2 replicas; add a broker first, or lower their replication factor',
    ],
    [
      'cannot be spared when too few of those that would stay serve',
      said([topic('a', [100, 102], 2)], [100, 101], (world) => withFenced(world, 101)),
      'of the brokers that would stay 1 serve, and a has a higher min.insync.replicas',
    ],
    ['can be spared when a minimum cannot be met anyway', said([topic('a', [100], 3)]), undefined],
    ['can be spared when a minimum is not known', said([topic('a', [100, 101], undefined)]), undefined],
  ])('%s', (_, found, expected) => {
    expect(found).toBe(expected);
  });
});
