import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { resolve } from '../../../../lib/api/resolve';
import { profileHash, profileOf, type UserSecret } from '../../../../operator/decide/users/credential';
import { decideUsers } from '../../../../operator/decide/users/decide-users';
import { ANNOTATION } from '../../../../lib/constructs/naming';
import { nextRenewal } from '../../../../operator/decide/users/next-renewal';
import { userObject } from '../../../../operator/decide/users/user-object';

const DAY = 24 * 3_600_000;
const example = parse(readFileSync(join(__dirname, '../../../../examples/ssl.yaml'), 'utf8')) as { spec: Record<string, unknown> };
const { cluster } = resolve({
  ...{ apiVersion: 'kafka.banzaicloud.io/v1beta1', kind: 'KafkaCluster', spec: example.spec },
  metadata: { name: 'orders', namespace: 'kafka', uid: 'c', resourceVersion: '1', creationTimestamp: '2024-01-01T00:00:00Z' },
});

/** A year, renewed thirty days before its end. */
function at(now: number, signedBy = 'ca') {
  const meta = { name: 'alice', namespace: 'kafka', uid: 'u', resourceVersion: '1', creationTimestamp: '2024-01-01T00:00:00Z' };
  const spec = { clusterRef: { name: 'orders' }, secretName: 's', expirationSeconds: 365 * 86_400 };
  const user = userObject({ apiVersion: 'v1', kind: 'KafkaUser', metadata: meta, spec });
  const certificate = { notBefore: 0, notAfter: 365 * DAY, signedBy, fingerprint: 'f', issuer: 'CN=ca', names: [] };
  const secret = {
    ...{ apiVersion: 'v1', kind: 'Secret' },
    metadata: {
      ...{ ...meta, name: 's', ownerReferences: [{ apiVersion: 'v1', kind: 'KafkaUser', name: 'alice', uid: 'u' }] },
      annotations: { [ANNOTATION.profileHash]: profileHash(profileOf(user, user.spec!, cluster!)) },
    },
    tls: { certificate, authorities: [{ fingerprint: 'ca' }], keys: ['ca.crt', 'tls.crt', 'tls.key'] },
  } as unknown as UserSecret;
  const steps = decideUsers({
    users: [user],
    situation: {
      ...{ kind: 'place', cluster: cluster! },
      authority: { fingerprint: 'ca', trusted: ['ca'] },
      kafka: { acls: undefined, scram: undefined, quotas: undefined },
    },
    ...{ secret: () => secret, password: () => undefined, told: () => undefined, now },
  });
  return { kind: steps[0]!.credential.kind, wait: nextRenewal(steps, cluster!, now) };
}

test('the next look is at the very time at which the certificate is renewed', () => {
  const { wait } = at(250 * DAY);
  expect(wait).toBeGreaterThan(DAY);
  expect(['keep', 'label']).toContain(at(250 * DAY + wait! - 1).kind);
  expect(at(250 * DAY + wait!).kind).toBe('issue');
});

test('what is due and could not be done asks for no look of its own', () => {
  expect(at(250 * DAY, 'another').kind).toBe('issue');
  expect(at(250 * DAY, 'another').wait).toBeUndefined();
  expect(at(364 * DAY).wait).toBeUndefined();
});
