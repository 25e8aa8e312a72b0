/**
 * A small Cruise Control, a small API server and an operator that may be killed anywhere: the world in which the machine of
 * operations is tried. What Cruise Control really did is kept apart from what the operator sees of it.
 */
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { operationManifest } from '../../../lib/constructs/cruise-control-operation';
import type { Action, AskCruiseControl } from '../../../operator/decide/action';
import { gate } from '../../../operator/decide/gate';
import { movesNow } from '../../../operator/decide/operation-request';
import { statusOf } from '../../../operator/decide/operation-status';
import { operationsIn, type OperationView } from '../../../operator/decide/operation-view';
import { isoSeconds } from '../../../operator/decide/rfc3339';
import { runOperations } from '../../../operator/decide/rules/run-operations';
import { simulate, without, withObject } from '../../../operator/decide/simulate';
import type { CruiseControlTask, CruiseControlView, LiveObject, RequestView, World } from '../../../operator/decide/world';
import { contextOf, NOW } from '../../world/makers';

export type Refusal = 'notReady' | 'busy' | 'invalid' | 'impossible' | 'other';

type Task = { -readonly [K in keyof CruiseControlTask]: CruiseControlTask[K] } & { readonly marker: string; readonly dryRun: boolean };

const IDLE = { state: 'NO_TASK_IN_PROGRESS', idle: true, taskId: '', finishedMoves: 0, totalMoves: 0, finishedMb: 0, totalMb: 0 };

export class OperationGame {
  world: World;
  now = NOW;
  /** Cruise Control's own memory. */
  private tasks: Task[] = [];
  /** The operator's memory of what it sent. */
  private requests: Record<string, RequestView> = {};
  private process = 0;
  private count = 0;
  /** What Cruise Control ever said Completed of, by marker. */
  readonly completed = new Set<string>();
  /** Moves that were asked for, by marker: how often by each process. */
  readonly asked = new Map<string, number>();
  readonly problems: string[] = [];
  /** Of the next request. */
  refusal: Refusal | undefined;
  /** The next request: `lost` on its way there, or its answer is. */
  lost: 'request' | 'answer' | undefined;
  ready = true;

  constructor(
    private readonly cluster: ResolvedCluster,
    world: World,
  ) {
    this.world = world;
    this.look();
  }

  // ---- what people do ------------------------------------------------------------------------------------------------

  create(operation: 'add_broker' | 'remove_broker' | 'rebalance', spec: Readonly<Record<string, unknown>> = {}): void {
    this.count += 1;
    const parameters = operation === 'rebalance' ? {} : { brokerid: String(this.count % 3) };
    const made = operationManifest(this.cluster, { operation, parameters, serial: this.count });
    // A person's, whom nobody but a person takes back.
    const metadata = { ...made.metadata, labels: { kafka_cr: this.cluster.name } };
    const manifest = { ...made, metadata, spec: { ...(made.spec as object), ...spec } };
    this.world = simulate(this.world, { kind: 'apply', risk: 'safe', manifest, creates: true, reasons: [] });
    this.change(made.metadata.name, (o) => ({ ...o, metadata: { ...o.metadata, creationTimestamp: isoSeconds(this.now) } }));
  }

  delete(at: number): void {
    const view = this.pick(at);
    if (view === undefined || view.deleting) return;
    if ((view.object.metadata.finalizers ?? []).length === 0) this.world = without(this.world, view.object.kind, view.name);
    else this.change(view.name, (o) => ({ ...o, metadata: { ...o.metadata, deletionTimestamp: isoSeconds(this.now) } }));
  }

  approve(at: number): void {
    const view = this.pick(at);
    if (view !== undefined) this.change(view.name, (o) => ({ ...o, spec: { ...(o.spec as object), approval: 'Approved' } }));
  }

  pause(at: number, paused: boolean): void {
    const view = this.pick(at);
    if (view === undefined) return;
    const { pause: _, ...labels } = view.object.metadata.labels ?? {};
    this.change(view.name, (o) => ({ ...o, metadata: { ...o.metadata, labels: paused ? { ...labels, pause: 'true' } : labels } }));
  }

  get operations(): readonly OperationView[] {
    return operationsIn(this.world);
  }

  private pick(at: number): OperationView | undefined {
    return this.operations[at % Math.max(1, this.operations.length)];
  }

  private change(name: string, change: (object: LiveObject) => LiveObject): void {
    const object = this.operations.find((o) => o.name === name)!.object;
    const resourceVersion = String(Number(object.metadata.resourceVersion) + 1);
    const next = change(object);
    this.world = withObject(this.world, { ...next, metadata: { ...next.metadata, resourceVersion } });
  }

  // ---- the operator --------------------------------------------------------------------------------------------------

  /** One pass, killed after so many of its actions. Returns how many there were. */
  pass(most = Number.POSITIVE_INFINITY): number {
    const context = contextOf(this.cluster, this.world, this.now);
    const { allowed } = gate(runOperations(context), context);
    allowed.slice(0, most).forEach((action) => this.carryOut(action));
    if (most < allowed.length) this.restartOperator();
    this.check();
    return allowed.length;
  }

  restartOperator(): void {
    this.process += 1;
    this.requests = {};
    this.look();
  }

  /** What is seen of Cruise Control is as it is now. */
  look(): void {
    const running = this.tasks.find((t) => t.status === 'InExecution');
    const execution =
      running === undefined ? IDLE : { ...IDLE, state: 'MOVING', idle: false, taskId: running.id, finishedMoves: 1, totalMoves: 4 };
    const tasks = this.tasks.map(({ marker: _, dryRun: __, ...task }) => task).reverse();
    const why = this.ready ? '' : 'not enough windows';
    const value: CruiseControlView = { at: this.now, ready: this.ready, why, execution, tasks, requests: { ...this.requests } };
    this.world = { ...this.world, cruiseControl: { state: 'known', value } };
  }

  blind(): void {
    this.world = { ...this.world, cruiseControl: { state: 'unknown', why: 'no answer' } };
  }

  private carryOut(action: Action): void {
    if (action.kind === 'askCruiseControl') this.ask(action);
    else if (action.kind === 'recordOperation') this.record(action.target.name, action.target.resourceVersion, action);
    else this.world = simulate(this.world, action);
  }

  private record(name: string, resourceVersion: string, action: Action): void {
    const object = this.operations.find((o) => o.name === name)?.object;
    if (object?.metadata.resourceVersion === resourceVersion) this.world = simulate(this.world, action);
  }

  private ask(action: AskCruiseControl): void {
    const { marker } = action;
    if (Object.hasOwn(this.requests, marker)) return;
    const key = `${marker} by ${String(this.process)}`;
    this.asked.set(key, (this.asked.get(key) ?? 0) + 1);
    this.requests[marker] = this.lost === 'request' ? UNREACHABLE : this.taken(action);
    if (this.lost === 'answer') this.requests[marker] = UNREACHABLE;
    this.lost = undefined;
    this.refusal = undefined;
    this.showRequests();
  }

  private showRequests(): void {
    if (this.world.cruiseControl?.state !== 'known') return;
    const value = { ...this.world.cruiseControl.value, requests: { ...this.requests } };
    this.world = { ...this.world, cruiseControl: { state: 'known', value } };
  }

  // ---- Cruise Control ------------------------------------------------------------------------------------------------

  private taken({ marker, endpoint, parameters, operation }: AskCruiseControl): RequestView {
    const dryRun = parameters.dryrun === 'true';
    const id = `task-${String(this.tasks.length)}-${String(this.now)}-${marker}`;
    const request = `POST /kafkacruisecontrol/${endpoint}?json=true&reason=${marker}`;
    if (endpoint === 'stop_proposal_execution') {
      for (const task of this.tasks) if (task.status === 'InExecution') task.status = 'CompletedWithError';
      return { state: 'answered', httpCode: 200, taskId: id };
    }
    if (!dryRun) this.judgeMove(operation);
    const busy = this.tasks.some((t) => t.status === 'InExecution') ? 'busy' : undefined;
    const refusal = this.refusal ?? busy;
    this.tasks.push({ id, request, marker, dryRun, startedAt: this.now, status: refusal === undefined ? 'Active' : 'CompletedWithError' });
    if (refusal !== undefined) return { state: 'refused', httpCode: 500, error: `cannot: ${refusal}`, errorKind: refusal };
    return { state: 'answered', httpCode: 200, taskId: id, summary: { 'Number of replica movements': '4' } };
  }

  private judgeMove(name: string): void {
    const { approval } = (this.operations.find((o) => o.name === name)?.object.spec ?? {}) as { approval?: string };
    if (approval === 'Required') this.problems.push(`${name} was carried out and nobody approved it`);
  }

  /** Every task goes on by one step. */
  advance(fails = false): void {
    for (const task of this.tasks) {
      if (task.status === 'InExecution' || (task.status === 'Active' && task.dryRun)) this.end(task, fails);
      else if (task.status === 'Active' && !this.tasks.some((t) => t.status === 'InExecution')) task.status = 'InExecution';
    }
  }

  private end(task: Task, fails: boolean): void {
    task.status = fails ? 'CompletedWithError' : 'Completed';
    if (!fails && !task.dryRun) this.completed.add(task.marker);
  }

  restartCruiseControl(): void {
    this.tasks = [];
  }

  // ---- what must never be --------------------------------------------------------------------------------------------

  private check(): void {
    const moving = this.operations.filter(movesNow);
    if (moving.length > 1) this.problems.push(`in flight at once: ${moving.map((o) => o.name).join(', ')}`);
    for (const view of this.operations) {
      const marker = statusOf(view).currentTask?.marker ?? 'nothing';
      if (view.state === 'Completed' && !this.completed.has(marker))
        this.problems.push(`${view.name} is Completed, and ${marker} never was`);
    }
    for (const [key, times] of this.asked) if (times > 1) this.problems.push(`${key} was asked ${String(times)} times`);
  }
}

const UNREACHABLE: RequestView = { state: 'refused', error: 'no answer', errorKind: 'unreachable' };
