/** Names of certificates, as odd as the standard allows; for what Java calls them. */
import fc from 'fast-check';
import { der, oid, sequence, set, TAG } from '../../../operator/pki/der';

const COMMON_NAME = '2.5.4.3';

/** Nine with a keyword in RFC 2253, and some that Java has other words for. */
const TYPES = [
  ...[COMMON_NAME, '2.5.4.6', '2.5.4.7', '2.5.4.8', '2.5.4.9', '2.5.4.10', '2.5.4.11', '0.9.2342.19200300.100.1.1'],
  ...[
    '0.9.2342.19200300.100.1.25',
    '1.2.840.113549.1.9.1',
    '2.5.4.5',
    '2.5.4.12',
    '2.5.4.4',
    '2.5.4.42',
    '2.5.4.46',
    '1.3.6.1.4.1.99999.1',
  ],
];

const utf8 = (text: string): Buffer => der(TAG.utf8String, Buffer.from(text));
const attribute = (type: string, value: Buffer): Buffer => sequence(oid(type), value);
const ofCommonName = (value: Buffer): Buffer => sequence(set(attribute(COMMON_NAME, value)));

const FIXED: readonly Buffer[] = [
  sequence(),
  ofCommonName(utf8('alice')),
  ...[
    '',
    ' ',
    '  ',
    ' alice ',
    '#alice',
    'a#b',
    'alice,bob',
    'a+b',
    'a"b',
    'a\\b',
    'a<b>c;d=e',
    'a\0b',
    '\r a\r',
    '\n',
    '\t',
    "it's",
    'größe',
    '名前',
    '😀',
    'a  b',
  ].map((text) => ofCommonName(utf8(text))),
  ofCommonName(der(TAG.printableString, Buffer.from('alice'))),
  ofCommonName(der(TAG.ia5String, Buffer.from('alice@example.com'))),
  ofCommonName(der(TAG.t61String, Buffer.from('gr\xf6\xdfe', 'latin1'))),
  ofCommonName(der(TAG.bmpString, Buffer.from('alice', 'utf16le').swap16())),
  ofCommonName(der(TAG.generalString, Buffer.from('alice'))),
  ofCommonName(der(0x12, Buffer.from('12345'))),
  ofCommonName(der(0x1c, Buffer.from('\0\0\0a', 'latin1'))),
  ofCommonName(der(0x1a, Buffer.from('alice'))),
  ofCommonName(der(TAG.octetString, Buffer.from('alice'))),
  ofCommonName(der(TAG.utf8String, Buffer.from('61ff62c3', 'hex'))),
  sequence(
    set(attribute('2.5.4.6', der(TAG.printableString, Buffer.from('DE')))),
    set(attribute('2.5.4.10', utf8('Example, Inc.'))),
    set(attribute(COMMON_NAME, utf8('alice'))),
  ),
  sequence(
    set(attribute(COMMON_NAME, utf8('alice')), attribute('0.9.2342.19200300.100.1.1', utf8('42'))),
    set(attribute('2.5.4.10', utf8('o'))),
  ),
  sequence(set(attribute('0.9.2342.19200300.100.1.1', utf8('42')), attribute(COMMON_NAME, utf8('alice')))),
  sequence(
    set(attribute('1.2.840.113549.1.9.1', der(TAG.ia5String, Buffer.from('a@example.com')))),
    set(attribute(COMMON_NAME, utf8('alice'))),
  ),
  sequence(
    set(attribute('0.9.2342.19200300.100.1.25', der(TAG.ia5String, Buffer.from('example')))),
    set(attribute('0.9.2342.19200300.100.1.25', der(TAG.ia5String, Buffer.from('com')))),
  ),
];

const letters = fc.oneof(
  fc.string({ unit: fc.constantFrom(...Array.from(' ,=+<>#;"\\\r\n\0aB0ßé名😀')), maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
/** Bytes that are no UTF-8 are left out: Java and Node differ in how many signs of replacement they put for them. */
const value = fc.oneof(
  { weight: 4, arbitrary: letters.map(utf8) },
  fc.string({ maxLength: 8 }).map((text) => der(TAG.printableString, Buffer.from(text))),
  fc
    .tuple(
      fc.constantFrom(TAG.t61String, TAG.ia5String, TAG.bmpString, TAG.octetString, TAG.utf8String),
      fc.uint8Array({ max: 0x7f, maxLength: 8 }),
    )
    .map(([tag, bytes]) => der(tag, Buffer.from(bytes))),
);
const relative = fc
  .array(fc.tuple(fc.constantFrom(...TYPES), value), { minLength: 1, maxLength: 3 })
  .map((attributes) => set(...attributes.map(([type, bytes]) => attribute(type, bytes))));
const name = fc.array(relative, { minLength: 1, maxLength: 4 }).map((parts) => sequence(...parts));

/** The fixed ones, then `count` drawn ones; the same for the same seed. */
export const sampleNames = (count: number, seed: number): readonly Buffer[] => [...FIXED, ...fc.sample(name, { numRuns: count, seed })];
