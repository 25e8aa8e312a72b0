import fc from 'fast-check';
import { isoSeconds, millisecondsOf } from '../../../operator/decide/rfc3339';

describe('a time as Kubernetes writes it', () => {
  it.each<[string, string, number]>([
    ['begins at the epoch', '1970-01-01T00:00:00Z', 0],
    ['knows the day after the 28th of February', '1970-03-01T00:00:00Z', 59 * 86_400_000],
    ['knows the 29th of February', '2024-02-29T12:34:56Z', 1_709_210_096_000],
    ['knows that 2000 was a leap year', '2000-02-29T00:00:00Z', 951_782_400_000],
    ['knows that 2100 is none', '2100-03-01T00:00:00Z', 4_107_542_400_000],
    ['knows the last second of a year', '2025-12-31T23:59:59Z', 1_767_225_599_000],
  ])('%s', (_, text, milliseconds) => {
    expect(millisecondsOf(text)).toBe(milliseconds);
    expect(isoSeconds(milliseconds)).toBe(text);
  });

  it('is the same as the calendar of the language, at any second', () => {
    const seconds = fc.integer({ min: 0, max: 8_000_000_000 });
    fc.assert(
      fc.property(seconds, (second) => {
        const text = new Date(second * 1000).toISOString().replace('.000Z', 'Z');
        expect(isoSeconds(second * 1000)).toBe(text);
        expect(millisecondsOf(text)).toBe(second * 1000);
      }),
    );
  });

  it('leaves out what is less than a second', () => {
    expect(isoSeconds(1_999)).toBe('1970-01-01T00:00:01Z');
    expect(millisecondsOf('1970-01-01T00:00:01.999999Z')).toBe(1_000);
  });

  it.each([
    undefined,
    '',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:00+01:00',
    'x2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00Zx',
    '2026-01-01T00:00:00.Z',
  ])('is not read from %j', (text) => expect(millisecondsOf(text)).toBeUndefined());
});
