/**
 * The Pod of a node. Its name is the node's, so there can never be two; the kubelet restarts a process that dies, also while
 * the operator is away. The annotation `revision` is the hash of all that needs a restart to change: a Pod whose revision is
 * not the wanted one is outdated, and nothing else is. How an empty volume would be formatted is not part of it, since that
 * changes when a quorum has formed and nobody should restart for it; nor is how much CPU and memory Kafka has, since that can
 * change while it runs.
 */
import type { Pod, PodSpec } from 'kubernetes-types/core/v1';
import type { Construct } from 'constructs';
import type { ResolvedCluster, ResolvedNode } from '../api/resolved-cluster';
import { subdomainOf } from '../kafka/address';
import { nodeConfig, type NodeConfig } from './broker-config';
import { asWritten, canonical, childMetadata, manifest, ManifestObject, type Draft } from './draft';
import type { Facts } from './facts';
import type { Manifest } from './manifest';
import { meshAnnotations } from './mesh';
import { ANNOTATION, podName, shortHash } from './naming';
import { nodeLabels, roleLabels } from './node-labels';
import { podPlacing } from './pod-affinity';
import { podContainers, podInitContainers } from './pod-containers';
import { FORMAT_ENV } from './pod-env';
import { fixedResources, qosClass } from './pod-resources';
import { podVolumes } from './pod-volumes';

export function podManifest(
  cluster: ResolvedCluster,
  node: ResolvedNode,
  facts: Facts,
  config: NodeConfig = nodeConfig(cluster, node, facts),
): Manifest {
  const labels = { ...node.labels, ...nodeLabels(node), ...roleLabels(node) };
  const written = { ...meshAnnotations(cluster), ...node.annotations };
  const metadata = childMetadata(cluster, { name: podName(cluster.name, node.id), labels, annotations: written });
  const pod = manifest<Pod>({ apiVersion: 'v1', kind: 'Pod', metadata, spec: podSpec(cluster, node, facts, config) });
  const annotations = canonical({ ...written, [ANNOTATION.revision]: revisionOf(pod, { ...node.labels, ...written }) });
  return { ...pod, metadata: canonical({ ...pod.metadata, annotations }) as Manifest['metadata'] };
}

function podSpec(cluster: ResolvedCluster, node: ResolvedNode, facts: Facts, config: NodeConfig): Draft<PodSpec> {
  const { volumes, mounts } = podVolumes(cluster, node, { config, facts });
  const name = podName(cluster.name, node.id);
  return {
    restartPolicy: 'Always',
    // A headless Service gives the Pod a name of its own only when both are set. They are in both schemes: a cluster that goes over
    // from one to the other has Pods of both, and every Pod must be found by either name.
    hostname: name,
    subdomain: subdomainOf(cluster, node),
    // Variables such as KAFKA_PORT, made from a Service that happens to be named kafka, confuse many images.
    enableServiceLinks: false,
    serviceAccountName: node.serviceAccountName,
    terminationGracePeriodSeconds: node.terminationGracePeriodSeconds,
    priorityClassName: node.priorityClassName,
    ...podPlacing(cluster, node),
    ...writtenSpec(node),
    initContainers: podInitContainers(cluster, node),
    containers: podContainers(cluster, node, { facts, mounts }),
    volumes,
  };
}

/** Parts of the spec that are exactly what the user wrote. */
function writtenSpec(node: ResolvedNode): Draft<PodSpec> {
  return {
    imagePullSecrets: node.imagePullSecrets.length === 0 ? undefined : asWritten(node.imagePullSecrets),
    nodeSelector: Object.keys(node.nodeSelector).length === 0 ? undefined : node.nodeSelector,
    tolerations: node.tolerations.length === 0 ? undefined : asWritten(node.tolerations),
    securityContext: asWritten(node.podSecurityContext ?? DEFAULT_SECURITY_CONTEXT),
  };
}

/** Public Kafka images run as user 1000 while new volumes belong to root; the kubelet gives the volume to the group. */
const DEFAULT_SECURITY_CONTEXT = { fsGroup: 1000, fsGroupChangePolicy: 'OnRootMismatch' } as const;

/** Labels and annotations can change on a running Pod, except those that a mesh reads when the Pod is made. */
function revisionOf(pod: Manifest, written: Readonly<Record<string, string>>): string {
  const spec = pod['spec'] as PodSpec;
  const containers = spec.containers.map((container) => {
    if (container.name !== 'kafka') return container;
    const env = (container.env ?? []).filter((entry) => !FORMAT_ENV.includes(entry.name));
    return { ...container, env, resources: fixedResources(container.resources) };
  });
  const mesh = Object.entries(written).filter(([key]) => key.includes('istio.io/'));
  return shortHash(JSON.stringify({ spec: { ...spec, containers }, mesh: mesh.sort(), qos: qosClass(spec) }), 16);
}

/** The Pod of a node as a construct. */
export class BrokerPod extends ManifestObject {
  public constructor(scope: Construct, content: Manifest) {
    super(scope, `pod-${content.metadata.name}`, content);
  }
}
