/**
 * Carries out one proposal at a time: a batch of moves, then it looks until Kafka has made them, then the next. It says what it
 * does in the fields of Cruise Control's ExecutorState. What it was told to spoil (faults.ts) it spoils here.
 */
import type { Faults } from './faults';
import { takes } from './faults';
import type { Kafka } from './kafka';
import type { DirMove, Move, Proposal } from './model';

export interface ExecutorOptions {
  readonly kafka: Kafka;
  readonly faults: Faults;
  /** Between two looks at moves that are under way. */
  readonly checkEveryMs: number;
  /** Moves at the same time. */
  readonly concurrency: number;
  /** Ends the process (fault `restart`). */
  readonly exit: () => void;
  readonly log: (line: string) => void;
}

export interface Execution {
  readonly proposal: Proposal;
  /** The user task that it belongs to. */
  readonly taskId: string;
  readonly reason: string;
  readonly onEnd: (ok: boolean) => void;
}

type Phase = 'INTER_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS' | 'INTRA_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS';
const BETWEEN: Phase = 'INTER_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS';
const WITHIN: Phase = 'INTRA_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS';

export interface Progress {
  readonly phase: Phase;
  readonly taskId: string;
  readonly reason: string;
  readonly stopping: boolean;
  readonly total: number;
  readonly finished: number;
  readonly inProgress: number;
  readonly totalMb: number;
  readonly finishedMb: number;
}

interface Running extends Execution {
  readonly ignore: boolean;
  /** It fails after half of its moves. */
  readonly fail: boolean;
  phase: Phase;
  finished: number;
  inProgress: number;
  finishedBytes: number;
  stop: 'no' | 'afterBatch' | 'now';
}

const MB = 1024 * 1024;
const bytesOf = (moves: readonly { readonly bytes: number }[]): number => moves.reduce((sum, { bytes }) => sum + bytes, 0);
export const megabytes = (bytes: number): number => Math.round(bytes / MB);
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Executor {
  private running: Running | undefined;

  constructor(private readonly options: ExecutorOptions) {}

  get idle(): boolean {
    return this.running === undefined;
  }

  /** Undefined while nothing is carried out. */
  get progress(): Progress | undefined {
    const { running } = this;
    if (running === undefined) return undefined;
    const { phase, taskId, reason, finished, inProgress, proposal, finishedBytes, stop } = running;
    const all = phase === BETWEEN ? proposal.moves : proposal.dirMoves;
    const totals = { total: all.length, totalMb: megabytes(bytesOf(all)), finishedMb: megabytes(finishedBytes) };
    return { phase, taskId, reason, finished, inProgress, stopping: stop !== 'no', ...totals };
  }

  /** Begins; the caller has seen that it is idle. Never throws: how it ended is told to `onEnd`. */
  begin(execution: Execution): void {
    const { faults } = this.options;
    const first = execution.proposal.moves.length > 0 ? BETWEEN : WITHIN;
    const counters = { phase: first, finished: 0, inProgress: 0, finishedBytes: 0, stop: 'no' as const };
    const running: Running = {
      ...execution,
      ...counters,
      ignore: takes(faults, 'ignoreMoves'),
      fail: takes(faults, 'completeWithError'),
    };
    this.running = running;
    void this.run(running);
  }

  /** Ends after the moves under way, or with `force` at once and calls them off. */
  stop(force: boolean): void {
    if (this.running !== undefined) this.running.stop = force ? 'now' : 'afterBatch';
  }

  /** As after a restart: what is under way goes on in Kafka, and nobody knows of it. */
  forget(): void {
    this.running = undefined;
  }

  private async run(running: Running): Promise<void> {
    const { log } = this.options;
    let ok = false;
    try {
      await pause(0); // so that whoever began it has noted it
      ok = running.ignore || (await this.carryOut(running));
    } catch (error) {
      log(`task ${running.taskId} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (this.running !== running) return;
    this.running = undefined;
    log(`task ${running.taskId} ${ok ? 'completed' : 'completed with error'}`);
    running.onEnd(ok);
  }

  private async carryOut(running: Running): Promise<boolean> {
    const { moves, dirMoves } = running.proposal;
    const half = (count: number): number => (running.fail ? Math.floor(count / 2) : count);
    const between = await this.batches(running, moves.slice(0, half(moves.length)), (batch) => this.moveBetween(running, batch));
    if (!between || running.fail) return between && (await this.failWithin(running, half(dirMoves.length)));
    Object.assign(running, { phase: WITHIN, finished: 0, finishedBytes: 0 });
    return this.batches(running, dirMoves, (batch) => this.moveWithin(running, batch));
  }

  private async failWithin(running: Running, count: number): Promise<false> {
    const batch = running.proposal.dirMoves.slice(0, count);
    await this.batches(running, batch, (some) => this.moveWithin(running, some));
    return false;
  }

  /** False when it was stopped. */
  private async batches<T extends Move | DirMove>(
    running: Running,
    moves: readonly T[],
    make: (batch: readonly T[]) => Promise<void>,
  ): Promise<boolean> {
    const { concurrency, faults } = this.options;
    for (let at = 0; at < moves.length; at += concurrency) {
      await pause(faults.slowMs);
      if (this.isOver(running)) return false;
      const batch = moves.slice(at, at + concurrency);
      running.inProgress = batch.length;
      await make(batch);
      running.inProgress = 0;
      if (running.stop === 'now') return false;
      running.finished += batch.length;
      running.finishedBytes += bytesOf(batch);
    }
    return running.stop === 'no';
  }

  private isOver(running: Running): boolean {
    return this.running !== running || running.stop !== 'no';
  }

  private async moveBetween(running: Running, batch: readonly Move[]): Promise<void> {
    const { kafka } = this.options;
    await kafka.begin(batch);
    const names = new Set(batch.map(nameOf));
    await this.until(running, async () => (await kafka.reassigning()).every((moving) => !names.has(nameOf(moving))));
    if (running.stop === 'now') await kafka.callOff(batch);
  }

  private async moveWithin(running: Running, batch: readonly DirMove[]): Promise<void> {
    const { kafka } = this.options;
    const brokers = [...new Set(batch.map(({ broker }) => broker))];
    const of = (id: number): readonly DirMove[] => batch.filter(({ broker }) => broker === id);
    await Promise.all(brokers.map((id) => kafka.beginDirs(id, of(id))));
    const there = async (id: number): Promise<boolean> => {
      const dirs = await kafka.dirsOf(id);
      const settled = new Set(dirs.flatMap(({ path, replicas }) => replicas.filter((r) => !r.future).map((r) => `${path} ${nameOf(r)}`)));
      const known = new Set(dirs.flatMap(({ replicas }) => replicas.map(nameOf)));
      // A topic that was deleted meanwhile is nowhere.
      return of(id).every((move) => settled.has(`${move.to} ${nameOf(move)}`) || !known.has(nameOf(move)));
    };
    await this.until(running, async () => (await Promise.all(brokers.map(there))).every(Boolean));
  }

  /** Looks until it is so, or the execution is not to wait for it any more. A look that fails is no end: Kafka may be away for a moment. */
  private async until(running: Running, done: () => Promise<boolean>): Promise<void> {
    const { checkEveryMs, faults, exit, log } = this.options;
    for (;;) {
      await pause(checkEveryMs);
      if (faults.restart) exit();
      if (this.running !== running || running.stop === 'now') return;
      try {
        if (await done()) return;
      } catch (error) {
        log(`cannot look at the moves of task ${running.taskId}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
}

const nameOf = ({ topic, partition }: { readonly topic: string; readonly partition: number }): string => `${topic}-${String(partition)}`;
