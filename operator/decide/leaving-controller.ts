/**
 * A controller that left the spec. It holds no records of its own, so it can go as soon as it has no vote, by sight and never
 * by inference: first its Pod, then what was made for it, its claims by `volumeReclaim`. A claim that is kept holds the old
 * directory; when the id comes back it observes with it, catches up and is made a voter again like any new controller.
 * A node that is a broker as well goes as a broker does (leaving-broker.ts).
 */
import { changeableQuorum, isController, votes } from './changeable-quorum';
import type { Context } from './context';
import { isOurs, nodeIdOf, type NodeView } from './node-view';
import { reason, type Reason } from './reason';
import { TO_DYNAMIC } from './static-quorum';
import type { LiveObject, World } from './world';

type Seen = Pick<Context, 'cluster' | 'world'>;

export const isLeavingController = ({ node }: NodeView): boolean => node.departing && node.roles.every((role) => role === 'controller');

/** It left the spec and Kafka says that it has no vote: nothing of it is made again. */
export function isVotedOut(view: NodeView, seen: Seen): boolean {
  if (!isLeavingController(view)) return false;
  const kafka = changeableQuorum(seen);
  return kafka !== undefined && !votes(view, kafka);
}

/** The nodes of which something is to be made or kept. */
export function withoutVotedOut<T>(nodes: ReadonlyMap<number, T>, views: readonly NodeView[], seen: Seen): ReadonlyMap<number, T> {
  const out = views.filter((view) => isVotedOut(view, seen)).map((view) => view.node.id);
  return out.length === 0 ? nodes : new Map([...nodes].filter(([id]) => !out.includes(id)));
}

/** Why a controller that left the spec is not taken out of the quorum, whatever its votes; undefined: it is, by rules/voters.ts. */
export function whyControllerStays(seen: Seen): Reason | undefined {
  if (seen.cluster.quorumMode === 'static')
    return reason('LeftTheSpec', `it left the spec and the quorum is static; put it back, or ${TO_DYNAMIC}`);
  if (changeableQuorum(seen) !== undefined) return undefined;
  const { kafka } = seen.world;
  if (kafka.state !== 'known') return reason('KafkaUnknown', 'it left the spec; Kafka cannot be asked for the voters');
  return kafka.value.quorum.leaderId < 0
    ? reason('NoQuorumLeader', 'it left the spec; no controller leads that could change the quorum')
    : reason('LeftTheSpec', `it left the spec and Kafka's quorum is still a static one; put it back, or ${TO_DYNAMIC}`);
}

const MADE_FOR_A_NODE = ['ConfigMap', 'Secret', 'Service'];

/**
 * What is left of it and not being deleted yet. Its Pod and its claims are told of from the beginning, since somebody may have
 * to approve of them; the gate lets each go in its turn. What is safe to remove waits until the Pod is gone.
 */
export function leftovers(view: NodeView, { cluster, world }: Seen): readonly LiveObject[] {
  const safe = view.pod === undefined ? MADE_FOR_A_NODE : [];
  const kinds = ['Pod', ...safe, ...(cluster.volumeReclaim === 'Delete' ? ['PersistentVolumeClaim'] : [])];
  return objectsOfNode(view.node.id, world).filter((o) => kinds.includes(o.kind) && o.metadata.deletionTimestamp === undefined);
}

/** Why an object of it must stay for now; undefined: it may go. */
export function whyStillInUse(view: NodeView, kind: string, seen: Seen): Reason | undefined {
  if (!isVotedOut(view, seen)) return reason('StillInUse', 'its controller has a vote, which goes first');
  return kind !== 'Pod' && view.pod !== undefined ? reason('StillInUse', 'its Pod goes first') : undefined;
}

const objectsOfNode = (id: number, world: World): readonly LiveObject[] => world.objects.filter((o) => isOurs(o) && nodeIdOf(o) === id);

/** Nothing is left of it, or nothing was ever made of it: the status forgets it, so that it is not departing for ever. */
export function isGone(view: NodeView, seen: Seen): boolean {
  if (view.pod !== undefined) return false;
  if (isVotedOut(view, seen)) return leftovers(view, seen).length === 0;
  const neverMade = !view.hasRun && objectsOfNode(view.node.id, seen.world).length === 0;
  return view.node.departing && isController(view) && neverMade && seen.cluster.quorumMode === 'static';
}
