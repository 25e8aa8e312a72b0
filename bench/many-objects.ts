/** Many small objects at once: what topics and users are measured by. */
import type { Kind, KubeDraft, KubeObject } from '../operator/runtime/kube-types';
import { mark, operatorRequests, requests, writes } from './audit';
import { isRunning, kube, kubectl, NAMESPACE, until } from './kubernetes';
import { rounded, type Figure } from './result';
import { KAFKA_CLUSTER, SECRET } from '../operator/kinds';

/** Requests of the benchmark itself that are in flight at once. */
const AT_ONCE = 50;

export async function each(items: readonly string[], run: (item: string) => Promise<unknown>): Promise<void> {
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) await run(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

interface Conditioned {
  readonly observedGeneration?: number;
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

/** Ready, judged for the generation that the object has now. */
export function isReady(object: KubeObject | undefined): boolean {
  const { observedGeneration, conditions = [] } = (object?.status ?? {}) as Conditioned;
  const ready = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  return object !== undefined && ready && observedGeneration === object.metadata.generation;
}

export interface Timed {
  readonly seconds: number;
  /** Of the operator, to the API server. */
  readonly requests: number;
  readonly writes: number;
}

/** From the first request of ours until all of them are as they should be; and what the operator asked of the API server. */
export async function timed(what: string, begin: () => Promise<void>, isOver: () => boolean): Promise<Timed> {
  const [from, began] = [mark(), Date.now()];
  await begin();
  await until(what, isOver);
  const seconds = (Date.now() - began) / 1000;
  const own = operatorRequests(requests(from, mark()));
  return { seconds, requests: own.length, writes: writes(own).length };
}

export function figuresOf(what: string, { seconds, requests: all, writes: written }: Timed, wanted?: number): readonly Figure[] {
  return [
    { what: `${what}: requests to the API server`, value: all, unit: 'requests' },
    { what: `${what}: of these, writes`, value: written, unit: 'writes' },
    {
      what,
      value: rounded(seconds),
      unit: 's',
      ...(wanted === undefined ? {} : { wanted }),
      note: 'our own requests among them, 50 at once',
    },
  ];
}

/** What an operator cannot but write for each object. */
export interface Least {
  readonly kind: Kind;
  readonly draft: (name: string) => KubeDraft;
  readonly status: object;
  /** How often the status is written; default 1. */
  readonly statuses?: number;
  readonly secret?: (name: string) => KubeDraft;
}

/**
 * How long the API server alone needs for these writes of each object, one kind of them after the other: what no operator can be
 * faster than on this machine. Ours is away meanwhile, and takes the objects away when it is back.
 */
export async function floor({ kind, draft, status, statuses = 1, secret }: Least, count: number): Promise<number> {
  const api = await kube();
  const names = Array.from({ length: count }, (_, i) => `floor-${String(i)}`);
  await scaled(0);
  const began = Date.now();
  await each(names, (name) => api.apply(kind, draft(name)));
  await each(names, (name) => api.mergePatch({ kind, namespace: NAMESPACE, name }, { metadata: { finalizers: ['bench.local/floor'] } }));
  if (secret !== undefined) await each(names, (name) => api.create(SECRET, secret(name)));
  for (let round = 1; round <= statuses; round += 1)
    await each(names, (name) => {
      const told = { ...draft(name), metadata: { name, namespace: NAMESPACE }, status: { ...status, observedGeneration: round } };
      return api.applyStatus(kind, told, { force: true });
    });
  const seconds = (Date.now() - began) / 1000;
  await each(names, (name) => api.mergePatch({ kind, namespace: NAMESPACE, name }, { metadata: { finalizers: null } }));
  await each(names, (name) => api.delete({ kind, namespace: NAMESPACE, name }, {}));
  if (secret !== undefined) await each(names, (name) => api.delete({ kind: SECRET, namespace: NAMESPACE, name }, {}));
  await scaled(1);
  return seconds;
}

async function scaled(replicas: 0 | 1): Promise<void> {
  const operator = ['-n', 'kafka-operator', 'deployment/kafka-operator'];
  await kubectl(['scale', ...operator, `--replicas=${String(replicas)}`]);
  await kubectl(['rollout', 'status', ...operator, '--timeout=120s']);
  if (replicas === 0) await kubectl(['-n', 'kafka-operator', 'wait', 'pod', '--for=delete', '-l', 'app.kubernetes.io/name=kafka-operator']);
}

export async function runningCluster(draft: KubeDraft): Promise<void> {
  const api = await kube();
  await api.apply(KAFKA_CLUSTER, draft);
  const { name } = draft.metadata;
  await until('the cluster is ClusterRunning', async () => isRunning(await api.get({ kind: KAFKA_CLUSTER, namespace: NAMESPACE, name })));
}

export async function removedCluster(name: string): Promise<void> {
  await kubectl(['-n', NAMESPACE, 'delete', 'kafkacluster', name, '--wait=true', '--timeout=180s']);
  await kubectl(['-n', NAMESPACE, 'delete', 'pods,pvc', '-l', `kafka_cr=${name}`, '--grace-period=1', '--ignore-not-found']);
}
