import { kafkaUserSpec } from '../../../lib/api/kafka-user';
import type { StructuralSchema } from '../../../lib/api/structural-schema';
import { userCrd } from '../../../lib/api/user-crd';
import { brokenRules } from './admission';

interface Version {
  readonly name: string;
  readonly subresources: object;
  readonly schema: { readonly openAPIV3Schema: StructuralSchema };
  readonly additionalPrinterColumns: readonly { readonly name: string; readonly priority: number }[];
}

const crd = userCrd();
const version = (crd['spec'] as { versions: readonly Version[] }).versions[0]!;
const SCHEMA = version.schema.openAPIV3Schema;

type Spec = Record<string, unknown>;
const clusterRef = { name: 'orders' };
const user = (spec: Spec): Spec => ({ secretName: 'alice', clusterRef, ...spec });
/** As the API server does: what is left out gets its default before the rules run. */
const refused = (spec: Spec, old?: Spec): string => {
  const parsed = kafkaUserSpec.safeParse(spec);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n');
  return brokenRules(SCHEMA, { spec: parsed.data }, old === undefined ? undefined : { spec: kafkaUserSpec.parse(old) }).join('\n');
};

test('group, version and names are Koperator’s, with a short name, and Helm keeps it', () => {
  expect(crd.metadata).toEqual({ name: 'kafkausers.kafka.banzaicloud.io', annotations: { 'helm.sh/resource-policy': 'keep' } });
  expect(crd['spec']).toMatchObject({
    group: 'kafka.banzaicloud.io',
    scope: 'Namespaced',
    names: { kind: 'KafkaUser', shortNames: ['ku'] },
  });
  expect(version).toMatchObject({ name: 'v1alpha1', subresources: { status: {} } });
});

test.each<[string, Spec]>([
  ['Koperator’s with a certificate and grants', user({ topicGrants: [{ topicName: 'a', accessType: 'read' }], includeJKS: true })],
  ['Koperator’s without a certificate', user({ createCert: false })],
  [
    'Koperator’s with a signing request',
    user({ pkiBackendSpec: { pkiBackend: 'k8s-csr', signerName: 'clusterissuers.cert-manager.io/x' } }),
  ],
  ['one without a credential and without a Secret', { clusterRef, authentication: 'none' }],
  ['a password that is drawn', user({ authentication: 'scram-sha-512' })],
  ['a password that is taken', { clusterRef, authentication: 'scram-sha-256', passwordSecret: { name: 'mine' } }],
  ['free ACLs', user({ acls: [{ resource: 'transactionalId', name: 'pay-', patternType: 'prefixed', operations: ['Write'] }] })],
  ['an ACL of the cluster', user({ acls: [{ resource: 'cluster', operations: ['Create'] }] })],
  ['quotas', user({ quotas: { producerByteRate: 1024, requestPercentage: 12.5 } })],
])('accepts %s', (_what, spec) => {
  expect(refused(spec)).toBe('');
});

test.each<[string, Spec, string]>([
  ['a certificate without a Secret', { clusterRef }, 'secretName is missing'],
  ['a drawn password without a Secret', { clusterRef, authentication: 'scram-sha-512' }, 'secretName is missing'],
  ['a certificate that is not to be made', user({ createCert: false, authentication: 'tls' }), 'take createCert: false out'],
  ['a password for a certificate', user({ passwordSecret: { name: 'mine' } }), 'passwordSecret belongs to SCRAM'],
  [
    'one Secret for both passwords',
    user({ authentication: 'scram-sha-512', passwordSecret: { name: 'alice' } }),
    'cannot be the Secret that the operator writes',
  ],
  ['an ACL without a name', user({ acls: [{ resource: 'topic', operations: ['Read'] }] }), 'name is missing'],
  ['an ACL of another cluster', user({ acls: [{ resource: 'cluster', name: 'x', operations: ['Create'] }] }), 'leave name out'],
  ['an ACL without operations', user({ acls: [{ resource: 'topic', name: 'x', operations: [] }] }), 'acls.0.operations'],
  ['an operation that Kafka does not have', user({ acls: [{ resource: 'topic', name: 'x', operations: ['Fly'] }] }), 'acls.0.operations'],
  ['a certificate for half an hour', user({ expirationSeconds: 1800 }), 'expirationSeconds'],
  ['a signing request without a signer', user({ pkiBackendSpec: { pkiBackend: 'k8s-csr' } }), 'signerName is missing'],
  ['a quota of nothing', user({ quotas: { producerByteRate: 0 } }), 'quotas.producerByteRate'],
])('refuses %s', (_what, spec, message) => {
  expect(refused(spec)).toContain(message);
});

test('the cluster cannot change, the way to show who one is can', () => {
  expect(refused(user({ clusterRef: { name: 'other' } }), user({}))).toContain('clusterRef cannot change');
  expect(refused(user({ authentication: 'scram-sha-512' }), user({}))).toBe('');
});
