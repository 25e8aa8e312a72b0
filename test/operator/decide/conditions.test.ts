import fc from 'fast-check';
import { merged, type Judgement } from '../../../operator/decide/conditions';
import { isoSeconds, millisecondsOf } from '../../../operator/decide/rfc3339';
import type { Condition } from '../../../operator/decide/world';

describe('the time of a condition', () => {
  it.each([
    '1970-01-01T00:00:00Z',
    '1999-12-31T23:59:59Z',
    '2000-02-29T12:00:00Z',
    '2024-02-29T23:59:59Z',
    '2026-03-01T00:00:00Z',
    '2100-02-28T23:59:59Z',
    '2100-03-01T00:00:00Z',
  ])('is written as %s', (text) => expect(isoSeconds(Date.parse(text))).toBe(text));

  it('is what Date would say, without its fraction of a second, until the year 9999', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.parse('9999-12-31T23:59:59Z') }), (at) => {
        expect(isoSeconds(at)).toBe(new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'));
        expect(millisecondsOf(isoSeconds(at))).toBe(Math.floor(at / 1000) * 1000);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('conditions that follow each other', () => {
  const judgement = (status: Condition['status'], message = 'm'): Judgement => ({
    type: 'Ready',
    status,
    reason: 'AllNodesServe',
    message,
  });
  const before: readonly Condition[] = [
    {
      type: 'Ready',
      status: 'True',
      reason: 'AllNodesServe',
      message: 'm',
      observedGeneration: 1,
      lastTransitionTime: '2026-01-01T00:00:00Z',
    },
  ];
  const now = Date.parse('2026-01-02T00:00:00Z');

  it('keep the time of the last transition while the status stays, whatever else changes', () => {
    expect(merged([{ ...judgement('True', 'other'), reason: 'InMotion' }], before, 2, now)).toEqual([
      {
        type: 'Ready',
        status: 'True',
        reason: 'InMotion',
        message: 'other',
        observedGeneration: 2,
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ]);
  });

  it('have a new time when the status changes, or when there was none', () => {
    expect(merged([judgement('False')], before, 1, now)[0]?.lastTransitionTime).toBe('2026-01-02T00:00:00Z');
    expect(merged([judgement('True')], [], 1, now)[0]?.lastTransitionTime).toBe('2026-01-02T00:00:00Z');
  });

  it('cut a message that is too long for a status, and say so', () => {
    const [condition] = merged([judgement('True', 'x'.repeat(3000))], [], 1, now);
    expect(condition?.message).toHaveLength(2000);
    expect(condition?.message.endsWith(' …')).toBe(true);
  });
});
