import { whyClosed } from '../../../operator/decide/windows';

const at = (text: string): number => Date.parse(text);
const window = (schedule: string, hours = 2, timeZone = 'Etc/UTC') => ({ schedule, timeZone, durationMs: hours * 3_600_000 });
/** `open`, or the sentence with which it is closed. */
const asked = (now: string, ...windows: ReturnType<typeof window>[]): string => whyClosed(windows, at(now))?.message ?? 'open';

describe('a maintenance window', () => {
  it.each<[string, string, string, string]>([
    ['is open from its first moment', '0 2 * * sun', '2026-01-04T02:00:00Z', 'open'],
    ['is open until just before its duration is over', '0 2 * * sun', '2026-01-04T03:59:59.999Z', 'open'],
    ['is closed when its duration is over', '0 2 * * sun', '2026-01-04T04:00:00Z', '2026-01-11T02:00:00Z'],
    ['is closed a moment before it opens', '0 2 * * sun', '2026-01-04T01:59:59.999Z', '2026-01-04T02:00:00Z'],
    ['takes 7 for Sunday as well', '0 2 * * 7', '2026-01-02T00:00:00Z', '2026-01-04T02:00:00Z'],
    [
      'opens when the day of the month or the day of the week is right, if both are given',
      '0 0 15 * mon',
      '2026-01-01T00:00:00Z',
      '2026-01-05T00:00:00Z',
    ],
    ['may be a year away', '0 0 29 2 *', '2026-03-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['stays open when it opens more often than it closes', '0 * * * *', '2026-01-01T00:59:59Z', 'open'],
  ])('%s', (_, schedule, now, said) => {
    expect(asked(now, window(schedule))).toBe(said === 'open' ? 'open' : `outside every maintenance window; opens ${said}`);
  });

  it.each<[string, string, string]>([
    ['in winter', '2026-01-01T00:00:00Z', '2026-01-01T01:30:00Z'],
    ['in summer', '2026-07-01T01:00:00Z', '2026-07-02T00:30:00Z'],
    ['on the night that skips it, an hour later by the sun', '2026-03-29T00:00:00Z', '2026-03-29T01:30:00Z'],
  ])('goes by the clocks of its zone, %s', (_, now, opens) => {
    expect(asked(now, window('30 2 * * *', 0.25, 'Europe/Berlin'))).toBe(`outside every maintenance window; opens ${opens}`);
  });

  it('holds nothing when there is none', () => {
    expect(asked('2026-01-01T00:00:00Z')).toBe('open');
  });

  it('is open when one of several is, and else names the first to open, with the moment to look again', () => {
    const nights = window('0 2 * * *');
    const noon = window('0 12 * * *', 1);
    expect(asked('2026-01-01T12:30:00Z', nights, noon)).toBe('open');
    expect(whyClosed([nights, noon], at('2026-01-01T10:00:00Z'))).toEqual({
      code: 'WindowClosed',
      message: 'outside every maintenance window; opens 2026-01-01T12:00:00Z',
      until: at('2026-01-01T12:00:00Z'),
    });
  });

  it('gives the same answer whatever was asked before', () => {
    const windows = [window('0 2 * * *')];
    const times = ['2026-01-01T02:30:00Z', '2026-01-03T00:00:00Z', '2026-01-01T02:30:00Z', '2026-01-01T04:00:00Z', '2026-01-02T02:00:00Z'];
    const answers = times.map((now) => whyClosed(windows, at(now))?.message);
    expect(answers).toEqual(times.map((now) => whyClosed([window('0 2 * * *')], at(now))?.message));
  });

  it.each<[string, ReturnType<typeof window>, string]>([
    [
      'a schedule of six fields',
      window('0 0 2 * * *'),
      'cannot read changePolicy.windows[0].schedule "0 0 2 * * *": write five cron fields',
    ],
    ['a word for a schedule', window('@daily'), 'cannot read changePolicy.windows[0].schedule "@daily": write five cron fields'],
    [
      'a field out of range',
      window('0 25 * * *'),
      'cannot read changePolicy.windows[0].schedule "0 25 * * *": it is no cron schedule that ever comes',
    ],
    [
      'the 30th of February',
      window('0 0 30 2 *'),
      'cannot read changePolicy.windows[0].schedule "0 0 30 2 *": it is no cron schedule that ever comes',
    ],
    [
      'a zone that does not exist',
      window('0 2 * * *', 1, 'Mars/Olympus'),
      'cannot read changePolicy.windows[0].timeZone "Mars/Olympus": write a zone such as Europe/Berlin',
    ],
  ])('holds what is disruptive, and names the field, for %s', (_, wrong, said) => {
    expect(whyClosed([wrong], at('2026-01-01T00:00:00Z'))).toEqual({ code: 'WindowClosed', message: said });
    expect(asked('2026-01-01T00:00:00Z', wrong, window('0 2 * * *'))).toBe(
      `outside every maintenance window; opens 2026-01-01T02:00:00Z; ${said}`,
    );
    expect(asked('2026-01-01T02:00:00Z', wrong, window('0 2 * * *'))).toBe('open');
  });
});
