/**
 * How a node gets the CPU and memory that the spec wants when nothing else of its Pod differs: while it runs, where Kubernetes
 * can do that (1.33 and later: the kubelet then reports what a container really has), else by a restart through the gate. A
 * limit of memory may only grow while a process runs: below what it uses already, it would be killed.
 */
import { nanosOf } from '../../lib/api/quantity';
import type { Manifest } from '../../lib/constructs/manifest';
import type { PodCondition, PodView } from './node-view';
import { kafkaOf, resourceDifferences } from './pod-differences';
import { reason, type Reason } from './reason';
import { revisionOf } from './revision';

export type Resize =
  | { readonly how: 'live'; readonly resources: Readonly<Record<string, unknown>>; readonly why: Reason }
  | { readonly how: 'restart'; readonly why: Reason }
  /** Kubernetes has been asked, and does not do it now. */
  | { readonly how: 'waits'; readonly why: Reason };

type Amounts = Readonly<Record<string, string>>;

interface Resources {
  readonly limits?: Amounts;
  readonly requests?: Amounts;
  readonly [field: string]: unknown;
}

/** Undefined: nothing is to be done about its resources, or more than them differs. */
export function resizeOf(wanted: Manifest | undefined, pod: PodView): Resize | undefined {
  if (wanted === undefined || revisionOf(wanted) !== pod.revision) return undefined;
  const want = defaulted((kafkaOf(wanted.spec)?.resources ?? {}) as Resources);
  const have = (kafkaOf(pod.object.spec)?.resources ?? {}) as Resources;
  const differs = resourceDifferences(want, have);
  if (differs === '') return asked(pod);
  const obstacle = whyNotLive(want, have, pod);
  if (obstacle !== undefined) return { how: 'restart', why: reason('ResourcesDiffer', `${differs}; ${obstacle}`) };
  const resources = { ...have, ...want, limits: { ...have.limits, ...want.limits }, requests: { ...have.requests, ...want.requests } };
  return { how: 'live', resources, why: reason('ResourcesDiffer', `${differs}, changed while it runs`) };
}

function whyNotLive(want: Resources, have: Resources, pod: PodView): string | undefined {
  if (!pod.running) return 'its process does not run';
  if (shrinksMemory(want, have)) return 'memory can only be taken away by a restart';
  return canResize(pod) ? undefined : 'this Kubernetes cannot change it while it runs';
}

/** The API server fills in requests from limits. */
const defaulted = (resources: Resources): Resources => ({ ...resources, requests: { ...resources.limits, ...resources.requests } });

function shrinksMemory(want: Resources, have: Resources): boolean {
  const [to, from] = [want, have].map(({ limits }) => (limits?.memory === undefined ? undefined : nanosOf(limits.memory)));
  return to !== undefined && from !== undefined && to < from;
}

interface Status {
  readonly conditions?: readonly PodCondition[];
  readonly containerStatuses?: readonly { readonly name: string; readonly resources?: unknown }[];
}

const statusOf = (pod: PodView): Status => pod.object.status ?? {};

const canResize = (pod: PodView): boolean =>
  statusOf(pod).containerStatuses?.some((c) => c.name === 'kafka' && c.resources !== undefined) ?? false;

/** What has become of a resize that was asked for. */
function asked(pod: PodView): Resize | undefined {
  const condition = (type: string) => statusOf(pod).conditions?.find((c) => c.type === type && c.status === 'True');
  const pending = condition('PodResizePending');
  const words = (said: PodCondition): string => said.message ?? said.reason ?? 'it does not say why';
  if (pending?.reason === 'Infeasible')
    return { how: 'restart', why: reason('ResourcesDiffer', `its Kubernetes node cannot give what the spec wants: ${words(pending)}`) };
  if (pending !== undefined)
    return { how: 'waits', why: reason('ResourcesDiffer', `its Kubernetes node has no room for it now: ${words(pending)}`) };
  const failing = condition('PodResizeInProgress');
  if (failing?.reason !== 'Error') return undefined;
  return { how: 'waits', why: reason('ResourcesDiffer', `its kubelet could not do it yet: ${words(failing)}`) };
}
