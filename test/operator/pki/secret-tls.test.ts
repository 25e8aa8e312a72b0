import fc from 'fast-check';
import { issueAuthority, issueLeaf } from '../../../operator/pki/issue';
import { certificateView } from '../../../operator/pki/pem';
import { secretTls } from '../../../operator/pki/secret-tls';
import { asSecret, bytesOf, PASSWORD, textOf } from './fixtures';

// Key derivation is work; on a busy machine it takes its time.
jest.setTimeout(60_000);

const [CA, EC, RSA, KEY] = ['ca.crt', 'ec.crt', 'rsa.crt', 'ec.key'].map(textOf) as [string, string, string, string];
const authority = { ...certificateView(CA), pem: CA };
const leaf = { ...certificateView(EC), signedBy: authority.fingerprint };
const profile = { commonName: 'next', names: [], keyType: 'ECDSA-P256', durationMs: 1e9, renewBeforeMs: 0, authority: true } as const;

describe('what may be known of a Secret', () => {
  test('PEM', () => {
    expect(secretTls(asSecret({ 'tls.crt': EC, 'tls.key': KEY, 'ca.crt': CA, other: 'x', empty: '' }))).toEqual({
      keys: ['ca.crt', 'other', 'tls.crt', 'tls.key'],
      certificate: leaf,
      authorities: [authority],
    });
  });

  test('key stores', () => {
    const values = { 'keystore.jks': bytesOf('keytool-ec.p12'), 'truststore.jks': bytesOf('keytool-trust.jks'), password: PASSWORD };
    const tls = secretTls(asSecret(values));
    expect(tls.certificate).toEqual(leaf);
    expect(tls.authorities).toEqual([authority, { ...certificateView(EC), pem: EC }]);
  });

  test('a CA that is replaced; each CA signed itself', async () => {
    const [now, next] = [await issueAuthority(profile, Date.now()), await issueAuthority(profile, Date.now())];
    const values = { 'tls.crt': now.certificate, 'tls.key': now.key, 'ca.crt': next.certificate + now.certificate };
    const tls = secretTls(asSecret({ ...values, 'next.crt': next.certificate, 'next.key': next.key }));
    expect(tls.next).toEqual(certificateView(next.certificate));
    expect(tls.authorities.map(({ fingerprint }) => fingerprint)).toEqual([tls.next?.fingerprint, tls.certificate?.fingerprint]);
    expect(tls.certificate?.signedBy).toBe(tls.certificate?.fingerprint);
    const under = await issueLeaf({ ...profile, authority: false }, next, Date.now());
    const leafTls = secretTls(asSecret({ ...values, 'tls.crt': under.certificate, 'tls.key': under.key }));
    expect(leafTls.certificate?.signedBy).toBe(tls.next?.fingerprint);
  });

  test('a certificate that nobody trusted signed', () => {
    const { certificate } = secretTls(asSecret({ 'tls.crt': EC, 'tls.key': KEY, 'ca.crt': RSA }));
    expect(certificate).toEqual(certificateView(EC));
  });

  test('an expired certificate is no problem here', async () => {
    const old = await issueAuthority(profile, 0);
    const tls = secretTls(asSecret({ 'tls.crt': old.certificate, 'tls.key': old.key }));
    expect(tls.problem).toBeUndefined();
    expect(tls.certificate?.notAfter).toBe(1e9);
  });

  test('a problem with one part leaves the others known', () => {
    expect(secretTls(asSecret({ 'tls.crt': EC, 'tls.key': textOf('rsa.key'), 'ca.crt': CA }))).toMatchObject({
      certificate: leaf,
      authorities: [authority],
      problem: 'cannot use tls.crt and tls.key of the Secret: key and certificate do not belong together; store the two that do',
    });
    expect(secretTls(asSecret({ 'tls.crt': EC, 'tls.key': KEY, 'ca.crt': 'x' }))).toMatchObject({
      certificate: certificateView(EC),
      authorities: [],
    });
  });

  test('nothing of it is secret', () => {
    const tls = JSON.stringify(secretTls(asSecret({ 'keystore.jks': bytesOf('keytool-ec.jks'), password: PASSWORD, 'tls.key': KEY })));
    expect(tls).not.toContain('PRIVATE');
    expect(tls).not.toContain(PASSWORD);
  });
});

describe('what it costs', () => {
  test('Secrets that are none of ours are not looked into', () => {
    const data = { token: 'A'.repeat(1_000_000), username: 'B'.repeat(100) };
    expect(secretTls(data)).toEqual({ keys: ['token', 'username'], authorities: [] });
    const started = performance.now();
    for (let times = 0; times < 10_000; times++) secretTls(data);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('what was found out once is remembered, until a value changes', () => {
    const data = asSecret({ 'keystore.jks': bytesOf('keytool-legacy-ec.p12'), password: PASSWORD });
    const first = secretTls(data);
    const started = performance.now();
    for (let times = 0; times < 1000; times++) expect(secretTls({ ...data, [`other-${times}`]: 'x' }).certificate).toBe(first.certificate);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(secretTls({ ...data, password: asSecret({ p: 'wrong' })['p']! }).problem).toMatch(/the password does not fit/u);
  });
});

test('no Secret brings it down', () => {
  const keys = fc.constantFrom(
    'tls.crt',
    'tls.key',
    'ca.crt',
    'caCert',
    'caKey',
    'keystore.jks',
    'truststore.p12',
    'password',
    'next.crt',
    '__proto__',
  );
  const values = fc.oneof(fc.string({ maxLength: 30 }), fc.base64String({ maxLength: 100 }), fc.constant(42 as unknown as string));
  fc.assert(
    fc.property(fc.dictionary(keys, values), (data) => {
      const { problem = 'cannot' } = secretTls(data);
      expect(problem).toMatch(/^cannot/u);
    }),
    { numRuns: 500 },
  );
});
