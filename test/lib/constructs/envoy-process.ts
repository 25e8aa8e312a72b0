/** A real Envoy on loopback with files that were generated for a cluster: hosts, ports and folders are exchanged, nothing else. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request, type IncomingMessage, type RequestOptions } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '../../../lib/constructs/manifest';

const ROOT = join(__dirname, '../../..');

/** Fetched when it is not there yet, which takes a few seconds once. */
export const envoyBinary = (): string => execFileSync(join(ROOT, 'tools/envoy/fetch'), { encoding: 'utf8' }).trim();

export type Files = Readonly<Record<string, string>>;

export const filesOf = (configMap: Manifest): Files => configMap['data'] as Files;

/** Puts files where a kubelet would: each version in a folder of its own, and the link `..data` moved in one step. */
export class Mount {
  private version = 0;

  public constructor(public readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  public put(files: Files): void {
    this.version += 1;
    const version = `..version-${this.version}`;
    mkdirSync(join(this.folder, version));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.folder, version, name), text);
    symlinkSync(version, join(this.folder, '..new'));
    renameSync(join(this.folder, '..new'), join(this.folder, '..data'));
    if (this.version > 1) return;
    for (const name of Object.keys(files)) symlinkSync(join('..data', name), join(this.folder, name));
  }
}

export interface Place {
  readonly folder: string;
  readonly config: Mount;
  readonly certificates: Mount;
  /** What was generated, for this machine. */
  readonly here: (files: Files) => Files;
}

/** Folders for one Envoy; `exchanged` are pairs of a text and what stands for it here. */
export function place(exchanged: readonly (readonly [RegExp, string])[] = []): Place {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-'));
  mkdirSync(join(folder, 'admin'));
  const pairs: readonly (readonly [RegExp, string])[] = [
    [/\/etc\/envoy/g, join(folder, 'config')],
    [/\/var\/run\/envoy/g, join(folder, 'admin')],
    [/"\/certs/g, `"${join(folder, 'certs')}`],
    [/\/dev\/stdout/g, join(folder, 'events.log')],
    [/"0\.0\.0\.0"/g, '"127.0.0.1"'],
    ...exchanged,
  ];
  const here = (text: string): string => pairs.reduce((all, [from, to]) => all.replace(from, to), text);
  return {
    folder,
    config: new Mount(join(folder, 'config')),
    certificates: new Mount(join(folder, 'certs')),
    here: (files) => Object.fromEntries(Object.entries(files).map(([name, text]) => [name, here(text)])),
  };
}

/** What a Secret with a certificate holds; `name` is its subject. */
export function certificate({ folder }: Place, name: string): Files {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, '-days', '2', '-subj', `/CN=${name}`], {
    stdio: 'ignore',
  });
  return { 'tls.crt': readFileSync(cert, 'utf8'), 'tls.key': readFileSync(key, 'utf8') };
}

/** All resources as static ones: `--mode validate` reads no file that the bootstrap names. Throws what Envoy says against it. */
export function validate(binary: string, { here, folder }: Place, files: Files): void {
  const read = (text: string): { readonly resources: readonly Record<string, unknown>[] } => JSON.parse(text) as never;
  const bare = (text: string): readonly unknown[] =>
    read(text).resources.map((resource) => Object.fromEntries(Object.entries(resource).filter(([key]) => key !== '@type')));
  const { 'envoy.yaml': bootstrap = '', 'lds.yaml': lds = '', 'cds.yaml': cds = '', 'sds.yaml': sds } = files;
  const whole = JSON.parse(bootstrap) as Record<string, { listeners: unknown[]; clusters: unknown[]; secrets?: readonly unknown[] }>;
  delete whole['dynamic_resources'];
  const all = whole['static_resources']!;
  all.listeners.push(...bare(lds));
  all.clusters.push(...bare(cds));
  if (sds !== undefined) all.secrets = bare(sds);
  // Where it says where a certificate is read from, the same certificate stands among the static ones.
  const text = here({
    all: JSON.stringify(whole)
      .replace(/"sds_config":\{.*?\}\}\}/g, '"unused":{}')
      .replace(/,"unused":\{\}/g, ''),
  })['all']!;
  const file = join(folder, 'whole.yaml');
  writeFileSync(file, text);
  execFileSync(binary, ['-c', file, '--mode', 'validate', '--disable-hot-restart', '-l', 'error'], { encoding: 'utf8', stdio: 'pipe' });
}

export class Envoy {
  private constructor(
    private readonly child: ChildProcess,
    private readonly at: Place,
  ) {}

  public static start(binary: string, at: Place): Envoy {
    const log = openSync(join(at.folder, 'log'), 'w');
    const args = ['-c', join(at.config.folder, 'envoy.yaml'), '--disable-hot-restart', '--concurrency', '1', '--drain-time-s', '600'];
    return new Envoy(spawn(binary, args, { stdio: ['ignore', log, log] }), at);
  }

  public get log(): string {
    return readFileSync(join(this.at.folder, 'log'), 'utf8');
  }

  /** Ports at which it listens, in order: from its own open files and the kernel's table, not from what it says. */
  public listening(): readonly number[] {
    const folder = `/proc/${this.child.pid}/fd`;
    const links = readdirSync(folder).map((fd) => linkOf(join(folder, fd)));
    const own = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]));
    const rows = ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').trim().split('\n').slice(1));
    const listening = rows.map((row) => row.trim().split(/\s+/)).filter((row) => row[3] === '0A' && own.has(row[9]));
    return [...new Set(listening.map((row) => parseInt(row[1]!.split(':').at(-1)!, 16)))].sort((a, b) => a - b);
  }

  /** A figure of its statistics, asked at the socket that only its own user reaches. */
  public async figure(name: string): Promise<number> {
    const { body } = await get({ socketPath: join(this.at.folder, 'admin/admin.sock'), path: `/stats?filter=^${name}$` });
    return Number(/: (\d+)/.exec(body)?.[1] ?? Number.NaN);
  }

  public async stop(): Promise<void> {
    if (this.child.exitCode === null) await new Promise((resolve) => this.child.once('exit', resolve).kill('SIGTERM'));
    rmSync(this.at.folder, { recursive: true, force: true });
  }
}

/** Files come and go while they are listed. */
function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export const get = (options: RequestOptions): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', agent: false, ...options }, (response: IncomingMessage) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asked.on('error', reject).end();
  });

/** The first of `count` free ports in a row, below those that the kernel gives to clients. */
export async function freePorts(count: number): Promise<number> {
  for (let first = 20_000 + (process.pid % 500) * 20; first < 32_000; first += count) {
    const free = await Promise.all(Array.from({ length: count }, (_, at) => isFree(first + at)));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`cannot find ${count} free ports in a row`);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer().on('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
