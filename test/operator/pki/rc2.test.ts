import { decryptRc2 } from '../../../operator/pki/rc2';

/** Two of RFC 2268, chapter 5, and one of openssl's legacy provider. */
const VECTORS = [
  ['ffffffffffffffff', 'ffffffffffffffff', '278b27e42e2f0d49'],
  ['3000000000000000', '1000000000000001', '30649edf9be7d2c2'],
  ['88bca90e90875a7f0f9c384627bafeb2', '0000000000000000', 'bfd0886fdc24a2a1'],
] as const;

const PADDING = Buffer.alloc(8, 8);
const mixed = (one: Buffer, other: Buffer): Buffer => Buffer.from(one.map((byte, index) => byte ^ (other[index] ?? 0)));

describe('RC2', () => {
  test.each(VECTORS)('key %s: %s is what %s hides', (key, plain, hidden) => {
    // With this start the block is nothing but padding, exactly when it is decrypted rightly.
    const start = mixed(Buffer.from(plain, 'hex'), PADDING);
    expect(decryptRc2(Buffer.from(key, 'hex'), start, Buffer.from(hidden, 'hex'))).toEqual(Buffer.alloc(0));
  });

  test.each([
    ['an empty text', ''],
    ['half a block', '00000000'],
    ['a block that ends in no padding', '278b27e42e2f0d49'],
  ])('%s is refused', (_name, hidden) => {
    expect(() => decryptRc2(Buffer.alloc(8, 0xff), Buffer.alloc(8), Buffer.from(hidden, 'hex'))).toThrow(RangeError);
  });
});
