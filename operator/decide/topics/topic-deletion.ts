/**
 * A KafkaTopic that is being deleted. Its topic is deleted only when nothing speaks against it: this object owns it, it is the very
 * topic (by its id) that the object had, nobody else wants it, and it was made for the object or the object says that we manage it. In every other case the object goes and the topic stays. A
 * cluster that is gone holds nobody up; one that is there and cannot be reached does, and the condition names the way out.
 */
import type { Claim } from './claims';
import { hasFinalizer, KEEP_TOPIC, leavesTopic, owns, type TopicObject } from './topic-object';
import { hasMorePartitions, keptFacts, NONE, notSeen, RETRY_REFUSED, SOON, type TopicEvent, type TopicStep } from './topic-step';
import type { TopicConditionReason } from './topic-conditions';
import type { Refusal, SeenTopic, Situation } from './topic-view';

const WAY_OUT = `To let the object go and keep the topic: kubectl annotate it with ${KEEP_TOPIC}=true.`;
const FOUND = 'it was there before this object, which is not annotated with managedBy=koperator';
/** Kafka's TOPIC_DELETION_DISABLED. */
const DELETION_DISABLED = 73;

export interface DeletionInput {
  readonly object: TopicObject;
  readonly situation: Situation;
  readonly claim: Claim | undefined;
  readonly refusal: Refusal | undefined;
}

export function deletionStep(input: DeletionInput): TopicStep {
  const { object, situation } = input;
  if (!hasFinalizer(object)) return { object, deed: NONE, judgements: [], status: keptFacts(object) };
  if (situation.kind === 'gone' || situation.kind === 'deleting')
    return release(object, 'TopicLeft', 'the KafkaCluster is gone or going: what its topics hold is left as it is');
  if (object.keep) return release(object, 'TopicKept', `the annotation ${KEEP_TOPIC} keeps the topic ${object.topic} in Kafka`);
  if (leavesTopic(object) && situation.kind !== 'seen')
    return release(object, 'TopicKept', `the topic ${object.topic} is left alone: ${FOUND}`);
  if (situation.kind === 'unknown')
    return held(object, 'ClusterNotKnown', `the topic is deleted once its KafkaCluster is accepted and runs. ${WAY_OUT}`);
  if (situation.kind === 'unreachable')
    return held(object, 'KafkaUnreachable', `the topic is deleted once Kafka answers: ${situation.why}. ${WAY_OUT}`);
  return atKafka(input, situation);
}

function atKafka({ object, claim, refusal }: DeletionInput, { view }: Extract<Situation, { kind: 'seen' }>): TopicStep {
  const seen = view.topics.get(object.topic);
  if (seen === undefined) return { object, deed: { kind: 'release' }, judgements: [], status: keptFacts(object) };
  const why = whyKept(object, claim, seen);
  if (why !== undefined) return release(object, 'TopicKept', `the topic ${object.topic} stays in Kafka: ${why}`);
  if (refusal !== undefined) return { ...refused(object, refusal), wakeAfter: RETRY_REFUSED };
  const step = held(object, 'Deleting', 'the topic is being deleted in Kafka');
  return { ...step, deed: { kind: 'delete' }, wakeAfter: SOON };
}

/** Undefined: nothing keeps it. */
function whyKept(object: TopicObject, claim: Claim | undefined, seen: SeenTopic): string | undefined {
  switch (claim?.kind) {
    case 'owner':
      break;
    case 'duplicate':
      return `it belongs to the KafkaTopic ${claim.of}`;
    case 'observer':
      return `it is managed by ${object.managedBy}`;
    case 'internal':
      return 'it belongs to Kafka or Cruise Control';
    default:
      return 'the cluster does not allow KafkaTopics of this namespace';
  }
  if (leavesTopic(object)) return FOUND;
  if (!owns(object)) return wasMade(object, seen) ? undefined : 'it was never taken over for this object';
  const { topicId = '' } = object.status;
  return topicId !== '' && seen.id !== '' && topicId !== seen.id ? 'somebody made it anew meanwhile' : undefined;
}

/** It was made, and the status does not say so yet. */
const wasMade = (object: TopicObject, seen: SeenTopic): boolean => object.origin === 'made' && !hasMorePartitions(seen, object);

function refused(object: TopicObject, { code, message }: Refusal): TopicStep {
  if (code === DELETION_DISABLED)
    return held(
      object,
      'DeletionDisabled',
      `Kafka deletes no topics: take delete.topic.enable=false out of readOnlyConfig; it is tried again. ${WAY_OUT}`,
    );
  return held(object, 'RefusedByKafka', `Kafka does not delete the topic: ${message}; it is tried again. ${WAY_OUT}`);
}

function release(object: TopicObject, reason: string, message: string): TopicStep {
  const event: TopicEvent = { type: 'Normal', reason, message };
  return { object, deed: { kind: 'release' }, judgements: [], status: keptFacts(object), event };
}

function held(object: TopicObject, reason: TopicConditionReason, message: string): TopicStep {
  const judgements = [{ type: 'Ready', status: 'False', reason, message }, notSeen] as const;
  return { object, deed: NONE, judgements, status: keptFacts(object) };
}
