/**
 * The shapes of the samples that Koperator's users start from, as the contract describes them. They must apply unchanged;
 * those with ZooKeeper are refused afterwards, with a word about ZooKeeper and nothing else.
 */
import { claim, controller, external, internal } from './specs';

type Json = Record<string, unknown>;

const zk: Json = {
  zkAddresses: ['zookeeper-client.zookeeper:2181'],
  headlessServiceEnabled: true,
  oneBrokerPerNode: false,
  rollingUpgradeConfig: { failureThreshold: 1 },
};
const cruiseControl: Json = {
  cruiseControlTaskSpec: { RetryDurationMinutes: 5 },
  topicConfig: { partitions: 12, replicationFactor: 3 },
  config: 'num.metric.fetchers=1\n',
  clusterConfig: '{ "min.insync.replicas": 3 }',
};
const grouped = (config: Json = {}): Json => ({
  brokerConfigGroups: {
    default: { storageConfigs: [claim('/kafka-logs')], brokerAnnotations: { 'prometheus.io/scrape': 'true' }, ...config },
  },
  brokers: [0, 1, 2].map((id) => ({ id, brokerConfigGroup: 'default' })),
});
const plain = [internal(), controller({ usedForInnerBrokerCommunication: false })];
const ssl = [internal({ type: 'ssl' }), controller({ type: 'ssl', usedForInnerBrokerCommunication: false })];
const sample = (changes: Json): Json => ({
  ...zk,
  ...grouped(),
  listenersConfig: { internalListeners: plain },
  cruiseControlConfig: cruiseControl,
  ...changes,
});
const withExternal = (changes: Json, more: Json = {}): Json =>
  sample({ listenersConfig: { internalListeners: plain, externalListeners: [external(changes)] }, ...more });
const racks = { rackAwareness: { labels: ['failure-domain.beta.kubernetes.io/region', 'failure-domain.beta.kubernetes.io/zone'] } };
const ownCertificate = { serverSSLCertSecret: { name: 'kafka-server' } };

export const zooKeeperSamples: Readonly<Record<string, Json>> = {
  'the commented reference': sample({
    ...racks,
    kRaft: false,
    ingressController: 'envoy',
    zkPath: '/kafka',
    clusterWideConfig: 'background.threads=10\n',
    readOnlyConfig: 'auto.create.topics.enable=false\n',
    brokers: [
      {
        id: 0,
        readOnlyConfig: 'auto.create.topics.enable=false\n',
        brokerConfig: { config: 'sasl.enabled.mechanisms=PLAIN\n', storageConfigs: [claim('/kafka-logs')] },
      },
      {
        id: 1,
        image: 'kafka:2.13-3.9.1',
        config: 'a=b',
        storageConfigs: [claim('/kafka-logs')],
        brokerConfig: { brokerIngressMapping: [' ingress-az1'] },
      },
      { id: 2, brokerConfig: { image: 'kafka:2.13-3.9.1', nodePortNodeAddressType: 'ExternalIP', storageConfigs: [claim('/kafka-logs')] } },
    ],
    listenersConfig: {
      internalListeners: ssl,
      externalListeners: [
        external({
          type: 'ssl',
          config: {
            defaultIngressConfig: 'az2',
            ingressConfig: {
              az1: { hostnameOverride: 'az1.example', envoyConfig: { replicas: 1, annotations: { zone: 'az1' } } },
              az2: { istioIngressConfig: { annotations: { zone: 'az2' } } },
            },
          },
        }),
      ],
      sslSecrets: {
        tlsSecretName: 'kafka-certs',
        jksPasswordName: 'kafka-pass',
        create: true,
        issuerRef: { name: 'ca', kind: 'ClusterIssuer' },
        pkiBackend: 'cert-manager',
      },
    },
    envoyConfig: {
      image: 'envoyproxy/envoy:v1.22.2',
      replicas: 1,
      resourceRequirements: { requests: { cpu: '100m', memory: '100Mi' } },
      envoyCommandLineArgs: { concurrency: 2, componentLogLevel: 'x' },
    },
    alertManagerConfig: { downScaleLimit: 3, upScaleLimit: 10 },
    monitoringConfig: { jmxImage: 'jmx:1', pathToJar: '/jmx.jar', kafkaJMXExporterConfig: 'rules: []', cCJMXExporterConfig: 'rules: []' },
    cruiseControlConfig: {
      ...cruiseControl,
      cruiseControlOperationSpec: { ttlSecondsAfterFinished: 60 },
      capacityConfig: '{}',
      cruiseControlEndpoint: 'cc:8090',
    },
  }),
  simple: sample({ propagateLabels: false, clusterImage: 'ghcr.io/banzaicloud/kafka:2.13-3.4.1', alertManagerConfig: { upScaleLimit: 6 } }),
  'affinity in the group and the broker': sample(
    grouped({
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname' }] } },
    }),
  ),
  'volumes of a storage class': sample({
    ...racks,
    propagateLabels: true,
    ...grouped({
      storageConfigs: [{ mountPath: '/kafka-logs', pvcSpec: { storageClassName: 'gp3', resources: { requests: { storage: '10Gi' } } } }],
    }),
  }),
  'generated certificates': sample({
    listenersConfig: { internalListeners: ssl, sslSecrets: { tlsSecretName: 'test-kafka', create: true } },
  }),
  'generated certificates, and ACLs of ZooKeeper’s times': sample({
    readOnlyConfig: [
      'auto.create.topics.enable=false',
      'authorizer.class.name=kafka.security.authorizer.AclAuthorizer',
      'allow.everyone.if.no.acl.found=false',
      'cruise.control.metrics.topic.auto.create=true',
      '',
    ].join('\n'),
    listenersConfig: {
      internalListeners: ssl,
      sslSecrets: { tlsSecretName: 'test-kafka', jksPasswordName: 'test-kafka-pass', create: true },
    },
  }),
  'certificates signed by an issuer that is there': sample({
    listenersConfig: {
      internalListeners: ssl,
      sslSecrets: { tlsSecretName: 'test-kafka', create: true, issuerRef: { name: 'company-ca', kind: 'ClusterIssuer' } },
    },
  }),
  'a CA of the user’s own': sample({
    listenersConfig: { internalListeners: ssl, sslSecrets: { tlsSecretName: 'company-ca', create: false, pkiBackend: 'cert-manager' } },
  }),
  'own certificates on one listener, generated ones on the others': sample({
    clientSSLCertSecret: { name: 'kafka-client' },
    listenersConfig: {
      internalListeners: [internal({ type: 'ssl', ...ownCertificate }), controller({ type: 'ssl' })],
      externalListeners: [external({ type: 'ssl', anyCastPort: 29094 })],
      sslSecrets: { tlsSecretName: 'test-kafka', create: true },
    },
  }),
  'TLS from outside alone': sample({
    listenersConfig: {
      internalListeners: plain,
      externalListeners: [external({ type: 'ssl', sslClientAuth: 'none', hostnameOverride: 'kafka.example.com' })],
      sslSecrets: { tlsSecretName: 'test-kafka', create: true },
    },
  }),
  'node ports that Kubernetes gives': withExternal({
    externalStartingPort: 0,
    accessMethod: 'NodePort',
    hostnameOverride: '.external.example',
  }),
  'node ports and external addresses': withExternal(
    { externalStartingPort: 32000, accessMethod: 'NodePort' },
    { brokers: [{ id: 0, brokerConfigGroup: 'default', brokerConfig: { nodePortExternalIP: { external: '1.2.3.4' } } }] },
  ),
  'SASL from outside': withExternal(
    { type: 'sasl_plaintext' },
    { readOnlyConfig: 'sasl.enabled.mechanisms=OAUTHBEARER\nlistener.name.external.oauthbearer.sasl.jaas.config=x required;\n' },
  ),
  'one ingress for each zone': withExternal(
    {
      config: { defaultIngressConfig: 'ingress-az1', ingressConfig: { 'ingress-az1': { envoyConfig: { annotations: { zone: 'az1' } } } } },
    },
    { brokers: [{ id: 0, brokerConfigGroup: 'default', brokerConfig: { brokerIngressMapping: ['ingress-az1'] } }] },
  ),
  'own certificates': sample({
    clientSSLCertSecret: { name: 'kafka-client' },
    listenersConfig: {
      internalListeners: [internal({ type: 'ssl', ...ownCertificate }), controller({ type: 'ssl', ...ownCertificate })],
      externalListeners: [external({ type: 'ssl', sslClientAuth: 'requested', ...ownCertificate })],
      sslSecrets: { tlsSecretName: 'ca', create: true },
    },
  }),
  'without headless service, for Istio': sample({
    headlessServiceEnabled: false,
    ingressController: 'istioingress',
    istioControlPlane: { name: 'icp', namespace: 'istio-system' },
    istioIngressConfig: { gatewayConfig: { mode: 'ISTIO_MUTUAL' } },
  }),
  'four disks, sidecars and variables': sample(
    grouped({
      storageConfigs: ['/a', '/b', '/c', '/d'].map((path) => claim(path)),
      initContainers: [{ name: 'copy-jar', image: 'x', command: ['cp'], args: ['a', 'b'] }],
      volumes: [{ name: 'jars', emptyDir: {} }],
      volumeMounts: [{ name: 'jars', mountPath: '/opt/kafka/libs/extra-jars' }],
      envs: [
        { name: '+CLASSPATH', value: '/a/*:' },
        { name: 'CLASSPATH+', value: ':/b/*' },
        { name: 'FROM', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
      ],
      securityContext: { privileged: true },
      podSecurityContext: { runAsNonRoot: false },
    }),
  ),
  'Contour with host names on one port': withExternal(
    {
      name: 'contour',
      accessMethod: 'ClusterIP',
      anyCastPort: 8443,
      externalStartingPort: -1,
      config: {
        defaultIngressConfig: '',
        ingressConfig: {
          contour: {
            hostnameOverride: 'kafka.example',
            contourIngressConfig: { tlsSecretName: 'ns/tls', brokerFQDNTemplate: 'kafka-%id.example' },
          },
        },
      },
    },
    { ingressController: 'contour', ...grouped({ brokerIngressMapping: ['contour'] }) },
  ),
};

export const kRaftSample: Json = {
  kRaft: true,
  headlessServiceEnabled: true,
  oneBrokerPerNode: false,
  propagateLabels: false,
  clusterImage: 'ghcr.io/adobe/koperator/kafka:2.13-3.9.2-jdk21.0.11',
  monitoringConfig: { jmxImage: 'ghcr.io/adobe/koperator/jmx-javaagent:1.5.0' },
  taintedBrokersSelector: { matchLabels: { restart: 'me' } },
  readOnlyConfig: 'auto.create.topics.enable=false\ncruise.control.metrics.topic.auto.create=true\n',
  brokerConfigGroups: {
    default: { storageConfigs: [claim('/kafka-logs')] },
    broker: { processRoles: ['broker'], storageConfigs: [claim('/kafka-logs-broker')], kafkaJvmPerfOpts: '-Djute.maxbuffer=0x9fffff' },
  },
  brokers: [
    ...[0, 1, 2].map((id) => ({ id, brokerConfigGroup: 'default', brokerConfig: { processRoles: ['controller'] } })),
    ...[100, 101, 102].map((id) => ({ id, brokerConfigGroup: 'broker' })),
  ],
  rollingUpgradeConfig: { failureThreshold: 1 },
  listenersConfig: { internalListeners: plain },
  cruiseControlConfig: cruiseControl,
};
