/**
 * The Cruise Control that the operator deploys, as Kubernetes has it: which objects it is made of, whether it runs what is
 * wanted, and whether it has the topic that it lives on.
 */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import type { Manifest } from '../../lib/constructs/manifest';
import { CRUISE_CONTROL_APP, LABEL } from '../../lib/constructs/naming';
import type { Context } from './context';
import { isOfEarlierLife, isOurs, podView } from './node-view';
import type { LiveObject, World } from './world';

export const isOfCruiseControl = ({ metadata }: Pick<Manifest | LiveObject, 'metadata'>): boolean =>
  metadata.labels?.[LABEL.app] === CRUISE_CONTROL_APP;

/** Its Deployment; undefined: there is none, or one of an earlier life. */
export const deploymentOf = ({ objects, cluster }: World): LiveObject | undefined =>
  objects.find((o) => o.kind === 'Deployment' && isOurs(o) && isOfCruiseControl(o) && !isOfEarlierLife(o, cluster.uid));

interface DeploymentStatus {
  readonly observedGeneration?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
}

const statusOf = ({ status }: LiveObject): DeploymentStatus => status ?? {};

/** A Pod of it serves, be it one that is about to be replaced. */
export const hasReadyPod = (deployment: LiveObject): boolean => (statusOf(deployment).readyReplicas ?? 0) > 0;

/** A Pod of it serves and was made from what was applied last. */
export function isRolledOut(deployment: LiveObject): boolean {
  const { observedGeneration = 0, updatedReplicas = 0 } = statusOf(deployment);
  return observedGeneration >= (deployment.metadata.generation ?? 0) && updatedReplicas > 0 && hasReadyPod(deployment);
}

/** Why no Pod of it serves, as far as Kubernetes says; empty when it says nothing. */
export function whyNotRolledOut(deployment: LiveObject, { objects, cluster }: World, isItsOwn = isOfCruiseControl): string {
  const waits = objects
    .filter((o) => o.kind === 'Pod' && isItsOwn(o))
    .map((pod) => waitOf(pod, cluster.uid))
    .find((why) => why !== '');
  const failed = statusOf(deployment).conditions?.find((c) => c.type === 'ReplicaFailure' && c.status === 'True');
  return waits ?? failed?.message ?? '';
}

interface Containers {
  readonly containerStatuses?: readonly { readonly state?: { readonly waiting?: { readonly reason?: string } } }[];
}

function waitOf(pod: LiveObject, uid: string): string {
  const { unschedulable } = podView(pod, uid);
  if (unschedulable !== '') return `the scheduler cannot place its Pod: ${unschedulable}`;
  const waiting = ((pod.status ?? {}) as Containers).containerStatuses?.map((c) => c.state?.waiting?.reason).find((r) => r !== undefined);
  return waiting === undefined || waiting === 'PodInitializing' || waiting === 'ContainerCreating' ? '' : `its container waits: ${waiting}`;
}

/** The topic of the reporters: there, missing, or nobody knows. */
export function metricsTopicState({ cluster, world }: Pick<Context, 'cluster' | 'world'>): 'there' | 'missing' | 'unknown' | 'notOurs' {
  const { kafka } = world;
  const topic = cluster.cruiseControl?.topic;
  if (topic === undefined) return 'notOurs';
  if (kafka.state !== 'known') return 'unknown';
  return kafka.value.topics.some(({ name }) => name === topic.name) ? 'there' : 'missing';
}

/** How many brokers could take a replica now, of those that stay. */
export function takingBrokers({ cluster, world }: Pick<Context, 'world'> & { readonly cluster: Pick<ResolvedCluster, 'nodes'> }): number {
  const staying = new Set(cluster.nodes.filter((node) => !node.departing).map((node) => node.id));
  return world.kafka.state === 'known' ? world.kafka.value.brokers.filter(({ id, fenced }) => !fenced && staying.has(id)).length : 0;
}
