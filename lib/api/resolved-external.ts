/**
 * Listeners for clients outside Kubernetes with their ways in, after defaults. What an ingress configuration leaves open, its listener
 * says (Service fields) or the cluster (envoyConfig, istioIngressConfig, contourIngressConfig). Annotations are merged, entry by entry;
 * every other field is taken as a whole from the nearest place that has it.
 */
import {
  DEFAULT_ENVOY_IMAGE,
  DEFAULT_ENVOY_RESOURCES,
  DEFAULT_HEALTH_CHECK_PORT,
  DEFAULT_MESH_GATEWAY_RESOURCES,
  DEFAULT_SERVICE_ACCOUNT,
} from './defaults';
import type { DefaultedSpec } from './kafka-cluster';
import type { ResolvedEnvoy, ResolvedExternalListener, ResolvedIngress, ResolvedIstioIngress } from './resolved-cluster';

export type ExternalListener = NonNullable<DefaultedSpec['listenersConfig']['externalListeners']>[number];
export type IngressConfig = NonNullable<NonNullable<ExternalListener['config']>['ingressConfig']>[string];
type EnvoyConfig = NonNullable<DefaultedSpec['envoyConfig']>;
type IstioConfig = NonNullable<DefaultedSpec['istioIngressConfig']>;

/** The part of a spec that its external listeners are resolved from. */
export type ExternalSpec = Pick<
  DefaultedSpec,
  'listenersConfig' | 'ingressController' | 'envoyConfig' | 'istioIngressConfig' | 'contourIngressConfig'
>;

/** Who logs in by password need not show a certificate as well, unless somebody asks for it. */
export const clientAuthOf = (
  type: ExternalListener['type'],
  written: ExternalListener['sslClientAuth'],
): ResolvedExternalListener['clientAuth'] => written ?? (type === 'sasl_ssl' ? 'none' : 'required');

export const resolveExternal = (spec: ExternalSpec): readonly ResolvedExternalListener[] =>
  (spec.listenersConfig.externalListeners ?? []).map((listener) => ({
    name: listener.name,
    protocol: listener.type,
    clientAuth: clientAuthOf(listener.type, listener.sslClientAuth),
    ownSecret: listener.serverSSLCertSecret?.name,
    containerPort: listener.containerPort,
    accessMethod: listener.accessMethod,
    startingPort: listener.externalStartingPort,
    anyCastPort: listener.anyCastPort,
    targetPort: listener.ingressControllerTargetPort,
    tlsSecretName: text(listener.tlsSecretName),
    ways: waysOf(spec, listener),
  }));

function waysOf(spec: ExternalSpec, listener: ExternalListener): readonly ResolvedIngress[] {
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

function wayOf(spec: ExternalSpec, listener: ExternalListener, { name, isDefault, config }: Way): ResolvedIngress {
  const envoy = laidOver(spec.envoyConfig, config.envoyConfig);
  const contour = laidOver(spec.contourIngressConfig, config.contourIngressConfig);
  const template = spec.ingressController === 'contour' ? contour.brokerFQDNTemplate : envoy.brokerHostnameTemplate;
  return {
    name,
    isDefault,
    hostnameOverride: text(config.hostnameOverride) ?? text(listener.hostnameOverride),
    serviceAnnotations: { ...listener.serviceAnnotations, ...config.serviceAnnotations },
    externalTrafficPolicy: config.externalTrafficPolicy ?? listener.externalTrafficPolicy,
    serviceType: config.serviceType ?? listener.serviceType ?? 'LoadBalancer',
    brokerHostnameTemplate: text(template),
    envoy: envoyOf(envoy),
    istio: istioOf(laidOver(spec.istioIngressConfig, config.istioIngressConfig)),
    contour: { tlsSecretName: text(contour.tlsSecretName) ?? text(listener.tlsSecretName) },
  };
}

/** An empty text says as little as none. */
const text = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

/** Maps of annotations: what one place adds does not take away what the other says. */
const MERGED: readonly string[] = ['annotations', 'virtualServiceAnnotations'];

function laidOver<T extends object>(base: Partial<T> = {}, over: Partial<T> = {}): Partial<T> {
  const said = Object.entries(over).filter(([, value]) => value !== undefined && value !== '');
  const from = new Map<string, unknown>(Object.entries(base));
  const merged = said.map(([field, value]) => [
    field,
    MERGED.includes(field) ? { ...objectOf(from.get(field)), ...objectOf(value) } : value,
  ]);
  return { ...base, ...(Object.fromEntries(merged) as Partial<T>) };
}

const objectOf = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

function envoyOf(config: Partial<EnvoyConfig>): ResolvedEnvoy {
  return {
    ...envoyPod(config),
    ...envoyPlacement(config),
    loadBalancerSourceRanges: config.loadBalancerSourceRanges ?? [],
    loadBalancerIP: text(config.loadBalancerIP),
    healthCheckPort: config.healthCheckPort ?? DEFAULT_HEALTH_CHECK_PORT,
    healthCheckHttp10: config.enableHealthCheckHttp10 ?? false,
    disruptionBudget: budgetOf(config),
  };
}

const envoyPod = (config: Partial<EnvoyConfig>) => ({
  image: text(config.image) ?? DEFAULT_ENVOY_IMAGE,
  replicas: config.replicas ?? 1,
  resources: config.resourceRequirements ?? DEFAULT_ENVOY_RESOURCES,
  serviceAccountName: text(config.serviceAccountName) ?? DEFAULT_SERVICE_ACCOUNT,
  annotations: config.annotations ?? {},
  concurrency: config.envoyCommandLineArgs?.concurrency,
  priorityClassName: text(config.priorityClassName),
  podSecurityContext: config.podSecurityContext,
});

const envoyPlacement = (config: Partial<EnvoyConfig>) => ({
  imagePullSecrets: config.imagePullSecrets ?? [],
  affinity: config.affinity,
  topologySpreadConstraints: config.topologySpreadConstraints ?? [],
  nodeSelector: config.nodeSelector ?? {},
  tolerations: config.tolerations ?? [],
});

/** Left open: one proxy stays, whatever a drain of Kubernetes nodes asks for. */
function budgetOf({ disruptionBudget }: Partial<EnvoyConfig>): ResolvedEnvoy['disruptionBudget'] {
  if (disruptionBudget?.create !== true) return undefined;
  return { strategy: disruptionBudget.strategy ?? 'minAvailable', budget: disruptionBudget.budget ?? '1' };
}

const istioOf = (config: Partial<IstioConfig>): ResolvedIstioIngress => ({
  replicas: config.replicas ?? 1,
  resources: config.resourceRequirements ?? DEFAULT_MESH_GATEWAY_RESOURCES,
  nodeSelector: config.nodeSelector ?? {},
  tolerations: config.tolerations ?? [],
  annotations: config.annotations ?? {},
  tls: config.gatewayConfig,
  virtualServiceAnnotations: config.virtualServiceAnnotations ?? {},
  envs: config.envs ?? [],
  loadBalancerSourceRanges: config.loadBalancerSourceRanges ?? [],
});
