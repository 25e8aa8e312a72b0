/**
 * A Kafka node whose Kubernetes node is lost. Its Pod cannot be stopped by anybody, so it would be in the way of its successor
 * for ever. It is removed without being stopped only when its process cannot run any more: the Node object was removed, or an
 * administrator vouches for it with the taint out-of-service. A node that merely does not answer may still run Kafka on the same
 * volume, and two of them would destroy it; so then nothing is done but to say what a person can do.
 *
 * Nodes and Pods are watched apart from each other: a Pod may be seen on a new node before the node is. So a node counts as
 * removed only some time after its Pod was bound to it, and a Pod that serves is proof of the contrary.
 */
import type { Context } from './context';
import { serves, type NodeView, type PodCondition, type PodView } from './node-view';
import { reason, type Reason } from './reason';
import { millisecondsOf } from './rfc3339';
import type { KubeNodeView } from './world';

/** As long as Kubernetes itself takes to believe it (pod garbage collection). */
export const BELIEVED_AFTER_MS = 40_000;

export const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

export type Loss =
  /** Nobody is left to stop its Pod. */
  | { readonly state: 'gone'; readonly why: Reason }
  /** It cannot be told. */
  | { readonly state: 'unreachable'; readonly why: Reason };

/** Undefined: nothing is lost, or nothing has to be done about it. */
export function lossOf(view: NodeView, { world, now }: Pick<Context, 'world' | 'now'>): Loss | undefined {
  const { pod } = view;
  // Without a single Kubernetes node nothing is known of them.
  if (pod === undefined || pod.kubeNode === '' || world.kubeNodes.length === 0 || hasEnded(pod)) return undefined;
  const node = world.kubeNodes.find((n) => n.name === pod.kubeNode);
  if (pod.object.metadata.deletionTimestamp !== undefined) return node === undefined ? removed(pod, now) : whileStopping(node);
  return node !== undefined || pod.terminating || serves(view) ? undefined : removed(pod, now);
}

function whileStopping({ name, ready, outOfService }: KubeNodeView): Loss | undefined {
  if (outOfService) return { state: 'gone', why: reason('NodeGone', `Kubernetes node ${name} is tainted ${OUT_OF_SERVICE}`) };
  if (ready) return undefined;
  const remedy = `when it is gone for good, remove the Node object or taint it ${OUT_OF_SERVICE}=nodeshutdown:NoExecute`;
  const message = `its Pod is to stop on Kubernetes node ${name}, which does not answer; ${remedy}`;
  return { state: 'unreachable', why: reason('NodeUnreachable', message) };
}

const hasEnded = (pod: PodView): boolean => pod.phase === 'Failed' || pod.phase === 'Succeeded';

function removed(pod: PodView, now: number): Loss {
  const believed = boundAt(pod) + BELIEVED_AFTER_MS;
  if (now >= believed) return { state: 'gone', why: reason('NodeGone', `Kubernetes node ${pod.kubeNode} does not exist any more`) };
  const message = `its Pod was bound to Kubernetes node ${pod.kubeNode} just now, which is not known yet`;
  return { state: 'unreachable', why: reason('NodeUnreachable', message, believed) };
}

function boundAt(pod: PodView): number {
  const { conditions = [] } = (pod.object.status ?? {}) as { conditions?: readonly PodCondition[] };
  return millisecondsOf(conditions.find((c) => c.type === 'PodScheduled')?.lastTransitionTime) ?? pod.createdAt;
}
