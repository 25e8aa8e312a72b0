import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { certificateView, pemBlocks, privateKeyPem, splitChain, toPem } from '../../../operator/pki/pem';
import { SENTENCE, textOf } from './fixtures';

const EC = textOf('ec.key');
const RSA = textOf('rsa.key');
const exported = (pem: string, type: 'pkcs1' | 'sec1', more: object = {}): string =>
  createPrivateKey(pem)
    .export({ type, format: 'pem', ...more } as never)
    .toString();
const CURVE = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
const CIPHER = { cipher: 'aes-256-cbc', passphrase: 'a-passphrase' };

describe('private keys', () => {
  test.each([
    ['PKCS #8', EC, EC],
    ['SEC 1', exported(EC, 'sec1'), EC],
    ['SEC 1 behind its curve, as openssl ecparam writes it', CURVE + exported(EC, 'sec1'), EC],
    ['PKCS #1', exported(RSA, 'pkcs1'), RSA],
    ['a key between certificates and words', `Bag Attributes: <none>\n${textOf('rsa.crt')}\nand\n${RSA}`, RSA],
    ['lines that end as on Windows', EC.replaceAll('\n', '\r\n'), EC],
  ])('%s becomes PKCS #8', (_name, text, expected) => expect(privateKeyPem(text)).toBe(expected));

  test.each([
    [
      'an encrypted PKCS #8',
      createPrivateKey(EC)
        .export({ type: 'pkcs8', format: 'pem', ...CIPHER })
        .toString(),
      'it is encrypted',
    ],
    ['an encrypted PKCS #1', exported(RSA, 'pkcs1', CIPHER), 'it is encrypted'],
    ['nothing', '', 'no private key in PEM'],
    ['a certificate', textOf('ec.crt'), 'no private key in PEM'],
    ['two keys', EC + RSA, 'it holds 2 private keys'],
    ['a key of SSH', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----\n', 'no form that is known'],
    ['garbage in the form of a key', toPem('PRIVATE KEY', Buffer.alloc(500, 7)), 'it is damaged'],
    ['a public key', generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'no private key in PEM'],
  ])('%s is refused', (_name, text, why) => {
    expect(() => privateKeyPem(text, 'tls.key of the Secret')).toThrow(why);
    expect(() => privateKeyPem(text, 'tls.key of the Secret')).toThrow(SENTENCE);
    expect(() => privateKeyPem(text, 'tls.key of the Secret')).toThrow(/^cannot read tls\.key of the Secret: /u);
  });
});

describe('chains', () => {
  test('come apart, each as it would be written here', () => {
    const [ca, ec] = [textOf('ca.crt'), textOf('ec.crt')];
    const odd = `subject=CN = ec\n${ec.replaceAll('\n', '\r\n')}text ${ca.replaceAll('CERTIFICATE', 'X509 CERTIFICATE')}`;
    expect(splitChain(odd)).toEqual([ec, ca]);
  });

  test.each([
    ['nothing', '', 'it holds no certificate'],
    ['a key', EC, 'it holds no certificate'],
    ['an end that is missing', textOf('ec.crt').slice(0, -10), 'it holds no certificate'],
    ['garbage in the form of a certificate', toPem('CERTIFICATE', Buffer.alloc(900, 48)), 'is damaged'],
    [
      'a certificate cut short',
      toPem('CERTIFICATE', (pemBlocks(textOf('ec.crt'))[0]?.bytes ?? Buffer.alloc(0)).subarray(0, 300)),
      'is damaged',
    ],
    ['more than anybody keeps', textOf('ca.crt').repeat(1001), 'more than 1000 certificates'],
  ])('%s is refused', (_name, text, why) => expect(() => splitChain(text, 'ca.crt of the Secret')).toThrow(why));

  test('no text brings it down', () => {
    const pieces = fc.constantFrom(
      '-----BEGIN ',
      '-----END ',
      '-----',
      'CERTIFICATE',
      'PRIVATE KEY',
      '\n',
      ':',
      'Proc-Type: 4,ENCRYPTED',
      'MIIB',
      '=',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 5 })), { maxLength: 40 }), (parts) => {
        for (const read of [splitChain, privateKeyPem]) expect(() => read(parts.join(''))).toThrow(/^cannot read /u);
      }),
    );
  });

  test('a megabyte of beginnings without an end takes no time', () => {
    const started = performance.now();
    expect(pemBlocks('-----BEGIN CERTIFICATE-----'.repeat(40_000))).toEqual([]);
    expect(pemBlocks('-----BEGIN '.repeat(100_000))).toEqual([]);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('what a certificate says', () => {
  test('fingerprint, names, times, key', () => {
    const view = certificateView(textOf('ec.crt') + textOf('ca.crt'));
    expect(view).toMatchObject({
      ...{ subject: 'CN=ec', issuer: 'CN=ca', keyType: 'ECDSA-P256' },
      names: ['DNS:*.orders.kafka.svc', 'IP:10.0.0.1', 'IP:fd00::1', 'URI:spiffe://cluster.local/ns/kafka'],
    });
    expect(view.fingerprint).toMatch(/^[0-9a-f]{64}$/u);
    expect(new Date(view.notAfter).getUTCFullYear()).toBe(new Date(view.notBefore).getUTCFullYear() + 100);
    expect(certificateView(textOf('rsa.crt')).keyType).toBe('RSA-2048');
  });
});
