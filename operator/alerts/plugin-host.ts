/**
 * Runs the actions of plug-ins, each module in a worker thread of its own (decision 30). One that cannot be loaded is left out, and said:
 * Kafka is looked after all the same. One that throws, hangs, eats memory or answers nonsense ends in a refusal. What a plug-in answers
 * is only a wish: the guards for changes are the same as for the operator's own actions.
 *
 * A thread protects from faults, not from malice: a plug-in is code that the operator's owner installed, and may do what the operator
 * may. So it comes from a folder that nobody can write to, or from a package in the image.
 */
import { failure, PluginModule, type PluginLimits, type PluginQuestion, type PluginReply } from './plugin-module';

const LIMITS: PluginLimits = { time: 2_000, loadTime: 15_000, heapMb: 64 };

export class PluginHost {
  private readonly modules = new Map<string, PluginModule>();

  private constructor(
    modules: readonly PluginModule[],
    /** What could not be loaded and why, a sentence each. */
    readonly troubles: readonly string[],
  ) {
    for (const module of modules) for (const name of module.names) this.modules.set(name, module);
  }

  /**
   * Never throws: see `troubles`.
   * @param paths files, as `alertActionFiles` found them
   * @param taken names that no plug-in may have
   */
  static async load(paths: readonly string[], taken: readonly string[], limits: PluginLimits = LIMITS): Promise<PluginHost> {
    const modules: PluginModule[] = [];
    const troubles: string[] = [];
    const names = new Set(taken);
    for (const loaded of await Promise.allSettled(paths.map((path) => PluginModule.load(path, limits)))) {
      if (loaded.status === 'rejected') {
        troubles.push((loaded.reason as Error).message);
        continue;
      }
      const module = loaded.value;
      const twice = module.names.find((name) => names.has(name));
      if (twice === undefined) {
        modules.push(module);
        module.names.forEach((name) => names.add(name));
      } else {
        troubles.push(`cannot load the alert action "${twice}" of ${module.path}: there is one of that name already`);
        await module.stop();
      }
    }
    return new PluginHost(modules, troubles);
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
