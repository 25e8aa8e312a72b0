/**
 * What the processes of nodes that are not ready say of themselves: whether a broker recovers its log (then it is left alone),
 * and the last lines of one that does not come back. Asked beside the passes every two seconds, only of Pods that run and are
 * not ready: a converged cluster is asked nothing. A process that does not answer is noted as asked.
 */
import type { NodeFigures } from '../clients/node-metrics';
import type { ProcessView } from '../decide/world';

/** A Pod whose process runs and is not ready. */
export interface AskedProcess {
  readonly node: number;
  /** Of the Pod: another one is asked anew. */
  readonly uid: string;
  readonly namespace: string;
  readonly pod: string;
  /** `host:port` of the exporter. */
  readonly address: string;
  /** The same by the node's name, for when its address does not answer: behind strict mutual TLS only names do. */
  readonly byName?: string;
  /** It served before: what keeps it from serving now is worth a look at its log. */
  readonly hasRun: boolean;
}

export interface ProcessSightOptions {
  readonly figures: (address: string) => Promise<NodeFigures>;
  /** The last lines of the container's log. */
  readonly lines: (namespace: string, pod: string, count: number) => Promise<string>;
  readonly onChange: (key: string) => void;
  /** Milliseconds between two questions. */
  readonly interval?: number;
}

interface Asked {
  process: AskedProcess;
  view: ProcessView | undefined;
  times: number;
}

const INTERVAL_MS = 2000;
const LINES = 5;
const LONGEST_LINE = 300;
/** The log is read with every so many questions: every 20 s. */
const LINES_EVERY = 10;

export class ProcessSight {
  private readonly clusters = new Map<string, Map<number, Asked>>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly options: ProcessSightOptions) {}

  /** By node id; a node that was not asked yet is missing. */
  look(key: string): Readonly<Record<string, ProcessView>> {
    const entries = [...(this.clusters.get(key) ?? [])].flatMap(([id, { view }]) =>
      view === undefined ? [] : [[String(id), view] as const],
    );
    return Object.fromEntries(entries);
  }

  /** From now on these of a cluster, and no others. */
  watch(key: string, processes: readonly AskedProcess[]): void {
    if (this.stopped) return;
    if (processes.length === 0) {
      this.clusters.delete(key);
      return;
    }
    const before = this.clusters.get(key) ?? new Map<number, Asked>();
    const current = processes.map((process) => {
      const known = before.get(process.node);
      return [process.node, known?.process.uid === process.uid ? known : { process, view: undefined, times: 0 }] as const;
    });
    this.clusters.set(key, new Map(current));
    for (const [, asked] of current) if (asked.times === 0) void this.ask(key, asked);
    this.timer ??= setInterval(() => this.askAll(), this.options.interval ?? INTERVAL_MS).unref();
  }

  forget(key: string): void {
    this.clusters.delete(key);
  }

  /** For good: a pass that was under way begins nothing any more. */
  stop(): void {
    this.stopped = true;
    this.clusters.clear();
    this.rest();
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private askAll(): void {
    for (const [key, processes] of this.clusters) for (const asked of processes.values()) void this.ask(key, asked);
    if (this.clusters.size === 0) this.rest();
  }

  private async ask(key: string, asked: Asked): Promise<void> {
    asked.times += 1;
    const readsLog = asked.process.hasRun && asked.times % LINES_EVERY === 0;
    const { figures, lines } = this.options;
    const { namespace, pod, address, byName } = asked.process;
    const [seen, log] = await Promise.all([
      figures(address)
        .catch(() => (byName === undefined ? undefined : figures(byName)))
        .catch(() => undefined),
      readsLog ? lines(namespace, pod, LINES).catch(() => '') : undefined,
    ]);
    const lastLines = log === undefined ? asked.view?.lastLines : linesOf(log);
    const before = JSON.stringify(asked.view);
    asked.view = withoutGaps({ ...seen, lastLines });
    const current = this.clusters.get(key)?.get(asked.process.node) === asked;
    if (current && JSON.stringify(asked.view) !== before) this.options.onChange(key);
  }
}

/** What was not said is missing, not undefined: a World is plain data. */
const withoutGaps = (view: { readonly [key in keyof ProcessView]: ProcessView[key] | undefined }): ProcessView =>
  Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined));

const linesOf = (log: string): readonly string[] =>
  log
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-LINES)
    .map((line) => line.slice(0, LONGEST_LINE));
