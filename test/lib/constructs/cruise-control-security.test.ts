import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { nodeConfig } from '../../../lib/constructs/broker-config';
import { cruiseControlManifests } from '../../../lib/constructs/cruise-control';
import type { SecurityFacts } from '../../../lib/constructs/facts';
import { parseProperties } from '../../../lib/kafka/properties';
import { at, cluster, DEDICATED, nodeOf } from './small-cluster';

type Json = Readonly<Record<string, unknown>>;

const SECURITY: SecurityFacts = { trust: { internal: 'A', client: 'A' }, superUsers: [] };
const made = (type: string, more: Json = {}, quorum = 'plaintext', listener: Json = {}): ResolvedCluster =>
  cluster(DEDICATED, {
    cruiseControlConfig: {},
    listenersConfig: {
      internalListeners: [
        { name: 'internal', type, containerPort: 29092, usedForInnerBrokerCommunication: true, ...listener },
        { name: 'controller', type: quorum, containerPort: 29093, usedForControllerCommunication: true },
      ],
    },
    ...more,
  });

const objectOf = (of: ResolvedCluster, kind: string, name: string, security: SecurityFacts | undefined = SECURITY) =>
  cruiseControlManifests(of, security).find((m) => m.kind === kind && m.metadata.name === name)!;
const settings = (of: ResolvedCluster) =>
  parseProperties(
    (objectOf(of, 'ConfigMap', 'orders-cruisecontrol-config')['data'] as Record<string, string>)['cruisecontrol.properties']!,
  );
const template = (of: ResolvedCluster, security?: SecurityFacts) =>
  at(objectOf(of, 'Deployment', 'orders-cruisecontrol', security), 'spec.template');
const TLS = {
  'ssl.keystore.type': 'PEM',
  'ssl.keystore.location': '/keystores/client.pem',
  'ssl.truststore.type': 'PEM',
  'ssl.truststore.location': '/trust/client.pem',
};

describe('Cruise Control connects', () => {
  const ours = /^(security|ssl|sasl|config\.providers)/;
  const only = (of: ResolvedCluster) => Object.fromEntries(Object.entries(settings(of)).filter(([key]) => ours.test(key)));
  const login = {
    'config.providers': 'env,login',
    'config.providers.login.class': 'org.apache.kafka.common.config.provider.DirectoryConfigProvider',
    'sasl.mechanism': 'SCRAM-SHA-512',
    'sasl.jaas.config':
      'org.apache.kafka.common.security.scram.ScramLoginModule required username="kafka-cruise-control" password="${login:/cruise-control-login:kafka-cruise-control}";',
  };

  test.each<[string, ResolvedCluster, Json]>([
    ['in clear text without a word', made('plaintext'), {}],
    ['by a certificate', made('ssl'), { 'security.protocol': 'SSL', ...TLS }],
    ['by a password', made('sasl_plaintext'), { 'security.protocol': 'SASL_PLAINTEXT', ...login }],
    ['by a password over TLS', made('sasl_ssl'), { 'security.protocol': 'SASL_SSL', ...TLS, ...login }],
    [
      'by what the user says of another mechanism',
      made('sasl_plaintext', {
        readOnlyConfig: 'sasl.enabled.mechanisms=PLAIN\n',
        cruiseControlConfig: { config: 'sasl.mechanism=PLAIN\n' },
      }),
      { 'security.protocol': 'SASL_PLAINTEXT', 'sasl.mechanism': 'PLAIN' },
    ],
    [
      'as the user says, key by key',
      made('ssl', { cruiseControlConfig: { config: 'ssl.truststore.location=/mine.pem\n' } }),
      { 'security.protocol': 'SSL', ...TLS, 'ssl.truststore.location': '/mine.pem' },
    ],
  ])('%s', (_name, of, wanted) => {
    expect(only(of)).toEqual(wanted);
  });

  test.each<[string, string, readonly string[]]>([
    ['nothing in clear text', 'plaintext', []],
    ['its certificate and its trust', 'ssl', ['keystores', 'trust']],
    ['its password', 'sasl_plaintext', ['login']],
    ['all of it', 'sasl_ssl', ['keystores', 'trust', 'login']],
  ])('with %s in its Pod', (_name, type, wanted) => {
    const { volumes, containers } = template(made(type)).spec as {
      volumes: { name: string }[];
      containers: { volumeMounts: { name: string }[] }[];
    };
    const added = (list: readonly { name: string }[] = []) =>
      list.map(({ name }) => name).filter((name) => ['keystores', 'trust', 'login'].includes(name));
    expect([added(volumes), added(containers[0]?.volumeMounts)]).toEqual([wanted, wanted]);
  });

  test('and reads no more of a Secret than is its own', () => {
    const { volumes } = template(made('sasl_ssl')).spec as { volumes: { secret?: { items: unknown } }[] };
    const items = volumes.flatMap(({ secret }) => (secret === undefined ? [] : [secret.items]));
    expect(items).toEqual([[{ key: 'client.pem', path: 'client.pem' }], [{ key: 'kafka-cruise-control', path: 'kafka-cruise-control' }]]);
  });

  test('anew with another certificate, which it reads only when it starts', () => {
    const annotations = (client?: string) =>
      template(made('ssl'), client === undefined ? SECURITY : { ...SECURITY, client }).metadata.annotations as Json;
    expect(annotations('abc')).toEqual({ ...annotations(), 'kafka.banzaicloud.io/client-certificate': 'abc' });
  });
});

describe('its reporter in the brokers', () => {
  const PREFIX = 'cruise.control.metrics.reporter.';
  const reporter = (of: ResolvedCluster) => {
    const text = (nodeConfig(of, nodeOf(of, 100)).manifests[0]?.['data'] as Record<string, string>)['broker-config'] ?? '';
    const own = Object.entries(parseProperties(text)).filter(([key]) => key.startsWith(PREFIX));
    return Object.fromEntries(own.map(([key, value]) => [key.slice(PREFIX.length), value]));
  };
  const always = { 'bootstrap.servers': 'orders-headless.kafka.svc.cluster.local:29092', 'kubernetes.mode': 'true' };
  const tls = (file: string) => ({
    ...TLS,
    'ssl.keystore.location': `/keystores/${file}.pem`,
    'ssl.truststore.location': '/trust/internal.pem',
  });

  test.each<[string, ResolvedCluster, Json]>([
    ['says nothing in clear text', made('plaintext'), {}],
    ['shows the certificate of brokers', made('ssl'), { 'security.protocol': 'SSL', ...tls('internal') }],
    [
      'shows the certificate of the quorum, which is valid for longer',
      made('ssl', {}, 'ssl'),
      { 'security.protocol': 'SSL', ...tls('controller') },
    ],
    [
      'shows the certificate of brokers where the quorum’s is signed by others',
      made('ssl', { clientSSLCertSecret: { name: 'client' } }, 'ssl', { serverSSLCertSecret: { name: 'own' } }),
      { 'security.protocol': 'SSL', ...tls('internal') },
    ],
    [
      'names its mechanism, and no password',
      made('sasl_plaintext'),
      { 'security.protocol': 'SASL_PLAINTEXT', 'sasl.mechanism': 'SCRAM-SHA-512' },
    ],
    [
      'connects as the user says',
      made('ssl', { readOnlyConfig: `${PREFIX}security.protocol=PLAINTEXT\n` }),
      { 'security.protocol': 'PLAINTEXT', ...tls('internal') },
    ],
  ])('%s', (_name, of, wanted) => {
    expect(reporter(of)).toEqual({ ...always, ...wanted });
  });
});
