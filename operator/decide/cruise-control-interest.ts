/**
 * How often Cruise Control is looked at. Each look counts there as two requests of the few that it takes at once, so a cluster
 * that needs nothing of it does not look at all once it was seen ready, and one that only lets it heal looks once a minute. While it moves something,
 * its progress is worth a look every other second; one that cannot be seen is not pressed like that.
 */
import type { ResolvedCluster, ResolvedCruiseControl } from '../../lib/api/resolved-cluster';
import { approvalOfOperation } from './operation-conditions';
import { statusOf } from './operation-status';
import { inFlight, operationsIn, type OperationView } from './operation-view';
import type { BrokerStatus, ClusterStatus, CruiseControlView, Observed, World } from './world';

/** Milliseconds. */
export interface CruiseControlPace {
  readonly moving: number;
  readonly waiting: number;
  readonly healing: number;
}

export const CRUISE_CONTROL_PACE: CruiseControlPace = { moving: 2_000, waiting: 10_000, healing: 60_000 };

/** Milliseconds between two looks; undefined: nothing needs one. `status` is what was judged of this very world. */
export function lookAtCruiseControlEvery(
  cluster: ResolvedCluster,
  world: World,
  status: ClusterStatus,
  pace: CruiseControlPace = CRUISE_CONTROL_PACE,
): number | undefined {
  const { cruiseControl } = cluster;
  if (cruiseControl === undefined) return undefined;
  if (isAwaited(world.cruiseControl)) return pace.moving;
  const operations = operationsIn(world);
  if (operations.some(inFlight)) return world.cruiseControl?.state === 'unknown' ? pace.waiting : pace.moving;
  if (operations.some(isToCome) || isUnsettled(cluster, status)) return pace.waiting;
  return atRest(cruiseControl, world.cruiseControl, { status, pace });
}

/** Nothing is moved, and nothing is to be. */
function atRest(
  { selfHealing }: Pick<ResolvedCruiseControl, 'selfHealing'>,
  seen: Seen,
  { status, pace }: { readonly status: ClusterStatus; readonly pace: CruiseControlPace },
): number | undefined {
  if (selfHealing) return whileHealing(seen, pace);
  return isUntold(status) ? pace.healing : undefined;
}

/** People wait for the word that it is ready; once it was given nobody asks again. Without a Pod there is nobody to ask. */
const isUntold = ({ conditions = [] }: ClusterStatus): boolean =>
  conditions.some((c) => c.type === 'CruiseControlReady' && UNTOLD.includes(c.reason));

const UNTOLD: readonly string[] = ['CruiseControlNotAsked', 'CruiseControlWarmingUp', 'CruiseControlUnreachable'];

type Seen = Observed<CruiseControlView> | undefined;

/** A request has no answer yet. */
const isAwaited = (seen: Seen): boolean =>
  seen?.state === 'known' && Object.values(seen.value.requests).some(({ state }) => state === 'sent');

/** More often while it executes something for which no operation asked. */
const whileHealing = (seen: Seen, { waiting, healing }: CruiseControlPace): number =>
  seen?.state === 'known' && !seen.value.execution.idle ? waiting : healing;

/** Nothing holds it back but the time and the state of the cluster: no person. */
function isToCome(view: OperationView): boolean {
  const { operation, final, paused, deleting } = view;
  const unapproved = approvalOfOperation(view) === 'Required' && statusOf(view).proposal !== undefined;
  return operation !== undefined && !final && !paused && !deleting && !unapproved;
}

/** A broker or a disk is on its way in or out: an operation will be made for it. */
function isUnsettled({ nodes }: ResolvedCluster, { brokersState = {} }: ClusterStatus): boolean {
  const departing = nodes.some((node) => node.departing && node.roles.includes('broker'));
  return departing || Object.values(brokersState).some(isOnItsWay);
}

function isOnItsWay({ gracefulActionState = {} }: BrokerStatus): boolean {
  const { cruiseControlState, volumeStates = {} } = gracefulActionState;
  const states = [cruiseControlState, ...Object.values(volumeStates).map((volume) => volume.cruiseControlVolumeState)];
  return states.some((state) => state !== undefined && !state.endsWith('Succeeded'));
}
