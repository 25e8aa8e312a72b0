/** The Kubernetes kinds that the operator reads and writes. */
import { CLUSTER_API_VERSION, GROUP } from '../lib/constructs/naming';
import type { Kind } from './runtime/kube-types';

const kind = (apiVersion: string, name: string, plural: string, namespaced = true): Kind => ({
  apiVersion,
  kind: name,
  plural,
  namespaced,
});

export const KAFKA_CLUSTER = kind(CLUSTER_API_VERSION, 'KafkaCluster', 'kafkaclusters');
export const OPERATION = kind(`${GROUP}/v1alpha1`, 'CruiseControlOperation', 'cruisecontroloperations');
export const TOPIC = kind(`${GROUP}/v1alpha1`, 'KafkaTopic', 'kafkatopics');
export const USER = kind(`${GROUP}/v1alpha1`, 'KafkaUser', 'kafkausers');
/** Of cert-manager. */
export const CERTIFICATE = kind('cert-manager.io/v1', 'Certificate', 'certificates');
export const ISSUER = kind('cert-manager.io/v1', 'Issuer', 'issuers');
export const SIGNING_REQUEST = kind('certificates.k8s.io/v1', 'CertificateSigningRequest', 'certificatesigningrequests', false);
/** Of the Prometheus operator. */
export const POD_MONITOR = kind('monitoring.coreos.com/v1', 'PodMonitor', 'podmonitors');
export const POD = kind('v1', 'Pod', 'pods');
export const CLAIM = kind('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims');
export const CONFIG_MAP = kind('v1', 'ConfigMap', 'configmaps');
export const SECRET = kind('v1', 'Secret', 'secrets');
export const SERVICE = kind('v1', 'Service', 'services');
export const BUDGET = kind('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets');
export const DEPLOYMENT = kind('apps/v1', 'Deployment', 'deployments');
export const NETWORK_POLICY = kind('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies');
export const ISTIO_GATEWAY = kind('networking.istio.io/v1', 'Gateway', 'gateways');
export const VIRTUAL_SERVICE = kind('networking.istio.io/v1', 'VirtualService', 'virtualservices');
export const DESTINATION_RULE = kind('networking.istio.io/v1', 'DestinationRule', 'destinationrules');
export const HTTP_PROXY = kind('projectcontour.io/v1', 'HTTPProxy', 'httpproxies');
export const API_GATEWAY = kind('gateway.networking.k8s.io/v1', 'Gateway', 'gateways');
export const TLS_ROUTE = kind('gateway.networking.k8s.io/v1', 'TLSRoute', 'tlsroutes');
export const NODE = kind('v1', 'Node', 'nodes', false);
export const EVENT = kind('v1', 'Event', 'events');
export const LEASE = kind('coordination.k8s.io/v1', 'Lease', 'leases');

/** Kinds of others, whose custom resource definitions may be missing: then there are none of them, and nothing of them is written. */
export const OPTIONAL: readonly Kind[] = [
  ISTIO_GATEWAY,
  VIRTUAL_SERVICE,
  DESTINATION_RULE,
  HTTP_PROXY,
  API_GATEWAY,
  TLS_ROUTE,
  CERTIFICATE,
  ISSUER,
  POD_MONITOR,
];

/** Kinds that belong to one cluster, found by its labels. */
export const OWNED: readonly Kind[] = [POD, CLAIM, CONFIG_MAP, SECRET, SERVICE, BUDGET, OPERATION, DEPLOYMENT, NETWORK_POLICY, ...OPTIONAL];

/** The name of a kind as `kubectl` writes it, without version: `Pod`, `Deployment.apps`, `Gateway.networking.istio.io`. */
export function kindKey({ apiVersion, kind: name }: Pick<Kind, 'apiVersion' | 'kind'>): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? name : `${name}.${apiVersion.slice(0, slash)}`;
}

const KNOWN = new Map([...OWNED, KAFKA_CLUSTER, TOPIC, USER, SIGNING_REQUEST, NODE, EVENT].map((k) => [kindKey(k), k] as const));

export function kindOf(object: Pick<Kind, 'apiVersion' | 'kind'>): Kind {
  const found = KNOWN.get(kindKey(object));
  if (found === undefined)
    throw new Error(`cannot write a ${object.kind}: it is not among the kinds that this operator knows (operator/kinds.ts)`);
  return found;
}
