import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { issueAuthority } from '../../../operator/pki/issue';
import type { KeyPair } from '../../../operator/pki/issue';
import { writeJks } from '../../../operator/pki/jks';
import { writePkcs12 } from '../../../operator/pki/pkcs12';
import { CERTIFICATE_KEYS, readCertificateSecret, secretContents } from '../../../operator/pki/secret-contents';
import { secretTls } from '../../../operator/pki/secret-tls';
import { asSecret, bytesOf, PASSWORD, SENTENCE, textOf } from './fixtures';

// Key derivation is work; on a busy machine it takes its time.
jest.setTimeout(60_000);

const [CA, EC, RSA, KEY, RSA_KEY] = ['ca.crt', 'ec.crt', 'rsa.crt', 'ec.key', 'rsa.key'].map(textOf) as [
  string,
  string,
  string,
  string,
  string,
];
const shown = { certificate: EC, key: KEY };
const withCa = { certificate: EC + CA, key: KEY };
const store = { chain: [EC], key: KEY, trusted: [], alias: 'a', password: PASSWORD };
const trust = { chain: [], trusted: [CA], alias: 'a', password: PASSWORD };
const profile = { commonName: 'next', names: [], keyType: 'ECDSA-P256', durationMs: 1e9, renewBeforeMs: 0, authority: true } as const;

let ca: KeyPair;
let expired: KeyPair;
beforeAll(async () => {
  ca = await issueAuthority(profile, Date.now());
  expired = await issueAuthority(profile, 0);
});

describe('what a Secret may hold', () => {
  test.each([
    ['nothing of ours', { username: 'a', password: 'b' }, { trusted: [] }],
    ['a key that waits for its certificate', { 'tls.key': KEY }, { trusted: [] }],
    ['PEM of cert-manager', { 'tls.crt': EC, 'tls.key': KEY, 'ca.crt': CA }, { certificate: shown, trusted: [CA] }],
    ['PEM with the chain, and no CA', { 'tls.crt': EC + CA, 'tls.key': KEY }, { certificate: withCa, trusted: [] }],
    ['PEM in the wrong order', { 'tls.crt': CA + EC, 'tls.key': KEY }, { certificate: withCa, trusted: [] }],
    ['who is trusted, alone', { 'ca.crt': CA + RSA }, { trusted: [CA, RSA] }],
    ['an empty ca.crt', { 'tls.crt': EC, 'tls.key': KEY, 'ca.crt': '' }, { certificate: shown, trusted: [] }],
    [
      'the key stores of Koperator',
      { 'keystore.jks': bytesOf('keytool-ec.jks'), 'truststore.jks': bytesOf('keytool-trust.jks'), password: PASSWORD },
      { certificate: withCa, trusted: [CA, EC] },
    ],
    [
      'PKCS #12 in files that are called JKS',
      { 'keystore.jks': bytesOf('keytool-ec.p12'), 'truststore.jks': bytesOf('openssl-trust.p12'), password: PASSWORD },
      { certificate: withCa, trusted: [CA] },
    ],
    [
      'PKCS #12',
      { 'keystore.p12': writePkcs12(store), 'truststore.p12': writePkcs12(trust), password: PASSWORD },
      { certificate: shown, trusted: [CA] },
    ],
    [
      'a user of Strimzi',
      { 'user.p12': writePkcs12(store), 'user.password': PASSWORD, 'ca.crt': CA },
      { certificate: shown, trusted: [CA] },
    ],
    [
      'trust in the key store',
      { 'keystore.jks': bytesOf('with-ca-keytool-ec.jks'), password: PASSWORD },
      { certificate: withCa, trusted: [CA] },
    ],
    ['a password that echo wrote', { 'keystore.jks': writeJks(store), password: `${PASSWORD}\n` }, { certificate: shown, trusted: [] }],
    ['PEM beside key stores', { 'tls.crt': EC, 'tls.key': KEY, 'keystore.jks': 'x', password: 'y' }, { certificate: shown, trusted: [] }],
  ])('%s', async (_name, values, contents) => {
    const expected = { certificate: undefined, next: undefined, ...contents };
    expect(secretContents(asSecret(values))).toEqual(expected);
    expect(await readCertificateSecret(asSecret(values))).toEqual(expected);
  });

  test('a CA of a user, and the one that signs next', () => {
    const values = { caCert: ca.certificate, caKey: ca.key, 'next.crt': expired.certificate, 'next.key': expired.key };
    expect(secretContents(asSecret(values))).toEqual({ certificate: ca, trusted: [ca.certificate], next: expired });
  });
});

const BAD: readonly (readonly [string, Readonly<Record<string, string | Buffer>>, RegExp])[] = [
  ['a certificate without its key', { 'tls.crt': EC }, /tls\.crt of the Secret: tls\.key, its private key, is missing/u],
  [
    'a key of another certificate',
    { 'tls.crt': EC, 'tls.key': RSA_KEY },
    /tls\.crt and tls\.key of the Secret: key and certificate do not/u,
  ],
  ['a key where the certificate belongs', { 'tls.crt': KEY, 'tls.key': KEY }, /tls\.crt of the Secret: it holds no certificate/u],
  ['a certificate where the key belongs', { 'tls.crt': EC, 'tls.key': EC }, /tls\.key of the Secret: it holds no private key/u],
  ['words instead of CAs', { 'ca.crt': 'trust me' }, /ca\.crt of the Secret: it holds no certificate/u],
  ['a CA that is none', { caCert: EC, caKey: KEY }, /caCert of the Secret: it is not the certificate of a CA/u],
  ['a CA without its key', { caCert: CA }, /caCert of the Secret: caKey, its private key, is missing/u],
  ['a next CA without its key', { 'next.crt': CA }, /next\.crt of the Secret: next\.key/u],
  [
    'a key store without a password',
    { 'keystore.jks': writeJks(store) },
    /open keystore\.jks of the Secret: password, its password, is missing/u,
  ],
  [
    'a wrong password',
    { 'keystore.jks': writeJks(store), password: 'other-word' },
    /open keystore\.jks of the Secret: the password does not fit/u,
  ],
  [
    'a trust store as key store',
    { 'keystore.jks': writeJks(trust), password: PASSWORD },
    /keystore\.jks of the Secret: it holds no private key/u,
  ],
  ['PEM as key store', { 'keystore.jks': EC, password: PASSWORD }, /keystore\.jks of the Secret: it is neither JKS nor PKCS #12/u],
  ['a wrong trust store', { 'truststore.p12': Buffer.alloc(50, 1), password: PASSWORD }, /truststore\.p12 of the Secret: it is neither/u],
  ['JCEKS', { 'keystore.jks': Buffer.concat([Buffer.from('cececece', 'hex'), Buffer.alloc(60)]), password: PASSWORD }, /it is JCEKS/u],
];

describe('what it may not hold', () => {
  test.each(BAD)('%s', async (_name, values, why) => {
    const data = asSecret(values);
    expect(() => secretContents(data)).toThrow(why);
    expect(() => secretContents(data)).toThrow(SENTENCE);
    await expect(readCertificateSecret(data)).rejects.toThrow(why);
    expect(secretTls(data).problem).toMatch(why);
  });

  test('two private keys in one store', () => {
    expect(() => secretContents(asSecret({ 'keystore.jks': twoKeys(), password: PASSWORD }))).toThrow(
      /it holds 2 private keys; leave the one/u,
    );
  });

  test('a megabyte of anything ends in a sentence, soon', () => {
    const started = performance.now();
    for (const filling of ['\0', 'A', '-----BEGIN CERTIFICATE-----\n', '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n']) {
      const large = Buffer.alloc(1_040_000, filling);
      for (const key of ['tls.crt', 'ca.crt', 'keystore.jks', 'keystore.p12']) {
        const data = asSecret({ 'tls.key': KEY, password: PASSWORD, [key]: large });
        expect(() => secretContents(data)).toThrow(SENTENCE);
      }
      expect(() => secretContents(asSecret({ 'tls.crt': EC, 'tls.key': large }))).toThrow(SENTENCE);
      expect(() => secretContents(asSecret({ 'ca.crt': Buffer.alloc(1_100_000, filling) }))).toThrow(SENTENCE);
    }
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('nothing that was in the Secret is in a sentence', () => {
    const parts = fc.constantFrom<string | Buffer>(
      EC,
      KEY,
      CA,
      RSA_KEY,
      'hidden-word',
      'hidden-word\n',
      writeJks(store),
      bytesOf('keytool-ec.p12'),
      '',
    );
    const values = fc.dictionary(fc.constantFrom(...CERTIFICATE_KEYS, 'tls.key', 'caKey', 'next.key', 'password', 'user.password'), parts);
    fc.assert(
      fc.property(values, (chosen) => {
        const { problem = 'cannot say; nothing' } = secretTls(asSecret(chosen));
        expect(problem).toMatch(/^cannot .*; /u);
        for (const word of ['hidden-word', PASSWORD, 'MI', '-----BEGIN PRIVATE KEY-----\n']) expect(problem).not.toContain(word);
      }),
      { numRuns: 150 },
    );
  });
});

/** The entries of two stores behind one head. */
function twoKeys(): Buffer {
  const [one, other] = [writeJks(store), writeJks({ ...store, key: RSA_KEY, chain: [RSA], alias: 'b' })];
  const content = Buffer.concat([one.subarray(0, 8), Buffer.from([0, 0, 0, 2]), one.subarray(12, -20), other.subarray(12, -20)]);
  const secret = Buffer.from(PASSWORD, 'utf16le').swap16();
  return Buffer.concat([content, createHash('sha1').update(secret).update('Mighty Aphrodite').update(content).digest()]);
}
