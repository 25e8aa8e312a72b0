import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { bootstrapAddresses, targetSecurity } from '../../../operator/decide/kafka-target';
import { nodeViews } from '../../../operator/decide/node-view';
import type { SecretObject } from '../../../operator/decide/certificate-view';
import type { World } from '../../../operator/decide/world';
import { happened, type Happening } from '../../world/happenings';
import { clusterFrom } from '../../world/cluster-file';
import { converged, emptyWorld } from '../../world/makers';
import { dedicatedNodes } from '../../world/three-nodes';

const cluster = dedicatedNodes();
const calm = converged(cluster);
const host = (id: number): string => `orders-${id}.orders-headless.kafka.svc.cluster.local:29092`;
const asked = (...story: readonly Happening[]): readonly string[] => {
  const world = story.reduce((w, what) => happened(w, cluster, what), calm);
  return bootstrapAddresses(cluster, nodeViews(cluster, world), world);
};

describe('Kafka is asked at', () => {
  it.each<[string, readonly Happening[], readonly number[]]>([
    ['every broker, and no controller', [], [100, 101, 102]],
    ['those that serve first', [{ podNotReady: 100 }], [101, 102, 100]],
    ['those that Kafka has fenced last', [{ fenced: 101 }], [100, 102, 101]],
    ['none whose Pod is gone, stops or crashes', [{ podGone: 100 }, { podStopping: 101 }, { podCrashing: 102, says: 'x' }], []],
  ])('%s', (_, story, ids) => expect(asked(...story)).toEqual(ids.map(host)));

  it('nobody before anything runs', () =>
    expect(bootstrapAddresses(cluster, nodeViews(cluster, emptyWorld(cluster)), { objects: [] })).toEqual([]));
});

const secured = (type: string, more = '', spec = ''): ResolvedCluster =>
  clusterFrom(`
apiVersion: kafka.banzaicloud.io/v1beta1
kind: KafkaCluster
metadata: { name: orders, namespace: kafka }
spec:
  kafkaVersion: 4.3.1
  listenersConfig:
    internalListeners:
      - { type: ${type}, name: internal, containerPort: 29092, usedForInnerBrokerCommunication: true${more} }
      - { type: plaintext, name: controller, containerPort: 29093, usedForControllerCommunication: true }
  brokerConfigGroups:
    all: { processRoles: [controller, broker], storageConfigs: [{ mountPath: /logs, pvcSpec: { resources: { requests: { storage: 1Gi } } } }] }
  brokers:
    - { id: 0, brokerConfigGroup: all }
${spec}
`);

const secret = (name: string, dataHash: string): SecretObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'kafka', uid: name, resourceVersion: '1', creationTimestamp: '' },
  dataHash,
});
const worldWith = (...objects: readonly SecretObject[]): Pick<World, 'objects'> => ({ objects });
const facts = { security: { trust: { client: 'CA', internal: 'CA of internal' }, superUsers: [] } };
const both = worldWith(secret('orders-controller', 'a'), secret('orders-sasl', 'b'));

describe('the operator shows Kafka who it is', () => {
  const certificate = { trust: 'CA', clientSecret: 'orders-controller' };
  const password = { secret: 'orders-sasl', username: 'kafka-operator', mechanism: 'SCRAM-SHA-512' };
  it.each([
    ['not at all in clear text', secured('plaintext'), undefined, undefined],
    ['with the generated certificate', secured('ssl'), certificate, undefined],
    [
      'without one when nobody asks for it',
      secured('ssl', ', sslClientAuth: none'),
      { ...certificate, clientSecret: undefined },
      undefined,
    ],
    ['with a password', secured('sasl_plaintext'), undefined, password],
    ['with both', secured('sasl_ssl', ', sslClientAuth: required'), certificate, password],
    [
      'with a password alone through TLS, unless a certificate is asked for',
      secured('sasl_ssl'),
      { ...certificate, clientSecret: undefined },
      password,
    ],
    [
      'with SCRAM-SHA-256 when that is all there is',
      secured('sasl_plaintext', '', '  readOnlyConfig: "sasl.enabled.mechanisms=SCRAM-SHA-256"'),
      undefined,
      { ...password, mechanism: 'SCRAM-SHA-256' },
    ],
  ])('%s', (_, cluster, tls, scram) => {
    const shown = targetSecurity(cluster, both, facts);
    if (tls === undefined && scram === undefined) expect(shown).toBeUndefined();
    else expect(shown).toEqual({ namespace: 'kafka', tls, scram, revision: expect.any(String) });
  });

  it('with the Secret of the user, once it was seen', () => {
    const own = secured('ssl', '', '  clientSSLCertSecret: { name: mine }');
    const namedSecrets: World['namedSecrets'] = { mine: { state: 'known', value: secret('mine', 'c') } };
    expect(targetSecurity(own, { objects: [], namedSecrets }, facts)).toMatchObject({ tls: { clientSecret: 'mine' } });
    expect(targetSecurity(own, both, facts)).toEqual({ waitsFor: expect.stringContaining('the Secret mine') });
  });

  it('anew when a Secret or the trust changes, and only then', () => {
    const cluster = secured('sasl_ssl', ', sslClientAuth: required');
    const revisionOf = (world: Pick<World, 'objects'>, trust = 'CA'): unknown =>
      targetSecurity(cluster, world, { security: { trust: { client: trust }, superUsers: [] } });
    const first = revisionOf(both);
    expect(revisionOf(worldWith(secret('orders-sasl', 'b'), secret('orders-controller', 'a'), secret('other', 'x')))).toEqual(first);
    expect(revisionOf(worldWith(secret('orders-controller', 'z'), secret('orders-sasl', 'b')))).not.toEqual(first);
    expect(revisionOf(worldWith(secret('orders-controller', 'a'), secret('orders-sasl', 'z')))).not.toEqual(first);
    expect(revisionOf(both, 'CA and another')).not.toEqual(first);
  });
});

describe('Kafka is not dialled while', () => {
  const oauth = secured('sasl_plaintext', '', '  readOnlyConfig: "sasl.enabled.mechanisms=OAUTHBEARER"');
  const withCertificate = worldWith(secret('orders-controller', 'a'));
  it.each([
    ['the trust is not known', 'which CA', targetSecurity(secured('ssl'), both, {})],
    ['the certificate does not exist', 'the Secret orders-controller', targetSecurity(secured('ssl'), worldWith(), facts)],
    ['the password does not exist', 'the Secret orders-sasl', targetSecurity(secured('sasl_ssl'), withCertificate, facts)],
    ['its listener offers no mechanism that the operator speaks', 'offers no SCRAM', targetSecurity(oauth, both, facts)],
  ])('%s', (_, why, shown) => {
    expect(shown).toEqual({ waitsFor: expect.stringContaining(why) });
  });
});
