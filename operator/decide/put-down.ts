/**
 * A broker that left the spec, was asked, and held nothing (the status remembers it), nor has Kafka put anything on it since: its Pod
 * is neither restarted nor made again. One that also votes must not be missing before its vote is gone.
 */
import type { NodeView } from './node-view';
import type { KafkaView, World } from './world';

export const DOWNSCALED = 'GracefulDownscaleSucceeded';

export const isLeavingBroker = ({ node }: NodeView): boolean => node.departing && node.roles.includes('broker');

/** What the status remembers: it was asked and held nothing. */
export const wasDrained = ({ status }: NodeView): boolean => status.gracefulActionState?.cruiseControlState === DOWNSCALED;

/** It never was a broker of Kafka's: nothing can have been put on it. */
export const isStranger = (view: NodeView): boolean => view.kafkaSeen && !view.hasRun && view.registered === undefined;

type Seen = { readonly world: Pick<World, 'kafka'> };

export function isPutDown(view: NodeView, { world: { kafka } }: Seen): boolean {
  if (!isLeavingBroker(view) || !(wasDrained(view) || isStranger(view))) return false;
  if (kafka.state !== 'known') return !view.node.roles.includes('controller');
  return !holdsOrVotes(view.node.id, kafka.value);
}

const holdsOrVotes = (id: number, { topics, quorum }: KafkaView): boolean =>
  quorum.voters.some((voter) => voter.id === id) || topics.some((t) => t.partitions.some((p) => p.replicas.includes(id)));

/** It is stopped, and meant to be. */
export const isOut = (view: NodeView, seen: Seen): boolean => view.pod === undefined && isPutDown(view, seen);

/** The nodes of which something is to be made or kept. */
export function withoutPutDown<T>(nodes: ReadonlyMap<number, T>, views: readonly NodeView[], seen: Seen): ReadonlyMap<number, T> {
  const down = views.filter((view) => isPutDown(view, seen)).map((view) => view.node.id);
  return down.length === 0 ? nodes : new Map([...nodes].filter(([id]) => !down.includes(id)));
}
