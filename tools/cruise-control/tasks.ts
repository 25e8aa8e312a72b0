/**
 * User tasks as Cruise Control keeps them: every request is one, reads as well. A task is told by the header User-Task-ID, or by
 * the session and the request while it is not answered yet. Tasks are in memory only. Finished ones are noticed by a sweep, so
 * each request fills up `max.active.user.tasks` for a few seconds.
 */
import { randomUUID } from 'node:crypto';
import { tooManyTasks, unexpectedHeader } from './refusal';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export type TaskStatus = 'Active' | 'InExecution' | 'Completed' | 'CompletedWithError';

export interface UserTask {
  readonly id: string;
  /** Method, path and query, decoded. */
  readonly request: string;
  readonly endpoint: string;
  readonly client: string;
  readonly session: string;
  readonly startedAt: number;
  status: TaskStatus;
  /** Undefined while it is computed. */
  answer: Answer | undefined;
}

export interface Asked {
  readonly request: string;
  readonly endpoint: string;
  readonly client: string;
  readonly session: string;
  /** Header User-Task-ID. */
  readonly taskId: string | undefined;
}

const KEPT = 200;
const READS = ['STATE', 'USER_TASKS', 'LOAD', 'KAFKA_CLUSTER_STATE', 'PROPOSALS'];

export class UserTasks {
  private tasks: UserTask[] = [];

  constructor(
    private readonly mostActive: number,
    private readonly now: () => number,
  ) {}

  /** The task that is asked after. Throws a refusal when the header names none of this very request. */
  find({ request, session, taskId }: Asked): UserTask | undefined {
    if (taskId === undefined)
      return this.tasks.find((task) => task.answer === undefined && task.session === session && task.request === request);
    const task = this.tasks.find(({ id }) => id === taskId);
    if (task?.request !== request) throw unexpectedHeader(taskId);
    return task;
  }

  /** Throws a refusal when there are too many. */
  begin({ request, endpoint, client, session }: Asked): UserTask {
    const active = this.tasks.filter(({ status }) => status === 'Active').length;
    if (active >= this.mostActive) throw tooManyTasks(active);
    const more = { startedAt: this.now(), status: 'Active' as const, answer: undefined };
    const task: UserTask = { id: randomUUID(), request, endpoint, client, session, ...more };
    this.tasks = pruned([task, ...this.tasks]);
    return task;
  }

  /** Newest first. */
  get all(): readonly UserTask[] {
    return this.tasks;
  }

  /** Finished requests stop counting as active. */
  sweep(): void {
    for (const task of this.tasks) {
      if (task.status !== 'Active' || task.answer === undefined) continue;
      task.status = task.answer.status < 400 ? 'Completed' : 'CompletedWithError';
    }
  }

  /** A request that was no request: it is answered with 400. */
  drop(task: UserTask): void {
    this.tasks = this.tasks.filter((other) => other !== task);
  }

  forget(): void {
    this.tasks = [];
  }
}

/** What was read is forgotten before what was done, so that polling drives out no operation. */
function pruned(tasks: readonly UserTask[]): UserTask[] {
  const reads = tasks.filter(({ endpoint }) => READS.includes(endpoint));
  const stale = new Set([...reads.slice(KEPT), ...tasks.filter((task) => !reads.includes(task)).slice(KEPT)]);
  return tasks.filter((task) => !stale.has(task));
}
