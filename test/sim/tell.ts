/** A whole story from the empty world to the quiet end, with what must be true then. */
import { ANNOTATION } from '../../lib/constructs/naming';
import { nodeIdOf } from '../../operator/decide/node-view';
import type { Plan } from '../../operator/decide/plan';
import { OTHERS_KEY } from './befall';
import { begin, type Game } from './game';
import { calmDown, live } from './play';
import type { Story } from './story';
import { wished, type Shape } from './wish';

/** What may be held for ever: somebody has to change something first. */
const STANDING = ['LeftTheSpec', 'CannotSpare', 'CruiseControlMissing', 'VolumeShrink'];

export function tell(shape: Shape, story: Story): void {
  const game = begin(shape, story);
  try {
    for (const fault of story.faults) live(game, fault);
    const plan = calmDown(game);
    if (isForgotten(game)) return;
    if (plan === undefined) throw new Error('it does not converge');
    const open = [...openIn(plan, game), ...silent(plan, game), ...leftOut(game)];
    if (!keepsOthersKeys(game))
      throw new Error('it must never happen that a setting is not as wished for, or somebody else’s is taken away');
    if (open.length > 0) throw new Error(`it ends with something held: ${open.join(' | ')}`);
  } catch (error) {
    throw new Error(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n${game.log.slice(-25).join('\n')}`, {
      cause: error,
    });
  }
}

/** What somebody else set, and nobody wishes otherwise, stays; what is wished for is set. */
function keepsOthersKeys({ memory, othersKeys, wish, story }: Game): boolean {
  if (memory.state !== 'known') return true;
  const { clusterDefault = [], brokers = {} } = memory.value.configs ?? {};
  const kept = [...othersKeys].every(
    (id) => brokers[String(id)]?.some((s) => s.key === OTHERS_KEY.key && s.value === OTHERS_KEY.value) === true,
  );
  const set = clusterDefault.find((s) => s.key === 'background.threads')?.value;
  // With the status it is lost which keys are ours: one that is no longer wished for stays then, like somebody else's.
  const unset = wish.dynamic === 0 && (set === undefined || story.faults.some((f) => f.kind === 'statusLost'));
  return kept && (unset || set === String(wish.dynamic));
}

function openIn(plan: Plan, game: Game): readonly string[] {
  const standing = hasBrokers(game) ? STANDING : [...STANDING, 'KafkaUnknown it left the spec'];
  const held = plan.held.flatMap((h) => h.reasons.map((r) => `${r.code} ${r.message}`));
  return held.filter((text) => !standing.some((code) => text.startsWith(code)));
}

/** Brokers that neither came nor went, and of which nothing is said. */
function silent(plan: Plan, { shape, wish, world }: Game): readonly string[] {
  const on = (id: number): boolean => plan.held.some((h) => h.node === id);
  const leaving = wished(shape, wish, world).nodes.filter((n) => n.departing && n.roles.includes('broker') && !on(n.id));
  const joining = Object.entries(world.cluster.status.brokersState ?? {}).filter(
    ([id, { gracefulActionState: graceful }]) => graceful?.cruiseControlState !== 'GracefulUpscaleSucceeded' && !on(Number(id)),
  );
  return [...leaving.map((n) => `node ${String(n.id)} left the spec`), ...joining.map(([id]) => `node ${id} did not get its share`)];
}

/** Brokers that serve, and to which no client is led. */
const leftOut = ({ world }: Game): readonly string[] =>
  world.objects.flatMap((o) => {
    const out = o.metadata.annotations?.[ANNOTATION.anyCastWithout] ?? '';
    return out === '' ? [] : [`${o.metadata.name} leaves out ${out}`];
  });

/** Without any, there is nobody who could be asked for the voters. */
const hasBrokers = ({ shape, wish, world }: Game): boolean => wished(shape, wish, world).nodes.some((n) => n.roles.includes('broker'));

/** While Kafka was never seen nobody knows who votes: whoever had a volume may. */
const claimed = ({ objects }: Game['world']): readonly number[] =>
  objects.filter((o) => o.kind === 'PersistentVolumeClaim').flatMap((o) => nodeIdOf(o) ?? []);

/** A node left the spec, and what was remembered of it is lost with the status: what it had is missing for ever. */
function isForgotten({ shape, wish, world, memory }: Game): boolean {
  const known = new Set(wished(shape, wish, world).nodes.map((n) => n.id));
  const pods = world.objects.filter((o) => o.kind === 'Pod').flatMap((o) => nodeIdOf(o) ?? []);
  const counted = memory.state === 'known' ? [...memory.value.brokers, ...memory.value.quorum.voters].map(({ id }) => id) : claimed(world);
  return [...pods, ...counted].some((id) => !known.has(id));
}
