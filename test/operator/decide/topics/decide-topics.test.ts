import * as fc from 'fast-check';
import { decideTopics, statusOf } from '../../../../operator/decide/topics/decide-topics';
import { CLAIMED_SETTINGS, KEEP_TOPIC, ownedKeys, topicObject as anyObject } from '../../../../operator/decide/topics/topic-object';
import type { TopicObject } from '../../../../operator/decide/topics/topic-object';
import type { TopicStep } from '../../../../operator/decide/topics/topic-step';
import type { Refusal, Situation, TopicCluster } from '../../../../operator/decide/topics/topic-view';
import { anObject, aTopic, CLUSTER, placementOf, seenAs, type ObjectShape, type ViewShape } from './topics';

const NOW = 1_700_000_000_000;

const stepsOf = (objects: readonly TopicObject[], situation: Situation, refusals: ReadonlyMap<string, Refusal> = new Map()) =>
  decideTopics({ objects, situation, refusals });

const stepOf = (shape: ObjectShape, situation: Situation, refusals?: ReadonlyMap<string, Refusal>): TopicStep =>
  stepsOf([anObject(shape)], situation, refusals)[0]!;

/** `kind; SpecAccepted reason; Ready reason; Drifted reason`. */
const said = ({ deed, judgements }: TopicStep): string =>
  [deed.kind, ...judgements.map(({ status, reason }) => `${status} ${reason}`)].join('; ');

const created = { state: 'created', topicId: 'id', appliedGeneration: 1 };
const config = { 'retention.ms': '1000' };
const there: ViewShape = { topics: [aTopic('orders')], settings: { orders: { 'retention.ms': '1000' } } };

test.each<[string, ObjectShape, ViewShape, string]>([
  ['puts its finalizer on before the topic is made', { finalizer: false }, {}, 'claim; True Accepted; False Pending; Unknown NotSeen'],
  [
    'writes down keys before the topic is made with them',
    { spec: { config } },
    {},
    'record; True Accepted; False Pending; Unknown NotSeen',
  ],
  [
    'makes the topic with keys that were claimed',
    { spec: { config }, annotations: { [CLAIMED_SETTINGS]: 'retention.ms' } },
    {},
    'create; True Accepted; False Pending; Unknown NotSeen',
  ],
  [
    'takes back a key that was claimed and left the spec before the status told of it',
    { annotations: { [CLAIMED_SETTINGS]: 'retention.ms' } },
    there,
    'change; True Accepted; False Pending; Unknown NotSeen',
  ],
  [
    'forgets what was claimed once its status tells of the topic',
    { status: created, annotations: { [CLAIMED_SETTINGS]: 'retention.ms' } },
    there,
    'none; True Accepted; True TopicReady; False AsWanted',
  ],
  [
    'of which the topic was there, and is gone, says that it is made for it',
    { origin: 'found', status: created },
    {},
    'claim; True Accepted; False Pending; Unknown NotSeen',
  ],
  ['makes a topic that is missing', {}, {}, 'create; True Accepted; False Pending; Unknown NotSeen'],
  ['waits for brokers that it needs', { spec: { replicationFactor: 4 } }, {}, 'none; True Accepted; False TooFewBrokers; Unknown NotSeen'],
  ['takes over what is as it says', {}, there, 'none; True Accepted; True TopicReady; False AsWanted'],
  [
    'asks for settings before it compares them',
    { spec: { config } },
    { topics: [aTopic('orders')] },
    'askSettings; True Accepted; False Pending; Unknown NotSeen',
  ],
  ['compares only settings of its own', { spec: { config } }, there, 'none; True Accepted; True TopicReady; False AsWanted'],
  ['records keys before it sets them', { spec: { config: { a: 'b' } } }, there, 'record; True Accepted; False Pending; Unknown NotSeen'],
  [
    'sets keys that are recorded',
    { spec: { config: { a: 'b' } }, status: { settings: ['a'] } },
    there,
    'change; True Accepted; False Pending; Unknown NotSeen',
  ],
  [
    'takes back a key that left the spec',
    { status: { ...created, settings: ['retention.ms'] } },
    there,
    'change; True Accepted; False Pending; Unknown NotSeen',
  ],
  ['grows', { spec: { partitions: 3 } }, there, 'change; True Accepted; False Pending; Unknown NotSeen'],
  [
    'refuses fewer partitions than a topic has that it does not own',
    { spec: { partitions: 1 } },
    there,
    'none; False FewerPartitions; False NotAccepted; Unknown NotSeen',
  ],
  [
    'tells of more partitions of its own topic',
    { spec: { partitions: 1 }, status: created },
    there,
    'none; True Accepted; True TopicReady; True MorePartitions',
  ],
  [
    'looks where replicas can go',
    { spec: { replicationFactor: 3 } },
    there,
    'askPlacement; True Accepted; False ReplicasMoving; Unknown NotSeen',
  ],
  [
    'reports drift',
    { spec: { config: { 'retention.ms': '5' }, driftPolicy: 'Report' }, status: { ...created, settings: ['retention.ms'] } },
    there,
    'none; True Accepted; True TopicReady; True Differs',
  ],
  [
    'sets drift back',
    { spec: { config: { 'retention.ms': '5' } }, status: { ...created, settings: ['retention.ms'] } },
    there,
    'change; True Accepted; False Pending; Unknown NotSeen',
  ],
  [
    'asks whether somebody moves its replicas before it calls them drift',
    { status: created },
    { topics: [aTopic('orders', 2, [1, 2, 3])] },
    'askPlacement',
  ],
  [
    'is as wanted while somebody moves its replicas',
    { status: created },
    { topics: [aTopic('orders', 2, [1, 2, 3])], placement: placementOf({ reassigning: ['orders-0', 'orders-1'] }) },
    'none; True Accepted; True TopicReady; False AsWanted',
  ],
  [
    'reports a topic that is gone',
    { spec: { driftPolicy: 'Report' }, status: created },
    {},
    'none; True Accepted; False TopicMissing; True Differs',
  ],
  [
    'observes what somebody else manages',
    { annotations: { managedBy: 'terraform' } },
    there,
    'none; True OnlyObserved; True OnlyObserved; Unknown NotSeen',
  ],
  [
    'misses what somebody else manages',
    { annotations: { managedBy: 'terraform' } },
    {},
    'none; True OnlyObserved; False TopicMissing; Unknown NotSeen',
  ],
  [
    'is told of a namespace that is not allowed',
    { namespace: 'apps' },
    there,
    'none; False NamespaceNotAllowed; False NotAccepted; Unknown NotSeen',
  ],
  [
    'counts in a namespace that is allowed',
    { namespace: 'apps' },
    { ...there, cluster: { topicNamespaces: ['apps'] } },
    'none; True Accepted; True TopicReady; False AsWanted',
  ],
  [
    'counts in every namespace',
    { namespace: 'apps' },
    { ...there, cluster: { topicNamespaces: '*' } },
    'none; True Accepted; True TopicReady; False AsWanted',
  ],
  ['leaves the topic of the reporters alone', { topic: 'metrics' }, {}, 'none; False InternalTopic; False NotAccepted; Unknown NotSeen'],
])('a KafkaTopic %s', (_what, shape, view, wanted) => {
  expect(said(stepOf(shape, seenAs(view)))).toBe(wanted);
});

const gone = { kind: 'gone' } as const;
const unreachable = { kind: 'unreachable', cluster: CLUSTER, why: 'no answer' } as const;

test.each<[string, Situation, ObjectShape, string]>([
  ['tells that there is no cluster', gone, {}, 'none; True Accepted; False ClusterNotFound; Unknown NotSeen'],
  ['tells that the cluster goes', { kind: 'deleting' }, {}, 'none; True Accepted; False ClusterDeleting; Unknown NotSeen'],
  ['tells that the cluster is not accepted', { kind: 'unknown' }, {}, 'none; True Accepted; False ClusterNotKnown; Unknown NotSeen'],
  ['tells that Kafka is silent', unreachable, {}, 'none; True Accepted; False KafkaUnreachable; Unknown NotSeen'],
  ['goes when the cluster is gone', gone, { deleting: true, status: created }, 'release'],
  ['goes when the cluster goes', { kind: 'deleting' }, { deleting: true, status: created }, 'release'],
  ['waits for a cluster that is not accepted', { kind: 'unknown' }, { deleting: true }, 'none; False ClusterNotKnown; Unknown NotSeen'],
  ['waits for Kafka', unreachable, { deleting: true }, 'none; False KafkaUnreachable; Unknown NotSeen'],
  ['waits for nobody when the topic is kept', unreachable, { deleting: true, annotations: { [KEEP_TOPIC]: 'true' } }, 'release'],
  ['deletes its topic', seenAs(there), { deleting: true, status: created }, 'delete; False Deleting; Unknown NotSeen'],
  [
    'deletes the topic of an object of Koperator’s',
    seenAs(there),
    { deleting: true, origin: 'untold', status: { state: 'created' } },
    'delete; False Deleting; Unknown NotSeen',
  ],
  [
    'deletes a topic that was made before its status told of it',
    seenAs(there),
    { deleting: true },
    'delete; False Deleting; Unknown NotSeen',
  ],
  [
    'leaves a topic that was not made as it says, though none was there when it was claimed',
    seenAs({ topics: [aTopic('orders', 3)] }),
    { deleting: true },
    'release',
  ],
  ['leaves a topic that was there before', seenAs(there), { deleting: true, origin: 'found', status: created }, 'release'],
  ['waits for nobody when it leaves its topic anyhow', unreachable, { deleting: true, origin: 'found', status: created }, 'release'],
  [
    'deletes a topic that was there before when it says that we manage it',
    seenAs(there),
    { deleting: true, origin: 'found', annotations: { managedBy: 'koperator' }, status: created },
    'delete; False Deleting; Unknown NotSeen',
  ],
  ['goes when its topic is gone', seenAs(), { deleting: true, status: created }, 'release'],
  ['leaves a topic that it never took over', seenAs(there), { deleting: true, origin: 'untold' }, 'release'],
  ['leaves a topic that was made anew', seenAs(there), { deleting: true, status: { ...created, topicId: 'other' } }, 'release'],
  ['has nothing to do without its finalizer', seenAs(there), { deleting: true, finalizer: false, status: created }, 'none'],
])('a KafkaTopic %s', (_what, situation, shape, wanted) => {
  expect(said(stepOf(shape, situation))).toBe(wanted);
});

const refusal = (code: number, generation = 1) =>
  new Map([['kafka/orders', { uid: 'kafka/orders', generation, code, message: 'POLICY_VIOLATION (44): no', at: NOW }]]);

test('what Kafka refuses is told in its words, and asked again only of another generation', () => {
  const step = stepOf({}, seenAs(), refusal(44));
  expect(said(step)).toBe('none; False RefusedByKafka; False NotAccepted; Unknown NotSeen');
  expect(step.judgements[0]?.message).toContain('POLICY_VIOLATION (44): no');
  expect(stepOf({ generation: 2 }, seenAs(), refusal(44)).deed.kind).toBe('create');
});

test('a Kafka that deletes nothing is told with the way out', () => {
  const step = stepOf({ deleting: true, status: created }, seenAs(there), refusal(73));
  expect(said(step)).toBe('none; False DeletionDisabled; Unknown NotSeen');
  expect(step.judgements[0]?.message).toContain(KEEP_TOPIC);
});

describe('moves', () => {
  const placement = placementOf({});
  const shape = { spec: { replicationFactor: 3 }, status: { state: 'created', moving: true } };

  test('are recorded first, then begun, at most twenty at once', () => {
    const many = { topics: [aTopic('orders', 50)], placement };
    const spec = { replicationFactor: 3, partitions: 50 };
    expect(stepOf({ spec, status: { state: 'created' } }, seenAs(many)).deed.kind).toBe('record');
    const { deed } = stepOf({ spec, status: shape.status }, seenAs(many));
    expect(deed.kind === 'move' && deed.moves.length).toBe(20);
  });

  test('wait for what somebody else moves, and for Cruise Control', () => {
    const others = { ...there, placement: placementOf({ reassigning: ['payments-0'] }) };
    expect(said(stepOf(shape, seenAs(others)))).toContain('MoveWaits');
    const busy = { ...there, placement, cluster: { busy: 'the CruiseControlOperation x' } };
    expect(said(stepOf(shape, seenAs(busy)))).toContain('MoveWaits');
  });

  test('take no replica away while one is out of sync', () => {
    const topic = aTopic('orders', 2, [1, 2, 3]);
    const lagging = { ...topic, partitions: topic.partitions.map((p) => ({ ...p, isr: [1, 2] })) };
    const fewer = { spec: { replicationFactor: 2 }, status: shape.status };
    expect(stepOf(fewer, seenAs({ topics: [lagging], placement })).deed.kind).toBe('none');
    expect(stepOf(fewer, seenAs({ topics: [topic], placement })).deed.kind).toBe('move');
  });
});

const anyText = fc.constantFrom('orders', 'payments', '__consumer_offsets', 'metrics', '');
const shapes = fc.array(
  fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    namespace: fc.constantFrom('kafka', 'apps', 'other'),
    topic: anyText,
    createdAt: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'),
    deleting: fc.boolean(),
    finalizer: fc.boolean(),
    origin: fc.constantFrom('made' as const, 'found' as const, 'untold' as const),
    generation: fc.constantFrom(1, 2),
    annotations: fc.constantFrom(
      {},
      { [CLAIMED_SETTINGS]: 'retention.ms' },
      { managedBy: 'terraform' },
      { managedBy: 'KOPERATOR' },
      { [KEEP_TOPIC]: 'true' },
    ),
    spec: fc.record({
      partitions: fc.constantFrom(-1, 1, 2, 5),
      replicationFactor: fc.constantFrom(-1, 1, 2, 3),
      driftPolicy: fc.constantFrom('Correct', 'Report'),
      config: fc.constantFrom({}, { 'retention.ms': '7' }, { a: 'b' }),
    }),
    status: fc.constantFrom(
      {},
      created,
      { ...created, topicId: 'other' },
      { ...created, settings: ['retention.ms', 'a'] },
      { ...created, moving: true },
      { ...created, moving: true, throttle: { rate: 5 } },
    ),
  }),
  { maxLength: 6 },
);
const views = fc.record({
  topics: fc.constantFrom<readonly ReturnType<typeof aTopic>[]>(
    [],
    [aTopic('orders')],
    [aTopic('orders', 3, [1, 2, 3]), aTopic('payments', 1, [3])],
  ),
  settings: fc.constantFrom({}, { orders: { 'retention.ms': '1', throttled: '*' }, payments: { a: 'c' } }),
  placement: fc.constantFrom(
    undefined,
    placementOf({}),
    placementOf({ reassigning: ['orders-0'], rates: { 'leader.replication.throttled.rate': '5' } }),
    placementOf({ throttled: { orders: { 'leader.replication.throttled.replicas': '*' } } }),
  ),
  cluster: fc.constantFrom<Partial<TopicCluster>>(
    {},
    { throttle: 7 },
    { topicNamespaces: ['apps'] },
    { topicNamespaces: '*' as const },
    { busy: 'an operation' },
  ),
});

/** One object for each name and namespace, as Kubernetes has them. */
const objectsFrom = (drawn: readonly ObjectShape[]): readonly TopicObject[] => [
  ...new Map(drawn.map((shape) => [`${shape.namespace ?? ''}/${shape.name ?? ''}`, anObject(shape)])).values(),
];

describe('whatever objects there are', () => {
  test('only the owner of a topic changes it, and it is one', () => {
    fc.assert(
      fc.property(shapes, views, (drawn, view) => {
        const situation = seenAs(view);
        const steps = stepsOf(objectsFrom(drawn), situation);
        const writing = steps.filter(({ deed }) => ['create', 'change', 'move', 'delete'].includes(deed.kind));
        expect(new Set(writing.map(({ object }) => object.topic)).size).toBe(writing.length);
        for (const { object } of writing) {
          const { topicNamespaces } = situation.cluster;
          expect(object.namespace === 'kafka' || topicNamespaces === '*' || topicNamespaces.includes(object.namespace)).toBe(true);
          expect(object.managed).toBe(true);
          expect(object.topic.startsWith('__') || object.topic === 'metrics').toBe(false);
          expect(object.finalizers).toHaveLength(1);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a topic is deleted only for its own object, which is being deleted and which nobody else outlives', () => {
    fc.assert(
      fc.property(shapes, views, (drawn, view) => {
        const situation = seenAs(view);
        const objects = objectsFrom(drawn);
        for (const { object } of stepsOf(objects, situation).filter(({ deed }) => deed.kind === 'delete')) {
          expect([object.deleting, object.keep, object.origin === 'found' && !object.declared]).toEqual([true, false, false]);
          expect(object.status.state === 'created' || object.origin === 'made').toBe(true);
          if (object.status.state === 'created') expect(object.status.topicId).toBe(situation.view.topics.get(object.topic)?.id);
          const heirs = stepsOf(objects, situation).filter((s) => s.object.topic === object.topic && !s.object.deleting);
          expect(heirs.some((s) => ['create', 'change', 'claim'].includes(s.deed.kind))).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('only keys of the spec, or that were recorded before, are altered; and no partition or replica is taken from nothing', () => {
    fc.assert(
      fc.property(shapes, views, (drawn, view) => {
        for (const { object, deed } of stepsOf(objectsFrom(drawn), seenAs(view))) {
          if (deed.kind !== 'change') continue;
          for (const { key, value } of deed.settings) {
            expect(ownedKeys(object)).toContain(key);
            expect(value).toBe(object.config[key]);
          }
          expect(deed.grow ?? object.partitions).toBe(object.partitions);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('nothing that hangs a deletion is silent, and every status can be written', () => {
    fc.assert(
      fc.property(shapes, views, fc.constantFrom('gone', 'deleting', 'unknown', 'unreachable', 'seen'), (drawn, view, kind) => {
        const situation = kind === 'seen' ? seenAs(view) : kind === 'unreachable' ? unreachable : ({ kind } as Situation);
        for (const step of stepsOf(objectsFrom(drawn), situation)) {
          const { object, deed, judgements } = step;
          if (object.deleting && object.finalizers.length > 0 && deed.kind !== 'release')
            expect(judgements.find(({ type }) => type === 'Ready')?.message).not.toBe('');
          if (object.deleting && kind === 'gone') expect(['release', 'none']).toContain(deed.kind);
          expect(() => JSON.stringify(statusOf(step, NOW))).not.toThrow();
        }
      }),
    );
  });

  test('a spec of anything is no crash', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (spec, status) => {
        const broken = { ...anObject(), config: {} };
        const metadata = { name: 'x', namespace: 'kafka', uid: 'x', resourceVersion: '1', creationTimestamp: '' };
        const object = anyObject({ apiVersion: '', kind: '', metadata, spec, status });
        expect(stepsOf([broken, object], seenAs(there))).toHaveLength(2);
      }),
    );
  });
});
