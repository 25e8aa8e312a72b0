/**
 * The Services of access methods without a proxy: one for each broker and listener, so that what a client reaches at an address is
 * always the broker that advertised it. Like everything that clients are sent to by its address they lead to Pods that are ready.
 */
import type { Service, ServicePort, ServiceSpec } from 'kubernetes-types/core/v1';
import type { ResolvedCluster, ResolvedExternalListener, ResolvedIngress, ResolvedNode } from '../api/resolved-cluster';
import { hasRole } from '../kafka/quorum';
import { isContours } from './contour-ingress';
import { childMetadata, manifest, type Draft } from './draft';
import { waysFor } from './ingress-members';
import type { Manifest } from './manifest';
import { brokerListenerServiceName, KAFKA_APP, LABEL, NODE_PORT_APP, wayLabel } from './naming';
import { nodeLabels } from './node-labels';

/** For listeners of access method NodePort and ClusterIP (contract 2.10); brokers that left the spec keep theirs until they are gone. */
export function externalServices(cluster: ResolvedCluster): readonly Manifest[] {
  const listeners = cluster.listeners.external.filter(
    (listener) => listener.accessMethod !== 'LoadBalancer' && !isContours(cluster, listener),
  );
  const brokers = cluster.nodes.filter((node) => hasRole(node, 'broker'));
  return listeners.flatMap((listener) => brokers.map((node) => brokerService(cluster, node, listener)));
}

function brokerService(cluster: ResolvedCluster, node: ResolvedNode, listener: ResolvedExternalListener): Manifest {
  const way = waysFor(listener, node)[0];
  return manifest<Service>({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(cluster, {
      name: brokerListenerServiceName(cluster.name, node.id, listener.name),
      app: NODE_PORT_APP,
      labels: { ...nodeLabels(node), [LABEL.externalListener]: wayLabel(listener.name, way?.name ?? '') },
      annotations: way?.serviceAnnotations ?? {},
    }),
    spec: {
      ...(listener.accessMethod === 'NodePort' ? nodePortSpec(node, listener, way) : { type: 'ClusterIP' }),
      selector: { [LABEL.app]: KAFKA_APP, [LABEL.cluster]: cluster.name, ...nodeLabels(node) },
      ports: [port(node, listener)],
    },
  });
}

function nodePortSpec(node: ResolvedNode, listener: ResolvedExternalListener, way: ResolvedIngress | undefined): Draft<ServiceSpec> {
  const address = node.nodePort.externalIPs[listener.name];
  return {
    type: 'NodePort',
    externalIPs: address === undefined ? undefined : [address],
    externalTrafficPolicy: way?.externalTrafficPolicy,
  };
}

/** Which node port Kubernetes picked is its own business where nobody says which: what is not written is not corrected. */
function port({ id }: ResolvedNode, { accessMethod, startingPort, containerPort }: ResolvedExternalListener): Draft<ServicePort> {
  const nodePort = accessMethod === 'NodePort' && startingPort > 0 ? startingPort + id : undefined;
  return { name: `broker-${id}`, port: containerPort, targetPort: containerPort, protocol: 'TCP', nodePort };
}
