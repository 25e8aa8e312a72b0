/**
 * The toy Cruise Control, which answers at once. What it knows of its tasks is what the World shows of it, so one that was away
 * has forgotten everything, as after a restart. What it does is in simulate-execution.ts.
 */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import type { AskCruiseControl, RecordOperation } from './action';
import { begun, brokerIds, IDLE } from './simulate-execution';
import type { CruiseControlTask, CruiseControlView, KafkaView, RequestView, World } from './world';

const MOVING = 'INTER_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS';

/** A cluster whose spec has Cruise Control has one in the toy world; one whose spec has none, none. */
export function withCruiseControl(world: World, cluster: Pick<ResolvedCluster, 'cruiseControl'>): World {
  const { cruiseControl, ...rest } = world;
  if (cluster.cruiseControl === undefined) return rest;
  return { ...rest, cruiseControl: cruiseControl ?? { state: 'known', value: begun(0) } };
}

/** The world right after a request was sent, or an operation's status was written. */
export function simulateCruiseControl(world: World, action: AskCruiseControl | RecordOperation): World {
  return action.kind === 'askCruiseControl' ? asked(world, action) : recordedIn(world, action);
}

function recordedIn(world: World, { target: { kind, name }, status }: RecordOperation): World {
  const objects = world.objects.map((o) => {
    if (o.kind !== kind || o.metadata.name !== name) return o;
    return { ...o, metadata: { ...o.metadata, resourceVersion: String(Number(o.metadata.resourceVersion) + 1) }, status };
  });
  return { ...world, objects };
}

/** A request that nobody hears is lost. */
function asked(world: World, action: AskCruiseControl): World {
  if (world.cruiseControl?.state !== 'known') return world;
  const { value } = world.cruiseControl;
  if (value.requests[action.marker] !== undefined) return world;
  return { ...world, cruiseControl: { state: 'known', value: answered(value, action, world) } };
}

function answered(view: CruiseControlView, action: AskCruiseControl, world: World): CruiseControlView {
  const refusal = refusalOf(view, action, world);
  if (refusal !== undefined) return withRequest(view, action.marker, { state: 'refused', httpCode: 500, ...refusal });
  if (action.endpoint === 'stop_proposal_execution') return stopped(view, action);
  const task = taskOf(action, view.at, executes(action) ? 'InExecution' : 'Completed');
  const execution = executes(action) ? { ...IDLE, state: MOVING, idle: false, taskId: task.id } : view.execution;
  const answer: RequestView = { state: 'answered', taskId: task.id, httpCode: 200, summary: { 'Provision recommendation': '' } };
  return withRequest({ ...view, execution, tasks: [task, ...view.tasks] }, action.marker, answer);
}

const executes = ({ parameters }: AskCruiseControl): boolean => parameters.dryrun !== 'true';

const withRequest = (view: CruiseControlView, marker: string, answer: RequestView): CruiseControlView => ({
  ...view,
  requests: { ...view.requests, [marker]: answer },
});

function taskOf(
  { marker, endpoint, parameters }: AskCruiseControl,
  startedAt: number,
  status: CruiseControlTask['status'],
): CruiseControlTask {
  const query = Object.entries({ json: 'true', ...parameters, reason: marker }).map(([key, value]) => `${key}=${value}`);
  return { id: `task-of-${marker}`, status, request: `POST /kafkacruisecontrol/${endpoint}?${query.join('&')}`, startedAt };
}

function stopped(view: CruiseControlView, action: AskCruiseControl): CruiseControlView {
  const tasks = view.tasks.map((t): CruiseControlTask => (t.status === 'InExecution' ? { ...t, status: 'CompletedWithError' } : t));
  const task = taskOf(action, view.at, 'Completed');
  const answer: RequestView = { state: 'answered', taskId: task.id, httpCode: 200 };
  return withRequest({ ...view, execution: IDLE, tasks: [task, ...tasks] }, action.marker, answer);
}

type Refusal = Required<Pick<RequestView, 'error' | 'errorKind'>>;

function refusalOf(view: CruiseControlView, action: AskCruiseControl, { kafka }: World): Refusal | undefined {
  if (action.endpoint === 'stop_proposal_execution') return undefined;
  if (!view.ready) return { errorKind: 'notReady', error: `NotEnoughValidWindowsException: ${view.why}` };
  if (kafka.state !== 'known') return { errorKind: 'other', error: 'TimeoutException: no broker answers' };
  if (!executes(action)) return undefined;
  if (!view.execution.idle) return { errorKind: 'busy', error: 'Cannot start a new execution while there is an ongoing execution.' };
  return impossible(action, kafka.value);
}

function impossible({ endpoint, parameters }: AskCruiseControl, { brokers }: KafkaView): Refusal | undefined {
  if (endpoint !== 'add_broker' && endpoint !== 'remove_broker') return undefined;
  const known = brokers.map((b) => b.id);
  const stranger = brokerIds(parameters.brokerid).find((id) => !known.includes(id));
  return stranger === undefined ? undefined : { errorKind: 'impossible', error: `Broker ${String(stranger)} does not exist.` };
}
