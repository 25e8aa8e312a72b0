/**
 * A new image is on a Kubernetes node before anything is stopped there: a misspelt tag, a registry that is down or a missing
 * pull secret then costs nobody anything, and a large image is not pulled while a broker is missed. A Pod of its own shows
 * whether the node can pull it. Where such a Pod is not even admitted (no room, say), nothing can be told, and the restart is
 * tried: one node is the canary for the others anyway.
 */
import { imageCheckPod } from '../../lib/constructs/image-check';
import type { Manifest } from '../../lib/constructs/manifest';
import type { Context } from './context';
import type { NodeView, PodView } from './node-view';
import { imageOf } from './pod-differences';
import { reason, type Reason } from './reason';
import { revisionOf } from './revision';
import type { LiveObject, World } from './world';

type Seen = Pick<Context, 'cluster' | 'nodes' | 'live' | 'world'>;

export interface ImageCheck {
  readonly image: string;
  readonly kubeNode: string;
  readonly manifest: Manifest;
}

/** What has to be shown before this node is stopped; undefined: nothing. A node whose process does not run waits for nothing. */
export function imageCheckFor(view: NodeView, { cluster, nodes, world }: Omit<Seen, 'live'>): ImageCheck | undefined {
  const { pod, node } = view;
  const wanted = nodes.get(node.id)?.pod;
  if (wanted === undefined || pod === undefined || pod.terminating || !pod.running || isLost(pod, world)) return undefined;
  const image = imageOf(wanted);
  if (revisionOf(wanted) === pod.revision || image === imageOf(pod.object)) return undefined;
  const { kubeNode } = pod;
  return { image, kubeNode, manifest: imageCheckPod(cluster, node, { image, kubeNode }) };
}

/** A Pod that is bound to a Kubernetes node which does not exist is removed again at once. */
const isLost = (pod: PodView, { kubeNodes }: World): boolean => kubeNodes.length > 0 && !kubeNodes.some((n) => n.name === pod.kubeNode);

/** Why a running node is not stopped yet; undefined: its image is there, or it needs no other. */
export function whyImageHolds(view: NodeView, context: Seen): Reason | undefined {
  const check = imageCheckFor(view, context);
  if (check === undefined) return undefined;
  const { image, kubeNode } = check;
  const pod = context.live.get(`Pod/${check.manifest.metadata.name}`);
  if (pod === undefined) return reason('ImageCheck', `${image} is pulled on Kubernetes node ${kubeNode} first`);
  const seen = imageIn(pod);
  if (seen.state === 'there') return undefined;
  if (seen.state === 'pulling') return reason('ImageCheck', `${image} is being pulled on Kubernetes node ${kubeNode}`);
  return reason('ImageUnavailable', `Kubernetes node ${kubeNode} cannot pull ${image}${seen.message ?? ''}`);
}

interface Seeing {
  readonly state: 'there' | 'pulling' | 'unavailable';
  /** Why it is unavailable. */
  readonly message?: string;
}

interface CheckStatus {
  readonly phase?: string;
  readonly containerStatuses?: readonly CheckedContainer[];
}

interface CheckedContainer {
  readonly imageID?: string;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: unknown;
    readonly terminated?: unknown;
  };
}

const UNAVAILABLE = [
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
];

function imageIn(pod: LiveObject): Seeing {
  const { phase, containerStatuses = [] }: CheckStatus = pod.status ?? {};
  const ended = phase === 'Failed' || phase === 'Succeeded';
  if (ended || containerStatuses.some(wasMade)) return { state: 'there' };
  const refused = containerStatuses.find((c) => UNAVAILABLE.includes(c.state?.waiting?.reason ?? ''));
  if (refused === undefined) return { state: 'pulling' };
  return { state: 'unavailable', message: stable(refused.state?.waiting?.message ?? '') };
}

/** From the image, whatever has become of it. */
const wasMade = ({ state, imageID = '' }: CheckedContainer): boolean =>
  state?.running !== undefined || state?.terminated !== undefined || imageID !== '';

const MESSAGE_LIMIT = 300;

/** Kubernetes says the same in two ways by turns; what stands in conditions must not change with them. */
function stable(message: string): string {
  const said = message
    .replace(/^Back-off pulling image "[^"]*"(: )?/, '')
    .replace(/^ErrImagePull: /, '')
    .trim();
  return said === '' ? '' : `: ${said.slice(0, MESSAGE_LIMIT)}`;
}
