/**
 * A scripted Kubernetes API server inside the test process: list with paging, watch with history and bookmarks, server-side
 * apply with owners and conflicts, preconditions, status, finalizers, terminating Pods, and every fault that a client meets.
 *
 *     const server = await FakeApiServer.start();
 *     server.put({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' } });       // somebody else writes
 *     server.fault({ verb: 'apply', resource: 'pods' }, { status: 500 });           // the next one fails
 *     expect(server.requests.filter(isWrite)).toEqual([]);
 *     await server.close();
 */
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Kind, KubeObject } from '../../operator/runtime/kube-types';
import type { Credentials } from '../../operator/runtime/transport';
import { isPartial, partial, pluralOf, refuseUnknown } from './fake-definitions';
import { FakeObjects, Refusal } from './fake-objects';
import type { Draft, Write } from './fake-objects';
import { parseCall } from './fake-request';
import type { ParsedCall, RequestRecord } from './fake-request';
import { FakeWatches, gone, selects } from './fake-watch';
import type { Selection } from './fake-watch';

export interface FaultMatch {
  readonly verb?: string;
  readonly resource?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/**
 * `reset`: the connection breaks and nothing was done. `resetAfter`: the work was done and the answer is lost. `hang`: no answer
 * ever. Otherwise a status, with a Status body unless `body` says otherwise.
 */
export type Fault =
  | 'reset'
  | 'resetAfter'
  | 'hang'
  | {
      readonly status: number;
      readonly reason?: string;
      readonly message?: string;
      readonly details?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    };

interface PlannedFault {
  readonly match: FaultMatch;
  readonly fault: Fault;
  left: number;
}

export interface FakeOptions {
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly now?: () => Date;
}

export class FakeApiServer {
  readonly objects = new FakeObjects();
  /** Every request so far, in order. */
  requests: RequestRecord[] = [];
  /** How many connections were ever made. */
  connections = 0;
  /** What containers wrote, by `namespace/pod/container`, with `/previous` for the run before. */
  readonly logs = new Map<string, string>();
  /** Resources (`example.com/v1/things`) that are served only while a CustomResourceDefinition with that version is there. */
  readonly custom = new Set<string>();
  /** Asked about every request, before the planned faults: a fault that it names happens. */
  intercept: ((call: ParsedCall) => Fault | undefined) | undefined;
  readonly #server: http.Server;
  readonly #sockets = new Set<Socket>();
  readonly #tls: boolean;
  readonly #watches = new FakeWatches();
  #faults: PlannedFault[] = [];
  #compacted = 0;
  #compactedForm: 'http' | 'event' = 'http';
  readonly #pages = new Map<string, readonly KubeObject[]>();
  #pageId = 0;

  private constructor(options: FakeOptions) {
    this.#tls = options.tls !== undefined;
    if (options.now !== undefined) this.objects.now = options.now;
    const handle = (request: http.IncomingMessage, response: http.ServerResponse): void => void this.#handle(request, response);
    this.#server = options.tls === undefined ? http.createServer(handle) : https.createServer(options.tls, handle);
    this.#server.keepAliveTimeout = 60_000;
    this.#server.on(this.#tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
    });
    this.objects.onEvent((event) => this.#watches.tellAll(event));
  }

  static async start(options: FakeOptions = {}): Promise<FakeApiServer> {
    const server = new FakeApiServer(options);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `${this.#tls ? 'https' : 'http'}://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** For AxiosTransport: no proof of identity is asked for. */
  credentials(tls: https.RequestOptions = {}): Credentials {
    return {
      server: () => this.url,
      applyToHTTPSOptions: (options) => {
        Object.assign(options, tls);
        return Promise.resolve();
      },
    };
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  async close(): Promise<void> {
    this.#watches.forget();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  // ---- what others do in the cluster ------------------------------------------------------------------------------

  /** Creates the object or replaces it whole, status included. */
  put(object: Draft & { readonly kind: string; readonly apiVersion: string }, manager = 'user'): KubeObject {
    const write = { resource: `${object.apiVersion}/${pluralOf(object.kind)}`, ...placeOf(object), manager };
    const { status, ...main } = object;
    const exists = this.objects.get(write.resource, write.namespace, write.name) !== undefined;
    const made = exists ? this.objects.replace(write, main) : this.objects.create(write, main);
    return status === undefined ? made : this.objects.replace({ ...write, subresource: 'status' }, { ...object, metadata: made.metadata });
  }

  get(kind: Kind, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.objects.get(resourceOf(kind), namespace, name);
  }

  list(kind: Kind, namespace?: string): KubeObject[] {
    return this.objects.list(resourceOf(kind), namespace);
  }

  /** A JSON merge patch by somebody else; of the status when it is only that. */
  patch(kind: Kind, namespace: string | undefined, name: string, patch: Readonly<Record<string, unknown>>): KubeObject {
    const subresource = Object.keys(patch).every((field) => field === 'status') ? 'status' : undefined;
    return this.objects.mergePatch({ resource: resourceOf(kind), namespace, name, subresource, manager: 'user' }, patch);
  }

  /** A delete by somebody else: Pods and objects with finalizers go on terminating. */
  remove(kind: Kind, namespace: string | undefined, name: string): void {
    this.objects.delete({ resource: resourceOf(kind), namespace, name, manager: 'user' }, {});
  }

  /** The end of a terminating Pod. */
  endPod(namespace: string, name: string): void {
    this.objects.end('v1/pods', namespace, name);
  }

  collectGarbage(): number {
    return this.objects.collectGarbage();
  }

  // ---- faults ------------------------------------------------------------------------------------------------------

  /** The next `times` requests that match go wrong. Faults are used up in the order in which they were planned. */
  fault(match: FaultMatch, fault: Fault, times = 1): void {
    this.#faults.push({ match, fault, left: times });
  }

  clearFaults(): void {
    this.#faults = [];
  }

  /** Ends all watches as the server does when their time is up. */
  endWatches(): void {
    this.#watches.end();
  }

  /** Breaks the connections of all watches. */
  resetWatches(): void {
    this.#watches.reset();
  }

  /** The connections of the watches that are open now stay open, and nothing ever comes over them again. */
  freezeWatches(): void {
    this.#watches.freeze();
  }

  /** Events of a resource (`v1/pods`) come late: only when the returned function is called, in their order. */
  holdEvents(resource: string): () => void {
    return this.#watches.hold(resource);
  }

  /** Tells all watches that their version is too old, and forgets the history. */
  expireWatches(): void {
    this.compact();
    this.#watches.expire();
  }

  /** Forgets the history: a watch from an older version is told so, as an answer (`http`) or as its first event. */
  compact(form: 'http' | 'event' = 'http'): void {
    this.#compacted = this.objects.version;
    this.#compactedForm = form;
    this.objects.history.length = 0;
  }

  /** Versions begin again at a lower one, as after a restore of etcd; what has changed by it is for the caller to write. */
  restoreBackup(version: number): void {
    this.objects.version = version;
    this.compact();
  }

  /** Lists that are under way can not be continued. */
  expirePages(): void {
    this.#pages.clear();
  }

  bookmark(): void {
    this.#watches.bookmark(this.objects.version);
  }

  // ---- HTTP --------------------------------------------------------------------------------------------------------

  async #handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = parseCall(request, Buffer.concat(chunks).toString());
    const record: RequestRecord = { ...call, at: this.objects.now().getTime(), status: undefined };
    this.requests.push(record);
    const fault = this.#faultFor(call);
    if (fault === 'hang') return;
    if (typeof fault === 'object') {
      this.#answer(record, response, new Refusal(fault.status, fault.reason ?? '', fault.message ?? 'planned', fault.details), fault);
      return;
    }
    if (fault !== 'reset') this.#perform(call, record, fault === 'resetAfter' ? undefined : response);
    if (fault !== undefined) request.socket.resetAndDestroy();
  }

  #faultFor(call: ParsedCall): Fault | undefined {
    const chosen = this.intercept?.(call);
    if (chosen !== undefined) return chosen;
    const fits = ({ match }: PlannedFault): boolean =>
      (['verb', 'resource', 'name', 'subresource'] as const).every((field) => match[field] === undefined || match[field] === call[field]);
    const planned = this.#faults.find((one) => one.left > 0 && fits(one));
    if (planned !== undefined) planned.left -= 1;
    return planned?.fault;
  }

  #perform(call: ParsedCall, record: RequestRecord, response: http.ServerResponse | undefined): void {
    try {
      if (this.custom.has(call.fullResource)) refuseUnknown(this.objects, call.fullResource);
      if (call.verb === 'watch' && response !== undefined) this.#watch(call, record, response);
      else this.#serve(call, record, response);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (response !== undefined) this.#answer(record, response, error);
    }
  }

  #serve(call: ParsedCall, record: RequestRecord, response: http.ServerResponse | undefined): void {
    const result = call.verb === 'list' ? this.#list(call) : call.verb === 'log' ? this.#log(call) : this.#one(call);
    record.status = call.verb === 'create' ? 201 : 200;
    response?.writeHead(record.status, { 'Content-Type': typeof result === 'string' ? 'text/plain' : 'application/json' });
    response?.end(typeof result === 'string' ? result : JSON.stringify(result));
  }

  #answer(
    record: RequestRecord,
    response: http.ServerResponse,
    refusal: Refusal,
    extra: { headers?: Readonly<Record<string, string>>; body?: string } = {},
  ): void {
    const { status: code, reason, message, details } = refusal;
    record.status = code;
    const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code };
    response.writeHead(code, { 'Content-Type': 'application/json', ...extra.headers });
    response.end(extra.body ?? JSON.stringify(body));
  }

  #one(call: ParsedCall): unknown {
    const write: Write = {
      resource: call.fullResource,
      namespace: call.namespace,
      name: call.name ?? '',
      subresource: call.subresource,
      manager: call.manager,
    };
    const body = (call.body ?? {}) as Draft;
    const { status: _, ...main } = body;
    switch (call.verb) {
      case 'create':
        return this.objects.create({ ...write, name: body.metadata?.name ?? '' }, main);
      case 'update':
        return this.objects.replace(write, body);
      case 'patch':
        return this.objects.mergePatch(write, call.body);
      case 'apply':
        return this.objects.apply(write, call.subresource === 'status' ? body : main, {
          force: call.query['force'] === 'true',
          dryRun: call.query['dryRun'] === 'All',
        });
      case 'delete':
        return this.#delete(write, call.body);
      default:
        return this.#get(call);
    }
  }

  #get(call: ParsedCall): KubeObject {
    const object = this.objects.get(call.fullResource, call.namespace, call.name ?? '');
    if (object === undefined) throw new Refusal(404, 'NotFound', `${call.resource} "${call.name ?? ''}" not found`);
    return object;
  }

  /** As the real server: Pods are answered with themselves, also when they are gone at once. */
  #delete(write: Write, body: unknown): unknown {
    const options = (body ?? {}) as { preconditions?: { uid?: string; resourceVersion?: string }; gracePeriodSeconds?: number };
    const before = this.objects.get(write.resource, write.namespace, write.name);
    const left = this.objects.delete(write, options.preconditions ?? {}, options.gracePeriodSeconds);
    if (left !== undefined) return left;
    const ended = { deletionTimestamp: this.objects.now().toISOString(), deletionGracePeriodSeconds: 0 };
    if (write.resource === 'v1/pods' && before !== undefined) return { ...before, metadata: { ...before.metadata, ...ended } };
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { name: write.name, uid: before?.metadata.uid } };
  }

  #list(call: ParsedCall): unknown {
    const selection = selectionOf(call);
    const token = call.query['continue'];
    const pending =
      token === undefined ? this.objects.list(call.fullResource).filter((object) => selects(selection, object)) : this.#pages.get(token);
    if (pending === undefined)
      throw new Refusal(410, 'Expired', 'The provided continue parameter is too old to display a consistent list result');
    const version = token === undefined ? String(this.objects.version) : (token.split('/')[1] ?? '');
    const limit = Number(call.query['limit'] ?? pending.length);
    const kind = `${pending[0]?.kind ?? ''}List`;
    const rest = pending.slice(limit);
    const shown = pending.slice(0, limit).map(isPartial(call) ? partial : (object) => object);
    const items = shown.map(({ apiVersion: _, kind: __, ...item }) => item);
    if (rest.length === 0) return { kind, apiVersion: 'v1', metadata: { resourceVersion: version }, items };
    this.#pageId += 1;
    const next = `${String(this.#pageId)}/${version}`;
    this.#pages.set(next, rest);
    return {
      kind: 'List',
      apiVersion: 'v1',
      metadata: { resourceVersion: version, continue: next, remainingItemCount: rest.length },
      items,
    };
  }

  #watch(call: ParsedCall, record: RequestRecord, response: http.ServerResponse): void {
    const from = Number(call.query['resourceVersion'] ?? 0);
    const expired = from < this.#compacted;
    if (expired && this.#compactedForm === 'http') throw new Refusal(410, 'Expired', `too old resource version: ${String(from)}`);
    record.status = 200;
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    if (expired) {
      response.end(`${JSON.stringify({ type: 'ERROR', object: gone() })}\n`);
      return;
    }
    const seconds = Number(call.query['timeoutSeconds'] ?? 1800);
    const missed = this.objects.history.filter(({ version }) => version > from);
    this.#watches.open({ ...selectionOf(call), partial: isPartial(call) }, response, {
      seconds,
      missed,
      version: () => this.objects.version,
    });
  }

  #log(call: ParsedCall): string {
    const previous = call.query['previous'] === 'true' ? '/previous' : '';
    const text = this.logs.get(`${call.namespace ?? ''}/${call.name ?? ''}/${call.query['container'] ?? ''}${previous}`);
    if (text === undefined)
      throw new Refusal(400, 'BadRequest', `container "${call.query['container'] ?? ''}" in pod "${call.name ?? ''}" has no such log`);
    const lines = text.split('\n');
    return lines.slice(-Number(call.query['tailLines'] ?? lines.length)).join('\n');
  }
}

function selectionOf(call: ParsedCall): Selection {
  const { labelSelector, fieldSelector } = call.query;
  return { resource: call.fullResource, namespace: call.namespace, labelSelector, fieldSelector };
}

const resourceOf = (kind: Kind): string => `${kind.apiVersion}/${kind.plural}`;

function placeOf(object: Draft): { namespace: string | undefined; name: string } {
  return { namespace: object.metadata?.namespace, name: object.metadata?.name ?? '' };
}
