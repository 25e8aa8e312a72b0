import type { Manifest } from '../../../lib/constructs/manifest';
import { configDifferences, secretDiffers } from '../../../operator/decide/config-differences';
import type { LiveObject } from '../../../operator/decide/world';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { withoutData } from '../../../operator/runtime/transform';

const wanted = (data: Record<string, string>, kind = 'ConfigMap'): Manifest => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'new' },
  data,
});
const live = (data: Record<string, string>, kind = 'ConfigMap'): LiveObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'old', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
  data,
});
const file = (text: string) => ({ 'broker-config': text });

describe('a configuration differs', () => {
  test.each([
    ['by a value', 'a=1\nb=2\n', 'a=1\nb=3\n', ['b 2 to 3']],
    ['by a key that is new', '', 'b=3\n', ['b unset to 3']],
    ['by a key that is gone', 'b=3\n', '', ['b 3 to unset']],
    ['by a value that is empty now', 'b=3\n', 'b=\n', ['b 3 to ""']],
    ['by its notation only, which is no difference', 'b = 3\n', 'b=3\n', []],
    ['by four keys, which are all named', 'a=1\nb=1\nc=1\nd=1\n', 'a=2\nb=2\nc=2\nd=2\n', ['a 1 to 2, b 1 to 2, c 1 to 2, d 1 to 2']],
    [
      'by more than four keys, of which the first four are named',
      '',
      'a=1\nb=1\nc=1\nd=1\ne=1\nf=1\n',
      ['a unset to 1, b unset to 1, c unset to 1, d unset to 1, and 2 more'],
    ],
    ['by a long value, which is cut', '', `a=${'x'.repeat(100)}\n`, [`a unset to ${'x'.repeat(60)}…`]],
  ])('%s', (_sentence, before, after, expected) => {
    expect(configDifferences(wanted(file(after)), live(file(before)))).toEqual(expected);
  });

  test('by another file', () => {
    expect(configDifferences(wanted({ ...file('a=1\n'), 'log4j2.yaml': 'x' }), live(file('a=1\n')))).toEqual(['log4j2.yaml differs']);
  });

  test('in a way that nobody can tell when the old one is gone', () => {
    expect(configDifferences(wanted(file('a=1\n')), undefined)).toEqual(['its configuration file differs']);
  });
});

describe('a sensitive setting differs', () => {
  const secret = live({ 'broker-config': 'YT0x' }, 'Secret');
  const kept = withoutData(secret as unknown as KubeObject) as unknown as LiveObject;

  test.each([
    ['no: the same Secret, of which only the hash is kept', wanted({ 'broker-config': 'YT0x' }, 'Secret'), kept, false],
    ['yes: another Secret, of which only the hash is kept', wanted({ 'broker-config': 'YT0y' }, 'Secret'), kept, true],
    ['no: the same Secret with its data', wanted({ 'broker-config': 'YT0x' }, 'Secret'), secret, false],
    ['no: there is none and there was none', undefined, undefined, false],
    ['yes: there was none', wanted({ 'broker-config': 'YT0x' }, 'Secret'), undefined, true],
    ['yes: there is none any more', undefined, kept, true],
  ])('%s', (_sentence, want, have, expected) => {
    expect(secretDiffers(want, have)).toBe(expected);
  });
});
