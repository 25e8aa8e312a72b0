/** What each endpoint does: reads the cluster, makes a proposal, and carries it out unless it is a dry run. */
import type { Answer, UserTask, UserTasks } from './tasks';
import { afterwards, clusterBody, loadBody, proposalBody, stateBody, tasksBody } from './answers';
import { emptied, evenedDirs } from './directories';
import type { Executor } from './executor';
import type { Faults } from './faults';
import type { Kafka } from './kafka';
import type { Model, Proposal } from './model';
import { requiredBrokers, requiredDirs, type Parameters } from './parameters';
import { evenedOut, offBrokers, ontoBrokers, type PlacementRules } from './placement';
import { kafkaAway, notReady, ongoing, Refusal, unknownThing } from './refusal';

export interface OperationsOptions {
  readonly kafka: Kafka;
  readonly executor: Executor;
  readonly tasks: UserTasks;
  readonly faults: Faults;
  readonly now: () => number;
  /** From then on it has seen enough of the cluster. */
  readonly readyAt: number;
  readonly rackAware: boolean;
  readonly selfHealing: boolean;
}

type Body = Answer['body'];

export class Operations {
  private recentlyRemoved: number[] = [];
  /** Partitions as last seen; undefined: Kafka was not seen yet. */
  private partitions: number | undefined;

  constructor(private readonly options: OperationsOptions) {}

  /** Looks at Kafka for the first time, which readiness waits for. Never throws. */
  async warmUp(): Promise<void> {
    await this.look().catch(() => undefined);
  }

  /** As after a restart. */
  forget(): void {
    this.recentlyRemoved = [];
    this.options.tasks.forget();
    this.options.executor.forget();
  }

  /** Throws a Refusal. The task says who asks. */
  async run(endpoint: string, parameters: Parameters, task: UserTask): Promise<Body> {
    switch (endpoint) {
      case 'STATE':
        return this.state(parameters);
      case 'USER_TASKS':
        return this.userTasks(parameters);
      case 'KAFKA_CLUSTER_STATE':
        return clusterBody(await this.look());
      case 'LOAD':
        return loadBody(await this.readyLook());
      case 'STOP_PROPOSAL_EXECUTION':
        this.options.executor.stop(parameters.flag('force_stop'));
        return { message: 'Proposal execution stopped.', version: 1 };
      default:
        return this.propose(endpoint, parameters, task);
    }
  }

  private get ready(): boolean {
    return this.options.now() >= this.options.readyAt && this.partitions !== undefined;
  }

  private async state(parameters: Parameters): Promise<Body> {
    // While it waits for Kafka each question is a try, so that it is ready as soon as Kafka is there.
    if (this.partitions === undefined) await this.warmUp();
    const { executor, faults, selfHealing } = this.options;
    const standing = {
      ...{ executor, selfHealing, recentlyRemoved: this.recentlyRemoved, partitions: this.partitions ?? 0 },
      ready: this.ready || faults.lieReady,
    };
    const substates = parameters.list('substates').map((name) => name.toLowerCase());
    return stateBody(standing, substates, parameters.flag('verbose') || parameters.flag('super_verbose'));
  }

  private userTasks(parameters: Parameters): Body {
    const ids = parameters.list('user_task_ids');
    const types = parameters.list('types').map((type) => type.replaceAll('_', '').toLowerCase());
    const endpoints = parameters.list('endpoints').map((endpoint) => endpoint.toUpperCase());
    const wanted = this.options.tasks.all.filter(
      ({ id, status, endpoint }) =>
        (ids.length === 0 || ids.includes(id)) &&
        (types.length === 0 || types.includes(status.toLowerCase())) &&
        (endpoints.length === 0 || endpoints.includes(endpoint)),
    );
    const entries = Number(parameters.values.get('entries') ?? Number.POSITIVE_INFINITY);
    return tasksBody(wanted.slice(0, entries), parameters.flag('fetch_completed_task'));
  }

  private async look(): Promise<Model> {
    try {
      const model = await this.options.kafka.look();
      this.partitions = model.partitions.length;
      return model;
    } catch (error) {
      throw kafkaAway(error instanceof Error ? error.message : String(error));
    }
  }

  private async readyLook(): Promise<Model> {
    if (!this.ready || this.options.faults.lieReady) throw notReady(this.options.now());
    return this.look();
  }

  private async propose(endpoint: string, parameters: Parameters, task: UserTask): Promise<Body> {
    const executes = endpoint !== 'PROPOSALS' && !parameters.flag('dryrun', true);
    const plan = this.planOf(endpoint, parameters);
    if (executes) await this.requireIdle(parameters);
    const model = await this.readyLook();
    const proposal = plan(model);
    if (executes) this.begin(endpoint, proposal, { parameters, task });
    return proposalBody(proposal, afterwards(model, proposal), this.recentlyRemoved);
  }

  /** Refuses what is asked wrongly before anything is looked at. */
  private planOf(endpoint: string, parameters: Parameters): (model: Model) => Proposal {
    const between = (moves: Proposal['moves']): Proposal => ({ moves, dirMoves: [] });
    const within = (dirMoves: Proposal['dirMoves']): Proposal => ({ moves: [], dirMoves });
    if (endpoint === 'REMOVE_DISKS') {
      const dirs = requiredDirs(parameters);
      return (model) =>
        within(
          emptied(
            requireAlive(model, [...dirs.keys()], (id) => `Broker ${id} does not exist.`),
            dirs,
          ),
        );
    }
    if (endpoint === 'ADD_BROKER') {
      const ids = requiredBrokers(endpoint, parameters);
      return (model) =>
        between(
          ontoBrokers(
            requireAlive(model, ids, (id) => `Broker [${id}] does not exist.`),
            ids,
            this.rules(parameters, ids),
          ),
        );
    }
    if (endpoint === 'REMOVE_BROKER') {
      const ids = requiredBrokers(endpoint, parameters);
      return (model) => between(offBrokers(requireKnown(model, ids), ids, this.rules(parameters, ids)));
    }
    if (endpoint !== 'REBALANCE' && endpoint !== 'PROPOSALS')
      throw new Refusal(500, `java.lang.UnsupportedOperationException: The stand-in does not do ${endpoint}.`, false);
    if (parameters.flag('rebalance_disk')) return (model) => within(evenedDirs(model));
    return (model) => between(evenedOut(model, this.rules(parameters, [])));
  }

  /** `asked`: brokers that the request is about; that they were removed before does not exclude them. */
  private rules(parameters: Parameters, asked: readonly number[]): PlacementRules {
    const destinations = parameters.ids('destination_broker_ids');
    return {
      rackAware: this.options.rackAware,
      excluded: this.recentlyRemoved.filter((id) => !asked.includes(id)),
      destinations: destinations.length === 0 ? undefined : destinations,
    };
  }

  private async requireIdle(parameters: Parameters): Promise<void> {
    const { executor } = this.options;
    const idle = (): boolean => executor.idle;
    if (idle()) return;
    if (!parameters.flag('stop_ongoing_execution')) throw ongoing();
    executor.stop(false);
    while (!idle()) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  private begin(endpoint: string, proposal: Proposal, { parameters, task }: { parameters: Parameters; task: UserTask }): void {
    const { executor, now } = this.options;
    if (!executor.idle) throw ongoing();
    const ids = parameters.ids('brokerid');
    if (endpoint === 'REMOVE_BROKER') this.recentlyRemoved = [...new Set([...this.recentlyRemoved, ...ids])].sort((a, b) => a - b);
    if (endpoint === 'ADD_BROKER') this.recentlyRemoved = this.recentlyRemoved.filter((id) => !ids.includes(id));
    const date = new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const reason = `${parameters.values.get('reason') ?? 'No reason provided'} (Client: ${task.client}, Date: ${date})`;
    task.status = 'InExecution';
    const onEnd = (ok: boolean): void => {
      task.status = ok ? 'Completed' : 'CompletedWithError';
    };
    executor.begin({ proposal, taskId: task.id, reason, onEnd });
  }
}

function requireAlive(model: Model, ids: readonly number[], say: (id: number) => string): Model {
  const stranger = ids.find((id) => !model.brokers.some((broker) => broker.id === id));
  if (stranger !== undefined) throw unknownThing(say(stranger));
  return model;
}

function requireKnown(model: Model, ids: readonly number[]): Model {
  const stranger = ids.find((id) => !model.known.includes(id));
  if (stranger !== undefined) throw unknownThing(`Broker ${stranger} does not exist.`);
  return model;
}
