import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chainOf, signedBy } from '../../../operator/pki/chain';
import { issueAuthority } from '../../../operator/pki/issue';
import { textOf } from './fixtures';

const [CA, EC, RSA] = [textOf('ca.crt'), textOf('ec.crt'), textOf('rsa.crt')] as const;
const KEY = createPrivateKey(textOf('ec.key'));

describe('the chain of a key', () => {
  test.each([
    ['in order', [EC, CA]],
    ['the wrong way round', [CA, EC]],
    ['with strangers in between', [RSA, CA, RSA, EC]],
    ['with doubles', [EC, CA, EC, CA]],
  ])('%s', (_name, certificates) => expect(chainOf(certificates, KEY, 'tls.crt')).toEqual([EC, CA]));

  test('is the certificate alone when nobody there signed it', () => expect(chainOf([EC, RSA], KEY, 'tls.crt')).toEqual([EC]));

  test('needs a certificate of the key', () => {
    expect(() => chainOf([CA, RSA], KEY, 'tls.crt and tls.key')).toThrow(
      'cannot use tls.crt and tls.key: key and certificate do not belong together; store the two that do',
    );
  });

  test('a CA of the same name did not sign it', async () => {
    const other = await issueAuthority(
      { commonName: 'ca', names: [], keyType: 'ECDSA-P256', durationMs: 1e9, renewBeforeMs: 0, authority: true },
      Date.now(),
    );
    expect(signedBy(new X509Certificate(EC), new X509Certificate(other.certificate))).toBe(false);
    expect(signedBy(new X509Certificate(EC), new X509Certificate(CA))).toBe(true);
    expect(chainOf([EC, other.certificate, CA], KEY, 'tls.crt')).toEqual([EC, CA]);
  });
});
