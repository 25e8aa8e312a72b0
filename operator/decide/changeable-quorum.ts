/**
 * Whether the members of the quorum can be changed while it runs (KIP-853), judged by what Kafka shows: every voter has a
 * directory id. The finalised kraft.version is no proof (Kafka 4.0 reported 1 for a static quorum: KAFKA-18979).
 */
import type { Context } from './context';
import { CAUGHT_UP_WITHIN_MS } from './health';
import type { NodeView } from './node-view';
import type { KafkaView, QuorumMember } from './world';

/** The view of Kafka in which somebody leads a quorum whose members can change; undefined: nothing may be concluded about members. */
export function changeableQuorum({ cluster, world: { kafka } }: Pick<Context, 'cluster' | 'world'>): KafkaView | undefined {
  if (cluster.quorumMode !== 'dynamic' || kafka.state !== 'known' || kafka.value.quorum.leaderId < 0) return undefined;
  return hasDirectories(kafka.value) ? kafka.value : undefined;
}

/** The quorum is dynamic: Kafka knows the directory of every voter. */
export const hasDirectories = ({ quorum: { voters } }: KafkaView): boolean =>
  voters.length > 0 && voters.every((voter) => voter.directoryId !== '');

export const isController = (view: NodeView): boolean => view.node.roles.includes('controller');

export const votes = (view: NodeView, kafka: KafkaView): boolean => kafka.quorum.voters.some((voter) => voter.id === view.node.id);

export const isCaughtUp = (member: QuorumMember, kafka: KafkaView): boolean =>
  member.lastCaughtUpAt >= 0 && kafka.at - member.lastCaughtUpAt <= CAUGHT_UP_WITHIN_MS;

/** The directory with which a controller that does not vote runs: the observer of its id that was caught up last. */
export function observerOf(view: NodeView, { quorum: { observers } }: KafkaView): QuorumMember | undefined {
  const own = observers.filter((observer) => observer.id === view.node.id && observer.directoryId !== '');
  return [...own].sort((a, b) => b.lastCaughtUpAt - a.lastCaughtUpAt)[0];
}
