/**
 * Processes inside Pods, as the machine sees them. A container's first process cannot be killed from inside its container;
 * from the namespaces of the local cluster it can, and only what belongs to the named container is ever touched.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { POD } from '../../operator/kinds';
import { kube } from './kubernetes';

interface ContainerStatuses {
  readonly containerStatuses?: readonly { readonly name: string; readonly containerID?: string; readonly restartCount: number }[];
}

export interface ContainerRef {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

async function containerStatus({ namespace, pod, container }: ContainerRef) {
  const object = await kube.get({ kind: POD, namespace, name: pod });
  const found = (object.status as ContainerStatuses).containerStatuses?.find((c) => c.name === container);
  if (found === undefined) throw new Error(`cannot find the container ${container} of Pod ${pod}`);
  return found;
}

export const restartsOf = async (ref: ContainerRef): Promise<number> => (await containerStatus(ref)).restartCount;

/** Process ids of the programs of that name (as in `ps -o comm`) in a running container. */
export async function processesOf(ref: ContainerRef, program: string): Promise<readonly number[]> {
  const id = (await containerStatus(ref)).containerID?.replace(/^containerd:\/\//, '');
  if (id === undefined || id === '') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => text(`/proc/${pid}/cgroup`).includes(id) && text(`/proc/${pid}/comm`).trim() === program)
    .map(Number);
}

/** kill -9. Errors: nothing of that name runs there. */
export async function killProcess(ref: ContainerRef, program: string): Promise<void> {
  const pids = await processesOf(ref, program);
  if (pids.length === 0) throw new Error(`cannot kill ${program}: it does not run in container ${ref.container} of Pod ${ref.pod}`);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
}

/** A process may end while it is looked at. */
function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
