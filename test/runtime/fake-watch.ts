/** The watches of the fake API server: selectors, history, and the ways in which a watch can go wrong. */
import type { ServerResponse } from 'node:http';
import type { KubeObject } from '../../operator/runtime/kube-types';
import { partial } from './fake-definitions';
import { valueAt } from './fake-fields';
import type { HistoryEvent, Resource } from './fake-objects';

export interface Selection {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly labelSelector: string | undefined;
  readonly fieldSelector: string | undefined;
  /** Only metadata is asked for. */
  readonly partial?: boolean;
}

/** Equality, inequality, `in (…)` and existence of labels; equality of fields. */
export function selects(selection: Selection, object: KubeObject): boolean {
  if (selection.namespace !== undefined && object.metadata.namespace !== selection.namespace) return false;
  const terms = split(selection.labelSelector).every((term) => labelTerm(term, object.metadata.labels ?? {}));
  return terms && split(selection.fieldSelector).every((term) => fieldTerm(term, object));
}

const split = (selector: string | undefined): string[] => (selector ?? '').split(/,(?![^(]*\))/).filter((term) => term !== '');

function labelTerm(term: string, labels: Readonly<Record<string, string>>): boolean {
  const set = /^(\S+)\s+in\s+\(([^)]*)\)$/.exec(term.trim());
  if (set !== null) {
    const value = labels[set[1] ?? ''];
    return value !== undefined && (set[2] ?? '').split(',').some((one) => one.trim() === value);
  }
  const [key = '', value] = term.split(/!=|==?/).map((part) => part.trim());
  if (value === undefined) return key.startsWith('!') ? !(key.slice(1) in labels) : key in labels;
  return (labels[key] === value) !== term.includes('!=');
}

function fieldTerm(term: string, object: KubeObject): boolean {
  const [path = '', value = ''] = term.split(/!=|==?/);
  const actual = valueAt(
    object,
    path.split('.').map((part) => `f:${part}`),
  );
  const text = typeof actual === 'string' ? actual : '';
  return (text === value) !== term.includes('!=');
}

/** What a watch is told of an event: an object that no longer matches is DELETED, one that begins to match is ADDED. */
function messageFor(selection: Selection, event: HistoryEvent): { type: string; object: KubeObject } | undefined {
  if (event.resource !== selection.resource) return undefined;
  const now = selects(selection, event.object);
  const before = event.previous !== undefined && selects(selection, event.previous);
  if (event.type === 'DELETED') return before || now ? { type: 'DELETED', object: event.object } : undefined;
  if (now) return { type: before ? 'MODIFIED' : 'ADDED', object: event.object };
  return before ? { type: 'DELETED', object: event.object } : undefined;
}

export const gone = (): Readonly<Record<string, unknown>> => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'too old resource version',
  reason: 'Expired',
  code: 410,
});

interface OpenWatch {
  readonly selection: Selection;
  readonly response: ServerResponse;
  timer: NodeJS.Timeout | undefined;
  frozen: boolean;
}

export class FakeWatches {
  #open: OpenWatch[] = [];
  readonly #held = new Map<Resource, HistoryEvent[]>();

  get size(): number {
    return this.#open.length;
  }

  open(
    selection: Selection,
    response: ServerResponse,
    how: { readonly seconds: number; readonly missed: readonly HistoryEvent[]; readonly version: () => number },
  ): void {
    const watch: OpenWatch = { selection, response, timer: undefined, frozen: false };
    watch.timer = setTimeout(() => {
      bookmark(watch, how.version());
      if (!watch.frozen) response.end();
    }, how.seconds * 1000);
    for (const event of how.missed) tellEvent(watch, event);
    this.#open.push(watch);
    response.on('close', () => {
      clearTimeout(watch.timer);
      this.#open = this.#open.filter((one) => one !== watch);
    });
  }

  hold(resource: Resource): () => void {
    this.#held.set(resource, []);
    return () => {
      const late = this.#held.get(resource) ?? [];
      this.#held.delete(resource);
      for (const event of late) this.tellAll(event);
    };
  }

  tellAll(event: HistoryEvent): void {
    const held = this.#held.get(event.resource);
    if (held !== undefined) {
      held.push(event);
      return;
    }
    for (const watch of this.#open) tellEvent(watch, event);
  }

  end(): void {
    for (const watch of this.forget()) watch.response.end();
  }

  reset(): void {
    for (const watch of this.forget()) watch.response.socket?.resetAndDestroy();
  }

  freeze(): void {
    for (const watch of this.#open) watch.frozen = true;
  }

  expire(): void {
    for (const watch of this.forget()) {
      tell(watch, { type: 'ERROR', object: gone() });
      watch.response.end();
    }
  }

  bookmark(version: number): void {
    for (const watch of this.#open) bookmark(watch, version);
  }

  /** All that were open; they are told nothing more. */
  forget(): OpenWatch[] {
    const watches = this.#open;
    this.#open = [];
    for (const watch of watches) clearTimeout(watch.timer);
    return watches;
  }
}

function tellEvent(watch: OpenWatch, event: HistoryEvent): void {
  const message = messageFor(watch.selection, event);
  if (message !== undefined) tell(watch, watch.selection.partial === true ? { ...message, object: partial(message.object) } : message);
}

function bookmark(watch: OpenWatch, version: number): void {
  const apiVersion = watch.selection.resource.replace(/\/[^/]*$/, '');
  tell(watch, { type: 'BOOKMARK', object: { kind: '', apiVersion, metadata: { resourceVersion: String(version) } } });
}

function tell(watch: OpenWatch, message: unknown): void {
  if (!watch.frozen && !watch.response.writableEnded) watch.response.write(`${JSON.stringify(message)}\n`);
}
