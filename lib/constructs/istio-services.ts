/** What a gateway leads to: a Service for each broker of a listener, and one for any broker that is ready. */
import type { Service, ServiceSpec } from 'kubernetes-types/core/v1';
import type { ResolvedCluster, ResolvedExternalListener } from '../api/resolved-cluster';
import { childMetadata, manifest, type Draft } from './draft';
import { membersOf } from './ingress-members';
import type { Manifest } from './manifest';
import { anyBrokerListenerServiceName, brokerListenerServiceName, ISTIO_APP, KAFKA_APP, LABEL, wayName } from './naming';
import { nodeLabels } from './node-labels';
import { servicePort, portName } from './ports';

/**
 * Of all ways in: a broker may belong to several. A broker's own Service has its address before it is ready: clients that know
 * the broker ask for it by name. Any broker tells of all of them, so the any-cast is one for all ways in.
 */
export function brokerServices(cluster: ResolvedCluster, listener: ResolvedExternalListener): readonly Manifest[] {
  const ids = new Set(listener.ways.flatMap((way) => membersOf(cluster, way).map(({ id }) => id)));
  const brokers = cluster.nodes.filter(({ id }) => ids.has(id));
  return [
    ...brokers.map((node) =>
      service(cluster, listener, {
        name: brokerListenerServiceName(cluster.name, node.id, listener.name),
        selector: nodeLabels(node),
        spec: { publishNotReadyAddresses: true },
      }),
    ),
    service(cluster, listener, {
      name: anyBrokerListenerServiceName(cluster.name, listener.name),
      selector: { [LABEL.isBroker]: 'true' },
      spec: {},
    }),
  ];
}

interface ServiceOptions {
  readonly name: string;
  /** Beyond the labels of the cluster. */
  readonly selector: Readonly<Record<string, string>>;
  readonly spec: Draft<ServiceSpec>;
}

const service = (cluster: ResolvedCluster, listener: ResolvedExternalListener, { name, selector, spec }: ServiceOptions): Manifest =>
  manifest<Service>({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(cluster, { name, app: ISTIO_APP, labels: { [LABEL.externalListener]: wayName(listener.name, '') } }),
    spec: {
      type: 'ClusterIP',
      selector: { [LABEL.app]: KAFKA_APP, [LABEL.cluster]: cluster.name, ...selector },
      ports: [servicePort(portName(listener), listener.containerPort, 'tcp')],
      ...spec,
    },
  });
