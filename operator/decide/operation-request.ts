/**
 * What is asked of Cruise Control for an operation, and how its answer is found again. The marker names the operation, the life
 * of its object and the attempt; it stands in the parameter `reason`, which Cruise Control keeps with its task, so a task is
 * told from every other one, also from one of an operation of the same name that was deleted.
 */
import { RESERVED_PARAMETERS } from '../../lib/api/operation-rules';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { shortHash } from '../../lib/constructs/naming';
import { statusOf, taskOf } from './operation-status';
import { inFlight, type OperationName, type OperationView } from './operation-view';
import type { CruiseControlTask, CruiseControlView, RequestView } from './world';

/** What moves replicas, the most urgent first (contract 3.7): a new broker relieves, one that is to go holds up. */
export const MOVES: readonly OperationName[] = ['add_broker', 'remove_broker', 'remove_disks', 'rebalance'];

export const isMove = ({ operation }: OperationView): boolean => operation !== undefined && MOVES.includes(operation);

/** It moves replicas, or is about to; a proposal counts, since Cruise Control makes one at a time. */
export const movesNow = (view: OperationView): boolean => isMove(view) && inFlight(view);

export const nextMarker = (view: OperationView): string => {
  const { name, uid } = view.object.metadata;
  return `${name}.${shortHash(uid)}.${String((statusOf(view).attempts ?? 0) + 1)}`;
};

type Parameters = Readonly<Record<string, string>>;

/** Parameters beside `reason`, which goes with the marker. What the operation says wins, but for what is reserved. */
export function parametersOf(view: OperationView, cluster: Pick<ResolvedCluster, 'nodes'>): Parameters {
  const own = Object.entries(view.parameters).filter(([key]) => !isReserved(key));
  if (!isMove(view)) return Object.fromEntries(own);
  return { ...exclusions(view, cluster), ...Object.fromEntries(own), dryrun: String(taskOf(view).dryRun === true) };
}

/** Cruise Control does not mind how a name is spelled. */
export const isReserved = (parameter: string): boolean => RESERVED.includes(parameter.toLowerCase());

const RESERVED: readonly string[] = RESERVED_PARAMETERS.map((name) => name.toLowerCase());

/**
 * Cruise Control remembers for weeks which brokers it drained. Nothing may be moved back onto one that waits for its removal;
 * but an id that is used again must get its share like any other, and add_broker fills only what it names.
 */
function exclusions({ operation }: OperationView, { nodes }: Pick<ResolvedCluster, 'nodes'>): Parameters {
  if (operation === 'remove_disks') return {};
  const removed = operation !== 'add_broker' && nodes.some((n) => n.departing);
  return { exclude_recently_demoted_brokers: 'true', exclude_recently_removed_brokers: String(removed) };
}

/** For people; as it is sent. */
export function requestText(endpoint: string, parameters: Parameters, marker: string): string {
  const query = Object.entries({ json: 'true', ...parameters, reason: marker }).map(([key, value]) => `${key}=${value}`);
  return `POST /kafkacruisecontrol/${endpoint}?${query.join('&')}`;
}

/** Exactly this marker, not one that begins with it. */
const carries = (request: string, marker: string): boolean => request.split(/[?&]/).includes(`reason=${marker}`);

const FURTHEST: readonly CruiseControlTask['status'][] = ['InExecution', 'Active', 'Completed', 'CompletedWithError'];

/** Its task among those that Cruise Control knows. A request that arrived twice has two: the one that got furthest counts. */
export function taskAt({ tasks }: CruiseControlView, view: OperationView): CruiseControlTask | undefined {
  const { marker, id } = taskOf(view);
  const own = tasks.filter((t) => (id !== undefined && id !== '' && t.id === id) || (marker !== undefined && carries(t.request, marker)));
  return FURTHEST.flatMap((status) => own.filter((t) => t.status === status))[0];
}

export const requestAt = ({ requests }: CruiseControlView, marker: string | undefined): RequestView | undefined =>
  marker === undefined || !Object.hasOwn(requests, marker) ? undefined : requests[marker];

/** Somebody sent this marker, this process or one before it. */
export const wasAsked = (seen: CruiseControlView, marker: string): boolean =>
  requestAt(seen, marker) !== undefined || seen.tasks.some((t) => carries(t.request, marker));
