/** What a process has cost so far, as the kernel counts it. */
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessFigures {
  /** Resident, MiB. */
  readonly rss: number;
  /** The most that was ever resident, MiB. */
  readonly peak: number;
  /** User and system, seconds. */
  readonly cpu: number;
}

const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1024;

export function processFigures(pid: number): ProcessFigures {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = (name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? NaN);
  // The name, in parentheses, may hold spaces; user and system time are the fields 14 and 15 of the whole line.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const cpu = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  return { rss: kib('VmRSS') / KIB_PER_MIB, peak: kib('VmHWM') / KIB_PER_MIB, cpu };
}

/** Bytes that went in and out of the network namespace of a process, without its loopback: of a Pod, all its traffic. */
export function networkBytes(pid: number): { readonly received: number; readonly sent: number } {
  const lines = readFileSync(`/proc/${pid}/net/dev`, 'utf8').split('\n').slice(2);
  const rows = lines.map((line) => line.trim().split(/[:\s]+/)).filter(([name]) => name !== undefined && name !== '' && name !== 'lo');
  const sum = (at: number): number => rows.reduce((total, row) => total + Number(row[at] ?? 0), 0);
  return { received: sum(1), sent: sum(9) };
}

/** The process of that name (as in `ps -o comm`) in a container. Errors: none runs. */
export function processIn(containerId: string, program: string): number {
  const id = containerId.replace(/^\w+:\/\//, '');
  const found = readdirSync('/proc').find(
    (pid) => /^\d+$/.test(pid) && text(pid, 'cgroup').includes(id) && text(pid, 'comm').trim() === program,
  );
  if (found === undefined) throw new Error(`cannot find the process ${program} in container ${id}`);
  return Number(found);
}

/** A process may end while it is looked at. */
function text(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
