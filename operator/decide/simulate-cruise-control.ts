/** The toy Cruise Control. */
import type { AskCruiseControl, RecordOperation } from './action';
import type { World } from './world';

/** The world right after a request was sent, or an operation's status was written. */
export function simulateCruiseControl(world: World, action: AskCruiseControl | RecordOperation): World {
  if (action.kind === 'askCruiseControl') return world;
  const { kind, name } = action.target;
  const objects = world.objects.map((o) => (o.kind === kind && o.metadata.name === name ? { ...o, status: action.status } : o));
  return { ...world, objects };
}
