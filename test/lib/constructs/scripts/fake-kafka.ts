/** A directory tree as the start script finds it in a Pod, with stand-ins for Kafka's own scripts. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { READY_SCRIPT } from '../../../../lib/constructs/scripts/ready';
import { START_SCRIPT } from '../../../../lib/constructs/scripts/start';

/** Formats as Kafka's tool does: every directory without meta.properties, and says how it was called. */
const STORAGE = `#!/bin/bash
printf '%s\\n' "$*" >>"$FAKE_DIR/storage.args"
printf '%s|%s\\n' "$KAFKA_OPTS" "$KAFKA_HEAP_OPTS" >>"$FAKE_DIR/storage.env"
[ "\${FAKE_STORAGE_EXIT:-0}" -eq 0 ] || exit "$FAKE_STORAGE_EXIT"
while [ "$#" -gt 0 ]; do case "$1" in --config) config="$2" ;; --cluster-id) cluster="$2" ;; esac; shift; done
IFS=, read -r -a dirs <<<"$(sed -n 's/^log.dirs=//p' "$config" | tail -1)"
for dir in "\${dirs[@]}"; do
  [ -f "$dir/meta.properties" ] || printf 'version=1\\ncluster.id=%s\\nnode.id=%s\\n' "$cluster" "$NODE_ID" >"$dir/meta.properties"
done
`;

/** Runs until it is told to stop, or ends with FAKE_EXIT at once. */
const SERVER = `#!/bin/bash
cp "$1" "$FAKE_DIR/started.properties"
ls "$WAIT_DIR" >"$FAKE_DIR/wait.seen"
[ -z "\${FAKE_EXIT:-}" ] || exit "$FAKE_EXIT"
trap 'echo stopping; exit "\${FAKE_TERM_EXIT:-143}"' TERM
echo "\${FAKE_EXIT:-}running"
while :; do sleep 0.05; done
`;

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export interface Pod {
  readonly root: string;
  readonly path: (...parts: readonly string[]) => string;
  readonly write: (path: string, text: string) => void;
  readonly read: (path: string) => string;
  readonly has: (path: string) => boolean;
  /** Runs the start script to its end. */
  readonly start: (env?: Readonly<Record<string, string>>) => Promise<Ended>;
  /** Starts it, waits for `until` in its output, sends SIGTERM and waits for its end. */
  readonly startAndStop: (until: string, env?: Readonly<Record<string, string>>) => Promise<Ended>;
  readonly ready: (roles: readonly string[], port: number) => Promise<Ended>;
  readonly remove: () => void;
}

const IDENTITY = { CLUSTER_ID: 'mLO1x4g_MXHywUy_Wc7gKw', NODE_ID: '1', NODE_NAME: 'worker-1' };

/** A Pod with one broker's configuration and empty volumes. */
export function fakePod(): Pod {
  const root = mkdtempSync(join(tmpdir(), 'kafka-pod-'));
  const path = (...parts: readonly string[]) => join(root, ...parts);
  const write = (file: string, text: string) => {
    mkdirSync(dirname(path(file)), { recursive: true });
    writeFileSync(path(file), text, { mode: 0o755 });
  };
  write('start.sh', START_SCRIPT);
  write('ready.sh', READY_SCRIPT);
  write('home/bin/kafka-storage.sh', STORAGE);
  write('home/bin/kafka-server-start.sh', SERVER);
  write('config/broker-config', properties(path('data')));
  const environment = (env: Readonly<Record<string, string>>) => ({ ...process.env, ...IDENTITY, ...paths(root), ...env });
  return {
    root,
    path,
    write,
    read: (file) => readFileSync(path(file), 'utf8'),
    has: (file) => existsSync(path(file)),
    start: (env = {}) => ended(spawn('bash', [path('start.sh')], { env: environment(env) })),
    startAndStop: (until, env = {}) => stopped(spawn('bash', [path('start.sh')], { env: environment(env) }), until),
    ready: (roles, port) => ended(spawn('bash', [path('ready.sh'), ...roles], { env: { ...process.env, METRICS_PORT: String(port) } })),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

export const properties = (data: string, more: readonly string[] = []): string =>
  ['process.roles=broker', `log.dirs=${data}/a/kafka`, `metadata.log.dir=${data}/a/kafka`, ...more].map((line) => `${line}\n`).join('');

const paths = (root: string) => ({
  FAKE_DIR: root,
  KAFKA_HOME: join(root, 'home'),
  WAIT_DIR: join(root, 'wait'),
  CONFIG_DIR: join(root, 'config'),
  SECRET_DIR: join(root, 'config-secret'),
  PLACEMENT_DIR: join(root, 'placement'),
  RUN_DIR: join(root, 'run'),
});

function ended(child: ChildProcess): Promise<Ended> {
  const output = gathered(child);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output: output() })));
}

function stopped(child: ChildProcess, until: string): Promise<Ended> {
  const output = gathered(child);
  const stop = () => {
    if (!output().includes(until)) return;
    child.stdout?.off('data', stop);
    child.kill('SIGTERM');
  };
  child.stdout?.on('data', stop);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output: output() })));
}

function gathered(child: ChildProcess): () => string {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}
