/**
 * Secrets of the user's own that specs name. They carry no label by which they would be found, so each is watched by its name, from
 * when a cluster names it until none does any more: one list and one watch, and no request while nothing happens. Of the values nothing
 * is kept (secret-transform.ts).
 */
import type { SecretObject } from '../decide/certificate-view';
import type { Observed } from '../decide/world';
import { SECRET } from '../kinds';
import { isForbidden } from '../runtime/kube-error';
import { describeError, type Logger } from '../runtime/log';
import { Reflector, type ListWatch, type ReflectorLimits } from '../runtime/reflector';
import { KindStore } from '../runtime/store';
import { publicFacts } from './secret-transform';

export interface NamedSecretsOptions {
  readonly source: ListWatch;
  readonly log: Logger;
  /** Called when a Secret that the cluster names changes, or can no longer be seen. */
  readonly onChange: (key: string) => void;
  readonly limits?: Partial<ReflectorLimits>;
}

type Seen = Observed<SecretObject | undefined>;

interface Watched {
  readonly store: KindStore;
  readonly reflector: Reflector;
  /** Clusters that name it. */
  readonly keys: Set<string>;
  /** Why it cannot be seen; undefined: it can, or was not read yet. */
  why: string | undefined;
}

export class NamedSecrets {
  readonly #watched = new Map<string, Watched>();
  readonly #ending = new Set<Promise<void>>();
  #stopped = false;

  constructor(private readonly options: NamedSecretsOptions) {}

  /** The Secrets that a cluster names from now on; none ends it. `key`: `namespace/name` of the cluster, in whose namespace they are. */
  watch(key: string, names: readonly string[]): void {
    if (this.#stopped) return;
    const namespace = namespaceOf(key);
    const wanted = new Set(names.map((name) => `${namespace}/${name}`));
    for (const [id, { keys }] of [...this.#watched]) if (!wanted.has(id) && keys.delete(key)) this.#endIfIdle(id);
    for (const id of wanted) (this.#watched.get(id) ?? this.#begin(id)).keys.add(key);
  }

  /** What was last seen of each, by name. */
  look(key: string): Readonly<Record<string, Seen>> {
    const found = [...this.#watched].filter(([, { keys }]) => keys.has(key));
    return Object.fromEntries(found.map(([id, watched]) => [nameOf(id), seenIn(watched, id)] as const));
  }

  forget(key: string): void {
    this.watch(key, []);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const id of [...this.#watched.keys()]) this.#end(id);
    await Promise.all(this.#ending);
  }

  #begin(id: string): Watched {
    const { log, limits } = this.options;
    const store = new KindStore({ kind: SECRET, transform: publicFacts });
    const keys = new Set<string>();
    const source = this.#listening(id);
    const scope = { namespace: namespaceOf(id), fieldSelector: `metadata.name=${nameOf(id)}` };
    const reflector = new Reflector({ source, store, log, ...scope, ...(limits === undefined ? {} : { limits }) });
    const watched: Watched = { store, reflector, keys, why: undefined };
    this.#watched.set(id, watched);
    store.onEvent(() => {
      this.#tell(watched);
    });
    reflector.start();
    return watched;
  }

  /** The same source; it notes why it does not answer. */
  #listening(id: string): ListWatch {
    const { source } = this.options;
    const noted = (error: unknown): never => {
      this.#note(id, error);
      throw error;
    };
    return {
      listPage: async (kind, options) => {
        const page = await source.listPage(kind, options).catch(noted);
        this.#note(id, undefined);
        return page;
      },
      watch: (kind, options, onEvent, signal) =>
        source.watch(kind, options, onEvent, signal).catch((error: unknown) => (signal.aborted ? undefined : noted(error))),
    };
  }

  /** What was seen stands while the server is away; not while it refuses to show it. */
  #note(id: string, error: unknown): void {
    const watched = this.#watched.get(id);
    if (watched === undefined) return;
    const why = error === undefined || (watched.store.synced && !isForbidden(error)) ? undefined : describeError(error);
    const first = error === undefined && !watched.store.synced;
    if (why === watched.why && !first) return;
    watched.why = why;
    // The store takes the list in right after this.
    setImmediate(() => {
      this.#tell(watched);
    });
  }

  #tell({ keys }: Watched): void {
    if (!this.#stopped) keys.forEach((key) => this.options.onChange(key));
  }

  #endIfIdle(id: string): void {
    if (this.#watched.get(id)?.keys.size === 0) this.#end(id);
  }

  #end(id: string): void {
    const ending = this.#watched.get(id)?.reflector.stop() ?? Promise.resolve();
    this.#watched.delete(id);
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending));
  }
}

const namespaceOf = (key: string): string => key.split('/')[0] ?? '';
const nameOf = (id: string): string => id.split('/')[1] ?? '';

function seenIn({ store, why }: Watched, id: string): Seen {
  if (why !== undefined) return { state: 'unknown', why };
  if (!store.synced) return { state: 'notAsked' };
  return { state: 'known', value: store.get(namespaceOf(id), nameOf(id)) as SecretObject | undefined };
}
