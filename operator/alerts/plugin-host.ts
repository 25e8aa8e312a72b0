/**
 * Runs the actions of plug-ins, each module in a worker thread of its own with limits of time and memory (decision 30). One that throws,
 * hangs, eats memory or answers nonsense ends in a refusal, and its thread is begun anew with the next question. What it answers is
 * only a wish: the guards for changes are the same as for the operator's own actions.
 *
 * A thread protects from faults, not from malice: a plug-in is code that the operator's owner installed, and may do what the operator
 * may. So it comes from a folder that nobody can write to, or from a package in the image.
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
  /** Milliseconds for one answer, or for the module to load. */
  readonly time: number;
  readonly heapMb: number;
}

const LIMITS: PluginLimits = { time: 2_000, heapMb: 64 };

const loaded = z.object({ names: z.array(z.string().max(63)).min(1).max(64) });

export class PluginHost {
  private readonly modules = new Map<string, PluginModule>();

  private constructor(modules: readonly PluginModule[]) {
    for (const module of modules) for (const name of module.names) this.modules.set(name, module);
  }

  /**
   * @param paths files, as `alertActionFiles` found them
   * @param taken names that no plug-in may have
   * @throws when one cannot be loaded, or a name is taken
   */
  static async load(paths: readonly string[], taken: readonly string[], limits: PluginLimits = LIMITS): Promise<PluginHost> {
    const modules: PluginModule[] = [];
    const names = new Set(taken);
    for (const path of paths) {
      const module = await PluginModule.load(path, limits);
      modules.push(module);
      const twice = module.names.find((name) => names.has(name));
      module.names.forEach((name) => names.add(name));
      if (twice === undefined) continue;
      await Promise.all(modules.map((one) => one.stop()));
      throw new Error(`cannot load the alert action "${twice}" of ${path}: there is one of that name already`);
    }
    return new PluginHost(modules);
  }

  get names(): readonly string[] {
    return [...this.modules.keys()];
  }

  /** Never throws. */
  async ask(action: string, question: PluginQuestion): Promise<PluginReply> {
    const module = this.modules.get(action);
    return module === undefined ? failure(`there is no plug-in ${action}`) : module.ask(action, question);
  }

  async stop(): Promise<void> {
    await Promise.all([...new Set(this.modules.values())].map((module) => module.stop()));
  }
}

const failure = (why: string): PluginReply => ({ answer: { refusal: why.slice(0, 1000) }, failed: true });

class PluginModule {
  names: readonly string[] = [];
  private worker: Worker | undefined;
  /** One question at a time. */
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly path: string,
    private readonly limits: PluginLimits,
  ) {}

  static async load(path: string, limits: PluginLimits): Promise<PluginModule> {
    const module = new PluginModule(path, limits);
    const said = await module.exchange(undefined).catch((error: unknown) => {
      throw new Error(`cannot load the alert actions of ${path}: ${sentenceOf(error)}`, { cause: error });
    });
    const parsed = loaded.safeParse(said);
    if (!parsed.success) throw new Error(`cannot load the alert actions of ${path}: it exports none; see docs/alerts.md`);
    module.names = parsed.data.names;
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

  /** One message there and one back, within the time; undefined: it is begun and says what it has. */
  private async exchange(message: unknown): Promise<unknown> {
    const worker = this.worker ?? this.begin();
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<unknown>((resolve, reject) => {
        timer = setTimeout(() => {
          reject(new Error(`it took longer than ${String(this.limits.time)} ms`));
        }, this.limits.time);
        worker.once('message', (said: { readonly value?: unknown; readonly error?: string }) => {
          if (typeof said.error === 'string') reject(new PluginError(said.error));
          else resolve(said.value);
        });
        worker.once('error', reject);
        worker.once('exit', () => {
          reject(new Error('its thread ended'));
        });
        if (message !== undefined) worker.postMessage(message);
      });
    } catch (error) {
      if (!(error instanceof PluginError)) await this.stop();
      throw error;
    } finally {
      clearTimeout(timer);
      worker.removeAllListeners('message').removeAllListeners('exit').removeAllListeners('error');
      // What it does when nobody asks must not end the operator.
      worker.on('error', () => undefined);
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
    this.worker = worker;
    return worker;
  }
}

/** It said itself what went wrong, and its thread is sound. */
class PluginError extends Error {}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
