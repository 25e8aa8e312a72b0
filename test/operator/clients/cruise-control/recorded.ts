/** Every answer that was recorded from the real Cruise Control, with the request it answers. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface RecordedAnswer {
  /** For example `add_broker-dryrun`. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  /** Path and query, for example `/kafkacruisecontrol/state?json=true`. */
  readonly path: string;
  readonly status: number;
  /** By name in lower case; without those that frame the message. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const FOLDER = join(__dirname, '../../../fixtures/cruise-control');
/** Bodies alone: the phases of an execution. */
const PHASES = { method: 'GET', path: '/kafkacruisecontrol/state?json=true&substates=executor', status: 200 } as const;
const FRAMING = ['content-length', 'transfer-encoding', 'connection'];

export const recorded: readonly RecordedAnswer[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length))
  .sort()
  .map(read);

export function recordedAnswer(name: string): RecordedAnswer {
  const found = recorded.find((answer) => answer.name === name);
  if (found === undefined) throw new Error(`cannot find the recorded answer ${name}`);
  return found;
}

/** Names of headers without a body: there are none, and a test says so. */
export const withoutBody: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.headers'))
  .map((file) => file.slice(0, -'.headers'.length))
  .filter((name) => !recorded.some((answer) => answer.name === name));

function read(name: string): RecordedAnswer {
  const body = readFileSync(join(FOLDER, `${name}.json`), 'utf8');
  if (name.startsWith('state-during-')) return { name, ...PHASES, headers: { 'content-type': 'application/json;charset=utf-8' }, body };
  const lines = readFileSync(join(FOLDER, `${name}.headers`), 'utf8').split(/\r?\n/);
  const [, method, path] = /^# (GET|POST) (\S+)$/m.exec(lines.join('\n')) ?? [];
  const status = Number(lines[0]?.split(' ')[1]);
  if ((method !== 'GET' && method !== 'POST') || path === undefined || !Number.isInteger(status))
    throw new Error(`cannot read the request of the recorded answer ${name}`);
  const headers = lines.slice(1).flatMap((line) => {
    const [, key = '', value = ''] = /^([A-Za-z][\w-]*): (.*)$/.exec(line) ?? [];
    return key === '' || FRAMING.includes(key.toLowerCase()) ? [] : [[key.toLowerCase(), value] as const];
  });
  return { name, method, path, status, headers: Object.fromEntries(headers), body };
}
