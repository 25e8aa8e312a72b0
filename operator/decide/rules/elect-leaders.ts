/**
 * Brokers that are back after a restart lead again what they should lead. A broker that stops hands over its leadership by
 * itself (controlled shutdown) and does not get it back for minutes; until then the others carry its load, and the next ones
 * to restart carry more and more. Only after restarts of ours: who moved leadership on purpose is not fought.
 */
import type { Rule } from '../context';
import { healthy, passedOver } from '../health';
import { reason } from '../reason';

/** Kafka's own balancing (every 5 minutes) has had its chance by then. */
const RECENT_MS = 900_000;

export const electLeaders: Rule = (context) => {
  const { world, views, now } = context;
  if (world.kafka.state !== 'known' || !healthy(context)) return [];
  const recent = new Set(views.filter((v) => v.pod !== undefined && now - v.pod.createdAt < RECENT_MS).map((v) => v.node.id));
  const back = passedOver(world.kafka.value).filter((id) => recent.has(id));
  if (back.length === 0) return [];
  const who =
    back.length === 1 ? `broker ${String(back[0])} is` : `brokers ${back.slice(0, 10).join(', ')}${back.length > 10 ? ' …' : ''} are`;
  return [{ kind: 'electLeaders', risk: 'safe', reasons: [reason('PreferredLeader', `${who} back and should lead again`)] }];
};
