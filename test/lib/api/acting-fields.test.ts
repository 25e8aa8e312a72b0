import { ACTING_FIELDS, FIELDS_NOT_YET_ACTING, fieldsNotActedUpon } from '../../../lib/api/acting-fields';
import { kafkaClusterSpec } from '../../../lib/api/kafka-cluster';
import { combined, controller, external, groupedSpec, internal, listeners, spec } from './specs';

test('every field of the spec acts or is said not to', () => {
  const fields = Object.keys(kafkaClusterSpec.shape).sort();
  expect([...Object.keys(ACTING_FIELDS), ...FIELDS_NOT_YET_ACTING].sort()).toEqual(fields);
});

const cases: readonly (readonly [string, Record<string, unknown>, readonly string[]])[] = [
  ['a plain cluster', spec(), []],
  ['groups', groupedSpec(), []],
  ['what the API server fills in', kafkaClusterSpec.parse(spec({ alertManagerConfig: {}, changePolicy: {}, networkPolicies: false })), []],
  ['a value that is the default', spec({ ingressController: 'envoy', removeUnusedIngressResources: false }), []],
  ['another value', spec({ ingressController: 'contour' }), ['spec.ingressController']],
  [
    'Cruise Control',
    spec({ cruiseControlConfig: { capacityConfig: '{}', cruiseControlTaskSpec: { RetryDurationMinutes: 5 } } }),
    ['spec.cruiseControlConfig.capacityConfig'],
  ],
  ['an external listener', spec(listeners([internal(), controller()], [external()])), ['spec.listenersConfig.externalListeners[external]']],
  [
    'a certificate of a listener',
    spec(listeners([internal({ serverSSLCertSecret: { name: 'x' } }), controller()])),
    ['spec.listenersConfig.internalListeners[internal].serverSSLCertSecret'],
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
