import { decideTopics } from '../../../../operator/decide/topics/decide-topics';
import { DEFAULT_RATE, rateOf } from '../../../../operator/decide/topics/throttle';
import type { TopicStep } from '../../../../operator/decide/topics/topic-step';
import { anObject, aTopic, placementOf, seenAs, type ObjectShape, type ViewShape } from './topics';

const [LEADERS, FOLLOWERS] = ['leader.replication.throttled.replicas', 'follower.replication.throttled.replicas'] as const;
const [LEADER_RATE, FOLLOWER_RATE] = ['leader.replication.throttled.rate', 'follower.replication.throttled.rate'] as const;
const ours = { [LEADER_RATE]: '5000', [FOLLOWER_RATE]: '5000' };
const moving = { state: 'created', topicId: 'id', moving: true };
const throttled = { ...moving, throttle: { rate: 5000 } };
const topics = [aTopic('orders')];

const stepsOf = (shapes: readonly ObjectShape[], view: ViewShape): readonly TopicStep[] =>
  decideTopics({
    objects: shapes.map(anObject),
    situation: seenAs({ ...view, cluster: { throttle: 5000, ...view.cluster } }),
    refusals: new Map(),
  });

const deedOf = (shape: ObjectShape, view: ViewShape): TopicStep['deed'] => stepsOf([shape], view)[0]!.deed;

test.each<[string, string | undefined, number | undefined]>([
  ['nothing', undefined, DEFAULT_RATE],
  ['a number of bytes', ' 1000 ', 1000],
  ['none', 'none', undefined],
  ['what is no number', '50MB', DEFAULT_RATE],
  ['zero, which would never end', '0', DEFAULT_RATE],
])('%s says how fast replicas are copied', (_what, annotation, rate) => {
  expect(rateOf(annotation)).toBe(rate);
});

describe('what is written down before replicas move', () => {
  const recorded = (shape: ObjectShape, view: ViewShape): unknown => {
    const deed = deedOf({ spec: { replicationFactor: 3 }, status: { state: 'created' }, ...shape }, { topics, ...view });
    return deed.kind === 'record' ? [deed.status.moving, deed.status.throttle] : deed.kind;
  };
  test.each<[string, ObjectShape, ViewShape, unknown]>([
    ['looks first whether somebody throttles the topic', {}, { placement: { ...placementOf({}), throttled: new Map() } }, 'askPlacement'],
    ['is the rate', {}, { placement: placementOf({}) }, [true, { rate: 5000 }]],
    [
      'is nothing when the cluster wants no throttle',
      {},
      { placement: placementOf({}), cluster: { throttle: undefined } },
      [true, undefined],
    ],
    [
      'is nothing when somebody throttles the topic',
      {},
      { placement: placementOf({ throttled: { orders: { [LEADERS]: '*' } } }) },
      [true, undefined],
    ],
    ['is no rate when somebody set one', {}, { placement: placementOf({ rates: { [LEADER_RATE]: '9' } }) }, [true, {}]],
    ['is nothing when replicas only go', { spec: { replicationFactor: 1 } }, { placement: placementOf({}) }, [true, undefined]],
  ])('%s', (_what, shape, view, wanted) => {
    expect(recorded(shape, view)).toEqual(wanted);
  });

  test('is nothing when the spec throttles the topic itself', () => {
    const spec = { replicationFactor: 3, config: { [LEADERS]: '*' } };
    const settings = { orders: { [LEADERS]: '*' } };
    expect(recorded({ spec, status: { state: 'created', settings: [LEADERS] } }, { settings, placement: placementOf({}) })).toEqual([
      true,
      undefined,
    ]);
  });

  test('is the rate of those that move already', () => {
    const shapes = [
      { spec: { replicationFactor: 3 }, status: { state: 'created' } },
      { name: 'payments', spec: { replicationFactor: 3 }, status: { ...moving, throttle: { rate: 777 } } },
    ];
    const placement = placementOf({ rates: { [LEADER_RATE]: '777', [FOLLOWER_RATE]: '777' } });
    const [{ deed }] = stepsOf(shapes, { topics: [aTopic('orders'), aTopic('payments')], placement }) as [TopicStep];
    expect(deed.kind === 'record' && deed.status.throttle).toEqual({ rate: 777 });
  });
});

describe('a move', () => {
  const shape = { spec: { replicationFactor: 3 }, status: throttled };
  const throttleOf = (view: ViewShape, status: ObjectShape['status'] = throttled): unknown => {
    const deed = deedOf({ ...shape, status }, { topics, ...view });
    return deed.kind === 'move' ? deed.throttle : deed.kind;
  };

  test('names the replicas that send and those that join, and the rate that is not there yet', () => {
    expect(throttleOf({ placement: placementOf({}) })).toEqual({
      lists: [
        { key: LEADERS, value: '0:1,0:2,1:1,1:2' },
        { key: FOLLOWERS, value: '0:3,1:6' },
      ],
      rates: [
        { key: LEADER_RATE, value: '5000' },
        { key: FOLLOWER_RATE, value: '5000' },
      ],
    });
  });

  test('keeps what is named of partitions that still move, and a rate that is there', () => {
    const lists = { [LEADERS]: '0:1,0:2,7:1', [FOLLOWERS]: '0:3,7:2' };
    expect(throttleOf({ placement: placementOf({ reassigning: ['orders-0'], rates: ours, throttled: { orders: lists } }) })).toMatchObject({
      lists: [{ value: '0:1,0:2,1:1,1:2' }, { value: expect.stringMatching(/^0:3,1:\d$/) as string }],
      rates: [],
    });
  });

  test('sets nothing that was not written down', () => {
    expect(throttleOf({ placement: placementOf({}) }, moving)).toEqual({ lists: [], rates: [] });
    expect(throttleOf({ placement: placementOf({ rates: { [LEADER_RATE]: '9' } }) }, { ...moving, throttle: {} })).toMatchObject({
      rates: [],
    });
  });
});

describe('when nothing moves any more', () => {
  const lists = { orders: { [LEADERS]: '0:1', [FOLLOWERS]: '0:3' } };
  const all = { kind: 'unthrottle', end: { lists: [LEADERS, FOLLOWERS], rates: [LEADER_RATE, FOLLOWER_RATE] } };
  const end = (rates: readonly string[]): unknown => ({ kind: 'unthrottle', end: { lists: [LEADERS, FOLLOWERS], rates } });

  test.each<[string, ObjectShape, ViewShape, unknown]>([
    ['looks what is set', { status: throttled }, { placement: { ...placementOf({}), throttled: new Map() } }, { kind: 'askPlacement' }],
    ['takes lists and rate away', { status: throttled }, { placement: placementOf({ rates: ours, throttled: lists }) }, all],
    [
      'leaves a rate that somebody changed',
      { status: throttled },
      { placement: placementOf({ rates: { ...ours, [LEADER_RATE]: '9' }, throttled: lists }) },
      end([FOLLOWER_RATE]),
    ],
    [
      'leaves a rate that was there before',
      { status: { ...moving, throttle: {} } },
      { placement: placementOf({ rates: ours, throttled: lists }) },
      end([]),
    ],
    ['leaves all that it did not set', { status: moving }, { placement: placementOf({ rates: ours, throttled: lists }) }, { kind: 'none' }],
    ['has nothing to take away after it did', { status: throttled }, { placement: placementOf({}) }, { kind: 'none' }],
    [
      'takes all away before its topic goes',
      { status: throttled, deleting: true },
      { placement: placementOf({ rates: ours, throttled: lists }) },
      all,
    ],
    ['then deletes the topic', { status: throttled, deleting: true }, { placement: placementOf({}) }, { kind: 'delete' }],
    [
      'takes all away before somebody else manages the topic',
      { status: throttled, annotations: { managedBy: 'terraform' } },
      { placement: placementOf({ rates: ours, throttled: lists }) },
      all,
    ],
  ])('an object %s', (_what, shape, view, wanted) => {
    expect(deedOf(shape, { topics, ...view })).toEqual(wanted);
  });

  test('the status forgets the throttle only then', () => {
    expect(stepsOf([{ status: throttled }], { topics, placement: placementOf({ rates: ours }) })[0]!.status.throttle).toEqual({
      rate: 5000,
    });
    const { status } = stepsOf([{ status: throttled }], { topics, placement: placementOf({}) })[0]!;
    expect([status.throttle, status.moving]).toEqual([undefined, undefined]);
  });

  test('the rate stays for another topic that moves, and goes with the last; two that end together take it away', () => {
    const placement = placementOf({ rates: ours, throttled: lists });
    const both = [aTopic('orders'), aTopic('payments')];
    const other = (replicationFactor: number): ObjectShape => ({ name: 'payments', spec: { replicationFactor }, status: throttled });
    expect(stepsOf([{ status: throttled }, other(3)], { topics: both, placement })[0]!.deed).toEqual(end([]));
    expect(stepsOf([{ status: throttled }, other(2)], { topics: both, placement })[0]!.deed).toEqual(all);
  });
});
