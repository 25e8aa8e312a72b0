/**
 * Restarts that somebody asks for: by an annotation on a Pod, by one on the KafkaCluster, or by labels that
 * `taintedBrokersSelector` matches. Each is answered once: the Pod that is made carries neither the annotation nor the label,
 * and remembers the value on the KafkaCluster that it was made after. Where the spec itself would give a new Pod what asks for
 * its restart, it would restart for ever, so it does not begin.
 */
import type { NodeManifests } from '../../lib/constructs/cluster';
import { ANNOTATION } from '../../lib/constructs/naming';
import type { Context } from './context';
import { selects } from './label-selector';
import { annotationOf, type PodView } from './node-view';
import { reason, type Reason } from './reason';

export const whyAsked = (context: Context, wanted: NodeManifests, pod: PodView): readonly Reason[] => [
  ...askedOfPod(wanted, pod),
  ...askedOfCluster(context, pod),
  ...tainted(context, wanted, pod),
];

function askedOfPod(wanted: NodeManifests, pod: PodView): readonly Reason[] {
  const asked = annotationOf(pod.object, ANNOTATION.restart);
  if (asked === undefined || asked === wanted.pod.metadata.annotations?.[ANNOTATION.restart]) return [];
  return [reason('RestartRequested', `annotation ${ANNOTATION.restart} on its Pod`)];
}

function askedOfCluster({ world }: Context, pod: PodView): readonly Reason[] {
  const asked = world.cluster.annotations[ANNOTATION.restart];
  if (asked === undefined || asked === annotationOf(pod.object, ANNOTATION.restartedFor)) return [];
  return [reason('RestartRequested', `annotation ${ANNOTATION.restart} on the KafkaCluster is ${asked}`)];
}

function tainted(context: Context, wanted: NodeManifests, pod: PodView): readonly Reason[] {
  const { taintedBrokersSelector: selector } = context.cluster;
  if (!selects(selector, pod.object.metadata.labels ?? {}) || isTaintedAnew(context, wanted)) return [];
  return [reason('Tainted', 'taintedBrokersSelector matches the labels of its Pod')];
}

/** The Pod that would be made would match as well. */
export const isTaintedAnew = ({ cluster }: Pick<Context, 'cluster'>, wanted: NodeManifests): boolean =>
  selects(cluster.taintedBrokersSelector, wanted.pod.metadata.labels ?? {});
