import { DEFAULT_ENVOY_IMAGE } from '../../../lib/api/defaults';
import { kafkaClusterSpec } from '../../../lib/api/kafka-cluster';
import type { ResolvedExternalListener, ResolvedIngress } from '../../../lib/api/resolved-cluster';
import { resolveExternal } from '../../../lib/api/resolved-external';
import { controller, external, internal, listeners, spec } from './specs';

type Json = Record<string, unknown>;

const resolved = (listener: Json, changes: Json = {}): ResolvedExternalListener =>
  resolveExternal(kafkaClusterSpec.parse(spec({ ...listeners([internal(), controller()], [external(listener)]), ...changes })))[0]!;

/** A listener with ways in `a` and `b`; `a` is the default. */
const twoWays = (a: Json, listener: Json = {}, changes: Json = {}): readonly ResolvedIngress[] =>
  resolved({ config: { defaultIngressConfig: 'a', ingressConfig: { b: {}, a } }, ...listener }, changes).ways;

describe('defaults', () => {
  test('of a listener', () => {
    expect(resolved({})).toMatchObject({
      name: 'external',
      protocol: 'plaintext',
      containerPort: 9094,
      accessMethod: 'LoadBalancer',
      startingPort: 19090,
      anyCastPort: 29092,
      targetPort: 29092,
      tlsSecretName: undefined,
    });
  });

  test('of its only way in', () => {
    expect(resolved({}).ways).toEqual([
      {
        name: '',
        isDefault: true,
        hostnameOverride: undefined,
        serviceAnnotations: {},
        externalTrafficPolicy: undefined,
        serviceType: 'LoadBalancer',
        brokerHostnameTemplate: undefined,
        envoy: {
          image: DEFAULT_ENVOY_IMAGE,
          replicas: 1,
          resources: { requests: { cpu: '100m', memory: '100Mi' }, limits: { memory: '256Mi' } },
          serviceAccountName: 'default',
          imagePullSecrets: [],
          affinity: undefined,
          topologySpreadConstraints: [],
          nodeSelector: {},
          tolerations: [],
          annotations: {},
          loadBalancerSourceRanges: [],
          loadBalancerIP: undefined,
          healthCheckPort: 8080,
          healthCheckHttp10: false,
          disruptionBudget: undefined,
          concurrency: undefined,
          priorityClassName: undefined,
          podSecurityContext: undefined,
        },
        istio: {
          replicas: 1,
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '2', memory: '1Gi' } },
          nodeSelector: {},
          tolerations: [],
          annotations: {},
          tls: undefined,
          virtualServiceAnnotations: {},
          envs: [],
          loadBalancerSourceRanges: [],
        },
        contour: { tlsSecretName: undefined },
      },
    ]);
  });

  test('of a disruption budget, which is made on request alone', () => {
    const budget = (disruptionBudget: Json) => resolved({}, { envoyConfig: { disruptionBudget } }).ways[0]?.envoy.disruptionBudget;
    expect(budget({ budget: '2' })).toBeUndefined();
    expect(budget({ create: true })).toEqual({ strategy: 'minAvailable', budget: '1' });
    expect(budget({ create: true, budget: '20%', strategy: 'maxUnavailable' })).toEqual({ strategy: 'maxUnavailable', budget: '20%' });
  });

  test('an empty text is none', () => {
    const [way] = resolved({ hostnameOverride: '', tlsSecretName: '' }, { envoyConfig: { image: '', brokerHostnameTemplate: '' } }).ways;
    expect([way?.hostnameOverride, way?.brokerHostnameTemplate, way?.envoy.image]).toEqual([undefined, undefined, DEFAULT_ENVOY_IMAGE]);
    expect(resolved({ tlsSecretName: '' }).tlsSecretName).toBeUndefined();
  });
});

describe('ways in', () => {
  test('stand in the order of their names, and one is the default', () => {
    expect(twoWays({}).map(({ name, isDefault }) => [name, isDefault])).toEqual([
      ['a', true],
      ['b', false],
    ]);
  });

  test('without entries there is one, whatever the default is called', () => {
    expect(resolved({ config: { defaultIngressConfig: '' } }).ways.map(({ name, isDefault }) => [name, isDefault])).toEqual([['', true]]);
  });

  test('a name that every object has is a name like others', () => {
    const { ways } = resolved({ config: { defaultIngressConfig: 'constructor', ingressConfig: { constructor: {} } } });
    expect(ways.map(({ name, isDefault }) => [name, isDefault])).toEqual([['constructor', true]]);
  });

  test('take what they leave open from the listener', () => {
    const service = {
      hostnameOverride: 'l.example',
      externalTrafficPolicy: 'Local',
      serviceType: 'NodePort',
      serviceAnnotations: { x: 'l' },
    };
    const own = {
      hostnameOverride: 'a.example',
      externalTrafficPolicy: 'Cluster',
      serviceType: 'ClusterIP',
      serviceAnnotations: { y: 'a' },
    };
    const [a, b] = twoWays(own, service);
    expect(b).toMatchObject(service);
    expect(a).toMatchObject({ ...own, serviceAnnotations: { x: 'l', y: 'a' } });
  });

  test('of two annotations of one name their own wins', () => {
    expect(twoWays({ serviceAnnotations: { x: 'a' } }, { serviceAnnotations: { x: 'l' } })[0]?.serviceAnnotations).toEqual({ x: 'a' });
  });

  test('take what they leave open of Envoy from the cluster; annotations are merged, the rest is taken as a whole', () => {
    const envoyConfig = {
      image: 'envoy:1',
      replicas: 3,
      annotations: { x: 'cluster', z: 'cluster' },
      nodeSelector: { zone: '1', disk: 'fast' },
      tolerations: [{ key: 'x' }],
      loadBalancerSourceRanges: ['10.0.0.0/8'],
      resourceRequirements: { requests: { cpu: '1' }, limits: { cpu: '2' } },
      envoyCommandLineArgs: { concurrency: 4 },
      brokerHostnameTemplate: '%id.example',
      enableHealthCheckHttp10: true,
    };
    const own = {
      image: '',
      replicas: 1,
      annotations: { x: 'a', y: 'a' },
      nodeSelector: { zone: '2' },
      tolerations: [],
      resourceRequirements: { requests: { cpu: '3' } },
      enableHealthCheckHttp10: false,
    };
    const [a, b] = twoWays({ envoyConfig: own }, {}, { envoyConfig });
    expect(b?.envoy).toMatchObject({ image: 'envoy:1', replicas: 3, annotations: envoyConfig.annotations, concurrency: 4 });
    expect(a?.envoy).toMatchObject({
      image: 'envoy:1',
      replicas: 1,
      annotations: { x: 'a', y: 'a', z: 'cluster' },
      nodeSelector: { zone: '2' },
      tolerations: [],
      loadBalancerSourceRanges: ['10.0.0.0/8'],
      resources: { requests: { cpu: '3' } },
      concurrency: 4,
      healthCheckHttp10: false,
    });
    expect(a?.envoy.resources).toEqual({ requests: { cpu: '3' } });
    expect([a?.brokerHostnameTemplate, b?.brokerHostnameTemplate]).toEqual(['%id.example', '%id.example']);
  });

  test('take what they leave open of Istio from the cluster', () => {
    const istioIngressConfig = {
      replicas: 2,
      gatewayConfig: { mode: 'SIMPLE', credentialName: 'x' },
      virtualServiceAnnotations: { x: '1' },
    };
    const own = { gatewayConfig: { mode: 'PASSTHROUGH' }, virtualServiceAnnotations: { y: '2' } };
    const [a, b] = twoWays({ istioIngressConfig: own }, {}, { istioIngressConfig });
    expect(a?.istio).toMatchObject({ replicas: 2, tls: { mode: 'PASSTHROUGH' }, virtualServiceAnnotations: { x: '1', y: '2' } });
    expect(a?.istio.tls).toEqual({ mode: 'PASSTHROUGH' });
    expect(b?.istio).toMatchObject({ replicas: 2, tls: istioIngressConfig.gatewayConfig });
  });
});

describe('Contour', () => {
  const contour = { ingressController: 'contour', contourIngressConfig: { tlsSecretName: 'ns/tls', brokerFQDNTemplate: 'c-%id.example' } };

  test('has host names of its own', () => {
    const envoyConfig = { brokerHostnameTemplate: 'e-%id.example' };
    expect(resolved({}, { ...contour, envoyConfig }).ways[0]?.brokerHostnameTemplate).toBe('c-%id.example');
    expect(resolved({}, { ...contour, envoyConfig, ingressController: 'envoy' }).ways[0]?.brokerHostnameTemplate).toBe('e-%id.example');
  });

  test('ends TLS with its own certificate, else with that of the listener', () => {
    const secretOf = (listener: Json, changes: Json) => resolved(listener, changes).ways[0]?.contour.tlsSecretName;
    expect(secretOf({ tlsSecretName: 'l' }, contour)).toBe('ns/tls');
    expect(secretOf({ tlsSecretName: 'l' }, { ingressController: 'contour' })).toBe('l');
    expect(secretOf({}, { ingressController: 'contour' })).toBeUndefined();
  });
});
