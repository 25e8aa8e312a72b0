/**
 * One module of plug-ins in a worker thread of its own, with limits of time and memory. V8 keeps to the limit of the heap by itself;
 * what lies outside it (ArrayBuffers) it does not count, so the memory of the process is watched while a question is open. A thread that
 * went too far, or that ended while nobody asked, is begun anew with the next question.
 */
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { alertAnswer, type AlertAnswer, type AlertedCluster, type AlertedWorld, type FiringAlert } from '../../lib/alerts/alert-action';
import { PLUGIN_WORKER } from './plugin-worker';

export interface PluginQuestion {
  readonly alert: Omit<FiringAlert<unknown>, 'parameters'>;
  readonly cluster: AlertedCluster;
  readonly world: AlertedWorld;
}

export interface PluginReply {
  readonly answer: AlertAnswer;
  readonly failed: boolean;
}

export interface PluginLimits {
  /** Milliseconds for one answer. */
  readonly time: number;
  /** Milliseconds for the module to load: it reads files, and what it requires may be large. */
  readonly loadTime: number;
  /** MiB; with what lies outside the heap twice as much. */
  readonly heapMb: number;
}

export const failure = (why: string): PluginReply => ({ answer: { refusal: why.slice(0, 1000) }, failed: true });

const loaded = z.object({ names: z.array(z.string().max(63)).min(1).max(64) });

type Said = { readonly value?: unknown; readonly error?: string };

export class PluginModule {
  names: readonly string[] = [];
  private worker: Worker | undefined;
  /** One question at a time. */
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly path: string,
    private readonly limits: PluginLimits,
  ) {}

  /** @throws when it cannot be loaded, or exports no action */
  static async load(path: string, limits: PluginLimits): Promise<PluginModule> {
    const module = new PluginModule(path, limits);
    const said = await module.exchange(undefined).catch((error: unknown) => {
      throw new Error(`cannot load the alert actions of ${path}: ${sentenceOf(error)}`, { cause: error });
    });
    const parsed = loaded.safeParse(said);
    if (parsed.success) module.names = parsed.data.names;
    else {
      await module.stop();
      throw new Error(`cannot load the alert actions of ${path}: it exports none; see docs/alerts.md`);
    }
    return module;
  }

  ask(action: string, question: PluginQuestion): Promise<PluginReply> {
    const next = this.turn.then(() => this.answerTo(action, question));
    this.turn = next;
    return next;
  }

  async stop(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    await worker?.terminate();
  }

  private async answerTo(action: string, question: PluginQuestion): Promise<PluginReply> {
    try {
      if (this.worker === undefined) await this.exchange(undefined);
      const parsed = alertAnswer.safeParse(await this.exchange({ action, question }));
      return parsed.success ? { answer: parsed.data, failed: false } : failure(`plug-in ${action} answered neither changes nor a refusal`);
    } catch (error) {
      return failure(`plug-in ${action}: ${sentenceOf(error)}`);
    }
  }

  /** One message there and one back, within the limits; undefined: it is begun and says what it has. */
  private async exchange(message: unknown): Promise<unknown> {
    const worker = this.worker ?? this.begin();
    const { time, loadTime, heapMb } = this.limits;
    const over = new AbortController();
    try {
      return await new Promise<unknown>((resolve, reject) => {
        const went = { signal: over.signal, reject };
        tooLong(message === undefined ? loadTime : time, went);
        tooMuch(heapMb * 2, went);
        listen(worker, over.signal, {
          message: ({ error, value }: Said) => {
            if (typeof error === 'string') reject(new PluginError(error));
            else resolve(value);
          },
          error: reject,
          exit: () => reject(new Error('its thread ended')),
        });
        if (message !== undefined) worker.postMessage(message);
      });
    } catch (error) {
      if (!(error instanceof PluginError)) await this.stop();
      throw error;
    } finally {
      over.abort();
    }
  }

  private begin(): Worker {
    const { heapMb } = this.limits;
    const worker = new Worker(PLUGIN_WORKER, {
      eval: true,
      workerData: { path: this.path },
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 8, stackSizeMb: 2 },
    });
    worker.unref();
    // What it does when nobody asks must not end the operator.
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      if (this.worker === worker) this.worker = undefined;
    });
    this.worker = worker;
    return worker;
  }
}

/** It said itself what went wrong, and its thread is sound. */
class PluginError extends Error {}

interface Went {
  readonly signal: AbortSignal;
  readonly reject: (error: Error) => void;
}

function tooLong(time: number, { signal, reject }: Went): void {
  const timer = setTimeout(() => reject(new Error(`it took longer than ${String(time)} ms`)), time);
  signal.addEventListener('abort', () => clearTimeout(timer));
}

const LOOK_MS = 20;
const MIB = 1024 * 1024;

/** Of the process what this thread does not use itself: the memory of other threads cannot be asked for one by one. */
const ofOthers = (): number => {
  const { rss, heapTotal, external } = process.memoryUsage();
  return rss - heapTotal - external;
};

function tooMuch(mib: number, { signal, reject }: Went): void {
  const before = ofOthers();
  const timer = setInterval(() => {
    if (ofOthers() - before > mib * MIB) reject(new Error(`it took more than ${String(mib)} MiB of memory`));
  }, LOOK_MS);
  signal.addEventListener('abort', () => clearInterval(timer));
}

interface Listeners {
  readonly message: (said: Said) => void;
  readonly error: (error: Error) => void;
  readonly exit: () => void;
}

function listen(worker: Worker, signal: AbortSignal, { message, error, exit }: Listeners): void {
  worker.on('message', message).on('error', error).on('exit', exit);
  signal.addEventListener('abort', () => void worker.off('message', message).off('error', error).off('exit', exit));
}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
