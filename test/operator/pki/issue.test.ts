import 'reflect-metadata';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { KeyType } from '../../../lib/api/resolved-cluster';
import type { CertificateProfile } from '../../../lib/constructs/certificate-profiles';
import { signedBy } from '../../../operator/pki/chain';
import { issueAuthority, issueLeaf, sameRequest, signingRequest } from '../../../operator/pki/issue';
import type { KeyPair } from '../../../operator/pki/issue';
import { certificateView, splitChain } from '../../../operator/pki/pem';
import { textOf } from './fixtures';

// Key derivation is work; on a busy machine it takes its time.
jest.setTimeout(60_000);

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0, 250);
const DAY_MS = 86_400_000;
const authority: CertificateProfile = {
  ...{ commonName: 'orders-ca.kafka.cluster.local', names: [], keyType: 'ECDSA-P256', authority: true },
  ...{ durationMs: 3650 * DAY_MS, renewBeforeMs: 30 * DAY_MS },
};
const leaf: CertificateProfile = {
  ...{ ...authority, commonName: 'orders-headless.kafka.svc.cluster.local', durationMs: 90 * DAY_MS, authority: false },
  names: ['DNS:*.orders-headless.kafka.svc', 'DNS:orders', 'IP:10.0.0.1', 'IP:2001:db8::1', 'URI:spiffe://cluster.local/ns/kafka'],
};

let ca: KeyPair;
beforeAll(async () => {
  ca = await issueAuthority(authority, NOW);
});

const extension = (pem: string, type: string): string =>
  Buffer.from(new x509.X509Certificate(pem).getExtension(type)?.value ?? new ArrayBuffer(0)).toString('hex');

describe('a CA', () => {
  test('signs leaves and nothing else', () => {
    expect(new X509Certificate(ca.certificate).ca).toBe(true);
    // CA: TRUE, no CA below it; certificates and lists of revoked ones.
    expect(extension(ca.certificate, '2.5.29.19')).toBe('30060101ff020100');
    expect(extension(ca.certificate, '2.5.29.15')).toBe('03020106');
  });

  test('signed itself, and is valid from five minutes ago to the second', () => {
    const certificate = new X509Certificate(ca.certificate);
    expect(signedBy(certificate, certificate)).toBe(true);
    expect(certificateView(ca.certificate)).toMatchObject({
      notBefore: Date.UTC(2026, 10, 21, 11, 55),
      notAfter: Date.UTC(2026, 10, 21, 12) + 3650 * DAY_MS,
    });
  });

  test('may end after 2049, where certificates write years in another way', async () => {
    const long = await issueAuthority({ ...authority, durationMs: 36_500 * DAY_MS }, NOW);
    expect(certificateView(long.certificate).notAfter).toBe(Date.UTC(2026, 10, 21, 12) + 36_500 * DAY_MS);
  });
});

describe('a leaf', () => {
  test.each([
    ['ECDSA-P256', '03020780'],
    ['ECDSA-P384', '03020780'],
    ['RSA-2048', '030205a0'],
  ] as const)('%s: its names, its usages, and who signed it', async (keyType: KeyType, usages) => {
    const pair = await issueLeaf({ ...leaf, keyType }, ca, NOW);
    const certificate = new X509Certificate(pair.certificate);
    expect(certificateView(pair.certificate)).toMatchObject({ subject: `CN=${leaf.commonName}`, names: [...leaf.names].sort(), keyType });
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1']);
    expect(extension(pair.certificate, '2.5.29.15')).toBe(usages);
    expect(signedBy(certificate, new X509Certificate(ca.certificate))).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(pair.key))).toBe(true);
  });

  test("that is a client's alone says so", async () => {
    const { certificate } = await issueLeaf({ ...leaf, clientOnly: true }, ca, NOW);
    expect(new X509Certificate(certificate).keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  });

  test('names the key of its CA', async () => {
    const { certificate } = await issueLeaf(leaf, ca, NOW);
    expect(extension(certificate, '2.5.29.35')).toBe(`30168014${extension(ca.certificate, '2.5.29.14').slice(4)}`);
  });

  test('has a serial number of 18 bytes that no other has', async () => {
    const pairs = await Promise.all(Array.from({ length: 20 }, () => issueLeaf(leaf, ca, NOW)));
    const serials = pairs.map(({ certificate }) => new X509Certificate(certificate).serialNumber);
    expect(new Set(serials).size).toBe(20);
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{35}$/u);
  });

  test('never outlives its CA', async () => {
    const { certificate } = await issueLeaf({ ...leaf, durationMs: 7300 * DAY_MS }, ca, NOW + DAY_MS);
    expect(certificateView(certificate).notAfter).toBe(certificateView(ca.certificate).notAfter);
  });

  test('brings the CAs between it and the root, and not the root', async () => {
    const { certificate } = await issueLeaf(leaf, ca, NOW);
    expect(splitChain(certificate)).toHaveLength(1);
    const between = await intermediate();
    const below = splitChain((await issueLeaf(leaf, between, NOW)).certificate);
    expect(below.slice(1)).toEqual([splitChain(between.certificate)[0]]);
    expect(signedBy(new X509Certificate(below[0]!), new X509Certificate(below[1]!))).toBe(true);
  });

  test('has the name of its CA byte for byte', async () => {
    const between = await intermediate();
    const [certificate] = splitChain((await issueLeaf(leaf, between, NOW)).certificate);
    const issuer = new x509.X509Certificate(certificate!).issuerName.toArrayBuffer();
    expect(Buffer.from(issuer)).toEqual(Buffer.from(new x509.X509Certificate(between.certificate).subjectName.toArrayBuffer()));
    expect(certificateView(certificate!).issuer).toBe('CN=between+OU=\\#\\,,O=Größe');
  });

  test.each(['#alice', 'a"b', 'a,b+c=d', ' alice '])('has the common name %p as it is', async (commonName) => {
    const { certificate } = await issueLeaf({ ...leaf, commonName, names: [] }, ca, NOW);
    expect(new x509.X509Certificate(certificate).subjectName.getField('CN')).toEqual([commonName]);
    expect(certificateView(certificate).names).toEqual([]);
  });

  test.each([
    ['the CA has ended', async () => issueLeaf(leaf, ca, NOW + 4000 * DAY_MS), /it ended .*; renew it/u],
    ['the key is another one', async () => issueLeaf(leaf, { ...ca, key: textOf('ec.key') }, NOW), /belongs to another certificate/u],
    ['who signs is no CA', async () => issueLeaf(leaf, { certificate: textOf('ec.crt'), key: textOf('ec.key') }, NOW), /CA:TRUE/u],
    ['a name is of no kind', async () => issueLeaf({ ...leaf, names: ['alice'] }, ca, NOW), /none of DNS/u],
  ])('is refused when %s', async (_name, issue, sentence) => expect(issue()).rejects.toThrow(sentence));
});

test('a request says whom it is for, and its key fits', async () => {
  const { csr, key } = await signingRequest(leaf);
  const request = new x509.Pkcs10CertificateRequest(csr);
  expect(await request.verify()).toBe(true);
  expect(request.subjectName.getField('CN')).toEqual([leaf.commonName]);
  expect(Buffer.from(request.rawData).includes('*.orders-headless.kafka.svc')).toBe(true);
  const own = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' });
  expect(own.includes(Buffer.from(request.publicKey.rawData).subarray(-64))).toBe(true);
});

describe('two requests', () => {
  test.each(['ECDSA-P256', 'ECDSA-P384', 'RSA-2048'] as const)(
    'for one %s key ask for the same; for another key, name or usage not',
    async (keyType) => {
      const of = { ...leaf, keyType };
      const { csr, key } = await signingRequest(of);
      const others = await Promise.all([
        signingRequest(of),
        signingRequest({ ...of, commonName: 'other' }, key),
        signingRequest({ ...of, names: of.names.slice(1) }, key),
        signingRequest({ ...of, clientOnly: true }, key),
      ]);
      expect(sameRequest(csr, (await signingRequest(of, key)).csr)).toBe(true);
      expect(others.map((other) => sameRequest(csr, other.csr))).toEqual([false, false, false, false]);
    },
  );

  test('are not the same when something stands beside one of them', async () => {
    const [{ csr, key }, other] = [await signingRequest(leaf), await signingRequest(leaf)];
    const again = (await signingRequest(leaf, key)).csr;
    const body = (pem: string): string => pem.split('\n').slice(1, -2).join('\n');
    const frames = [
      `${again}${other.csr}`,
      `${other.csr}${again}`,
      ` ${again}`,
      again.replace('-----END', `${body(other.csr)}\n-----END`),
      '',
    ];
    expect(frames.map((frame) => sameRequest(frame, csr))).toEqual(frames.map(() => false));
    expect(sameRequest('', '')).toBe(false);
  });

  test('are not made for a key of another kind', async () => {
    const { key } = await signingRequest(leaf);
    for (const keyType of ['ECDSA-P384', 'RSA-2048'] as const) await expect(signingRequest({ ...leaf, keyType }, key)).rejects.toThrow();
    await expect(signingRequest(leaf, 'none')).rejects.toThrow(/the key that is to be signed/);
  });
});

/** A CA between leaf and root, with a name in several kinds of letters; its chain has the root. */
async function intermediate(): Promise<KeyPair> {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: new x509.Name([{ O: [{ utf8String: 'Größe' }] }, { CN: [{ printableString: 'between' }], OU: [{ utf8String: '#,' }] }]),
    issuer: new x509.Name(new x509.X509Certificate(ca.certificate).subjectName.toArrayBuffer()),
    notBefore: new Date(NOW),
    notAfter: new Date(NOW + 365 * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: await crypto.subtle.importKey(
      ...([
        'pkcs8',
        createPrivateKey(ca.key).export({ type: 'pkcs8', format: 'der' }),
        { name: 'ECDSA', namedCurve: 'P-256' },
        false,
      ] as const),
      ['sign'],
    ),
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    certificate: `${certificate.toString('pem')}\n${ca.certificate}`,
    key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
  };
}
