/** A plan for machines. Without manifests: they are large, and those of Secrets hold values. */
import type { Action } from '../decide/action';
import { describe, howToApprove } from '../decide/explain';
import type { Plan } from '../decide/plan';
import { isoSeconds } from '../decide/rfc3339';
import type { World } from '../decide/world';
import type { Planned } from './plan-command';
import type { Played } from './play';

export function forMachines({ world, plan, played, problems }: Planned): object {
  const { namespace, name, generation } = world.cluster;
  return {
    cluster: `${namespace}/${name}`,
    generation,
    accepted: plan !== undefined,
    problems,
    actions: (plan?.actions ?? []).map(actionForMachines),
    held: plan?.held ?? [],
    ...previewForMachines(world, plan),
    hints: plan?.hints ?? [],
    ...(played === undefined ? {} : { untilDone: playedForMachines(played) }),
  };
}

function actionForMachines(action: Action): object {
  const { kind, risk, reasons, node } = action;
  return { kind, risk, ...(node === undefined ? {} : { node }), what: describe(action).replace(/ +/g, ' '), reasons };
}

function previewForMachines(world: World, plan: Plan | undefined): object {
  const { waves = [], seconds = 0, approval } = plan?.preview ?? {};
  const duration = { seconds, waves: waves.length, restarts: waves.reduce((sum, wave) => sum + wave.nodes.length, 0) };
  if (approval === undefined) return { waves, duration };
  const { hash, steps, required, waiting } = approval;
  const command = required && waiting > 0 ? { command: howToApprove(world.cluster, hash)[0] } : {};
  return { waves, duration, hash, steps, approval: { required, stepsWaiting: waiting, ...command } };
}

const playedForMachines = ({ passes, held, ended }: Played): object => ({
  approximation: true,
  ended,
  passes: passes.map(({ at, plan, waitedFor }) => ({
    at: isoSeconds(at),
    ...(waitedFor === undefined ? {} : { waitedFor }),
    actions: plan.actions.map(actionForMachines),
  })),
  held,
});
