/**
 * The topic of the object that owns it: made, taken over as it is, brought to what the spec says. What differs after it was brought
 * there once is drift: somebody changed it in Kafka, and driftPolicy says whether it is set back. Nothing here ever takes records
 * away: a topic with more partitions than the spec wants keeps them.
 */
import type { KafkaTopicStatus } from '../../../lib/api/kafka-topic';
import { differencesOf, type Differences } from './differences';
import { moveStep, tooFewBrokers, unthrottleDeed, type MoveInput, type MoveShare } from './replica-step';
import type { TopicJudgement } from './topic-conditions';
import { hasFinalizer, keysOf, leavesTopic, ownedKeys, owns, type TopicObject } from './topic-object';
import {
  accepted,
  hasMorePartitions,
  keptFacts,
  NONE,
  notSeen,
  refusedSpec,
  RETRY_REFUSED,
  seenFacts,
  settingsOf,
  SOON,
  waits,
} from './topic-step';
import type { TopicEvent, TopicStep } from './topic-step';
import type { Refusal, SeenTopic, TopicCluster, TopicsView } from './topic-view';

export interface OwnerInput {
  readonly object: TopicObject;
  readonly cluster: TopicCluster;
  readonly view: TopicsView;
  readonly share: MoveShare | undefined;
  readonly refusal: Refusal | undefined;
}

export function ownerStep(input: OwnerInput): TopicStep {
  const seen = input.view.topics.get(input.object.topic);
  return seen === undefined ? missingStep(input) : presentStep(input, seen);
}

function missingStep({ object, cluster, refusal }: OwnerInput): TopicStep {
  const base = { object, status: missingFacts(object), deed: NONE };
  if (refusal !== undefined) return { ...base, judgements: refusedSpec('RefusedByKafka', refusedText(refusal)), wakeAfter: RETRY_REFUSED };
  if (isReported(object)) return { ...base, judgements: missingAndReported(object) };
  const { replicationFactor } = object;
  if (cluster.brokers.length > 0 && replicationFactor > cluster.brokers.length)
    return { ...base, judgements: waits('TooFewBrokers', tooFewBrokers(replicationFactor, cluster.brokers.length)) };
  const judgements = waits('Pending', 'the topic is being made');
  if (!hasFinalizer(object) || object.origin !== 'made') return { ...base, judgements, deed: { kind: 'claim', origin: 'made' } };
  if (unrecorded(object, Object.keys(object.config)))
    return { ...base, judgements, deed: { kind: 'record', status: withSettings(object) } };
  const topic = { name: object.topic, partitions: object.partitions, replicationFactor, config: object.config };
  return { ...base, judgements, deed: { kind: 'create', topic }, ...corrected(object, ['it was gone']), wakeAfter: SOON };
}

/** What is remembered of a topic that is not there. */
function missingFacts(object: TopicObject): TopicStep['status'] {
  const { appliedGeneration, throttle } = object.status;
  const settings = [...ownedKeys(object)];
  return {
    ...(owns(object) ? { state: 'created' } : {}),
    managedBy: object.managedBy,
    ...(appliedGeneration === undefined ? {} : { appliedGeneration }),
    ...(settings.length === 0 ? {} : { settings }),
    ...(throttle === undefined ? {} : { throttle }),
  };
}

const missingAndReported = ({ topic }: TopicObject): readonly TopicJudgement[] => [
  accepted,
  {
    type: 'Ready',
    status: 'False',
    reason: 'TopicMissing',
    message: `somebody deleted the topic ${topic}: set driftPolicy to Correct to have it made anew`,
  },
  { type: 'Drifted', status: 'True', reason: 'Differs', message: 'the topic is gone' },
];

/** The spec was had once, so what differs is drift, and drift is only reported. */
const isReported = (object: TopicObject): boolean => isDrift(object) && object.driftPolicy === 'Report';
const isDrift = (object: TopicObject): boolean => object.status.appliedGeneration === object.generation;

function corrected(object: TopicObject, lines: readonly string[]): { readonly event?: TopicEvent } {
  if (!isDrift(object)) return {};
  return { event: { type: 'Normal', reason: 'DriftCorrected', message: `set back what somebody changed in Kafka: ${lines.join('; ')}` } };
}

function presentStep(input: OwnerInput, seen: SeenTopic): TopicStep {
  const { object, view, refusal } = input;
  if (!owns(object) && hasMorePartitions(seen, object)) return tooManyPartitions(object, seen);
  if (!hasFinalizer(object)) {
    const judgements = waits('Pending', 'the topic is being taken over');
    return { object, status: keptFacts(object), judgements, deed: { kind: 'claim', origin: 'found' } };
  }
  const differences = differencesOf(object, seen, view);
  if (differences === undefined) {
    const deed = { kind: 'askSettings', keys: keysOf(object) } as const;
    return { object, status: keptFacts(object), judgements: waits('Pending', 'its settings are being read'), deed };
  }
  if (mayBeMoved(object, differences, view)) return { object, status: keptFacts(object), judgements: [], deed: { kind: 'askPlacement' } };
  const facts = factsOf(input, seen, differences);
  if (isReported(object) && object.status.moving !== true)
    return { object, deed: NONE, judgements: settled(object, differences), status: facts };
  if (refusal !== undefined)
    return { object, deed: NONE, judgements: refusedSpec('RefusedByKafka', refusedText(refusal)), status: facts, wakeAfter: RETRY_REFUSED };
  return changeStep(input, seen, { differences, facts });
}

/** Somebody's reassignment looks like another replication factor: of a topic that was as wanted it is asked before anything is said. */
const mayBeMoved = (object: TopicObject, { replicas }: Differences, { placement }: TopicsView): boolean =>
  replicas && placement === undefined && isDrift(object) && object.status.moving !== true;

interface Found {
  readonly differences: Differences;
  readonly facts: TopicStep['status'];
}

function changeStep(input: OwnerInput, seen: SeenTopic, { differences, facts }: Found): TopicStep {
  const { object, view } = input;
  const { grow, settings, lines } = differences;
  const base = { object, status: facts };
  if (grow !== undefined || settings.length > 0) {
    const judgements = waits('Pending', 'the topic is being changed');
    if (
      unrecorded(
        object,
        settings.map(({ key }) => key),
      )
    )
      return { ...base, judgements, deed: { kind: 'record', status: withSettings(object) } };
    return { ...base, judgements, deed: { kind: 'change', grow, settings }, ...corrected(object, lines), wakeAfter: SOON };
  }
  const moving = object.status.moving === true && isMoving(seen, view);
  if (!differences.replicas && !moving) {
    const deed = unthrottleDeed(object, view, input.share);
    if (deed !== undefined) return { ...base, deed, judgements: waits('ReplicasMoving', 'its replicas are there'), wakeAfter: SOON };
    return { ...base, deed: NONE, judgements: settled(object, differences), status: settledFacts(object, facts) };
  }
  const { deed, reason, message } = moveStep({ ...input, seen } satisfies MoveInput);
  return { ...base, deed, judgements: waits(reason, message), wakeAfter: reason === 'ReplicasMoving' ? SOON : RETRY_REFUSED / 6 };
}

/** While the placement is not known again it may still move. */
const isMoving = (seen: SeenTopic, { placement }: TopicsView): boolean =>
  placement === undefined || seen.partitions.some(({ partition }) => placement.reassigning.has(`${seen.name}-${String(partition)}`));

/** Keys are set only after it is written down that they are this object's. */
const unrecorded = (object: TopicObject, keys: readonly string[]): boolean => {
  const owned = ownedKeys(object);
  return keys.some((key) => !owned.includes(key));
};

const withSettings = (object: TopicObject): KafkaTopicStatus => ({ ...object.status, ...settingsOf(object) });

const refusedText = ({ message }: Refusal): string => `Kafka refuses what the spec wants: ${message}; it is tried again`;

function tooManyPartitions(object: TopicObject, seen: SeenTopic): TopicStep {
  const [have, want] = [seen.partitions.length, object.partitions].map(String);
  const why = `the topic is there already and has ${have ?? ''} partitions, the spec wants ${want ?? ''}: write ${have ?? ''} or more, or -1`;
  const { state: _, ...facts } = keptFacts(object);
  return { object, deed: NONE, judgements: refusedSpec('FewerPartitions', why), status: facts };
}

function factsOf({ object, view }: OwnerInput, seen: SeenTopic, { lines }: Differences): TopicStep['status'] {
  const { appliedGeneration, moving, throttle } = object.status;
  return {
    state: 'created',
    managedBy: object.managedBy,
    ...(appliedGeneration === undefined ? {} : { appliedGeneration }),
    ...seenFacts(seen, view, object.status),
    ...settingsOf(object),
    ...(lines.length === 0 ? {} : { drift: [...lines] }),
    ...(moving === true ? { moving } : {}),
    ...(throttle === undefined ? {} : { throttle }),
  };
}

/** As the spec says now: keys that left it are no longer ours. */
function settledFacts(object: TopicObject, { moving: _, settings: __, throttle: ___, ...facts }: TopicStep['status']): TopicStep['status'] {
  const keys = Object.keys(object.config).sort();
  return { ...facts, appliedGeneration: object.generation, ...(keys.length === 0 ? {} : { settings: keys }) };
}

const LEFT = '; it was there before this object and stays when the object is deleted, unless that is annotated with managedBy=koperator';

function settled(object: TopicObject, { lines, surplus }: Differences): readonly TopicJudgement[] {
  const ready: TopicJudgement = {
    type: 'Ready',
    status: 'True',
    reason: 'TopicReady',
    message: `the topic is there${leavesTopic(object) ? LEFT : ''}`,
  };
  if (surplus)
    return [accepted, ready, drifted('MorePartitions', `${lines.join('; ')}: no partition can be taken away, so raise spec.partitions`)];
  if (lines.length === 0)
    return [accepted, ready, { ...notSeen, status: 'False', reason: 'AsWanted', message: 'the topic is as the spec says' }];
  return [accepted, ready, drifted('Differs', `${lines.join('; ')}: set driftPolicy to Correct to have it set back, or change the spec`)];
}

const drifted = (reason: 'MorePartitions' | 'Differs', message: string): TopicJudgement => ({
  type: 'Drifted',
  status: 'True',
  reason,
  message,
});
