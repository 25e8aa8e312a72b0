/** Which fields of external access act: it depends on who leads clients in, and by which access method. */
import { actsOf, ENTRIES, type Acts } from './acts';
import { ONE_PORT } from './external-place';
import type { IngressController } from './resolved-cluster';

type Fields = Readonly<Record<string, Acts>>;

/** All but adminPort: the admin interface is a unix socket. Arguments of the command line but concurrency could undo what is generated. */
const ENVOY: Fields = {
  ...actsOf(['image', 'replicas', 'resourceRequirements', 'serviceAccountName', 'imagePullSecrets', 'affinity', 'nodeSelector']),
  ...actsOf(['topologySpreadConstraints', 'tolerations', 'annotations', 'loadBalancerSourceRanges', 'loadBalancerIP']),
  ...actsOf(['healthCheckPort', 'enableHealthCheckHttp10', 'disruptionBudget', 'priorityClassName', 'podSecurityContext']),
  ...actsOf(['brokerHostnameTemplate']),
  envoyCommandLineArgs: actsOf(['concurrency']),
};

/** Host names are host names, whoever reads them. */
const HOST_NAMES = actsOf(['brokerHostnameTemplate']);

/** The configuration of whoever leads clients in; the same in the spec and in an ingress configuration. */
const CONFIGS: Readonly<Record<IngressController, Fields>> = {
  envoy: { envoyConfig: ENVOY, istioIngressConfig: {}, contourIngressConfig: {} },
  istioingress: { envoyConfig: HOST_NAMES, istioIngressConfig: true, contourIngressConfig: {} },
  contour: { envoyConfig: {}, istioIngressConfig: {}, contourIngressConfig: true },
  gateway: { envoyConfig: HOST_NAMES, istioIngressConfig: {}, contourIngressConfig: {} },
};

/** Top-level fields of the spec. */
export const actingAccess = (controller: IngressController): Fields => ({
  ...CONFIGS[controller],
  // Its name is a revision, which needs no namespace; a cluster may live in a mesh whoever leads clients in.
  istioControlPlane: actsOf(['name']),
  ...actsOf(['ingressController', 'removeUnusedIngressResources', 'networkPolicies']),
});

/** An entry of `externalListeners`. */
export const actingListener =
  (controller: IngressController): Acts =>
  (listener) => {
    const access = accessOf(controller, listener);
    const service = actsOf(SERVICE_FIELDS[access]);
    const configs = access === 'services' || access === 'nodePorts' ? {} : CONFIGS[controller];
    return {
      ...actsOf(['name', 'type', 'containerPort', 'externalStartingPort', 'accessMethod']),
      ...actsOf(['usedForInnerBrokerCommunication', 'usedForKafkaAdminCommunication', 'serverSSLCertSecret', 'sslClientAuth']),
      ...service,
      ...actsOf(LISTENER_FIELDS[access]),
      config: { defaultIngressConfig: true, ingressConfig: { [ENTRIES]: { ...service, ...configs } } },
    };
  };

/** A proxy with a Service of the operator; proxies of somebody else; or none at all. */
type Access = 'proxies' | 'shared' | 'nodePorts' | 'services';

function accessOf(controller: IngressController, { accessMethod, externalStartingPort }: Readonly<Record<string, unknown>>): Access {
  if (accessMethod === 'NodePort') return 'nodePorts';
  if (accessMethod === 'ClusterIP') return controller === 'contour' && externalStartingPort === ONE_PORT ? 'shared' : 'services';
  return controller === 'envoy' || controller === 'istioingress' ? 'proxies' : 'shared';
}

/** Of a listener and of its ways in. */
const SERVICE_FIELDS: Readonly<Record<Access, readonly string[]>> = {
  proxies: ['hostnameOverride', 'serviceAnnotations', 'externalTrafficPolicy', 'serviceType'],
  shared: ['hostnameOverride', 'serviceAnnotations'],
  nodePorts: ['hostnameOverride', 'serviceAnnotations', 'externalTrafficPolicy'],
  services: ['hostnameOverride', 'serviceAnnotations'],
};

const LISTENER_FIELDS: Readonly<Record<Access, readonly string[]>> = {
  proxies: ['anyCastPort', 'ingressControllerTargetPort', 'tlsSecretName'],
  shared: ['anyCastPort', 'tlsSecretName'],
  nodePorts: [],
  services: [],
};
