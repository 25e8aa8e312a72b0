/**
 * All KafkaTopics of one cluster at once, so that thousands of them are a few requests: every object says what is next for it, and
 * what is alike is put together. Pure; called again after what it asked for was done, until nothing is left to do.
 */
import type { KafkaTopicStatus } from '../../../lib/api/kafka-topic';
import { claimsOf, type Claim } from './claims';
import { ownerStep } from './owner-step';
import { shareOf, unthrottleDeed, type MoveShare } from './replica-step';
import { deletionStep } from './topic-deletion';
import { mergedConditions } from '../merged-conditions';
import { hasFinalizer, type TopicObject } from './topic-object';
import { keptFacts, NONE, notSeen, refusedSpec, seenFacts, SOON, waits, type TopicStep } from './topic-step';
import type { Refusal, Situation } from './topic-view';

export interface TopicsInput {
  readonly objects: readonly TopicObject[];
  readonly situation: Situation;
  /** By uid; those that are due for another try are left out. */
  readonly refusals: ReadonlyMap<string, Refusal>;
}

/** One step for each object, in their order. */
export function decideTopics({ objects, situation, refusals }: TopicsInput): readonly TopicStep[] {
  const claims = 'cluster' in situation ? claimsOf(objects, situation.cluster) : new Map<string, Claim>();
  const share = situation.kind === 'seen' ? shareOf(situation.view, objects) : undefined;
  return objects.map((object): TopicStep => {
    const claim = claims.get(object.uid);
    const refusal = refusalOf(object, refusals);
    const throttled = leavingThrottle({ object, situation, claim, share });
    if (throttled !== undefined) return throttled;
    if (object.deleting) return deletionStep({ object, situation, claim, refusal });
    const outside = outsideStep(object, situation, claim);
    if (outside !== undefined) return outside;
    if (situation.kind !== 'seen') return waitingStep(object, situation);
    const { cluster, view } = situation;
    return claim?.kind === 'observer' ? observerStep(object, situation) : ownerStep({ object, cluster, view, share, refusal });
  });
}

/** Who changes a topic no more first takes away the throttle that is its own. */
function leavingThrottle(input: {
  readonly object: TopicObject;
  readonly situation: Situation;
  readonly claim: Claim | undefined;
  readonly share: MoveShare | undefined;
}): TopicStep | undefined {
  const { object, situation, claim, share } = input;
  const stays = !object.deleting && claim?.kind === 'owner';
  if (stays || situation.kind !== 'seen' || !hasFinalizer(object)) return undefined;
  const deed = unthrottleDeed(object, situation.view, share);
  if (deed === undefined) return undefined;
  const [, ready, drifted] = waits(object.deleting ? 'Deleting' : 'Pending', 'the throttle of its replicas is being taken away');
  const judgements = [ready, drifted].flatMap((judgement) => judgement ?? []);
  return { object, deed, judgements, status: keptFacts(object), wakeAfter: SOON };
}

/** Of another generation than the object has now, it says nothing any more. */
function refusalOf(object: TopicObject, refusals: ReadonlyMap<string, Refusal>): Refusal | undefined {
  const refusal = refusals.get(object.uid);
  return refusal?.generation === object.generation ? refusal : undefined;
}

/** Who has no say in the topic is told so, whatever Kafka does; nothing of a topic is shown to a namespace that is not allowed. */
function outsideStep(object: TopicObject, situation: Situation, claim: Claim | undefined): TopicStep | undefined {
  const { throttle } = object.status;
  const status = { managedBy: object.managedBy, ...(situation.kind === 'seen' || throttle === undefined ? {} : { throttle }) };
  if (claim === undefined || !('cluster' in situation)) return undefined;
  const { cluster } = situation;
  const of = `${cluster.namespace}/${cluster.name}`;
  switch (claim.kind) {
    case 'foreign': {
      const message = `the KafkaCluster ${of} does not take KafkaTopics of the namespace ${object.namespace}: whoever owns the cluster lists it in spec.topicNamespaces`;
      return { object, deed: NONE, judgements: refusedSpec('NamespaceNotAllowed', message), status };
    }
    case 'duplicate': {
      const message = `the topic ${object.topic} belongs to the KafkaTopic ${claim.of}, which is older: delete one of the two; deleting this one leaves the topic alone`;
      return { object, deed: NONE, judgements: refusedSpec('DuplicateTopic', message), status };
    }
    case 'internal': {
      const message = `${object.topic} belongs to Kafka or Cruise Control, which make it themselves: delete this object, which leaves the topic alone, or annotate it with managedBy to observe the topic`;
      return { object, deed: NONE, judgements: refusedSpec('InternalTopic', message), status };
    }
    default:
      return undefined;
  }
}

function waitingStep(object: TopicObject, situation: Exclude<Situation, { kind: 'seen' }>): TopicStep {
  const base = { object, deed: NONE, status: keptFacts(object) };
  switch (situation.kind) {
    case 'gone':
      return {
        ...base,
        judgements: waits('ClusterNotFound', 'there is no such KafkaCluster: apply it, or write another clusterRef into a new KafkaTopic'),
      };
    case 'deleting':
      return { ...base, judgements: waits('ClusterDeleting', 'the KafkaCluster is being deleted; what its topics hold is left as it is') };
    case 'unknown':
      return { ...base, judgements: waits('ClusterNotKnown', 'the KafkaCluster is not accepted yet: see its condition SpecAccepted') };
    case 'unreachable':
      return { ...base, judgements: waits('KafkaUnreachable', `Kafka does not answer: ${situation.why}; it is tried again`) };
  }
}

/** The topic of somebody else: only what is seen of it. */
function observerStep(object: TopicObject, { view }: Extract<Situation, { kind: 'seen' }>): TopicStep {
  const seen = view.topics.get(object.topic);
  const managed = `the topic is managed by ${object.managedBy}`;
  const [, missing] = waits('TopicMissing', `${managed}, and is not there`);
  const status = { managedBy: object.managedBy, ...(seen === undefined ? {} : seenFacts(seen, view, object.status)) };
  const accepted = { type: 'SpecAccepted', status: 'True', reason: 'OnlyObserved', message: `${managed}: it is only observed` } as const;
  const ready = { type: 'Ready', status: 'True', reason: 'OnlyObserved', message: `${managed}, and is there` } as const;
  return { object, deed: NONE, judgements: [accepted, seen === undefined && missing !== undefined ? missing : ready, notSeen], status };
}

/** The status that a step leads to, as a whole. Without judgements the conditions stay as they are. */
export function statusOf({ object, judgements, status }: TopicStep, now: number): KafkaTopicStatus {
  if (judgements.length === 0) return object.status;
  const kept = (object.status.conditions ?? []).filter(({ type }) => object.deleting && !judgements.some((j) => j.type === type));
  const conditions = [...kept, ...mergedConditions(judgements, object.status.conditions, object.generation, now)];
  return { ...status, observedGeneration: object.generation, conditions };
}
