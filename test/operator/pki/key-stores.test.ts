/** Both formats together: what one can hold the other can, and both have to withstand the same. */
import { createSecureContext } from 'node:tls';
import fc from 'fast-check';
import { isJks, readJks, writeJks } from '../../../operator/pki/jks';
import type { KeyStoreEntries } from '../../../operator/pki/key-store';
import { isPkcs12, readPkcs12, writePkcs12 } from '../../../operator/pki/pkcs12';
import { bytesOf, PASSWORD, SENTENCE, STORES, textOf } from './fixtures';

// Key derivation is work; on a busy machine it takes its time.
jest.setTimeout(60_000);

const FORMATS = [
  { format: 'JKS', write: writeJks, read: readJks, is: isJks, other: isPkcs12 },
  { format: 'PKCS #12', write: writePkcs12, read: readPkcs12, is: isPkcs12, other: isJks },
] as const;
const CA = textOf('ca.crt');

describe('stores of keytool and openssl', () => {
  test.each(STORES)('$file', ({ file, key, chain, trusted }) => {
    const bytes = bytesOf(file);
    expect(isJks(bytes)).toBe(file.endsWith('.jks'));
    const store = isJks(bytes) ? readJks(bytes, PASSWORD) : readPkcs12(bytes, PASSWORD);
    expect(store.key).toBe(key === undefined ? undefined : textOf(`${key}.key`));
    expect(store.chain).toEqual([...(key === undefined ? [] : [textOf(`${key}.crt`)]), CA].slice(0, chain));
    expect(store.trusted).toHaveLength(trusted);
    expect(trusted === 0 || store.trusted.includes(CA)).toBe(true);
  });

  test.each(STORES.filter(({ file }) => !/no-mac|plain|trust/u.test(file)))('$file with another password is refused', ({ file }) => {
    const bytes = bytesOf(file);
    const read = isJks(bytes) ? readJks : readPkcs12;
    for (const password of ['', `${PASSWORD}x`])
      expect(() => read(bytes, password, 'keystore.jks')).toThrow(/^cannot open keystore\.jks: the password/u);
  });

  test('without a MAC the password still has to open it', () => {
    expect(() => readPkcs12(bytesOf('openssl-no-mac-ec.p12'), 'another')).toThrow(/the password does not fit/u);
  });
});

const pairs = fc.constantFrom('ec', 'rsa').map((name) => ({ key: textOf(`${name}.key`), chain: [textOf(`${name}.crt`), CA] }));
const trusted = fc.subarray([CA, textOf('ec.crt'), textOf('rsa.crt')], { minLength: 1 });
const password = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: fc.constantFrom('p', 'ä', 'ß', '€', ' ', '"', '=', '\\') }));
const entries: fc.Arbitrary<KeyStoreEntries> = fc.oneof(
  fc.record({ trusted, password }).map((one) => ({ ...one, chain: [], alias: 'ca' })),
  fc
    .tuple(pairs, password, fc.string({ maxLength: 10 }))
    .map(([pair, secret, alias]) => ({ ...pair, trusted: [], password: secret, alias })),
  fc.tuple(pairs, trusted, password).map(([pair, list, secret]) => ({ ...pair, trusted: list, password: secret, alias: 'Größe' })),
);

describe.each(FORMATS)('$format', ({ write, read, is, other }) => {
  test('what is written is read again', () => {
    fc.assert(
      fc.property(entries, (one) => {
        const bytes = write(one);
        expect([is(bytes), other(bytes)]).toEqual([true, false]);
        expect(read(bytes, one.password)).toEqual({
          ...(one.key === undefined ? {} : { key: one.key }),
          chain: one.chain,
          trusted: one.trusted,
        });
      }),
      { numRuns: 40 },
    );
  });

  test('holds no key and no password that could be read without it', () => {
    const bytes = write({ key: textOf('ec.key'), chain: [textOf('ec.crt')], trusted: [], alias: 'a', password: 'a-long-password' });
    const secret = Buffer.from(textOf('ec.key').split('\n').slice(1, -2).join(''), 'base64').subarray(40, 60);
    expect(bytes.includes(secret)).toBe(false);
    expect(bytes.includes('a-long-password')).toBe(false);
  });

  test('bytes that were changed end in a sentence without a word of what is in them, or in what was there', () => {
    const bytes = write({ key: textOf('ec.key'), chain: [textOf('ec.crt'), CA], trusted: [CA], alias: 'a', password: 'hidden-word' });
    const unchanged = attempt(() => read(bytes, 'hidden-word'));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.option(fc.nat(bytes.length)), (at, change, cut) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ change;
        const answer = attempt(() => read(changed.subarray(0, cut ?? changed.length), 'hidden-word', 'keystore.jks'));
        expect(answer === unchanged || SENTENCE.test(answer)).toBe(true);
        expect(answer === unchanged || !answer.includes('hidden-word')).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test('garbage ends in a sentence', () => {
    const head = write({ chain: [], trusted: [CA], alias: 'a', password: 'x' });
    const garbage = fc
      .tuple(fc.nat(60), fc.uint8Array({ maxLength: 400 }))
      .map(([kept, bytes]) => Buffer.concat([head.subarray(0, kept), bytes]));
    fc.assert(
      fc.property(garbage, (bytes) => expect(attempt(() => read(bytes, 'x', 'keystore.jks'))).toMatch(SENTENCE)),
      { numRuns: 200 },
    );
  });

  test('a megabyte of garbage takes no time', () => {
    const started = performance.now();
    for (const start of ['feedfeed00000002ffffffff', '30840010000002010330', '3080', '308030803080']) {
      const bytes = Buffer.concat([Buffer.from(start, 'hex'), Buffer.alloc(1_048_576, Buffer.from(start, 'hex'))]);
      expect(attempt(() => read(bytes, 'x', 'keystore.jks'))).toMatch(SENTENCE);
    }
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

test('openssl inside Node reads PKCS #12 of ours', () => {
  for (const name of ['ec', 'rsa']) {
    const pfx = writePkcs12({ key: textOf(`${name}.key`), chain: [textOf(`${name}.crt`), CA], trusted: [], alias: name, password: 'päss' });
    expect(() => createSecureContext({ pfx, passphrase: 'päss' })).not.toThrow();
    expect(() => createSecureContext({ pfx, passphrase: 'other' })).toThrow(/mac verify failure/u);
  }
});

/** What it says; fails when it takes the bytes. */
function attempt(read: () => unknown): string {
  try {
    return `taken: ${JSON.stringify(read())}`;
  } catch (error: unknown) {
    return (error as Error).message;
  }
}
