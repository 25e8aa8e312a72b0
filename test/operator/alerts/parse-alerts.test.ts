import fc from 'fast-check';
import { parseAlerts } from '../../../operator/alerts/parse-alerts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const parse = (value: unknown) => parseAlerts(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), NOW);
const labels = { alertname: 'BrokerOverLoaded', namespace: 'kafka', kafka_cr: 'orders' };

test('a list of Prometheus', () => {
  const annotations = { command: 'upScale', brokerConfigGroup: 'default', description: 'prose', summary: 'prose' };
  const sent = {
    labels,
    annotations,
    startsAt: '2025-12-31T23:50:00.123Z',
    endsAt: '2026-01-01T00:04:00Z',
    generatorURL: 'http://prometheus/graph',
  };
  expect(parse([sent])).toMatchObject({
    refused: 0,
    alerts: [
      { labels, annotations: { command: 'upScale', brokerConfigGroup: 'default' }, firing: true, endsAt: NOW + 240_000, leased: false },
    ],
  });
  expect(parse([{ ...sent, endsAt: '2025-12-31T23:59:00Z' }])).toMatchObject({ alerts: [{ firing: false }] });
});

test('without an end, or with that of the year 1, it lasts until it should have been repeated', () => {
  expect(parse([{ labels }])).toMatchObject({ alerts: [{ firing: true, endsAt: NOW + 300_000, startsAt: NOW }] });
  expect(parse([{ labels, endsAt: '0001-01-01T00:00:00Z' }])).toMatchObject({ alerts: [{ endsAt: NOW + 300_000 }] });
  expect(parse([{ labels, endsAt: '9999-01-01T00:00:00Z' }])).toMatchObject({ alerts: [{ endsAt: NOW + 86_400_000 }] });
});

test('a webhook of Alertmanager, by its shape', () => {
  const hook = {
    version: '4',
    groupKey: '{}:{}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'kafka',
    alerts: [
      {
        status: 'firing',
        labels,
        annotations: {},
        startsAt: '2025-12-31T23:50:00Z',
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: '',
        fingerprint: 'x',
      },
      {
        status: 'resolved',
        labels: { ...labels, alertname: 'Other' },
        annotations: {},
        startsAt: '2025-12-31T23:50:00Z',
        endsAt: '2025-12-31T23:55:00Z',
      },
    ],
  };
  expect(parse(hook)).toMatchObject({
    alerts: [
      { firing: true, leased: true, endsAt: NOW + 43_200_000 },
      { firing: false, leased: true },
    ],
  });
});

test('one that cannot be read does not take the others with it', () => {
  const long = { labels, annotations: { storageClass: 'x'.repeat(5000) } };
  expect(parse([{ labels: { a: 1 } }, { labels }, long, 7, { labels: {} }])).toMatchObject({
    alerts: [{ labels }],
    refused: 4,
    problems: [
      expect.stringMatching(/^alert 0: labels\.a: /),
      'alert 2: its labels and annotations are longer than 4096 characters',
      expect.stringMatching(/^alert 3: /),
      'alert 4: labels: no labels',
    ],
  });
});

test.each([
  ['{', 'the body is not JSON'],
  ['', 'the body is not JSON'],
  ['{"version":"3","alerts":[]}', 'neither a list of alerts, as Prometheus sends it, nor a webhook of Alertmanager, version "4"'],
  [JSON.stringify(Array(20_001).fill(1)), 'more than 20000 alerts in one message'],
])('%.20s is refused: %s', (body, why) => {
  expect(parse(body)).toBe(why);
});

test('no body does harm', () => {
  const shaped = fc.record(
    { labels: fc.anything(), annotations: fc.anything(), startsAt: fc.anything(), endsAt: fc.anything() },
    { requiredKeys: [] },
  );
  const bodies = fc.oneof(
    fc.string(),
    fc.json(),
    fc.uint8Array({ maxLength: 200 }),
    fc.array(shaped).map((v) => JSON.stringify(v)),
  );
  fc.assert(
    fc.property(bodies, (body) => {
      const parsed = parseAlerts(Buffer.from(body as string), NOW);
      if (typeof parsed === 'string') return;
      for (const alert of parsed.alerts) {
        expect(alert.fingerprint).toMatch(/^[0-9a-f]{16}$/);
        expect(Number.isFinite(alert.endsAt) && Number.isFinite(alert.startsAt)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
