/** A whole story from the empty world to the quiet end, with what must be true then. */
import { begin, calmDown, live, type Game } from './play';
import type { Story } from './story';
import { wished, type Shape } from './wish';

/** What may be held for ever: somebody has to change something first. */
const STANDING = ['LeftTheSpec', 'VolumeShrink'];

export function tell(shape: Shape, story: Story): void {
  const game = begin(shape, story);
  try {
    for (const fault of story.faults) live(game, fault);
    const plan = calmDown(game);
    const held = plan.held.flatMap((h) => h.reasons.map((r) => `${r.code} ${r.message}`));
    const standing = hasBrokers(game) ? STANDING : [...STANDING, 'KafkaUnknown it left the spec'];
    const open = held.filter((text) => !standing.some((code) => text.startsWith(code)));
    if (open.length > 0 && !isForgotten(game)) throw new Error(`it ends with something held: ${open.join(' | ')}`);
  } catch (error) {
    throw new Error(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n${game.log.slice(-25).join('\n')}`, {
      cause: error,
    });
  }
}

/** Without any, there is nobody who could be asked for the voters. */
const hasBrokers = ({ shape, wish, world }: Game): boolean => wished(shape, wish, world).nodes.some((n) => n.roles.includes('broker'));

/** A node left the spec, and what was remembered of it is lost with the status: what it had is missing for ever. */
function isForgotten({ shape, wish, world, memory }: Game): boolean {
  const known = wished(shape, wish, world).nodes.map((n) => n.id);
  if (memory.state !== 'known') return false;
  return [...memory.value.brokers, ...memory.value.quorum.voters].some(({ id }) => !known.includes(id));
}
