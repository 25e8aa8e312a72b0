import { alternativeNames } from '../../../operator/pki/alternative-names';
import { der, octetString, oid, readDer, sequence, tagged } from '../../../operator/pki/der';

const extensions = (...names: readonly Buffer[]) =>
  readDer(
    tagged(3, sequence(sequence(oid('2.5.29.19'), octetString(sequence())), sequence(oid('2.5.29.17'), octetString(sequence(...names))))),
  );
const ip = (hex: string): Buffer => der(0x87, Buffer.from(hex, 'hex'));

describe('subject alternative names', () => {
  test.each([
    ['20010db8000000000000000000000001', '2001:db8::1'],
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000000000001', '::1'],
    ['fe800000000000000000000000000000', 'fe80::'],
    ['20010db8000000010000000000000001', '2001:db8:0:1::1'],
    ['20010db8000100010001000000010001', '2001:db8:1:1:1:0:1:1'],
    ['20010000000000010000000000000001', '2001:0:0:1::1'],
    ['0a000001', '10.0.0.1'],
  ])('the address %s is %s', (hex, text) => expect(alternativeNames(extensions(ip(hex)))).toEqual([`IP:${text}`]));

  test('are sorted, with their kind; other kinds are left out', () => {
    const text = (tag: number, value: string): Buffer => der(tag, Buffer.from(value));
    const names = [
      text(0x86, 'spiffe://a/b'),
      text(0x82, 'b.example'),
      text(0x88, 'x'),
      text(0x81, 'a@example.com'),
      text(0x82, '*.a.example'),
    ];
    expect(alternativeNames(extensions(...names))).toEqual(['DNS:*.a.example', 'DNS:b.example', 'EMAIL:a@example.com', 'URI:spiffe://a/b']);
  });

  test('none without extensions', () => expect(alternativeNames(undefined)).toEqual([]));
});
