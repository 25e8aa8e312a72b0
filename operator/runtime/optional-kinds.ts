/**
 * Kinds whose definitions may not be installed. A server that does not know a kind is not asked for it again and again: one watch of
 * the definitions' metadata (their schemas are never transferred) tells when a kind comes, and then its own watch begins; when the
 * definition goes, the watch ends and the store is empty. Where definitions may not be read, each kind is asked for every five minutes.
 *
 * A definition may lack the version that is wanted. Metadata does not tell; the server does, by not knowing the kind. Then it is
 * asked for again when the definition changes.
 */
import type { Kind } from './kube-types';
import type { Asking, Reflector } from './reflector';
import type { KindStore } from './store';

export const DEFINITION: Kind = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

/** An optional kind, and how its watches are made. */
export interface OptionalKind {
  readonly store: KindStore;
  /** One for each namespace; not started. */
  readonly reflectors: (asking: Asking) => readonly Reflector[];
  readonly namespaces: readonly (string | undefined)[];
}

/** Where definitions cannot be read. */
export const UNTOLD: Asking = { tries: 0, again: 300_000 };
/** A new definition is served within a moment; the day is for a server that says nothing of what it did. */
const TOLD: Asking = { tries: 8, again: 86_400_000 };

interface Candidate extends OptionalKind {
  running: { readonly asking: Asking; readonly reflectors: readonly Reflector[] } | undefined;
}

export class OptionalKinds {
  readonly #definitions: KindStore;
  /** By definition: several stores may hold objects of one kind, each by a selector of its own. */
  readonly #candidates = new Map<string, readonly Candidate[]>();
  readonly #ending = new Set<Promise<void>>();
  #stopped = false;

  /** The store of the definitions is kept by somebody else. */
  constructor(definitions: KindStore) {
    this.#definitions = definitions;
    const all = (): void => {
      for (const candidate of this.#all()) this.#follow(candidate);
    };
    definitions.onSynced(all);
    definitions.onPresence(all);
    definitions.onEvent(({ object }) => {
      for (const candidate of this.#candidates.get(object.metadata.name) ?? []) this.#follow(candidate);
    });
  }

  add(kind: OptionalKind): void {
    const candidate = { ...kind, running: undefined };
    const name = definitionName(kind.store.kind);
    this.#candidates.set(name, [...(this.#candidates.get(name) ?? []), candidate]);
    this.#follow(candidate);
  }

  /** Resolves when all watches are closed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const candidate of this.#all()) this.#end(candidate);
    await Promise.all(this.#ending);
  }

  #all(): readonly Candidate[] {
    return [...this.#candidates.values()].flat();
  }

  #follow(candidate: Candidate): void {
    if (this.#stopped || !this.#definitions.synced) return;
    if (this.#definitions.absent) this.#begin(candidate, UNTOLD);
    else if (this.#definitions.get(undefined, definitionName(candidate.store.kind)) !== undefined) this.#begin(candidate, TOLD);
    else {
      this.#end(candidate);
      for (const namespace of candidate.namespaces) candidate.store.lack(namespace);
    }
  }

  #begin(candidate: Candidate, asking: Asking): void {
    const { running } = candidate;
    if (running?.asking === asking) {
      for (const reflector of running.reflectors) reflector.ask();
      return;
    }
    this.#end(candidate);
    const reflectors = candidate.reflectors(asking);
    candidate.running = { asking, reflectors };
    for (const reflector of reflectors) reflector.start();
  }

  #end(candidate: Candidate): void {
    const reflectors = candidate.running?.reflectors ?? [];
    candidate.running = undefined;
    for (const reflector of reflectors) {
      const ended = reflector.stop().finally(() => this.#ending.delete(ended));
      this.#ending.add(ended);
    }
  }
}

/** For example `virtualservices.networking.istio.io`. */
export const definitionName = ({ apiVersion, plural }: Kind): string => `${plural}.${apiVersion.replace(/\/[^/]*$/, '')}`;
