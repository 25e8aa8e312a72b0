/** Listeners for clients outside Kubernetes with their ways in, after defaults: what an ingress configuration leaves open, the cluster's own says. */
import {
  DEFAULT_ENVOY_IMAGE,
  DEFAULT_ENVOY_RESOURCES,
  DEFAULT_HEALTH_CHECK_PORT,
  DEFAULT_MESH_GATEWAY_RESOURCES,
  DEFAULT_SERVICE_ACCOUNT,
} from './defaults';
import type { DefaultedSpec } from './kafka-cluster';
import type { RawObject, ResolvedEnvoy, ResolvedExternalListener, ResolvedIngress, ResolvedIstioIngress } from './resolved-cluster';

export type ExternalListener = NonNullable<DefaultedSpec['listenersConfig']['externalListeners']>[number];
type IngressConfig = NonNullable<NonNullable<ExternalListener['config']>['ingressConfig']>[string];
type EnvoyConfig = NonNullable<DefaultedSpec['envoyConfig']>;
type IstioConfig = NonNullable<DefaultedSpec['istioIngressConfig']>;

export const resolveExternal = (spec: DefaultedSpec): readonly ResolvedExternalListener[] =>
  (spec.listenersConfig.externalListeners ?? []).map((listener) => ({
    name: listener.name,
    protocol: listener.type,
    containerPort: listener.containerPort,
    accessMethod: listener.accessMethod,
    startingPort: listener.externalStartingPort,
    anyCastPort: listener.anyCastPort,
    targetPort: listener.ingressControllerTargetPort,
    tlsSecretName: listener.tlsSecretName,
    ways: waysOf(spec, listener),
  }));

function waysOf(spec: DefaultedSpec, listener: ExternalListener): readonly ResolvedIngress[] {
  const named = Object.entries(listener.config?.ingressConfig ?? {});
  if (named.length === 0) return [wayOf(spec, listener, { name: '', isDefault: true, config: {} })];
  const preset = listener.config?.defaultIngressConfig ?? '';
  return named
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, config]) => wayOf(spec, listener, { name, isDefault: name === preset, config }));
}

interface Way {
  readonly name: string;
  readonly isDefault: boolean;
  readonly config: IngressConfig;
}

function wayOf(spec: DefaultedSpec, listener: ExternalListener, { name, isDefault, config }: Way): ResolvedIngress {
  const envoy = { ...spec.envoyConfig, ...config.envoyConfig };
  const contour = { ...spec.contourIngressConfig, ...config.contourIngressConfig };
  return {
    name,
    isDefault,
    hostnameOverride: text(config.hostnameOverride) ?? text(listener.hostnameOverride),
    serviceAnnotations: { ...listener.serviceAnnotations, ...config.serviceAnnotations },
    externalTrafficPolicy: (text(config.externalTrafficPolicy) ??
      text(listener.externalTrafficPolicy)) as ResolvedIngress['externalTrafficPolicy'],
    serviceType: (text(config.serviceType) ?? text(listener.serviceType) ?? 'LoadBalancer') as ResolvedIngress['serviceType'],
    brokerHostnameTemplate: text(envoy.brokerHostnameTemplate) ?? text(contour.brokerFQDNTemplate),
    envoy: envoyOf(envoy),
    istio: istioOf({ ...spec.istioIngressConfig, ...config.istioIngressConfig }),
    contour: { tlsSecretName: text(contour.tlsSecretName) },
  };
}

const text = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

function envoyOf(config: EnvoyConfig): ResolvedEnvoy {
  const budget = config.disruptionBudget;
  return {
    image: text(config.image) ?? DEFAULT_ENVOY_IMAGE,
    replicas: config.replicas ?? 1,
    resources: (config.resourceRequirements ?? DEFAULT_ENVOY_RESOURCES) as RawObject,
    serviceAccountName: text(config.serviceAccountName) ?? DEFAULT_SERVICE_ACCOUNT,
    ...envoyPlacement(config),
    annotations: config.annotations ?? {},
    loadBalancerSourceRanges: config.loadBalancerSourceRanges ?? [],
    loadBalancerIP: text(config.loadBalancerIP),
    healthCheckPort: config.healthCheckPort ?? DEFAULT_HEALTH_CHECK_PORT,
    healthCheckHttp10: config.enableHealthCheckHttp10 ?? false,
    disruptionBudget: budget?.create === true ? { strategy: budget.strategy ?? 'minAvailable', budget: budget.budget ?? '1' } : undefined,
    concurrency: config.envoyCommandLineArgs?.concurrency,
    priorityClassName: text(config.priorityClassName),
    podSecurityContext: config.podSecurityContext as RawObject | undefined,
  };
}

const envoyPlacement = (config: EnvoyConfig) => ({
  imagePullSecrets: (config.imagePullSecrets ?? []) as readonly RawObject[],
  affinity: config.affinity as RawObject | undefined,
  topologySpreadConstraints: (config.topologySpreadConstraints ?? []) as readonly RawObject[],
  nodeSelector: config.nodeSelector ?? {},
  tolerations: (config.tolerations ?? []) as readonly RawObject[],
});

function istioOf(config: IstioConfig): ResolvedIstioIngress {
  return {
    replicas: config.replicas ?? 1,
    resources: (config.resourceRequirements ?? DEFAULT_MESH_GATEWAY_RESOURCES) as RawObject,
    nodeSelector: config.nodeSelector ?? {},
    tolerations: (config.tolerations ?? []) as readonly RawObject[],
    annotations: config.annotations ?? {},
    tls: config.gatewayConfig as RawObject | undefined,
    virtualServiceAnnotations: config.virtualServiceAnnotations ?? {},
    envs: (config.envs ?? []) as readonly RawObject[],
    loadBalancerSourceRanges: config.loadBalancerSourceRanges ?? [],
  };
}
