/** What keytool and openssl on our machines do not write, and others may. */
import { createHmac, pbkdf2Sync } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { childrenOf, der, integer, nothing, octetsOf, octetString, oid, readDer, sequence } from '../../../operator/pki/der';
import { readPkcs12, writePkcs12 } from '../../../operator/pki/pkcs12';
import { SENTENCE, textOf } from './fixtures';

// Key derivation is work; on a busy machine it takes its time.
jest.setTimeout(60_000);

const HMAC_SHA256 = '1.2.840.113549.2.9';
const SHA256 = '2.16.840.1.101.3.4.2.1';
const [EC, KEY] = [textOf('ec.crt'), textOf('ec.key')];
const contents = { key: KEY, chain: [EC], trusted: [] };
const written = writePkcs12({ ...contents, alias: 'a', password: 'secret' });
const [version, safe, mac] = childrenOf(readDer(written)).map(({ raw }) => raw) as [Buffer, Buffer, Buffer];
/** What the MAC is about. */
const content = octetsOf(childrenOf(childrenOf(readDer(safe))[1]!)[0]!);

/** Lengths without an end mark all the way, and octet strings in pieces of up to 1000 bytes. */
function indefinite(bytes: Buffer): Buffer {
  const { tag, value } = readDer(bytes);
  const ended = (first: number, parts: readonly Buffer[]): Buffer => Buffer.concat([Buffer.from([first, 0x80]), ...parts, Buffer.alloc(2)]);
  if (tag === 0x04 && value.length > 100) {
    const pieces = Array.from({ length: Math.ceil(value.length / 1000) }, (_, index) => value.subarray(index * 1000, index * 1000 + 1000));
    return ended(0x24, pieces.map(octetString));
  }
  return (tag & 0x20) === 0
    ? bytes
    : ended(
        tag,
        childrenOf(readDer(bytes)).map(({ raw }) => indefinite(raw)),
      );
}

describe('PKCS #12 of others', () => {
  test('with lengths that have an end mark instead, as Java libraries and Windows write', () => {
    const other = indefinite(written);
    expect(other).not.toEqual(written);
    expect(() => createSecureContext({ pfx: other, passphrase: 'secret' })).not.toThrow();
    expect(readPkcs12(other, 'secret')).toEqual(contents);
  });

  test('with the MAC of RFC 9579, as the newest openssl writes', () => {
    const salt = Buffer.alloc(16, 9);
    const hmac = sequence(oid(HMAC_SHA256), nothing());
    const derivation = sequence(oid('1.2.840.113549.1.5.12'), sequence(octetString(salt), integer(3000), integer(32), hmac));
    const digest = createHmac('sha256', pbkdf2Sync('secret', salt, 3000, 32, 'sha256'))
      .update(content)
      .digest();
    const algorithm = sequence(oid('1.2.840.113549.1.5.14'), sequence(derivation, hmac));
    const store = sequence(version, safe, sequence(sequence(algorithm, octetString(digest)), octetString(Buffer.alloc(8)), integer(1)));
    expect(readPkcs12(store, 'secret')).toEqual(contents);
    expect(() => readPkcs12(store, 'other')).toThrow(/the password does not fit/u);
  });

  const anyMac = (digest: string, rounds: number): Buffer =>
    sequence(sequence(sequence(oid(digest), nothing()), octetString(Buffer.alloc(32))), octetString(Buffer.alloc(8)), integer(rounds));

  test.each([
    ['rounds that would take an hour', sequence(version, safe, anyMac(SHA256, 2_000_000_000)), /too many rounds/u],
    ['no rounds at all', sequence(version, safe, anyMac(SHA256, 0)), /too many rounds/u],
    ['a MAC that nobody knows', sequence(version, safe, anyMac('1.2.3', 1)), /MAC is of a kind that is not known/u],
    ['a signature', sequence(version, sequence(oid('1.2.840.113549.1.7.2')), mac), /it is signed instead/u],
    ['a version alone', sequence(version), /it begins like PKCS #12, but is damaged/u],
    ['a sequence of nothing', der(0x30), /it begins like PKCS #12, but is damaged/u],
  ])('%s: a sentence, at once', (_name, store, why) => {
    const started = performance.now();
    expect(() => readPkcs12(store, 'secret', 'keystore.p12')).toThrow(why);
    expect(() => readPkcs12(store, 'secret', 'keystore.p12')).toThrow(SENTENCE);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('without a MAC, rounds are counted over the whole file', () => {
    const bag = (): Buffer => {
      const parameters = sequence(octetString(Buffer.alloc(8)), integer(400_000));
      const algorithm = sequence(oid('1.2.840.113549.1.5.13'), sequence(sequence(oid('1.2.840.113549.1.5.12'), parameters), cipher));
      return sequence(oid('1.2.840.113549.1.12.10.1.2'), der(0xa0, sequence(algorithm, octetString(Buffer.alloc(16)))));
    };
    const cipher = sequence(oid('2.16.840.1.101.3.4.1.42'), octetString(Buffer.alloc(16)));
    const inner = sequence(sequence(oid('1.2.840.113549.1.7.1'), der(0xa0, octetString(sequence(...Array.from({ length: 1000 }, bag))))));
    const store = sequence(version, sequence(oid('1.2.840.113549.1.7.1'), der(0xa0, octetString(inner))));
    const started = performance.now();
    expect(() => readPkcs12(store, 'secret')).toThrow(/too many rounds|the password does not fit/u);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
