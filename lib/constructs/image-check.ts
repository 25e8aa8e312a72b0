/**
 * A Pod that does nothing but make a Kubernetes node pull an image, as a node's own Pod would: under the same account, with the
 * same pull secrets. It is bound to its node from the start, so no scheduler is asked, and ends at once. It carries neither
 * `app` nor `brokerId`: no Service, budget or anti-affinity may take it for a Kafka node. Its name says all that it is, since
 * a Pod cannot be changed.
 */
import type { Container, Pod, PodSpec } from 'kubernetes-types/core/v1';
import type { ResolvedCluster, ResolvedNode } from '../api/resolved-cluster';
import { asWritten, canonical, childMetadata, manifest, type Draft } from './draft';
import type { Manifest, ManifestMetadata } from './manifest';
import { imageCheckName, LABEL, shortHash } from './naming';

export interface ImageOnNode {
  readonly image: string;
  /** Name of the Kubernetes node. */
  readonly kubeNode: string;
}

export function imageCheckPod(cluster: ResolvedCluster, node: ResolvedNode, where: ImageOnNode): Manifest {
  const spec = canonical(podSpec(node, where)) as PodSpec;
  const name = imageCheckName(cluster.name, shortHash(JSON.stringify(spec)));
  const labels = { [LABEL.imageCheck]: 'true', ...NO_MESH };
  const metadata = withoutIdentity(childMetadata(cluster, { name, labels }));
  return manifest<Pod>({ apiVersion: 'v1', kind: 'Pod', metadata, spec: asWritten(spec) });
}

/** A sidecar would keep it alive. */
const NO_MESH = { 'sidecar.istio.io/inject': 'false' };

function withoutIdentity(metadata: ManifestMetadata): ManifestMetadata {
  const { [LABEL.app]: _app, [LABEL.nodeId]: _node, ...labels } = metadata.labels ?? {};
  return { ...metadata, labels };
}

function podSpec(node: ResolvedNode, { image, kubeNode }: ImageOnNode): Draft<PodSpec> {
  return {
    nodeName: kubeNode,
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 0,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    serviceAccountName: node.serviceAccountName,
    imagePullSecrets: node.imagePullSecrets.length === 0 ? undefined : asWritten(node.imagePullSecrets),
    tolerations: node.tolerations.length === 0 ? undefined : asWritten(node.tolerations),
    securityContext: node.podSecurityContext === undefined ? undefined : asWritten(node.podSecurityContext),
    containers: [container(node, image)],
  };
}

const container = (node: ResolvedNode, image: string): Draft<Container> => ({
  name: 'image',
  image,
  command: ['true'],
  resources: asWritten({ requests: { cpu: '1m', memory: '16Mi' }, limits: { cpu: '100m', memory: '64Mi' } }),
  securityContext: node.securityContext === undefined ? undefined : asWritten(node.securityContext),
});
