/**
 * Ways in through Contour (contract 2.9): an HTTPProxy for each broker and for the first contact, each with a host name of its own,
 * and the Services that they lead to. One Contour serves all namespaces, and a host name may be claimed there once; so an HTTPProxy
 * bears the name of its host and of its cluster, and no two clusters write the same object.
 */
import type { ResolvedCluster, ResolvedExternalListener } from '../api/resolved-cluster';
import { childMetadata, manifest } from './draft';
import type { Manifest } from './manifest';
import { anyBrokerService, entranceServices, namedEntrances, type Facing, type NamedEntrance, type NamedWay } from './named-entrances';
import { CONTOUR_APP, contourServiceName, LABEL, shortHash, wayLabel } from './naming';

interface HttpProxy {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly virtualhost: { readonly fqdn: string; readonly tls: { readonly secretName: string; readonly passthrough: boolean } };
    readonly tcpproxy: { readonly services: readonly { readonly name: string; readonly port: number }[] };
  };
}

/** For the external listeners that Contour takes; nothing unless `ingressController` is `contour`. */
export function contourManifests(cluster: ResolvedCluster): readonly Manifest[] {
  if (cluster.ingressController !== 'contour') return [];
  return cluster.listeners.external
    .filter((listener) => isContours(cluster, listener))
    .flatMap((listener) => [
      ...entranceServices(cluster, listener, facing(listener)),
      ...listener.ways.flatMap((way) => wayIn({ cluster, listener, way })),
    ]);
}

/** Those of access method LoadBalancer, and as Koperator has it those of ClusterIP whose brokers share one port. */
export const isContours = (
  { ingressController }: Pick<ResolvedCluster, 'ingressController'>,
  { accessMethod, startingPort }: Pick<ResolvedExternalListener, 'accessMethod' | 'startingPort'>,
): boolean => ingressController === 'contour' && (accessMethod === 'LoadBalancer' || (accessMethod === 'ClusterIP' && startingPort < 0));

/** A broker's Service may stand behind several ways in, so it has the annotations of none. */
const facing = ({ anyCastPort }: ResolvedExternalListener): Facing => ({ app: CONTOUR_APP, port: anyCastPort, annotations: {} });

function wayIn(place: NamedWay): readonly Manifest[] {
  const { cluster, listener, way } = place;
  const name = contourServiceName(cluster.name, listener.name, way.name);
  return [
    anyBrokerService(place, { ...facing(listener), annotations: way.serviceAnnotations, name }),
    ...namedEntrances(place, name).map((entrance) => httpProxy(place, entrance)),
  ];
}

/** Class annotations (`projectcontour.io/ingress.class`) come with the others of the way in. */
function httpProxy(place: NamedWay, { host, service }: NamedEntrance): Manifest {
  const { cluster, listener, way } = place;
  return manifest<HttpProxy>({
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: childMetadata(cluster, {
      name: proxyName(cluster.name, host),
      app: CONTOUR_APP,
      labels: { [LABEL.externalListener]: wayLabel(listener.name, way.name) },
      annotations: way.serviceAnnotations,
    }),
    spec: {
      virtualhost: { fqdn: host, tls: tlsOf(place) },
      tcpproxy: { services: [{ name: service, port: listener.anyCastPort }] },
    },
  });
}

const MAX_NAME = 253;

/** A cluster's name has no dots, so the last label tells whose it is. */
function proxyName(cluster: string, host: string): string {
  const name = `${host}.${cluster}`;
  return name.length <= MAX_NAME ? name : `${shortHash(host, 32)}.${cluster}`;
}

/** A Secret of another namespace is `namespace/name` and needs a TLSCertificateDelegation there. */
function tlsOf({ listener, way }: NamedWay): { readonly secretName: string } | { readonly passthrough: true } {
  const secretName = way.contour.tlsSecretName ?? listener.tlsSecretName;
  return secretName === undefined ? { passthrough: true } : { secretName };
}
