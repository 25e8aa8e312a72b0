import fc from 'fast-check';
import { childrenOf, der, integer, integerOf, octetsOf, oid, oidOf, readDer, sequence, TAG } from '../../../operator/pki/der';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('DER', () => {
  test('what is written is read again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70_000 }), fc.nat(0x7fffffff), (bytes, number) => {
        const [string, whole] = childrenOf(readDer(sequence(der(TAG.octetString, Buffer.from(bytes)), integer(number))));
        expect(octetsOf(string!)).toEqual(Buffer.from(bytes));
        expect(integerOf(whole!)).toBe(number);
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    '1.2.840.113549.1.9.1',
    '2.5.4.3',
    '2.16.840.1.113894.746875.1.1',
    '0.9.2342.19200300.100.1.25',
    '2.999.3',
    '1.3.6.1.4.1.311.21.20',
  ])('the object identifier %s is read as it was written', (dotted) => expect(oidOf(readDer(oid(dotted)))).toBe(dotted));

  test('an object identifier is written as the standard has it', () => {
    expect(oid('1.2.840.113549').toString('hex')).toBe('06062a864886f70d');
  });

  test('lengths without an end mark, and strings in pieces, are read', () => {
    const node = readDer(hex('30 80  24 80 04 01 aa 04 02 bb cc 00 00  02 01 07  00 00 ff'));
    const [pieces, number] = childrenOf(node);
    expect(octetsOf(pieces!).toString('hex')).toBe('aabbcc');
    expect(integerOf(number!)).toBe(7);
  });

  test.each([
    ['nothing', ''],
    ['a tag alone', '30'],
    ['a length beyond the end', '04 05 00'],
    ['a length of lengths beyond the end', '04 84 00'],
    ['a length that nobody has', '04 89 010101010101010101'],
    ['no end mark', '30 80 02 01 07'],
    ['a tag of many bytes', '1f 81 01 00'],
    ['endless nesting', '3080'.repeat(100_000)],
  ])('%s is refused', (_name, bytes) => expect(() => readDer(hex(bytes))).toThrow(/^cannot read DER/u));

  test('no bytes bring it down', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          childrenOf(readDer(Buffer.from(bytes)));
        } catch (error: unknown) {
          expect((error as Error).message).toMatch(/^cannot read DER/u);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
