/** Which broker belongs to which way in, and what each way in says of its Service. */
import { isCidr, isObjectName } from './host-name';
import { own } from './json';
import type { DefaultedSpec } from './kafka-cluster';
import { hasProxy, pathOfField, pathOfWay, problem, type ExternalPlace, type ExternalView } from './external-place';
import type { Problem } from './problem';
import type { Hint, ResolvedIngress } from './resolved-cluster';
import { usesTls } from './resolved-security';

export const checkExternalWays = (spec: DefaultedSpec, view: ExternalView): readonly Problem[] => [
  ...checkMappings(spec, view),
  ...checkRanges(spec),
  ...checkContourSecrets(spec),
  ...view.places.flatMap((place) => [
    ...checkDefault(view, place),
    ...place.listener.ways.flatMap((way) => [
      ...checkService(view, place, way),
      ...checkGatewayTls(view, place, way),
      ...checkTlsTwice(view, place, way),
    ]),
  ]),
];

function checkMappings(spec: DefaultedSpec, { places }: ExternalView): readonly Problem[] {
  const known = places.flatMap(({ listener }) => listener.ways.map(({ name }) => name)).filter((name) => name !== '');
  const lists = [
    ...spec.brokers.map(({ brokerConfig }, index) => ({ path: `spec.brokers[${String(index)}].brokerConfig`, config: brokerConfig })),
    ...Object.entries(spec.brokerConfigGroups ?? {}).map(([name, config]) => ({ path: `spec.brokerConfigGroups[${name}]`, config })),
  ];
  return lists.flatMap(({ path, config }) =>
    (config?.brokerIngressMapping ?? [])
      .filter((name) => !known.includes(name))
      .map((name) => {
        const remedy = known.length === 0 ? 'no external listener has any' : `there are ${[...new Set(known)].join(', ')}`;
        const message = `cannot find the ingress configuration ${JSON.stringify(name)} (${remedy}): add it to config.ingressConfig of an external listener or correct the name`;
        return problem(`${path}.brokerIngressMapping`, 'UnknownReference', message);
      }),
  );
}

function checkDefault({ brokers }: ExternalView, { path, listener, written }: ExternalPlace): readonly Problem[] {
  const preset = written.config?.defaultIngressConfig ?? '';
  const at = `${path}.config.defaultIngressConfig`;
  if (preset !== '' && own(written.config?.ingressConfig, preset) === undefined) {
    return [
      problem(at, 'UnknownReference', `cannot find the ingress configuration ${preset}: add it to ingressConfig or correct the name`),
    ];
  }
  if (listener.ways.some(({ isDefault }) => isDefault)) return [];
  const lost = brokers.filter(({ ingress }) => ingress.length === 0).map(({ id }) => id);
  if (lost.length === 0) return [];
  const who =
    lost.length === 1 ? `broker ${String(lost[0])}` : `brokers ${lost.slice(0, 10).join(', ')}${lost.length > 10 ? ' and others' : ''}`;
  const message = `cannot lead clients of ${listener.name} to ${who}, which name no ingress configuration, while none is the default: write one in defaultIngressConfig, or a brokerIngressMapping for every broker`;
  return [problem(at, 'Required', message)];
}

/** The API server takes each of these only with the types of Service that it is made for. */
function checkService({ controller }: ExternalView, place: ExternalPlace, way: ResolvedIngress): readonly Problem[] {
  const { serviceType, externalTrafficPolicy } = way;
  if (place.listener.accessMethod !== 'LoadBalancer' || serviceType === 'LoadBalancer') return [];
  const ranges = controller === 'istioingress' ? way.istio.loadBalancerSourceRanges : way.envoy.loadBalancerSourceRanges;
  const ownRanges = controller === 'envoy' || controller === 'istioingress' ? ranges : [];
  const at = pathOfField(place, way, 'serviceType');
  return [
    ...(ownRanges.length === 0
      ? []
      : [
          problem(
            at,
            'Invalid',
            `cannot keep others than loadBalancerSourceRanges out with serviceType ${serviceType}: only a load balancer does, so write LoadBalancer or remove the ranges`,
          ),
        ]),
    ...(serviceType === 'ClusterIP' && externalTrafficPolicy !== undefined
      ? [
          problem(
            at,
            'Invalid',
            `cannot have externalTrafficPolicy ${externalTrafficPolicy} with serviceType ClusterIP, which no traffic from outside reaches: remove one of them`,
          ),
        ]
      : []),
  ];
}

/** TLS that is passed on reaches a Kafka that does not speak it. */
function checkGatewayTls({ controller }: ExternalView, place: ExternalPlace, way: ResolvedIngress): readonly Problem[] {
  const { name, accessMethod, protocol } = place.listener;
  const isGateway = controller === 'istioingress' && accessMethod === 'LoadBalancer';
  if (!isGateway || protocol !== 'plaintext' || !PASSED_ON.has(way.istio.tls?.['mode'])) return [];
  const inWay = own(place.written.config?.ingressConfig, way.name)?.istioIngressConfig?.gatewayConfig !== undefined;
  const at = `${inWay ? pathOfWay(place, way) : 'spec'}.istioIngressConfig.gatewayConfig.mode`;
  return [problem(at, 'Invalid', `cannot pass TLS on to ${name}, which is plaintext: write SIMPLE with a certificate, or remove the mode`)];
}

/** Whoever ends TLS in front of brokers that speak it themselves passes plain text on to them. */
function checkTlsTwice(view: ExternalView, place: ExternalPlace, way: ResolvedIngress): readonly Problem[] {
  const { name, protocol } = place.listener;
  const field = usesTls({ protocol }) && hasProxy(view, place.listener) ? endsTlsBy(view, place, way) : undefined;
  if (field === undefined) return [];
  const message = `cannot end TLS in front of ${name}, whose brokers speak it themselves and would be sent plain text: remove this, and TLS is passed on to them, or write type ${protocol === 'ssl' ? 'plaintext' : 'sasl_plaintext'}`;
  return [problem(field, 'Invalid', message)];
}

/** The path of what makes it end TLS; undefined: it passes TLS on. */
function endsTlsBy({ controller }: ExternalView, place: ExternalPlace, way: ResolvedIngress): string | undefined {
  if (place.listener.tlsSecretName !== undefined) return `${place.path}.tlsSecretName`;
  if (controller === 'contour' && way.contour.tlsSecretName !== undefined) {
    return `${pathOfConfig(place, way, 'contourIngressConfig')}.tlsSecretName`;
  }
  const { tls = {} } = way.istio;
  const ends = controller === 'istioingress' && Object.keys(tls).length > 0 && !PASSED_ON.has(tls['mode']);
  return ends ? `${pathOfConfig(place, way, 'istioIngressConfig')}.gatewayConfig` : undefined;
}

/** Where the configuration of whoever leads clients in is written: with the way in, or with the cluster. */
const pathOfConfig = (place: ExternalPlace, way: ResolvedIngress, config: keyof Configs): string =>
  `${own(place.written.config?.ingressConfig, way.name)?.[config] === undefined ? 'spec' : pathOfWay(place, way)}.${config}`;

const PASSED_ON: ReadonlySet<unknown> = new Set(['PASSTHROUGH', 'AUTO_PASSTHROUGH']);

type Configs = Pick<DefaultedSpec, 'envoyConfig' | 'istioIngressConfig' | 'contourIngressConfig'>;

/** Of the cluster, and of each ingress configuration. */
const configsOf = (spec: DefaultedSpec): readonly { readonly path: string; readonly config: Configs }[] => [
  { path: 'spec', config: spec },
  ...(spec.listenersConfig.externalListeners ?? []).flatMap((listener, index) =>
    Object.entries(listener.config?.ingressConfig ?? {}).map(([name, config]) => ({
      path: `spec.listenersConfig.externalListeners[${String(index)}].config.ingressConfig[${name}]`,
      config,
    })),
  ),
];

function checkRanges(spec: DefaultedSpec): readonly Problem[] {
  return configsOf(spec).flatMap(({ path, config }) =>
    (['envoyConfig', 'istioIngressConfig'] as const).flatMap((field) =>
      (config[field]?.loadBalancerSourceRanges ?? []).flatMap((range, index) =>
        isCidr(range)
          ? []
          : [
              problem(
                `${path}.${field}.loadBalancerSourceRanges[${String(index)}]`,
                'Invalid',
                `cannot read ${JSON.stringify(range)} as a range of addresses: write an address and the length of its prefix, for example 10.0.0.0/8`,
              ),
            ],
      ),
    ),
  );
}

/** `name` or `namespace/name`. */
function checkContourSecrets(spec: DefaultedSpec): readonly Problem[] {
  return configsOf(spec).flatMap(({ path, config }) => {
    const name = config.contourIngressConfig?.tlsSecretName ?? '';
    const parts = name.split('/');
    if (name === '' || (parts.length <= 2 && parts.every(isObjectName))) return [];
    const message = `cannot read ${JSON.stringify(name)} as the name of a Secret: write name or namespace/name`;
    return [problem(`${path}.contourIngressConfig.tlsSecretName`, 'Invalid', message)];
  });
}

/** Brokers that clients of one listener cannot reach, because they belong to ways in of others. */
export const reachHints = ({ places, brokers }: ExternalView): readonly Hint[] =>
  places.flatMap(({ path, listener }) => {
    const names = listener.ways.map(({ name }) => name);
    if (names.includes('')) return [];
    const lost = brokers.filter(({ ingress }) => ingress.length > 0 && !ingress.some((name) => names.includes(name)));
    if (lost.length === 0) return [];
    const ids = lost.slice(0, 10).map(({ id }) => String(id));
    const message = `clients of ${listener.name} do not reach ${ids.join(', ')}${lost.length > ids.length ? ' and others' : ''}: brokerIngressMapping of these brokers names none of its ingress configurations`;
    return [{ path: `${path}.config.ingressConfig`, message }];
  });
