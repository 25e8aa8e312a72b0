/**
 * The operator base class on our own watch, queue and transport. What is kept of the base: its life cycle (`start` calls
 * `init`), its finalizer helper, its event, meta and logger types. What is replaced: everything that ends the process on a
 * broken watch, forgets deletes, opens a connection for each request, or hides that a write has failed.
 */
import { readFile } from 'node:fs/promises';
import type { KubeConfig, V1CustomResourceDefinition } from '@kubernetes/client-node';
import Operator, { ResourceEventType, ResourceMetaImpl } from '@dot-i/k8s-operator';
import type { ResourceEvent, ResourceMeta } from '@dot-i/k8s-operator';
import { Engine } from './engine';
import type { ControllerOptions, LeaseSettings, WatchKindOptions } from './engine';
import type { HealthView } from './health';
import { KubeClient } from './kube-client';
import { credentialsOf, parseManifest } from './kube-config';
import { collectionPath } from './kube-path';
import type { Handler, Kind, KubeDraft, KubeObject, ObjectRef } from './kube-types';
import type { Logger } from './log';
import type { RuntimeMetrics } from './metrics';
import { guardProcess } from './process-guard';
import type { ReflectorLimits } from './reflector';
import type { KindStore } from './store';
import { AxiosTransport } from './transport';
import type { WorkQueue } from './work-queue';

export interface OperatorRuntimeOptions {
  readonly log: Logger;
  readonly version: string;
  readonly metrics?: RuntimeMetrics;
  /** Default: KUBECONFIG, else ~/.kube/config, else the service account of the Pod. */
  readonly kubeConfig?: KubeConfig;
  /** Undefined: this is the only instance. */
  readonly lease?: LeaseSettings;
  /** End the process here: another instance leads or soon will. */
  readonly onLost: (why: string) => void;
  /** Also the name before the version in the user agent; default `kafka-operator`. */
  readonly fieldManager?: string;
  readonly limits?: Partial<ReflectorLimits>;
}

export abstract class OperatorRuntime extends Operator {
  readonly client: KubeClient;
  protected readonly log: Logger;
  readonly #transport: AxiosTransport;
  readonly #engine: Engine;
  readonly #kinds = new Map<string, Kind>();
  #unguard: () => void = () => undefined;

  constructor(options: OperatorRuntimeOptions) {
    super(options.log);
    const { log, metrics, lease, onLost, limits } = options;
    const fieldManager = options.fieldManager ?? 'kafka-operator';
    if (options.kubeConfig !== undefined) this.kubeConfig = options.kubeConfig;
    this.log = log;
    this.#transport = new AxiosTransport(credentialsOf(this.kubeConfig), { userAgent: `${fieldManager}/${options.version}` });
    this.client = new KubeClient({ transport: this.#transport, fieldManager, ...(metrics && { onRequest: metrics.request }) });
    const optional = { ...(metrics && { metrics }), ...(lease && { lease }), ...(limits && { limits }) };
    this.#engine = new Engine({ api: this.client, log, onLost, fieldManager, ...optional });
  }

  /** For healthRoutes. */
  get view(): HealthView {
    return this.#engine.view;
  }

  /** Calls `init`, then begins to watch and to stand for election. */
  override async start(): Promise<void> {
    this.#unguard = guardProcess(this.log);
    await super.start();
    this.#engine.start();
  }

  /** Ends handlers, Lease, watches and connections in that order; never the process. Safe to call twice. */
  // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the base ends at once; who awaits this knows when all is closed
  override async stop(limit = 10_000): Promise<void> {
    await this.#engine.stop(limit);
    this.#transport.close();
    this.#unguard();
  }

  protected watchKind(kind: Kind, options: WatchKindOptions = {}): KindStore {
    return this.#engine.watchKind(kind, options);
  }

  protected controller(name: string, handler: Handler, options: ControllerOptions = {}): WorkQueue {
    return this.#engine.controller(name, handler, options);
  }

  protected whenLeading(run: () => void | Promise<void>): void {
    this.#engine.whenLeading(run);
  }

  // ---- the base's own API, replaced --------------------------------------------------------------------------------

  /**
   * Events of one key come one after the other, each with the latest object; a handler that throws is called again with
   * back-off. The object is a copy: the base's finalizer helper changes it.
   */
  // eslint-disable-next-line max-params -- the signature of the base
  protected override watchResource(
    group: string,
    version: string,
    plural: string,
    onEvent: (event: ResourceEvent) => Promise<void>,
    namespace?: string,
  ): Promise<void> {
    const apiVersion = group === '' ? version : `${group}/${version}`;
    const id = `${plural}.${apiVersion}`;
    // The kind's own name is not known here; objects bring it along. A path has a namespace when its object has one.
    const kind: Kind = { apiVersion, kind: plural, plural, namespaced: true };
    this.#kinds.set(id, kind);
    const transform = (object: KubeObject): KubeObject => object;
    const store = this.watchKind(kind, namespace === undefined ? { transform } : { transform, namespaces: [namespace] });
    const told = new Set<string>();
    const ended = new Map<string, KubeObject>();
    const queue = this.controller(id, async (key) => {
      const last = ended.get(key);
      if (last !== undefined) {
        await onEvent(eventOf(id, ResourceEventType.Deleted, last));
        told.delete(key);
        if (ended.get(key) === last) ended.delete(key);
      }
      const [place = '', name = ''] = key.split('/');
      const object = store.get(place === '' ? undefined : place, name);
      if (object === undefined) return undefined;
      await onEvent(eventOf(id, told.has(key) ? ResourceEventType.Modified : ResourceEventType.Added, object));
      told.add(key);
      return undefined;
    });
    store.onEvent((event) => {
      const { namespace: place, name } = event.object.metadata;
      const key = `${place ?? ''}/${name}`;
      if (event.type === 'gone') ended.set(key, event.object);
      queue.add(key);
    });
    return Promise.resolve();
  }

  protected override getCustomResourceApiUri(group: string, version: string, plural: string, namespace?: string): string {
    const apiVersion = group === '' ? version : `${group}/${version}`;
    return credentialsOf(this.kubeConfig).server() + collectionPath({ apiVersion, kind: plural, plural, namespaced: true }, namespace);
  }

  /** Conditional on the version in `meta`, so that nobody's finalizer is lost. Throws KubeError. */
  protected override async setResourceFinalizers(meta: ResourceMeta, finalizers: string[]): Promise<void> {
    const { resourceVersion } = meta;
    await this.client.mergePatch(this.#refOf(meta), { metadata: { resourceVersion, finalizers } });
  }

  /** Replaces the status. Throws KubeError. */
  protected override async setResourceStatus(meta: ResourceMeta, status: unknown): Promise<ResourceMeta | null> {
    const ref = this.#refOf(meta);
    const object = { ...draftOf(meta), status };
    return metaOf(meta.id, await this.client.replace(ref.kind, object, { subresource: 'status' }));
  }

  /** JSON merge patch of the status. Throws KubeError. */
  protected override async patchResourceStatus(meta: ResourceMeta, status: unknown): Promise<ResourceMeta | null> {
    const patch = { metadata: { resourceVersion: meta.resourceVersion }, status };
    return metaOf(meta.id, await this.client.mergePatch(this.#refOf(meta), patch, 'status'));
  }

  /** Applies the file's CRD, so that a newer one replaces an older one. */
  protected override async registerCustomResourceDefinition(
    crdFile: string,
  ): Promise<{ group: string; versions: V1CustomResourceDefinition['spec']['versions']; plural: string }> {
    const crd = await parseManifest(await readFile(crdFile, 'utf8'));
    if (crd.apiVersion !== crdKind.apiVersion || crd.kind !== crdKind.kind) {
      throw new Error(`cannot register ${crdFile}: it holds a ${crd.apiVersion} ${crd.kind}, not a CustomResourceDefinition`);
    }
    await this.client.apply(crdKind, crd, { force: true });
    const { group, versions, names } = (crd as unknown as V1CustomResourceDefinition).spec;
    return { group, versions, plural: names.plural };
  }

  #refOf(meta: ResourceMeta): ObjectRef {
    const kind = this.#kinds.get(meta.id);
    if (kind === undefined) throw new Error(`cannot write ${meta.id} ${meta.name}: watchResource was not called for it`);
    return meta.namespace === undefined ? { kind, name: meta.name } : { kind, name: meta.name, namespace: meta.namespace };
  }
}

const crdKind: Kind = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

type BaseObject = ResourceEvent['object'];

function eventOf(id: string, type: ResourceEventType, object: KubeObject): ResourceEvent {
  const copy = structuredClone(object) as unknown as BaseObject;
  return { meta: ResourceMetaImpl.createWithId(id, copy), type, object: copy };
}

const metaOf = (id: string, object: KubeObject): ResourceMeta => ResourceMetaImpl.createWithId(id, object as unknown as BaseObject);

function draftOf(meta: ResourceMeta): KubeDraft {
  const { name, namespace, resourceVersion } = meta;
  const metadata = namespace === undefined ? { name, resourceVersion } : { name, namespace, resourceVersion };
  return { apiVersion: meta.apiVersion, kind: meta.kind, metadata };
}
