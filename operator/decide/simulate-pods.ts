/**
 * The toy's kubelet: a Pod is bound, its container starts or fails in one of the ways in which Kafka's containers fail. What
 * a node cannot live with stands in its specification, so that taking it back mends it.
 */
import { placementName } from '../../lib/constructs/naming';
import { nodeIdOf } from './node-view';
import { isoSeconds } from './rfc3339';
import type { LiveObject, World } from './world';

/** A node with this key in its configuration starts, runs and never serves. */
export const HANGS = 'simulation.hangs';

/** A node with this key in its configuration ends at once, each time. */
export const CRASHES = 'simulation.crashes';

/** An image with this in its name cannot be pulled. */
export const NEVER_PULLED = 'simulation-never-pulled';

/** What has become of the container of a Pod. */
export type Fate =
  /** It runs; whether it serves is Kafka's business. */
  | 'runs'
  /** It ends again and again. */
  | 'crashes'
  /** It runs, says nothing and serves nobody. */
  | 'hangs'
  /** Its image cannot be pulled. */
  | 'neverPulled'
  /** It waits for the ConfigMap with its rack (decision 11). */
  | 'waits';

interface PodSpec {
  readonly nodeName?: string;
  readonly containers?: readonly { readonly name: string; readonly image?: string; readonly resources?: unknown }[];
  readonly volumes?: readonly { readonly name: string; readonly configMap?: { readonly name: string } }[];
}

/** Of a Pod by its specification alone. */
export function fateOf(world: World, pod: LiveObject): Exclude<Fate, 'waits'> {
  const spec = pod.spec as PodSpec;
  if (spec.containers?.some((c) => c.image?.includes(NEVER_PULLED) === true) === true) return 'neverPulled';
  const name = spec.volumes?.find((v) => v.name === 'broker-config')?.configMap?.name;
  const config = world.objects.find((o) => o.kind === 'ConfigMap' && o.metadata.name === name);
  const text = Object.values((config?.data ?? {}) as Readonly<Record<string, unknown>>).join('\n');
  if (text.includes(CRASHES)) return 'crashes';
  return text.includes(HANGS) ? 'hangs' : 'runs';
}

/** The rack that is written for a node; undefined while the Pod waits for it; empty for none. */
export function rackFor(world: World, pod: LiveObject): string | undefined {
  const wanted = placementName(world.cluster.name, nodeIdOf(pod) ?? -1);
  if (!((pod.spec as PodSpec).volumes ?? []).some((v) => v.configMap?.name === wanted)) return '';
  const written = world.objects.find((o) => o.kind === 'ConfigMap' && o.metadata.name === wanted);
  return (written?.data as { readonly rack?: string } | undefined)?.rack;
}

export interface Run {
  readonly fate: Fate;
  /** Its readiness probe passes. */
  readonly ready: boolean;
  /** Its process was killed and begins again. */
  readonly starting: boolean;
  /** Milliseconds since the epoch; undefined: nobody looks at the clock. */
  readonly now: number | undefined;
}

const STARTED = '2026-01-01T00:00:01Z';

/** The Pod as the kubelet reports it; the same value as long as that is the same. */
export function reported(world: World, pod: LiveObject, run: Run): LiveObject {
  const status = statusOf(pod, run);
  if (JSON.stringify(status) === JSON.stringify(pod.status)) return pod;
  const { creationTimestamp: made, resourceVersion } = pod.metadata;
  const creationTimestamp = pod.status === undefined && run.now !== undefined ? isoSeconds(run.now) : made;
  const metadata = { ...pod.metadata, creationTimestamp, resourceVersion: String(Number(resourceVersion) + 1) };
  return { ...pod, metadata, spec: { ...(pod.spec as object), nodeName: kubeNodeOf(world, pod) }, status };
}

const idOf = (pod: LiveObject): number => nodeIdOf(pod) ?? 0;

/** Where it is bound, or will be. */
function kubeNodeOf({ kubeNodes }: World, pod: LiveObject): string {
  return (pod.spec as PodSpec).nodeName ?? kubeNodes[idOf(pod) % Math.max(1, kubeNodes.length)]?.name ?? 'node-a';
}

function statusOf(pod: LiveObject, run: Run): object {
  const id = idOf(pod);
  const phase = run.fate === 'waits' || run.fate === 'neverPulled' ? 'Pending' : 'Running';
  const conditions = [{ type: 'PodScheduled', status: 'True' }, readyCondition(pod, run)];
  const containerStatuses = [{ ...container(run.fate, startedAt(pod, run)), ...resourcesOf(pod, run) }];
  return { phase, conditions, podIP: `10.0.${String(id >> 8)}.${String(id & 255)}`, containerStatuses };
}

function readyCondition(pod: LiveObject, { ready, now }: Run): object {
  const status = ready ? 'True' : 'False';
  if (now === undefined) return { type: 'Ready', status };
  const last = before(pod).conditions?.find((c) => c.type === 'Ready');
  const since = last?.status === status ? last.lastTransitionTime : undefined;
  return { type: 'Ready', status, lastTransitionTime: since ?? isoSeconds(now) };
}

interface Reported {
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly lastTransitionTime?: string }[];
  readonly containerStatuses?: readonly { readonly state?: { readonly running?: { readonly startedAt: string } } }[];
}

const before = (pod: LiveObject): Reported => pod.status ?? {};

/** Since when its process runs: the one before goes on, unless it was killed. */
function startedAt(pod: LiveObject, { starting, now }: Run): string {
  const { conditions, containerStatuses } = before(pod);
  const killed = starting && conditions?.some((c) => c.type === 'Ready' && c.status === 'True') === true;
  const since = containerStatuses?.[0]?.state?.running?.startedAt;
  return (killed ? undefined : since) ?? (now === undefined ? STARTED : isoSeconds(now));
}

function container(fate: Fate, since: string): object {
  const name = 'kafka';
  switch (fate) {
    case 'runs':
    case 'hangs':
      return { name, restartCount: 0, state: { running: { startedAt: since } } };
    case 'crashes':
      return {
        name,
        restartCount: 5,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 1, message: 'simulated failure' } },
      };
    case 'neverPulled':
      return { name, restartCount: 0, state: { waiting: { reason: 'ImagePullBackOff' } } };
    case 'waits':
      return { name, restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } } };
  }
}

/** What the kubelet gives a container that runs: all that its specification asks for, whenever that changes. */
function resourcesOf(pod: LiveObject, { fate }: Run): object {
  const { resources } = (pod.spec as PodSpec).containers?.find((c) => c.name === 'kafka') ?? {};
  return fate === 'runs' && resources !== undefined ? { resources } : {};
}
