import fc from 'fast-check';
import { formatProperties, parseProperties } from '../../../lib/kafka/properties';

describe('parseProperties', () => {
  const cases: readonly (readonly [string, string, Record<string, string>])[] = [
    ['reads one entry a line', 'a=1\nb=2\n', { a: '1', b: '2' }],
    [
      'takes = and : and white space as separators',
      'a=1\nb:2\nc 3\nd\t4\ne = 5\nf : 6',
      { a: '1', b: '2', c: '3', d: '4', e: '5', f: '6' },
    ],
    ['keeps further separators in the value', 'a=b=c\nd==e\nf: =g', { a: 'b=c', d: '=e', f: '=g' }],
    ['skips comments and empty lines', '# one\n  ! two\n\n   \na=1 # not a comment', { a: '1 # not a comment' }],
    ['lets the last value win', 'a=1\na=2', { a: '2' }],
    ['joins continued lines without their indentation', 'a=b,\\\n   c,\\\r\n\td', { a: 'b,c,d' }],
    ['does not take a continued line for a comment', 'a=b\\\n#c', { a: 'b#c' }],
    ['does not continue after an even number of backslashes', 'a=b\\\\\nc=d', { a: 'b\\', c: 'd' }],
    ['starts anew after a line of nothing but a backslash', '\\\n#c\na=1', { a: '1' }],
    ['does not continue a comment', '# a\\\nb=1', { b: '1' }],
    ['ends a continued line at an empty one', 'a=b\\\n\nc=d', { a: 'b', c: 'd' }],
    ['drops a backslash at the end of the text', 'a=b\\', { a: 'b' }],
    ['reads escapes', 'a\\ b\\=c=\\t\\n\\r\\f\\\\\\u0041\\q', { 'a b=c': '\t\n\r\f\\Aq' }],
    ['reads a malformed unicode escape as the letter', 'a=\\u12', { a: 'u12' }],
    ['keeps white space at the end of a value', 'a=b  ', { a: 'b  ' }],
    ['reads a key without a value', 'a\nb=\nc:', { a: '', b: '', c: '' }],
    ['takes any kind of line break', 'a=1\rb=2\r\nc=3', { a: '1', b: '2', c: '3' }],
    ['reads an empty text', '', {}],
  ];
  test.each(cases)('%s', (_name, text, expected) => {
    expect(parseProperties(text)).toEqual(expected);
  });

  test('keeps a key named like a built-in property', () => {
    expect(Object.keys(parseProperties('__proto__=1\nconstructor=2'))).toEqual(['__proto__', 'constructor']);
  });
});

describe('formatProperties', () => {
  const cases: readonly (readonly [string, Record<string, string>, string])[] = [
    ['sorts by key', { b: '2', a: '1', 'a.b': '3' }, 'a=1\na.b=3\nb=2\n'],
    ['leaves an ordinary value readable', { 'sasl.jaas.config': 'a b="c:d";' }, 'sasl.jaas.config=a b="c:d";\n'],
    ['escapes leading blanks, backslashes and line breaks', { a: '  b\\c\nd' }, 'a=\\  b\\\\c\\nd\n'],
    ['escapes what is not ASCII', { a: 'é€' }, 'a=\\u00e9\\u20ac\n'],
    ['escapes separators in a key', { 'a b:c=#!': '1' }, 'a\\ b\\:c\\=\\#\\!=1\n'],
    ['writes nothing for no entries', {}, ''],
  ];
  test.each(cases)('%s', (_name, properties, expected) => {
    expect(formatProperties(properties)).toBe(expected);
  });

  test('is read back unchanged, whatever the keys and values are', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(' ', '\t', '\\', '\n', '=', ':', '#', '!', 'u', 'a') }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(anyText, anyText)), (entries) => {
        const properties = Object.fromEntries(entries);
        expect(parseProperties(formatProperties(properties))).toEqual(properties);
      }),
      { numRuns: 1000 },
    );
  });
});
