/** The local cluster as the journeys reach it: the project's own client for objects, kubectl for what people do with kubectl. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RequestOptions } from 'node:https';
import { parse } from 'yaml';
import { KubeClient, type WatchEvent } from '../../operator/runtime/kube-client';
import type { Kind, KubeObject } from '../../operator/runtime/kube-types';
import { AxiosTransport, type Credentials } from '../../operator/runtime/transport';

export const NAMESPACE = 'e2e';

const kubeconfig = process.env.KUBECONFIG ?? '';
if (process.env.KAFKA_OPERATOR_CLUSTER === undefined)
  throw new Error('cannot run a journey outside a local cluster: start it with test/e2e/run, which makes one');

/** Where the local cluster keeps its data and logs. */
export const STATE = dirname(kubeconfig);

interface KubeConfigFile {
  readonly clusters: readonly { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } }[];
  readonly users: readonly { readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string } }[];
}

function credentials(): Credentials {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as KubeConfigFile;
  const { cluster } = clusters[0]!;
  const { user } = users[0]!;
  const text = (base64: string): string => Buffer.from(base64, 'base64').toString();
  const tls = {
    ca: text(cluster['certificate-authority-data']),
    cert: text(user['client-certificate-data']),
    key: text(user['client-key-data']),
  };
  return {
    server: () => cluster.server,
    applyToHTTPSOptions: async (options: RequestOptions) => void Object.assign(options, tls),
  };
}

export const kube = new KubeClient({
  transport: new AxiosTransport(credentials(), { userAgent: 'journeys' }),
  fieldManager: 'journeys',
  requestTimeout: 30_000,
});

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs kubectl with what people would write; never throws for its exit code. */
export function kubectl(args: readonly string[], input = ''): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn('kubectl', args, { stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code: code ?? 1, stdout, stderr });
    });
    child.stdin.end(input);
  });
}

/** The same, for what must work; returns what it printed. */
export async function mustKubectl(args: readonly string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await kubectl(args, input);
  if (code !== 0) throw new Error(`cannot kubectl ${args.join(' ')}: ${stderr.trim()} (exit code ${code})`);
  return stdout;
}

export const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Asks until the answer is neither undefined nor false. Errors: the time is up; the message carries the last thing seen. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  { seconds = 180, every = 150 }: { readonly seconds?: number; readonly every?: number } = {},
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let last = '';
  while (Date.now() < end) {
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false) return answer;
      last = '';
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await pause(every);
  }
  throw new Error(`cannot see that ${what}, after ${seconds} s${last === '' ? '' : `: ${last}`}`);
}

export interface Seen {
  /** Milliseconds since the epoch, by the clock of this machine. */
  readonly at: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

export interface Watching {
  /** In the order in which the API server told them. */
  readonly seen: readonly Seen[];
  stop(): void;
}

/** Writes down everything that happens to the objects of one kind from now on. */
export async function watching(kind: Kind, onSeen: (seen: Seen) => void = () => undefined): Promise<Watching> {
  const { resourceVersion } = await kube.list(kind, { namespace: NAMESPACE });
  const seen: Seen[] = [];
  const end = new AbortController();
  const note = ({ type, object }: WatchEvent): void => {
    if (type === 'BOOKMARK' || type === 'ERROR') return;
    const news: Seen = { at: Date.now(), type, object };
    seen.push(news);
    onSeen(news);
  };
  kube.watch(kind, { namespace: NAMESPACE, resourceVersion, timeoutSeconds: 1800 }, note, end.signal).catch((error: unknown) => {
    if (!end.signal.aborted) throw error;
  });
  return {
    seen,
    stop: () => {
      end.abort();
    },
  };
}

/** All resourceVersions of the local cluster come from one etcd, so they order what happened to objects of different kinds. */
export const when = (object: KubeObject): number => Number(object.metadata.resourceVersion);
