import fc from 'fast-check';
import { WireReader } from '../../../../../operator/clients/kafka/wire/reader';
import { WireWriter } from '../../../../../operator/clients/kafka/wire/writer';

const EXACT = { min: -(2 ** 53) + 1, max: 2 ** 53 - 1 };
const uuid = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => (bytes.every((b) => b === 0) ? '' : Buffer.from(bytes).toString('base64url')));
const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const tags = fc.array(fc.record({ tag: fc.nat(2 ** 31), bytes }), { maxLength: 4 });

/** What a field is written as and read back as. */
interface Field {
  readonly value: unknown;
  readonly write: (writer: WireWriter) => unknown;
  readonly read: (reader: WireReader) => unknown;
}

const field = <T>(
  arbitrary: fc.Arbitrary<T>,
  write: (writer: WireWriter, value: T) => unknown,
  read: (reader: WireReader) => unknown,
): fc.Arbitrary<Field> => arbitrary.map((value) => ({ value, write: (writer) => write(writer, value), read }));

const anyField = fc.oneof(
  field(
    fc.double({ noNaN: true }),
    (w, v) => w.float64(v),
    (r) => r.float64(),
  ),
  field(
    bytes,
    (w, v) => w.blob(v),
    (r) => r.blob(),
  ),
  field(
    fc.integer({ min: -128, max: 127 }),
    (w, v) => w.int8(v),
    (r) => r.int8(),
  ),
  field(
    fc.boolean(),
    (w, v) => w.bool(v),
    (r) => r.bool(),
  ),
  field(
    fc.integer({ min: -32768, max: 32767 }),
    (w, v) => w.int16(v),
    (r) => r.int16(),
  ),
  field(
    fc.integer({ min: 0, max: 65535 }),
    (w, v) => w.uint16(v),
    (r) => r.uint16(),
  ),
  field(
    fc.integer(),
    (w, v) => w.int32(v),
    (r) => r.int32(),
  ),
  field(
    fc.integer(EXACT),
    (w, v) => w.int64(v),
    (r) => r.int64(),
  ),
  field(
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    (w, v) => w.uvarint(v),
    (r) => r.uvarint(),
  ),
  field(
    fc.integer(),
    (w, v) => w.varint(v),
    (r) => r.varint(),
  ),
  field(
    uuid,
    (w, v) => w.uuid(v),
    (r) => r.uuid(),
  ),
  field(
    text,
    (w, v) => w.string(v),
    (r) => r.string(),
  ),
  field(
    fc.option(text, { nil: undefined }),
    (w, v) => w.nullableString(v),
    (r) => r.nullableString(),
  ),
  field(
    fc.array(fc.integer(), { maxLength: 9 }),
    (w, v) => w.int32s(v),
    (r) => r.int32s(),
  ),
  field(
    fc.option(fc.array(text, { maxLength: 5 }), { nil: undefined }),
    (w, v) => w.array(v, (item) => w.string(item)),
    (r) => r.nullableArray((item) => item.string()),
  ),
  field(
    fc.option(fc.integer(), { nil: undefined }),
    (w, v) => w.nullableStruct(v, (item) => w.int32(item)),
    (r) => r.nullableStruct((item) => item.int32()),
  ),
);

const written = (fields: readonly Field[], flexible: boolean): Buffer => {
  const writer = new WireWriter(flexible);
  fields.forEach(({ write }) => write(writer));
  return writer.bytes();
};

describe('the wire format', () => {
  test('gives back what was written, in either encoding, and leaves nothing over', () => {
    fc.assert(
      fc.property(fc.array(anyField, { maxLength: 20 }), fc.boolean(), (fields, flexible) => {
        const reader = new WireReader(written(fields, flexible), flexible);
        expect(fields.map(({ read }) => read(reader))).toEqual(fields.map(({ value }) => value));
        expect(reader.remaining).toBe(0);
      }),
    );
  });

  test('gives back messages that outgrow any buffer', () => {
    const long = fc.array(anyField, { minLength: 200, maxLength: 400 });
    fc.assert(
      fc.property(long, fc.boolean(), (fields, flexible) => {
        const reader = new WireReader(written(fields, flexible), flexible);
        expect(fields.map(({ read }) => read(reader))).toEqual(fields.map(({ value }) => value));
      }),
      { numRuns: 30 },
    );
  });

  test('skips tagged fields that it does not know and reads on behind them', () => {
    fc.assert(
      fc.property(tags, fc.integer(), (fields, after) => {
        const reader = new WireReader(new WireWriter(true).tags(fields).int32(after).bytes(), true);
        expect(reader.tags()).toEqual(fields);
        expect(reader.int32()).toBe(after);
      }),
    );
  });

  test('writes no tagged fields in the classic encoding', () => {
    expect(new WireWriter(false).tags([{ tag: 1, bytes: Buffer.from('x') }]).bytes()).toHaveLength(0);
    expect(new WireReader(Buffer.alloc(0), false).tags()).toEqual([]);
  });

  test('refuses a message that was cut anywhere', () => {
    fc.assert(
      fc.property(
        fc.array(anyField, { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (fields, flexible, part) => {
          const whole = written(fields, flexible);
          const reader = new WireReader(whole.subarray(0, Math.floor(whole.length * part)), flexible);
          expect(() => fields.map(({ read }) => read(reader))).toThrow('cannot read the message');
        },
      ),
    );
  });

  test('never does worse than an Error on random bytes', () => {
    fc.assert(
      fc.property(bytes, fc.array(anyField, { maxLength: 8 }), fc.boolean(), (noise, fields, flexible) => {
        const reader = new WireReader(noise, flexible);
        try {
          fields.forEach(({ read }) => read(reader));
        } catch (error) {
          expect((error as Error).message).toContain('cannot read the message');
        }
        expect(reader.remaining).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test.each([
    ['a list that claims more entries than there are bytes', [0xff, 0xff, 0xff, 0xff, 0x0f], (r: WireReader) => r.int32s()],
    ['a varint of six bytes', [0xff, 0xff, 0xff, 0xff, 0xff, 0x01], (r: WireReader) => r.uvarint()],
    ['a varint above 32 bits', [0xff, 0xff, 0xff, 0xff, 0x1f], (r: WireReader) => r.uvarint()],
    ['null where a text must be', [0], (r: WireReader) => r.string()],
  ])('refuses %s', (_what, raw, read) => {
    expect(() => read(new WireReader(Buffer.from(raw), true))).toThrow('cannot read the message');
  });

  test('refuses to write a UUID that is none', () => {
    expect(() => new WireWriter(true).uuid('abc')).toThrow('cannot write "abc" as a Kafka UUID');
  });

  test('reads the zero UUID as none', () => {
    expect(new WireReader(Buffer.alloc(16), true).uuid()).toBe('');
  });

  // From Kafka's protocol guide and the Protocol Buffers documentation.
  test.each([
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [300, 'ac02'],
    [4294967295, 'ffffffff0f'],
  ])('writes the varint %i as %s', (value, hex) => {
    expect(new WireWriter(true).uvarint(value).bytes().toString('hex')).toBe(hex);
  });
});
