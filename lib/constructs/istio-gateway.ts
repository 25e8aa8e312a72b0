/**
 * The proxy of a way in: a Deployment whose Pods Istio's injector fills in (template `gateway`), and the Service that takes the
 * traffic. The template names neither ports nor brokers, so it stays the same when brokers come and go.
 */
import type { Container, Pod, PodSpec, Service, ServiceSpec } from 'kubernetes-types/core/v1';
import { DEFAULT_SERVICE_ACCOUNT } from '../api/defaults';
import type { ResolvedIngress } from '../api/resolved-cluster';
import { asWritten, childMetadata, clusterLabels, manifest, type Draft } from './draft';
import { gatewayLabels } from './istio-labels';
import { CERTIFICATE_MOUNT, mountsCertificate, tlsOf, type Route, type Way } from './istio-routes';
import type { Manifest } from './manifest';
import { ISTIO_APP, meshGatewayName } from './naming';
import { servicePort } from './ports';

/** As much of a Deployment as is written here. */
interface Deployment {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly replicas: number;
    readonly revisionHistoryLimit: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: Pick<Pod, 'metadata' | 'spec'>;
  };
}

export function gatewayDeployment(place: Way): Manifest {
  const { cluster, way } = place;
  const labels = gatewayLabels(place);
  return manifest<Deployment>({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: childMetadata(cluster, { name: nameOf(place), labels, app: ISTIO_APP }),
    spec: {
      replicas: way.istio.replicas,
      revisionHistoryLimit: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: {
          labels: { ...cluster.propagatedLabels, ...clusterLabels(cluster, ISTIO_APP), ...labels, ...injection(place) },
          annotations: { ...way.istio.annotations, 'inject.istio.io/templates': 'gateway' },
        },
        spec: podSpec(place),
      },
    },
  });
}

const nameOf = ({ cluster, listener, way }: Way): string => meshGatewayName(cluster.name, listener.name, way.name);

const injection = ({ cluster }: Way): Readonly<Record<string, string>> => ({
  'sidecar.istio.io/inject': 'true',
  ...(cluster.istioRevision === undefined ? {} : { 'istio.io/rev': cluster.istioRevision }),
});

function podSpec(place: Way): Draft<PodSpec> {
  const { istio } = place.way;
  return {
    serviceAccountName: DEFAULT_SERVICE_ACCOUNT,
    enableServiceLinks: false,
    nodeSelector: Object.keys(istio.nodeSelector).length === 0 ? undefined : istio.nodeSelector,
    tolerations: istio.tolerations.length === 0 ? undefined : asWritten(istio.tolerations),
    containers: [container(place)],
    volumes: mountsCertificate(place) ? [{ name: CERTIFICATE, secret: { secretName: place.listener.tlsSecretName } }] : undefined,
  };
}

const CERTIFICATE = 'kafka-certificate';

/** The injector knows its container by this name, and puts the image of its own Istio in place of `auto`. */
const container = (place: Way): Draft<Container> => ({
  name: 'istio-proxy',
  image: 'auto',
  // `auto` with a policy left out is always pulled, which a cluster without a registry cannot do.
  imagePullPolicy: 'IfNotPresent',
  env: place.way.istio.envs.length === 0 ? undefined : asWritten(place.way.istio.envs),
  resources: asWritten(place.way.istio.resources),
  volumeMounts: mountsCertificate(place) ? [{ name: CERTIFICATE, mountPath: CERTIFICATE_MOUNT, readOnly: true }] : undefined,
});

export function gatewayService(place: Way, routes: readonly Route[]): Manifest {
  const { cluster, way } = place;
  const labels = gatewayLabels(place);
  return manifest<Service>({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(cluster, { name: nameOf(place), labels, annotations: way.serviceAnnotations, app: ISTIO_APP }),
    spec: { type: way.serviceType, selector: labels, ports: portsOf(place, routes), ...reachOf(way) },
  });
}

/** Routes that share a port are one port of the Service. A Service must have one, though no broker may be there yet. */
function portsOf(place: Way, routes: readonly Route[]): NonNullable<Draft<ServiceSpec>['ports']> {
  const { anyCastPort, targetPort } = place.listener;
  const prefix = tlsOf(place) === undefined ? 'tcp' : 'tls';
  const named = routes.filter(({ port }) => port !== anyCastPort).map(({ key, ...ports }) => ({ name: `${prefix}-${key}`, ...ports }));
  const all = [...named, { name: `${prefix}-all-broker`, port: anyCastPort, targetPort }];
  return all.map((port) => ({ ...servicePort(port.name, port.port, 'tcp'), targetPort: port.targetPort }));
}

/** Kubernetes refuses what the type of the Service does not have. */
function reachOf({ serviceType, externalTrafficPolicy, istio }: ResolvedIngress): Draft<ServiceSpec> {
  const ranges = serviceType === 'LoadBalancer' && istio.loadBalancerSourceRanges.length > 0;
  return {
    externalTrafficPolicy: serviceType === 'ClusterIP' ? undefined : externalTrafficPolicy,
    loadBalancerSourceRanges: ranges ? istio.loadBalancerSourceRanges : undefined,
  };
}
