import { compareVersions, isAtLeast, parseVersion } from '../../../lib/kafka/version';

describe('parseVersion', () => {
  test.each([
    ['3.9.2', { major: 3, minor: 9, patch: 2 }],
    ['4.3', { major: 4, minor: 3, patch: 0 }],
    ['4.3.1-rc0', { major: 4, minor: 3, patch: 1 }],
    ['4', undefined],
    ['latest', undefined],
    ['', undefined],
  ])('reads %s', (text, expected) => {
    expect(parseVersion(text)).toEqual(expected);
  });
});

describe('compareVersions', () => {
  test('orders by number, not by text', () => {
    const texts = ['4.10', '4.2.1', '3.9.2', '4.2', '4.2.0'];
    const sorted = texts.map((text) => parseVersion(text)!).sort(compareVersions);
    expect(sorted.map((v) => `${v.major}.${v.minor}.${v.patch}`)).toEqual(['3.9.2', '4.2.0', '4.2.0', '4.2.1', '4.10.0']);
  });
});

describe('isAtLeast', () => {
  test.each([
    ['4.3.1', '4.3', true],
    ['4.3', '4.3.0', true],
    ['4.1.2', '4.2', false],
    [undefined, '3.0', false],
    ['nightly', '3.0', false],
  ])('says of %s and %s: %s', (version, minimum, expected) => {
    expect(isAtLeast(version, minimum)).toBe(expected);
  });
});
