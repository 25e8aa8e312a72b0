import type { KafkaUserSpec } from '../../../../lib/api/kafka-user';
import { ANNOTATION } from '../../../../lib/constructs/naming';
import {
  annotationsOf,
  credentialStep,
  labelsOf,
  profileHash,
  profileOf,
  type UserSecret,
} from '../../../../operator/decide/users/credential';
import { userObject } from '../../../../operator/decide/users/user-object';
import { cluster } from '../../../lib/constructs/small-cluster';

const DAY = 86_400_000;
const NOW = 1_767_225_600_000;
const spec: KafkaUserSpec = { secretName: 'alice', clusterRef: { name: 'orders' } };
const user = userObject({
  ...{ apiVersion: 'kafka.banzaicloud.io/v1alpha1', kind: 'KafkaUser', spec },
  metadata: { name: 'alice', namespace: 'kafka', uid: 'u-a', resourceVersion: '1', creationTimestamp: '' },
});

function secret(notAfter: number): UserSecret {
  const of = cluster();
  const view = { fingerprint: 'f', subject: 'CN=alice', issuer: 'CN=ca', names: [], keyType: 'ECDSA-P256' };
  const [times, ca] = [
    { notBefore: NOW - 90 * DAY, notAfter },
    { ...view, fingerprint: 'ca', notBefore: 0, notAfter: 0 },
  ];
  const annotations = { ...annotationsOf(spec, of), [ANNOTATION.profileHash]: profileHash(profileOf(user, spec, of)) };
  const owner = { apiVersion: 'kafka.banzaicloud.io/v1alpha1', kind: 'KafkaUser', name: 'alice', uid: 'u-a' };
  const metadata = { name: 'alice', namespace: 'kafka', uid: 's', resourceVersion: '1', creationTimestamp: '' };
  return {
    ...{ apiVersion: 'v1', kind: 'Secret' },
    metadata: { ...metadata, annotations, labels: labelsOf(user, of), ownerReferences: [owner] },
    tls: { keys: [], authorities: [ca], certificate: { ...view, ...times, signedBy: 'ca' } },
  };
}

test.each([
  ['is renewed near its end', 2 * DAY, 300 * DAY, 'issue'],
  ['stays when the CA ends with it, for another one would end no later', 2 * DAY, 2 * DAY, 'keep'],
])('a certificate of a user %s', (_name, end, endOfAuthority, kind) => {
  const authority = { fingerprint: 'ca', trusted: ['ca'], notAfter: NOW + endOfAuthority };
  const facts = { cluster: cluster(), authority, secret: secret(NOW + end), password: undefined, now: NOW };
  expect(credentialStep(user, spec, facts).kind).toBe(kind);
});
