/**
 * Cruise Control is not restarted in the middle of its work: it would forget what it was doing and leave Kafka half moved. And it
 * is asked for nothing while it is about to be restarted. One that serves nobody has nothing to lose, and a mistake in its
 * settings must be mendable, whatever waits for it.
 */
import type { Context } from './context';
import { deploymentOf, hasReadyPod, isOfCruiseControl, isRolledOut } from './cruise-control-view';
import { beginsMoves } from './operation-guard';
import { movesNow } from './operation-request';
import { operationsIn } from './operation-view';
import type { Proposal } from './plan';
import { reason, type Reason } from './reason';
import { applyIfNeeded } from './rules/apply-drift';
import type { World } from './world';

export function whyNotForCruiseControl(proposal: Proposal, context: Context): readonly Reason[] {
  if (restartsIt(proposal, context.world)) return whyBusy(context);
  return proposal.kind === 'recordOperation' && beginsMoves(proposal) ? whyChanging(context) : [];
}

/** It changes or takes away what its Pod is made from. */
function restartsIt(proposal: Proposal, world: World): boolean {
  if (proposal.kind === 'apply') return !proposal.creates && isFile(proposal.manifest.kind) && isOfCruiseControl(proposal.manifest);
  if (proposal.kind !== 'delete') return false;
  const { kind, name } = proposal.target;
  const object = world.objects.find((o) => o.kind === kind && o.metadata.name === name);
  return object !== undefined && isOfCruiseControl(object) && kind !== 'Pod';
}

const isFile = (kind: string): boolean => kind === 'Deployment' || kind === 'ConfigMap';

function whyBusy({ world }: Context): readonly Reason[] {
  const deployment = deploymentOf(world);
  if (deployment === undefined || (deployment.status !== undefined && !hasReadyPod(deployment))) return [];
  const current = operationsIn(world).find(movesNow);
  const seen = world.cruiseControl;
  if (seen?.state !== 'known') return current === undefined || isKnownStill(world) ? [] : [inFlight(`for ${current.name}`)];
  if (current !== undefined) return [inFlight(`for ${current.name}`)];
  return seen.value.execution.idle ? [] : [inFlight('and no operation asked for it')];
}

const inFlight = (what: string): Reason => reason('OperationInFlight', `Cruise Control moves replicas ${what}; it is restarted after that`);

/** Of a Cruise Control that is not seen, Kafka's word that nothing is being reassigned is enough. */
const isKnownStill = ({ kafka }: World): boolean => kafka.state === 'known' && kafka.value.reassigning?.length === 0;

/** Nothing to wait for where the operator does not deploy it. */
function whyChanging(context: Context): readonly Reason[] {
  const own = context.shared.filter((m) => isOfCruiseControl(m) && isFile(m.kind));
  if (own.length === 0) return [];
  const deployment = deploymentOf(context.world);
  const differs = own.some((m) => applyIfNeeded(context, m).length > 0);
  const started = deployment !== undefined && (deployment.status === undefined || isRolledOut(deployment));
  return started && !differs ? [] : [reason('CruiseControlNotReady', 'Cruise Control is being started with other settings')];
}
