/** What the world looks like, in the few judgements that the gate, the budgets and the status share. */
import type { Context } from './context';
import { serves, type NodeView } from './node-view';
import type { KafkaView, Observed, PartitionView, World } from './world';

/** Every node serves, somebody leads the quorum, every partition has all its replicas in sync. Unknown is not healthy. */
export function healthy(context: Pick<Context, 'views' | 'world'>): boolean {
  const { kafka } = context.world;
  if (kafka.state !== 'known' || kafka.value.quorum.leaderId < 0) return false;
  return context.views.every(serves) && kafka.value.unhealthy.length === 0;
}

/** A controller further behind than this (or not seen for so long) does not count for a majority. */
export const CAUGHT_UP_WITHIN_MS = 10_000;

/** Voters, other than those given, that are caught up with the leader. */
export function caughtUpVoters(kafka: KafkaView, without: readonly number[]): readonly number[] {
  const { leaderId, voters } = kafka.quorum;
  return voters
    .filter((v) => !without.includes(v.id))
    .filter((v) => v.id === leaderId || (v.lastCaughtUpAt >= 0 && kafka.at - v.lastCaughtUpAt <= CAUGHT_UP_WITHIN_MS))
    .map((v) => v.id);
}

/** Unhealthy partitions that are not this node's own doing: another replica than its own is missing. */
export function hurtByOthers(kafka: KafkaView, node: number): readonly PartitionView[] {
  return kafka.unhealthy.filter((p) => p.leader < 0 || p.replicas.some((r) => r !== node && !p.isr.includes(r)));
}

/**
 * The process of a node runs and, by all evidence, serves nobody: its Pod is not ready, and Kafka, if it was seen, counts on
 * it neither as a broker nor as a voter. Without sight of Kafka the kubelet's word is needed, and it is worth something only
 * while the kubelet speaks: of a Kubernetes node that is cut off, every Pod is called not ready, whatever it does.
 */
export function servesNobody(view: NodeView, { kafka, kubeNodes }: World): boolean {
  const { pod, node } = view;
  if (pod === undefined || pod.ready) return false;
  if (kafka.state !== 'known') return kubeNodes.some((k) => k.name === pod.kubeNode && k.ready);
  return view.registered?.fenced !== false && !caughtUpVoters(kafka.value, []).includes(node.id);
}

/** Nodes that have a Pod which does not serve, or none at all. */
export const notServing = (views: readonly NodeView[]): readonly NodeView[] => views.filter((v) => !serves(v));

/** What a decision depends on, without offsets and clocks. */
export function signatureOf(seen: Observed<KafkaView>): string {
  if (seen.state !== 'known') return seen.state === 'unknown' ? `unknown ${seen.why}` : seen.state;
  const { value } = seen;
  const caughtUp = (at: number): boolean => at >= 0 && value.at - at <= CAUGHT_UP_WITHIN_MS;
  const { leaderId, voters, observers } = value.quorum;
  return JSON.stringify([
    value.clusterId,
    leaderId,
    voters.map((v) => [v.id, v.directoryId, v.id === leaderId || caughtUp(v.lastCaughtUpAt)]),
    observers.map((o) => o.id),
    value.brokers.map((b) => [b.id, b.fenced, b.rack]),
    value.unhealthy.map((p) => [p.topic, p.partition, p.leader, p.isr]),
  ]);
}
