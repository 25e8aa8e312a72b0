import { fingerprintOf } from '../../../../operator/decide/alerts/fingerprint';

/** As Prometheus' own tests have them (common/model, signature). */
test.each([
  [{}, 14695981039346656037n],
  [{ name: 'garland, briggs', fear: 'love is not enough' }, 5799056148416392346n],
])('the fingerprint of %j is that of Prometheus', (labels, expected) => {
  expect(fingerprintOf(labels)).toBe(expected.toString(16).padStart(16, '0'));
});

test('the order of labels does not matter, and a name is not taken for a value', () => {
  expect(fingerprintOf({ a: 'x', b: 'y' })).toBe(fingerprintOf({ b: 'y', a: 'x' }));
  expect(fingerprintOf({ a: 'xb', b: '' })).not.toBe(fingerprintOf({ a: 'x', b: 'b' }));
  expect(fingerprintOf({ ä: '\u{1f600}' })).toMatch(/^[0-9a-f]{16}$/);
});
