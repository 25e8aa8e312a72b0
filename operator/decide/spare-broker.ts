/**
 * Whether the brokers that stay can hold everything: no topic may have more replicas than there are brokers, and none may fall below
 * its minimum. Cruise Control would refuse in its own words, or hours later; said before anything moves, it names the topics, its own
 * among them.
 */
import type { NodeView } from './node-view';
import { reason, type Reason } from './reason';
import type { KafkaView, TopicView } from './world';

const NAMED = 3;

/** Why the brokers that left the spec cannot be spared; undefined: they can. */
export function whyNotSpared(views: readonly NodeView[], kafka: KafkaView): Reason | undefined {
  const tooFew = whyTooFew(views, kafka);
  if (tooFew !== undefined) return tooFew;
  const alive = staying(views).filter(({ registered }) => registered?.fenced === false).length;
  const hurt = kafka.topics.filter((topic) => Math.min(topic.minInSync ?? 1, replicasOf(topic)) > alive);
  if (hurt.length === 0) return undefined;
  return cannot(`of the brokers that would stay ${String(alive)} serve, and ${named(hurt)} a higher min.insync.replicas`);
}

/** Why no operation could ever empty them, whoever serves just now. */
export function whyTooFew(views: readonly NodeView[], { topics }: KafkaView): Reason | undefined {
  const known = staying(views).filter(({ registered }) => registered !== undefined).length;
  const wide = topics.filter((topic) => replicasOf(topic) > known);
  if (wide.length === 0) return undefined;
  const most = Math.max(...wide.map(replicasOf));
  const remedy = 'add a broker first, or lower their replication factor';
  return cannot(`${brokers(known)} would stay, and ${named(wide)} up to ${String(most)} replicas; ${remedy}`);
}

const staying = (views: readonly NodeView[]): readonly NodeView[] =>
  views.filter(({ node }) => node.roles.includes('broker') && !node.departing);

const cannot = (message: string): Reason => reason('CannotSpare', message);

const replicasOf = ({ partitions }: TopicView): number => Math.max(0, ...partitions.map(({ replicas }) => replicas.length));

const brokers = (count: number): string => `${String(count)} broker${count === 1 ? '' : 's'}`;

function named(topics: readonly TopicView[]): string {
  const names = topics.slice(0, NAMED).map(({ name }) => name);
  const more = topics.length - names.length;
  const said = more > 0 ? `${names.join(', ')} and ${String(more)} more topics` : names.join(', ');
  return `${said} ${topics.length === 1 ? 'has' : 'have'}`;
}
