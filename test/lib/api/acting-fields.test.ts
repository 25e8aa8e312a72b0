import { ACTING_FIELDS, FIELDS_NOT_YET_ACTING, fieldsNotActedUpon } from '../../../lib/api/acting-fields';
import { kafkaClusterSpec } from '../../../lib/api/kafka-cluster';
import { combined, controller, external, groupedSpec, internal, listeners, spec } from './specs';

test('every field of the spec acts or is said not to', () => {
  const fields = Object.keys(kafkaClusterSpec.shape).sort();
  expect([...Object.keys(ACTING_FIELDS), ...FIELDS_NOT_YET_ACTING].sort()).toEqual(fields);
});

const service = { hostnameOverride: 'a.b', serviceAnnotations: { a: 'b' }, externalTrafficPolicy: 'Local', serviceType: 'NodePort' };
const everyField = {
  ...service,
  anyCastPort: 9000,
  ingressControllerTargetPort: 9001,
  tlsSecretName: 'x',
  sslClientAuth: 'none',
  config: {
    defaultIngressConfig: 'a',
    ingressConfig: {
      a: {
        ...service,
        envoyConfig: { replicas: 2, adminPort: 8082 },
        istioIngressConfig: { replicas: 2 },
        contourIngressConfig: { brokerFQDNTemplate: '%id.a' },
      },
    },
  },
};

const cases: readonly (readonly [string, Record<string, unknown>, readonly string[]])[] = [
  ['a plain cluster', spec(), []],
  ['groups', groupedSpec(), []],
  ['what the API server fills in', kafkaClusterSpec.parse(spec({ alertManagerConfig: {}, changePolicy: {}, networkPolicies: false })), []],
  ['a value that is the default', spec({ ingressController: 'envoy', removeUnusedIngressResources: false }), []],
  [
    'Cruise Control',
    spec({ cruiseControlConfig: { capacityConfig: '{}', cruiseControlTaskSpec: { RetryDurationMinutes: 5 } } }),
    ['spec.cruiseControlConfig.capacityConfig'],
  ],
  ['an external listener', spec(listeners([internal(), controller()], [external()])), []],
  [
    'Envoy: the admin interface has no port, and its arguments are the operator’s',
    spec({ envoyConfig: { replicas: 2, adminPort: 8082, envoyCommandLineArgs: { concurrency: 2, componentLogLevel: 'x' } } }),
    ['spec.envoyConfig.adminPort', 'spec.envoyConfig.envoyCommandLineArgs.componentLogLevel'],
  ],
  [
    'configuration of others than Envoy',
    spec({
      istioControlPlane: { name: 'a', namespace: 'b' },
      istioIngressConfig: { replicas: 2 },
      contourIngressConfig: { tlsSecretName: 'x' },
    }),
    ['spec.contourIngressConfig.tlsSecretName', 'spec.istioControlPlane.namespace', 'spec.istioIngressConfig.replicas'],
  ],
  [
    'Istio: its revision needs no namespace',
    spec({
      ingressController: 'istioingress',
      istioControlPlane: { name: 'a', namespace: 'b' },
      istioIngressConfig: { replicas: 2 },
      envoyConfig: { replicas: 2, brokerHostnameTemplate: '%id.a' },
    }),
    ['spec.envoyConfig.replicas', 'spec.istioControlPlane.namespace'],
  ],
  [
    'Contour',
    spec({ ingressController: 'contour', contourIngressConfig: { tlsSecretName: 'x' }, envoyConfig: { brokerHostnameTemplate: '%id.a' } }),
    ['spec.envoyConfig.brokerHostnameTemplate'],
  ],
  [
    'every field of a listener behind Envoys',
    spec({
      removeUnusedIngressResources: true,
      networkPolicies: true,
      brokers: [combined(0, { brokerIngressMapping: ['a'], nodePortExternalIP: { b: '1.2.3.4' }, nodePortNodeAddressType: 'Hostname' })],
      ...listeners([internal(), controller()], [external(everyField)]),
    }),
    [
      'spec.listenersConfig.externalListeners[external].config.ingressConfig[a].contourIngressConfig.brokerFQDNTemplate',
      'spec.listenersConfig.externalListeners[external].config.ingressConfig[a].envoyConfig.adminPort',
      'spec.listenersConfig.externalListeners[external].config.ingressConfig[a].istioIngressConfig.replicas',
    ],
  ],
  [
    'a listener by node port: no proxy, no first contact',
    spec(listeners([internal(), controller()], [external({ ...everyField, accessMethod: 'NodePort' })])),
    [
      ...['anyCastPort'],
      ...['contourIngressConfig', 'envoyConfig', 'istioIngressConfig', 'serviceType'].map((name) => `config.ingressConfig[a].${name}`),
      ...['ingressControllerTargetPort', 'serviceType', 'tlsSecretName'],
    ].map((path) => `spec.listenersConfig.externalListeners[external].${path}`),
  ],
  [
    'a listener behind the Gateway of somebody else',
    spec({ ingressController: 'gateway', ...listeners([internal(), controller()], [external({ ...everyField, config: undefined })]) }),
    ['externalTrafficPolicy', 'ingressControllerTargetPort', 'serviceType'].map(
      (path) => `spec.listenersConfig.externalListeners[external].${path}`,
    ),
  ],
  [
    'the password of a store that nobody writes',
    spec({
      clientSSLCertSecret: { name: 'x' },
      topicNamespaces: ['a'],
      userNamespaces: ['*'],
      listenersConfig: {
        internalListeners: [internal({ type: 'ssl', sslClientAuth: 'none', serverSSLCertSecret: { name: 'x' } }), controller()],
        externalListeners: [external({ type: 'ssl', sslClientAuth: 'none', serverSSLCertSecret: { name: 'x' } })],
        sslSecrets: {
          tlsSecretName: 'x',
          create: true,
          issuerRef: { name: 'x' },
          pkiBackend: 'cert-manager',
          jksPasswordName: 'x',
          keyType: 'RSA-2048',
          ...{ duration: '2d', renewBefore: '1d', caDuration: '3d', caOverlap: '2d' },
        },
      },
    }),
    ['spec.listenersConfig.sslSecrets.jksPasswordName'],
  ],
  [
    'the network of a group',
    groupedSpec({ brokerConfigGroups: { default: { networkConfig: { incomingNetworkThroughPut: '1' } } } }),
    ['spec.brokerConfigGroups[default].networkConfig'],
  ],
  ['dynamic settings', spec({ brokers: [combined(0, { config: 'a=b' })], clusterWideConfig: 'a=b' }), []],
  [
    'how changes are made',
    spec({
      changePolicy: { approval: 'Required', windows: [{ schedule: '0 2 * * 6', timeZone: 'Etc/UTC', duration: '2h' }], approvedPlan: 'a' },
      rollingUpgradeConfig: { failureThreshold: 2, concurrentBrokerRestartCountPerRack: 3, soakSeconds: 5 },
      taintedBrokersSelector: { matchLabels: { a: 'b' } },
      metadataVersion: '4.3-IV0',
    }),
    [],
  ],
  [
    'Cruise Control’s rules file',
    spec({ monitoringConfig: { jmxImage: 'x', cCJMXExporterConfig: 'x' } }),
    ['spec.monitoringConfig.cCJMXExporterConfig'],
  ],
  ['an image of the reporter', spec({ clusterMetricsReporterImage: 'x' }), ['spec.clusterMetricsReporterImage']],
];

test.each(cases)('names what does not act in %s', (_name, of, paths) => {
  expect(fieldsNotActedUpon(of, undefined)).toEqual(paths);
});

test('the image of the reporter acts with the reporter', () => {
  const of = spec({ clusterMetricsReporterImage: 'x', brokers: [combined(0, { metricsReporterImage: 'y' })] });
  expect(fieldsNotActedUpon(of, { external: undefined })).toEqual([]);
  expect(fieldsNotActedUpon(of, undefined)).toEqual([
    'spec.brokers[0].brokerConfig.metricsReporterImage',
    'spec.clusterMetricsReporterImage',
  ]);
});
