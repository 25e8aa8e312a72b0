/** The cluster in which a benchmark runs, by the operator's own client under another name. */
import { spawn } from 'node:child_process';
import { KubeClient, type WatchEvent } from '../operator/runtime/kube-client';
import { credentialsOf, loadKubeConfig } from '../operator/runtime/kube-config';
import type { Kind, KubeObject } from '../operator/runtime/kube-types';
import { AxiosTransport } from '../operator/runtime/transport';

export const NAMESPACE = 'bench';

let client: KubeClient | undefined;

export async function kube(): Promise<KubeClient> {
  if (process.env.KAFKA_OPERATOR_CLUSTER === undefined)
    throw new Error('cannot run this benchmark outside a local cluster: start it with bench/run, which makes one');
  client ??= new KubeClient({
    transport: new AxiosTransport(credentialsOf(await loadKubeConfig()), { userAgent: 'bench' }),
    fieldManager: 'bench',
    requestTimeout: 60_000,
  });
  return client;
}

/** Runs kubectl; returns what it printed. Errors: another exit code than 0. */
export function kubectl(args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('kubectl', args, { stdio: 'pipe' });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out).toString());
      else reject(new Error(`cannot kubectl ${args.join(' ')}: ${Buffer.concat(err).toString().trim()}`));
    });
    child.stdin.end(input);
  });
}

export const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Asks until the answer is neither undefined nor false. Errors: the time is up. */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  seconds = 300,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const answer = await probe();
    if (answer !== undefined && answer !== false) return answer;
    await pause(20);
  }
  throw new Error(`cannot see that ${what}, after ${seconds} s`);
}

export interface Seen {
  /** Milliseconds since the epoch when the event came in, by the clock of this machine. */
  readonly at: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

export interface Watching {
  /** The objects as they are now, by name. */
  readonly now: ReadonlyMap<string, KubeObject>;
  stop(): void;
}

/**
 * Tells of everything that happens to the objects of one kind in our namespace from now on. The API server ends the watch of whoever is
 * slow to read; then the objects are listed anew, and what happened in between is not told.
 */
export async function watching(kind: Kind, onSeen: (seen: Seen) => void = () => undefined): Promise<Watching> {
  const api = await kube();
  const end = new AbortController();
  const now = new Map<string, KubeObject>();
  const list = async (): Promise<string> => {
    const { resourceVersion, items } = await api.list(kind, { namespace: NAMESPACE });
    now.clear();
    for (const item of items) now.set(item.metadata.name, item);
    return resourceVersion;
  };
  const note = ({ type, object }: WatchEvent): void => {
    if (type === 'BOOKMARK' || type === 'ERROR') return;
    if (type === 'DELETED') now.delete(object.metadata.name);
    else now.set(object.metadata.name, object);
    onSeen({ at: Date.now(), type, object });
  };
  const follow = async (resourceVersion: string): Promise<void> => {
    await api.watch(kind, { namespace: NAMESPACE, resourceVersion, timeoutSeconds: 7200 }, note, end.signal);
    if (!end.signal.aborted) await follow(await list());
  };
  follow(await list()).catch((error: unknown) => {
    if (!end.signal.aborted) throw error;
  });
  return { now, stop: () => end.abort() };
}

export const isReady = ({ metadata, status }: KubeObject): boolean => {
  const conditions = (status as { conditions?: readonly { type: string; status: string }[] } | undefined)?.conditions ?? [];
  return metadata.deletionTimestamp === undefined && conditions.some((c) => c.type === 'Ready' && c.status === 'True');
};

export const stateOf = ({ status }: KubeObject): string => (status as { state?: string } | undefined)?.state ?? '';

/** ClusterRunning, judged for the generation that the object has now. */
export const isRunning = (cluster: KubeObject): boolean =>
  stateOf(cluster) === 'ClusterRunning' &&
  (cluster.status as { observedGeneration?: number }).observedGeneration === cluster.metadata.generation;
