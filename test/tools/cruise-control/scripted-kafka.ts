/** A Kafka that makes the moves that it is asked for, after so many looks at them, and a stand-in that asks it. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Executor } from '../../../tools/cruise-control/executor';
import { noFaults } from '../../../tools/cruise-control/faults';
import type { Kafka } from '../../../tools/cruise-control/kafka';
import type { DirMove, Model, ModelDir, ModelPartition } from '../../../tools/cruise-control/model';
import { Operations } from '../../../tools/cruise-control/operations';
import { createStandIn } from '../../../tools/cruise-control/server';
import { UserTasks } from '../../../tools/cruise-control/tasks';
import type { ActualAnswer } from '../../operator/clients/cruise-control/conformance';

export const broker = (id: number, rack = `broker-${id}`) => ({ id, host: `broker-${id}`, rack });

export const partition = (topic: string, number: number, replicas: readonly number[], bytes = 1024 * 1024): ModelPartition => ({
  ...{ topic, partition: number, replicas, isr: replicas, leader: replicas[0] ?? -1, bytes },
});

/** Two directories, `/d1` and `/d2`, at each broker; replicas alternate between them. */
export function modelOf(brokers: Model['brokers'], partitions: readonly ModelPartition[]): Model {
  const dirsOf = (id: number): readonly ModelDir[] => {
    const own = partitions.filter(({ replicas }) => replicas.includes(id));
    const replicas = own.map(({ topic, partition: number, bytes }) => ({ topic, partition: number, bytes, future: false }));
    return [0, 1].map((odd) => ({ path: `/d${odd + 1}`, offline: false, replicas: replicas.filter((_r, i) => i % 2 === odd) }));
  };
  const known = [...new Set([...brokers.map(({ id }) => id), ...partitions.flatMap(({ replicas }) => replicas)])];
  return { brokers, known, partitions, dirs: new Map(brokers.map(({ id }) => [id, dirsOf(id)])) };
}

/** Brokers 0 to 3 in racks of their own; broker 3 has nothing. */
export const FOUR = modelOf(
  [0, 1, 2, 3].map((id) => broker(id)),
  Array.from({ length: 12 }, (_, i) => partition('orders', i, [i % 3, (i + 1) % 3])),
);

export class ScriptedKafka implements Kafka {
  /** Looks after which a move is made. */
  looksUntilMade = 1;
  away = false;
  /** Moves between directories do not end. */
  dirsHeld = false;
  readonly begun: string[] = [];
  readonly calledOff: string[] = [];
  private pending: { readonly topic: string; readonly partition: number; readonly to: readonly number[] }[] = [];
  private looks = 0;

  constructor(public model: Model) {}

  look = (): Promise<Model> => (this.away ? Promise.reject(new Error('no broker answers')) : Promise.resolve(this.model));

  reassigning = (): Promise<Awaited<ReturnType<Kafka['reassigning']>>> => {
    this.looks += 1;
    if (this.looks >= this.looksUntilMade) this.make();
    return Promise.resolve(this.pending.map((p) => ({ ...p, replicas: p.to, adding: [], removing: [] })));
  };

  begin: Kafka['begin'] = (moves) => {
    this.looks = 0;
    this.pending = moves.map(({ topic, partition: number, to }) => ({ topic, partition: number, to }));
    this.begun.push(...moves.map((move) => `${move.topic}-${move.partition}`));
    return Promise.resolve();
  };

  callOff: Kafka['callOff'] = (moves) => {
    this.calledOff.push(...moves.map((move) => `${move.topic}-${move.partition}`));
    this.pending = [];
    return Promise.resolve();
  };

  beginDirs: Kafka['beginDirs'] = (id, moves) => {
    const isMoved = (path: string) => (r: { topic: string; partition: number }) => moves.some((m) => at(m, r) && m.to !== path);
    const into = (path: string) => moves.filter((m) => m.to === path).map((m) => ({ ...m, future: false }));
    const dirs = (this.model.dirs.get(id) ?? []).map((dir) => ({
      ...dir,
      replicas: [...dir.replicas.filter((r) => !isMoved(dir.path)(r)), ...into(dir.path)],
    }));
    this.begun.push(...moves.map((move) => `${id}:${move.topic}-${move.partition}`));
    this.model = { ...this.model, dirs: new Map([...this.model.dirs, [id, dirs]]) };
    return Promise.resolve();
  };

  dirsOf: Kafka['dirsOf'] = (id) => {
    const dirs = this.model.dirs.get(id) ?? [];
    const held = (dir: ModelDir): ModelDir => ({ ...dir, replicas: dir.replicas.map((replica) => ({ ...replica, future: true })) });
    return Promise.resolve(this.dirsHeld ? dirs.map(held) : dirs);
  };

  close = (): Promise<void> => Promise.resolve();

  private make(): void {
    const target = (p: ModelPartition) => this.pending.find(({ topic, partition: number }) => topic === p.topic && number === p.partition);
    const partitions = this.model.partitions.map((p) => ({ ...p, replicas: target(p)?.to ?? p.replicas }));
    this.model = modelOf(this.model.brokers, partitions);
    this.pending = [];
  }
}

const at = (a: Pick<DirMove, 'topic' | 'partition'>, b: { readonly topic: string; readonly partition: number }): boolean =>
  a.topic === b.topic && a.partition === b.partition;

export interface StandIn {
  readonly kafka: ScriptedKafka;
  readonly exits: string[];
  readonly faults: ReturnType<typeof noFaults>;
  ask(method: 'GET' | 'POST', path: string, headers?: Readonly<Record<string, string>>): Promise<ActualAnswer>;
  fault(body: unknown): Promise<ActualAnswer>;
  /** Until nothing is executed. */
  idle(): Promise<void>;
  sweep(): void;
  close(): Promise<void>;
}

/** A stand-in on a port of its own, with moves that are looked at every millisecond. */
export async function standIn(
  model: Model = FOUR,
  options: {
    readonly readyAfterMs?: number;
    readonly mostActive?: number;
    readonly maxBlockMs?: number;
    readonly concurrency?: number;
  } = {},
): Promise<StandIn> {
  const { readyAfterMs = 0, mostActive = 50, maxBlockMs = 5000, concurrency = 4 } = options;
  const [kafka, faults, exits] = [new ScriptedKafka(model), noFaults(), [] as string[]];
  const log = (): void => undefined;
  const exit = (): void => void exits.push('exit');
  const executor = new Executor({ kafka, faults, exit, log, checkEveryMs: 1, concurrency });
  const tasks = new UserTasks(mostActive, Date.now);
  const common = { kafka, executor, tasks, faults, now: Date.now };
  const operations = new Operations({ ...common, readyAt: Date.now() + readyAfterMs, rackAware: true, selfHealing: false });
  const server = createStandIn({ operations, tasks, faults, maxBlockMs, log });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await operations.warmUp();
  const { port } = server.address() as AddressInfo;
  const ask: StandIn['ask'] = (method, path, headers = {}) => request({ port, method, path, headers });
  return {
    ...{ kafka, faults, exits, ask },
    fault: (body) => request({ port, method: 'POST', path: '/stand-in/faults', headers: {}, body: JSON.stringify(body) }),
    idle: async () => {
      for (let i = 0; i < 500 && !executor.idle; i += 1) await new Promise((resolve) => setTimeout(resolve, 4));
      if (!executor.idle) throw new Error('it executes for ever');
    },
    sweep: () => {
      tasks.sweep();
    },
    close: async () => {
      executor.stop(true);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Sent {
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

function request({ body, ...options }: Sent): Promise<ActualAnswer> {
  return new Promise((resolve, reject) => {
    const sent = http.request({ host: '127.0.0.1', agent: false, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    sent.on('error', reject).end(body);
  });
}

/** The body as JSON. */
export const json = ({ body }: ActualAnswer): Record<string, unknown> => JSON.parse(body) as Record<string, unknown>;
