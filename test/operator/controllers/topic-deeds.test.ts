/** What Kafka refuses of one object is no matter of the others that go with it. */
import { doAtKafka } from '../../../operator/controllers/topic-deeds';
import type { TopicCache } from '../../../operator/controllers/topic-cache';
import type { TopicAdmin } from '../../../operator/clients/kafka/topic-admin';
import { KafkaError } from '../../../operator/clients/kafka/kafka-error';
import type { TopicDeed, TopicStep } from '../../../operator/decide/topics/topic-step';

const RATES = [{ key: 'leader.replication.throttled.rate', value: '1000' }];
const LISTS = [{ key: 'leader.replication.throttled.replicas', value: '*' }];
const step = (topic: string, deed: TopicDeed): TopicStep =>
  ({ object: { uid: `uid-${topic}`, generation: 1, topic }, deed, judgements: [], status: {} }) as unknown as TopicStep;
const move = (topic: string, rates = RATES): TopicStep =>
  step(topic, { kind: 'move', moves: [{ topic, partition: 0, replicas: [1, 2] }], throttle: { lists: LISTS, rates } });
const STEPS = [
  move('moved'),
  move('unthrottled-move', []),
  step('ended', {
    kind: 'unthrottle',
    end: { lists: ['leader.replication.throttled.replicas'], rates: ['leader.replication.throttled.rate'] },
  }),
  step('gone', { kind: 'delete' }),
];

function admin(error: Error): { readonly admin: TopicAdmin; readonly asked: string[] } {
  const asked: string[] = [];
  const answer = (what: string) => () => {
    asked.push(what);
    return Promise.resolve(new Map());
  };
  const moves = (list: Parameters<TopicAdmin['reassign']>[0]): ReturnType<TopicAdmin['reassign']> => {
    asked.push(`reassign ${list.map(({ topic }) => topic).join()}`);
    return Promise.resolve(new Map());
  };
  const refusing: Partial<TopicAdmin> = {
    deleteTopics: answer('deleteTopics'),
    alterTopicConfigs: answer('alterTopicConfigs'),
    reassign: moves,
    alterBrokerDefaults: () => Promise.reject(error),
  };
  return { admin: refusing as TopicAdmin, asked };
}

const cache = { shows: () => Promise.resolve(true), took: () => undefined } as unknown as TopicCache;
const topicsOf = (uids: Iterable<string>): readonly string[] => [...uids].map((uid) => uid.replace('uid-', ''));

test('when brokers may not be throttled, topics are deleted all the same, and nothing moves at full speed', async () => {
  const { admin: refusing, asked } = admin(new KafkaError('refused', 'cannot alter settings of brokers: POLICY_VIOLATION (44)', 44));
  const { refused, done } = await doAtKafka(STEPS, refusing, cache, 0);
  expect(done.map(({ object }) => object.topic).sort()).toEqual(['gone', 'unthrottled-move']);
  expect(topicsOf(refused.keys())).toEqual(['moved', 'ended']);
  expect(asked).toContain('reassign unthrottled-move');
});

test('what passes is tried again, and refused to nobody', async () => {
  const { admin: refusing } = admin(new KafkaError('refused', 'cannot alter settings of brokers: NOT_CONTROLLER (41)', 41));
  const { refused, shown } = await doAtKafka(STEPS, refusing, cache, 0);
  expect([refused.size, shown]).toEqual([0, false]);
});

test('topics are deleted before Kafka goes silent', async () => {
  const { admin: silent, asked } = admin(new KafkaError('timeout', 'cannot alter settings of brokers: no answer'));
  await expect(doAtKafka(STEPS, silent, cache, 0)).rejects.toThrow('no answer');
  expect(asked).toEqual(['deleteTopics']);
});
