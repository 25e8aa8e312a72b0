/**
 * Ways in through proxies of others that tell brokers apart by host name alone: Contour and implementations of the Gateway API. All
 * brokers share one port; a client asks for its broker by name in the TLS handshake (SNI). What such a proxy leads to are Services.
 */
import type { Service } from 'kubernetes-types/core/v1';
import type { ResolvedCluster, ResolvedExternalListener, ResolvedIngress } from '../api/resolved-cluster';
import { childMetadata, manifest } from './draft';
import { membersOf } from './ingress-members';
import type { Manifest } from './manifest';
import { brokerListenerServiceName, KAFKA_APP, LABEL, wayLabel } from './naming';
import { nodeLabels } from './node-labels';
import { portName, servicePort } from './ports';

export interface NamedWay {
  readonly cluster: ResolvedCluster;
  readonly listener: ResolvedExternalListener;
  readonly way: ResolvedIngress;
}

export interface NamedEntrance {
  /** `broker-<id>` or `all-broker`. */
  readonly key: string;
  /** In lower case. */
  readonly host: string;
  /** Name of the Service that it leads to. */
  readonly service: string;
}

/**
 * By broker id, the any-cast last; each host name once, since a proxy leads one name to one place. Without a name there is no
 * entrance: a TLS client asks for no address.
 *
 * @param anyBroker name of the Service that leads to any broker
 */
export function namedEntrances({ cluster, listener, way }: NamedWay, anyBroker: string): readonly NamedEntrance[] {
  const brokers = membersOf(cluster, way).map(({ id }) => ({
    key: `broker-${String(id)}`,
    host: way.brokerHostnameTemplate?.replaceAll('%id', String(id)).toLowerCase() ?? '',
    service: brokerListenerServiceName(cluster.name, id, listener.name),
  }));
  const all = [...brokers, { key: 'all-broker', host: way.hostnameOverride?.toLowerCase() ?? '', service: anyBroker }];
  return all.filter(({ host }, at) => isName(host) && all.findIndex((other) => other.host === host) === at);
}

const isName = (host: string): boolean => host !== '' && !/^[\d.]+$/.test(host);

/** How the Services of a listener look to the proxy. */
export interface Facing {
  readonly app: string;
  /** Of the Services; the brokers' own is that of the listener. */
  readonly port: number;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * A Service for each broker that clients reach through a listener; a broker of several ways in has one. It has its address before
 * the broker is ready: clients that know the broker ask for it by name.
 */
export function entranceServices(cluster: ResolvedCluster, listener: ResolvedExternalListener, facing: Facing): readonly Manifest[] {
  const ids = new Set(listener.ways.flatMap((way) => membersOf(cluster, way).map(({ id }) => id)));
  const brokers = cluster.nodes.filter(({ id }) => ids.has(id));
  return brokers.map((node) =>
    service(cluster, listener, {
      ...facing,
      name: brokerListenerServiceName(cluster.name, node.id, listener.name),
      label: wayLabel(listener.name, ''),
      selector: nodeLabels(node),
      publishNotReadyAddresses: true,
    }),
  );
}

/** The Service of any broker that is ready: whichever answers tells of all of them. */
export const anyBrokerService = (
  { cluster, listener, way }: Pick<NamedWay, 'cluster' | 'listener'> & { readonly way: Pick<ResolvedIngress, 'name'> },
  facing: Facing & { readonly name: string },
): Manifest => service(cluster, listener, { ...facing, label: wayLabel(listener.name, way.name), selector: { [LABEL.isBroker]: 'true' } });

interface ServiceOptions extends Facing {
  readonly name: string;
  readonly label: string;
  /** Beyond the labels of the cluster. */
  readonly selector: Readonly<Record<string, string>>;
  readonly publishNotReadyAddresses?: boolean;
}

function service(cluster: ResolvedCluster, listener: ResolvedExternalListener, options: ServiceOptions): Manifest {
  const { name, app, annotations, label, selector, publishNotReadyAddresses } = options;
  return manifest<Service>({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(cluster, { name, app, annotations, labels: { [LABEL.externalListener]: label } }),
    spec: {
      type: 'ClusterIP',
      selector: { [LABEL.app]: KAFKA_APP, [LABEL.cluster]: cluster.name, ...selector },
      ports: [{ ...servicePort(portName(listener), options.port, 'tcp'), targetPort: listener.containerPort }],
      publishNotReadyAddresses,
    },
  });
}
