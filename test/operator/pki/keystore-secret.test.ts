import { readJks } from '../../../operator/pki/jks';
import { clientStores, drawPassword } from '../../../operator/pki/keystore-secret';
import { readPkcs12 } from '../../../operator/pki/pkcs12';
import { secretContents } from '../../../operator/pki/secret-contents';
import { textOf } from './fixtures';

const CA = textOf('ca.crt');
const pair = { certificate: textOf('ec.crt') + CA, key: textOf('ec.key') };

describe('key stores for clients', () => {
  const password = drawPassword();
  const stores = clientStores(pair, [CA, textOf('rsa.crt')], password);
  const bytes = (key: keyof typeof stores): Buffer => Buffer.from(stores[key], 'base64');

  test('the key with its chain, and who is trusted, in both formats under one password', () => {
    expect(bytes('password').toString()).toBe(password);
    for (const store of [readJks(bytes('keystore.jks'), password), readPkcs12(bytes('keystore.p12'), password)]) {
      expect(store).toEqual({ key: pair.key, chain: [textOf('ec.crt'), CA], trusted: [] });
    }
    for (const store of [readJks(bytes('truststore.jks'), password), readPkcs12(bytes('truststore.p12'), password)]) {
      expect(store).toEqual({ chain: [], trusted: [CA, textOf('rsa.crt')] });
    }
  });

  test('are what a Secret of a user may hold', () => {
    expect(secretContents({ ...stores })).toEqual({ certificate: pair, trusted: [CA, textOf('rsa.crt')] });
  });
});

test('passwords have 24 letters and digits, and are drawn', () => {
  const drawn = Array.from({ length: 200 }, drawPassword);
  expect(new Set(drawn).size).toBe(200);
  for (const password of drawn) expect(password).toMatch(/^[A-Za-z0-9]{24}$/u);
  expect(new Set(drawn.join('')).size).toBe(62);
});
