import { mayApprove, requestName, signingRequest, type SigningUser } from '../../../../lib/constructs/signing-request';
import { ANNOTATION } from '../../../../lib/constructs/naming';
import type { SecretObject } from '../../../../operator/decide/certificate-view';
import { signingHash, signingStep, type Waiting } from '../../../../operator/decide/users/signing-request';
import type { LiveObject } from '../../../../operator/decide/world';

const NOW = 1_767_225_600_000;
const HOUR = 3_600_000;
const AT = { now: NOW, trusted: undefined };
const OURS = 'issuers.cert-manager.io/kafka.company';

const wish = (signerName = OURS): SigningUser => ({
  user: { name: 'alice', namespace: 'kafka', uid: 'u-a' },
  secretName: 'alice-secret',
  profile: { commonName: 'alice', names: [], keyType: 'ECDSA-P256', durationMs: 30 * HOUR, renewBeforeMs: 0, authority: false },
  includeJks: false,
  labels: { kafka_cr: 'orders' },
  annotations: { 'experimental.cert-manager.io/request-duration': '2h' },
  signerName,
});

interface Held {
  readonly waits?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Fingerprints. */
  readonly trusts?: readonly string[];
  /** Hours from now. */
  readonly valid?: readonly [number, number];
}

function secret({ waits = false, valid, annotations = {}, trusts = [] }: Held): SecretObject {
  const view = { fingerprint: 'f', subject: 'CN=alice', issuer: 'CN=ca', names: [], keyType: 'ECDSA-P256' };
  const metadata = { name: 'alice-secret', namespace: 'kafka', uid: 's', resourceVersion: '1', creationTimestamp: '' };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...metadata,
      annotations: { 'banzaicloud.io/csr': 'alice-1', [ANNOTATION.profileHash]: signingHash(wish()), ...annotations },
    },
    tls: {
      keys: [...(waits ? ['request.key'] : []), ...(valid === undefined ? [] : ['tls.crt', 'tls.key'])],
      authorities: trusts.map((fingerprint) => ({ ...view, fingerprint, notBefore: 0, notAfter: 0 })),
      ...(valid === undefined ? {} : { certificate: { ...view, notBefore: NOW + valid[0] * HOUR, notAfter: NOW + valid[1] * HOUR } }),
    },
  };
}

const request = (status: object, signerName = OURS): LiveObject => ({
  apiVersion: 'certificates.k8s.io/v1',
  kind: 'CertificateSigningRequest',
  metadata: { name: 'alice-1', uid: 'r', resourceVersion: '1', creationTimestamp: '' },
  spec: { ...(signingRequest(wish(signerName), 'alice-1', 'PEM')['spec'] as object) },
  status,
});
const waits = (live: LiveObject | undefined, signer = OURS): Waiting => ({
  wanted: signingRequest(wish(signer), 'alice-1', 'the same with another signature'),
  live,
});

const APPROVED = { type: 'Approved' };
const at = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();

describe('a certificate by a signing request', () => {
  test.each<[string, SecretObject | undefined, LiveObject | undefined, readonly [string, RegExp]]>([
    ['begins with a key', undefined, undefined, ['drawKey', /no certificate/]],
    ['is requested once its key waits', secret({ waits: true }), undefined, ['request', /alice-1/]],
    ['is approved by the operator for an issuer of cert-manager', secret({ waits: true }), request({}), ['approve', /./]],
    [
      'is waited for once it is approved',
      secret({ waits: true }),
      request({ conditions: [APPROVED] }),
      ['wait', /has not signed request alice-1/],
    ],
    ['is taken when it is issued', secret({ waits: true }), request({ conditions: [APPROVED], certificate: 'LS0t' }), ['take', /./]],
    ['begins anew for another signer', secret({ waits: true }), request({}, 'other.example.com/x'), ['drawKey', /another signer/]],
    ['rests while its time is not over', secret({ valid: [-10, 20] }), undefined, ['done', /./]],
    ['is renewed after two thirds of its time', secret({ valid: [-20, 10] }), undefined, ['drawKey', /ends soon/]],
    ['goes on with the renewal while the old one is in use', secret({ waits: true, valid: [-25, 5] }), undefined, ['request', /alice-1/]],
    [
      'rests for a while when it was denied, and says why',
      secret({ waits: true }),
      request({ conditions: [{ type: 'Denied', message: 'not now', lastUpdateTime: at(-5) }] }),
      ['refused', /alice-1 was denied: not now/],
    ],
    [
      'is asked for again ten minutes after it was denied',
      secret({ waits: true }),
      request({ conditions: [{ type: 'Denied', lastUpdateTime: at(-10) }] }),
      ['drawKey', /denied/],
    ],
    [
      'rests when its signer failed',
      secret({ waits: true }),
      request({ conditions: [APPROVED, { type: 'Failed', reason: 'SigningError' }] }),
      ['refused', /refused by its signer: SigningError/],
    ],
  ])('%s', (_name, held, live, [step, why]) => {
    const next = signingStep(wish(), {
      secret: held,
      waiting: held?.tls?.keys.includes('request.key') === true ? waits(live) : undefined,
      ...AT,
    });
    expect(next.step).toBe(step);
    expect(JSON.stringify(next)).toMatch(why);
  });

  const VALID = [-10, 20] as const;
  const ALL = { valid: VALID, trusts: ['next', 'old'] };
  test.each<[string, SigningUser, SecretObject, readonly [string, RegExp]]>([
    [
      'is drawn anew for other names',
      { ...wish(), profile: { ...wish().profile, names: ['DNS:a'] } },
      secret({ ...ALL }),
      ['drawKey', /something else/],
    ],
    ['is drawn anew for another signer', wish('clusterissuers.cert-manager.io/other'), secret({ ...ALL }), ['drawKey', /somebody else/]],
    [
      'is drawn anew when its Secret does not say what it is for',
      wish(),
      secret({ ...ALL, annotations: { [ANNOTATION.profileHash]: '' } }),
      ['drawKey', /./],
    ],
    ['learns whom to trust', wish(), secret({ valid: VALID, trusts: ['old'] }), ['complete', /other CAs/]],
    [
      'learns whom to trust also while another key waits',
      wish(),
      secret({ waits: true, valid: VALID, trusts: ['old'] }),
      ['complete', /other CAs/],
    ],
    ['gets key stores', { ...wish(), includeJks: true }, secret({ valid: VALID, trusts: ['next', 'old'] }), ['complete', /key stores/]],
    ['rests when it trusts everybody', wish(), secret({ valid: VALID, trusts: ['next', 'old'] }), ['done', /./]],
  ])('%s', (_name, of, held, [step, why]) => {
    const next = signingStep(of, { secret: held, waiting: undefined, now: NOW, trusted: ['next', 'old'] });
    expect([next.step, JSON.stringify(next)]).toEqual([step, expect.stringMatching(why)]);
  });

  test('begins anew when what waits is not to be signed', () => {
    const unfit = { unfit: 'it asks for something else' };
    expect(signingStep(wish(), { secret: secret({ waits: true }), waiting: unfit, ...AT })).toEqual({
      step: 'drawKey',
      why: unfit.unfit,
    });
  });

  test.each([
    ['makes it a CA', { metadata: { annotations: { 'experimental.cert-manager.io/request-is-ca': 'true' } } }],
    ['names another usage', { spec: { usages: ['digital signature', 'client auth', 'server auth', 'cert sign'] } }],
    ['wants it for longer', { spec: { expirationSeconds: 999_999_999 } }],
  ])('begins anew when the request of its name %s', (_name, change: { readonly metadata?: object; readonly spec?: object }) => {
    const live = request({ conditions: [APPROVED], certificate: 'LS0t' });
    const other = { ...live, metadata: { ...live.metadata, ...change.metadata }, spec: { ...(live['spec'] as object), ...change.spec } };
    const next = signingStep(wish(), { secret: secret({ waits: true }), waiting: waits(other), ...AT });
    expect(next).toMatchObject({ step: 'drawKey', why: expect.stringContaining('another one than is wanted') as unknown });
  });

  test('waits for a person where the signer is anybody else, and says what to do', () => {
    const signer = 'kubernetes.io/kube-apiserver-client';
    expect(signingStep(wish(signer), { secret: secret({ waits: true }), waiting: waits(request({}, signer), signer), ...AT })).toEqual({
      step: 'wait',
      why: expect.stringContaining('kubectl certificate approve alice-1') as unknown,
    });
  });

  test.each([
    ['issuers.cert-manager.io/kafka.company', true],
    ['clusterissuers.cert-manager.io/company', true],
    ['issuers.cert-manager.io/', false],
    ['kubernetes.io/kube-apiserver-client', false],
    ['example.com/issuers.cert-manager.io/x', false],
    ['', false],
  ])('by %p is approved by the operator: %p', (signer, may) => {
    expect(mayApprove(signer)).toBe(may);
  });

  test.each<[string, string, 'ECDSA-P256' | 'RSA-2048', readonly string[]]>([
    ['what its request says, for cert-manager', OURS, 'RSA-2048', ['digital signature', 'key encipherment', 'client auth', 'server auth']],
    ['nothing of servers, for others', 'kubernetes.io/kube-apiserver-client', 'ECDSA-P256', ['digital signature', 'client auth']],
    ['clients only, of a user that is no server', OURS, 'ECDSA-P256', ['digital signature', 'client auth']],
  ])('is to be good for %s', (name, signer, keyType, usages) => {
    const of = wish(signer);
    const clientOnly = name.startsWith('clients only');
    const { spec } = signingRequest({ ...of, profile: { ...of.profile, keyType, clientOnly } }, 'alice-1', 'PEM') as unknown as {
      spec: { usages: unknown };
    };
    expect(spec.usages).toEqual(usages);
  });

  test('is named by user and key', () => {
    const { user } = wish();
    expect(requestName(user, 'a')).toBe(requestName(user, 'a'));
    expect(new Set([requestName(user, 'a'), requestName(user, 'b'), requestName({ ...user, namespace: 'other' }, 'a')]).size).toBe(3);
    expect(requestName({ ...user, name: 'a'.repeat(253) }, 'a').length).toBeLessThanOrEqual(253);
  });

  test('is no CA, and not signed by a key of their choice, whatever its annotations say', () => {
    const annotations = {
      'experimental.cert-manager.io/request-is-ca': 'true',
      'experimental.cert-manager.io/private-key-secret-name': 'other',
      'example.com/team': 'a',
    };
    const { metadata } = signingRequest({ ...wish(), annotations }, 'alice-1', 'PEM');
    expect(Object.keys(metadata.annotations ?? {}).sort()).toEqual([
      'banzaicloud.io/owner',
      'csr.banzaicloud.io/fullchain',
      'example.com/team',
    ]);
  });

  test('is requested as Koperator did, with the annotations of the user', () => {
    expect(signingRequest(wish(), 'alice-1', 'PEM')).toEqual({
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: {
        name: 'alice-1',
        labels: { kafka_cr: 'orders' },
        annotations: {
          'banzaicloud.io/owner': 'kafka/alice',
          'csr.banzaicloud.io/fullchain': 'true',
          'experimental.cert-manager.io/request-duration': '2h',
        },
      },
      spec: {
        request: Buffer.from('PEM').toString('base64'),
        signerName: OURS,
        expirationSeconds: 108_000,
        usages: ['digital signature', 'client auth', 'server auth'],
      },
    });
  });
});
