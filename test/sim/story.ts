/** What befalls a cluster: faults of every kind, edits, and the topics that somebody made. */
import fc from 'fast-check';
import type { CruiseControlFault } from '../../operator/decide/simulate-execution';
import type { KafkaView, TopicView } from '../../operator/decide/world';
import { movingWishes, wishes, type Wish } from './wish';

/** Something that goes wrong in the world; it may also go wrong between the plan and its execution. */
export type Strike =
  /** Somebody deletes a Pod, or its machine is gone; the next one begins in order. */
  | { readonly kind: 'podGone'; readonly at: number }
  /** The process is killed: what comes back has to recover its log. */
  | { readonly kind: 'killedHard'; readonly at: number; readonly for: number }
  /** The process ends again and again. */
  | { readonly kind: 'broken'; readonly at: number; readonly for: number }
  /** It lives and is behind. */
  | { readonly kind: 'slow'; readonly at: number; readonly for: number }
  /** A Kubernetes node is cut off: its Pods are called not ready and serve. */
  | { readonly kind: 'cutOff'; readonly at: number; readonly for: number }
  /** Another controller leads. */
  | { readonly kind: 'controllerMoves'; readonly at: number }
  /** Somebody else sets a dynamic key. */
  | { readonly kind: 'othersKey'; readonly at: number }
  /** Somebody makes a topic, with a replica on this node. */
  | { readonly kind: 'topicMade'; readonly at: number }
  /** Cruise Control does not do as it should. */
  | { readonly kind: 'cruiseControl'; readonly at: number; readonly what: CruiseControlFault; readonly for: number }
  /** Somebody deletes the newest operation. */
  | { readonly kind: 'operationGone'; readonly at: number };

/** What the operator does not see, or sees wrongly, in one pass. */
export type Mask = 'blind' | 'staleKafka' | 'topicUnknown' | 'unasked';

export type Fault =
  | { readonly kind: 'calm' }
  | { readonly kind: 'wait' }
  | Strike
  | { readonly kind: 'late'; readonly strike: Strike }
  | { readonly kind: 'masked'; readonly mask: Mask }
  /** The operator ends after so many actions; no status is written. */
  | { readonly kind: 'killed'; readonly after: number }
  /** The action happened, and the operator is told that it did not. */
  | { readonly kind: 'answerLost'; readonly at: number }
  | { readonly kind: 'edit'; readonly wish: Wish }
  | { readonly kind: 'statusLost' }
  /** The user approves what the status asks for. */
  | { readonly kind: 'approve' };

const at = fc.nat(11);
const duration = fc.integer({ min: 1, max: 5 });
const strike = <K extends Strike['kind']>(kind: K) => fc.record({ kind: fc.constant(kind), at, for: duration });

const strikes: fc.Arbitrary<Strike> = fc.oneof(
  { weight: 2, arbitrary: strike('podGone') },
  { weight: 1, arbitrary: strike('killedHard') },
  { weight: 2, arbitrary: strike('broken') },
  { weight: 2, arbitrary: strike('slow') },
  { weight: 1, arbitrary: strike('cutOff') },
  { weight: 1, arbitrary: strike('controllerMoves') },
  { weight: 1, arbitrary: strike('othersKey') },
);

const movingStrikes: fc.Arbitrary<Strike> = fc.oneof(
  { weight: 3, arbitrary: strikes },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('topicMade' as const), at }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('cruiseControl' as const),
      at,
      what: fc.constantFrom<CruiseControlFault>('missing', 'forgets', 'failsHalfWay', 'ignoresMoves', 'notReady'),
      for: duration,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('operationGone' as const), at }) },
);

const faultsOf = (strikes: fc.Arbitrary<Strike>, wishes: fc.Arbitrary<Wish>): fc.Arbitrary<Fault> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant<Fault>({ kind: 'calm' }) },
    { weight: 4, arbitrary: strikes },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('late' as const), strike: strikes }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('masked' as const),
        mask: fc.constantFrom<Mask>('blind', 'staleKafka', 'topicUnknown', 'unasked'),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('killed' as const), after: fc.nat(8) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('answerLost' as const), at: fc.nat(8) }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('edit' as const), wish: wishes }) },
    { weight: 1, arbitrary: fc.constant<Fault>({ kind: 'statusLost' }) },
    { weight: 1, arbitrary: fc.constant<Fault>({ kind: 'wait' }) },
    { weight: 2, arbitrary: fc.constant<Fault>({ kind: 'approve' }) },
  );

/** A topic as it is drawn: what it means depends on how many brokers there are. */
export interface TopicDraft {
  readonly replicas: number;
  readonly minInSync: number;
  /** One for each partition. */
  readonly places: readonly number[];
}

const topics: fc.Arbitrary<readonly TopicDraft[]> = fc.array(
  fc.record({
    replicas: fc.integer({ min: 1, max: 3 }),
    minInSync: fc.integer({ min: 1, max: 3 }),
    places: fc.array(fc.nat(119), { minLength: 1, maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 3 },
);

export interface Story {
  readonly wish: Wish;
  readonly topics: readonly TopicDraft[];
  /** Kafka keeps eligible leader replicas. */
  readonly elr: boolean;
  /** For how long a started broker is behind. */
  readonly lag: number;
  readonly faults: readonly Fault[];
}

/** The cluster is left alone until it serves; most of what matters happens to one that does. */
const storiesOf = (first: fc.Arbitrary<Wish>, faults: fc.Arbitrary<Fault>): fc.Arbitrary<Story> =>
  fc.record({
    wish: first,
    topics,
    elr: fc.boolean(),
    lag: fc.constantFrom(0, 0, 1, 2),
    faults: fc
      .tuple(fc.boolean(), fc.array(faults, { minLength: 2, maxLength: 10 }))
      .map(([calmFirst, list]) => [...(calmFirst ? Array<Fault>(5).fill({ kind: 'calm' }) : []), ...list]),
  });

export const stories: fc.Arbitrary<Story> = storiesOf(wishes, faultsOf(strikes, wishes));

/** Brokers come and go: after each wish for others there is time for some of the way. */
export const movingStories: fc.Arbitrary<Story> = storiesOf(movingWishes, faultsOf(movingStrikes, movingWishes)).map((story) => ({
  ...story,
  faults: story.faults.flatMap((fault): readonly Fault[] =>
    fault.kind === 'edit' ? [fault, ...Array<Fault>(4).fill({ kind: 'calm' })] : [fault],
  ),
}));

/** The drawn topics on the brokers that there are. */
export const madeTopics = (drafts: readonly TopicDraft[], brokers: readonly number[]): KafkaView['topics'] =>
  drafts.map(({ replicas: count, minInSync, places }, index): TopicView => ({
    name: `topic-${String(index)}`,
    minInSync,
    partitions: places.map((place, partition) => {
      const replicas = placed(place, brokers).slice(0, count);
      return { partition, leader: replicas[0] ?? -1, replicas, isr: replicas };
    }),
  }));

/** A drawn order of the brokers. */
function placed(place: number, brokers: readonly number[]): readonly number[] {
  const left = [...brokers];
  const order: number[] = [];
  for (let rest = place; left.length > 0; rest = Math.floor(rest / (left.length + 1))) order.push(...left.splice(rest % left.length, 1));
  return order;
}
