import fc from 'fast-check';
import { parseQuantity } from '../../../lib/api/quantity';

test.each([
  ['0', 0],
  ['1', 1],
  ['10Gi', 10 * 2 ** 30],
  ['10G', 10e9],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['1.5T', 1.5e12],
  ['2e9', 2e9],
  ['2E9', 2e9],
  ['1E', 1e18],
  ['1Ei', 2 ** 60],
  ['100Mi', 100 * 2 ** 20],
  ['64Ki', 65536],
  ['1k', 1000],
  ['1Pi', 2 ** 50],
  ['+5', 5],
  ['.5k', 500],
  ['5.', 5],
  ['1500m', 2],
  ['1n', 1],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
])('reads %s as %d bytes', (text, bytes) => {
  expect(parseQuantity(text)).toBe(bytes);
});

test.each(['', '.', '-1', '1 Gi', '1gi', '1KiB', 'Gi', '1e', '1e999', '0x10', '1Gi1', 'NaN', '9Ei'])('reads %p as no size', (text) => {
  expect(parseQuantity(text)).toBeUndefined();
});

test('reads a number as bytes', () => {
  expect(parseQuantity(1073741824)).toBe(2 ** 30);
});

test('is exact for every whole number of KiB', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (count) => parseQuantity(`${String(count)}Ki`) === count * 1024));
});

test('never throws', () => {
  fc.assert(fc.property(fc.string(), (text) => ['number', 'undefined'].includes(typeof parseQuantity(text))));
});
