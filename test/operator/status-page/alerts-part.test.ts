import type { AlertsStatus } from '../../../operator/decide/alerts/alerts-view';
import { alertsPart } from '../../../operator/status-page/alerts-part';

const SINCE = '2026-01-01T00:00:00Z';

/** As somebody reads it: without the markup, blanks as one. */
const textOf = (alerts: AlertsStatus | undefined): string =>
  markupOf(alerts)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ,/g, ',')
    .trim();

const markupOf = (alerts: AlertsStatus | undefined): string => alertsPart({ status: alerts === undefined ? {} : { alerts } }).markup;

const decision = (time: string, outcome: 'Done' | 'Refused') =>
  ({ time, alert: 'High', fingerprint: 'a', action: 'upScale', outcome, reason: outcome === 'Done' ? 'Applied' : 'LimitReached' }) as const;

describe('the part about alerts', () => {
  it('says so when there are none', () => {
    expect(textOf(undefined)).toBe('Alerts No alert fires. What alerts asked for No alert has asked for an action.');
  });

  it('has what fires, what it asks for, and whether it counts against a roll', () => {
    const text = textOf({
      firing: [
        { fingerprint: 'a', alert: 'High', since: SINCE, labels: {}, annotations: { command: 'upScale' } },
        { fingerprint: 'b', alert: 'Errors', since: SINCE, labels: { rollingupgrade: '' }, annotations: {} },
        { fingerprint: 'c', alert: 'Other', since: SINCE },
      ],
    });
    expect(text).toContain(`High since ${SINCE}, asks for upScale Errors since ${SINCE}, counts against a roll Other since ${SINCE} What`);
  });

  it('has what became of it and why, the newest first, in a table with headings', () => {
    const decisions = [
      { ...decision('2026-01-01T00:00:00Z', 'Done'), message: 'broker 3 more' },
      { ...decision('2026-01-01T01:00:00Z', 'Refused'), message: 'upScaleLimit is 4' },
    ];
    expect(textOf({ decisions })).toContain(
      'Time Alert Action Outcome Reason Message ' +
        '2026-01-01T01:00:00Z High upScale Refused LimitReached upScaleLimit is 4 ' +
        '2026-01-01T00:00:00Z High upScale Done Applied broker 3 more',
    );
    expect(markupOf({ decisions })).toContain('<th scope="row">High</th>');
  });

  it('takes what others sent for text', () => {
    const alert = '<script>x</script>';
    const markup = markupOf({
      firing: [{ fingerprint: 'a', alert, since: '"><b>', annotations: { command: alert } }],
      decisions: [{ ...decision(SINCE, 'Refused'), alert, message: alert }],
    });
    expect(markup).not.toContain('<script');
    expect(markup).not.toContain('"><b>');
    expect(markup.match(/&lt;script&gt;/g)).toHaveLength(4);
  });
});
