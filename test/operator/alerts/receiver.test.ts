import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlertBook } from '../../../operator/alerts/alert-book';
import { BearerToken } from '../../../operator/alerts/bearer-token';
import { admission, alertRoutes, BODY_LIMIT, type ReceiverParts } from '../../../operator/alerts/receiver';
import { HttpServer } from '../../../operator/runtime/http-server';
import { createLogger } from '../../../operator/runtime/log';

const TOKEN = 'a-token-of-sixteen-or-more';
const NOW = Date.parse('2026-01-01T00:00:00Z');
const labels = { alertname: 'BrokerOverLoaded', namespace: 'kafka', kafka_cr: 'orders' };

let folder = '';
let server: HttpServer;
let url = '';
let leads = true;
let book: AlertBook;
const woken: string[] = [];
const counted: unknown[] = [];
let time = NOW;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alert-token-'));
  writeFileSync(join(folder, 'token'), `${TOKEN}\n`);
  const token = new BearerToken(join(folder, 'token'), () => time);
  const parts: ReceiverParts = {
    book: () => book,
    leads: () => leads,
    admits: (header) => token.admits(header),
    now: () => time,
    startedAt: NOW,
    version: '1.2.3',
    count: (what) => counted.push(what),
  };
  server = new HttpServer({
    log: createLogger({ level: 'error', write: () => undefined }),
    routes: alertRoutes(parts),
    bodyLimit: BODY_LIMIT,
    admission: admission(parts),
  });
  url = `http://127.0.0.1:${String(await server.listen(0, '127.0.0.1'))}`;
});

beforeEach(() => {
  const locate = ({ namespace = '', kafka_cr: name }: Readonly<Record<string, string>>) =>
    name === 'orders' ? `${namespace}/${name}` : undefined;
  book = new AlertBook({ locate, recorded: () => undefined, wake: (key) => woken.push(key), now: () => time });
  leads = true;
  time = NOW;
  woken.length = 0;
  counted.length = 0;
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const send = (path: string, body: unknown, init: RequestInit = {}): Promise<Response> =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  });

test.each(['/', '/api/v1/alerts', '/api/v2/alerts', '/webhook'])(
  'POST %s takes what Prometheus sends and what Alertmanager sends',
  async (path) => {
    const answer = await send(path, [{ labels }, { labels: { alertname: 'Watchdog' } }]);
    expect([answer.status, await answer.json()]).toEqual([202, { status: 'success', taken: 1, unrelated: 1 }]);
    const hook = await send(path, { version: '4', alerts: [{ status: 'resolved', labels }] });
    expect(hook.status).toBe(202);
    expect(book.look('kafka/orders').firing).toEqual([]);
    expect(woken).toEqual(['kafka/orders', 'kafka/orders']);
  },
);

test('only the token opens', async () => {
  for (const headers of [{}, { Authorization: 'Bearer wrong' }, { Authorization: 'Basic Og==' }, { Authorization: `Bearer ${TOKEN}x` }]) {
    const answer = await send('/api/v2/alerts', [{ labels }], { headers });
    expect([answer.status, await answer.json()]).toEqual([401, { status: 'error', error: 'the bearer token is missing or wrong' }]);
  }
  expect(book.look('kafka/orders').firing).toEqual([]);
});

test('another token in the Secret is taken in without a restart', async () => {
  writeFileSync(join(folder, 'token'), 'another-token-of-that-length');
  time += 20_000;
  expect((await send('/', [])).status).toBe(401);
  writeFileSync(join(folder, 'token'), TOKEN);
  time += 20_000;
  expect((await send('/', [])).status).toBe(202);
});

test('who stands by takes nothing and keeps no connection', async () => {
  leads = false;
  const answer = await send('/api/v2/alerts', [{ labels }]);
  expect([answer.status, answer.headers.get('connection')]).toEqual([503, 'close']);
});

test('what cannot be read is named', async () => {
  const garbage = await send('/', '{');
  expect([garbage.status, await garbage.json()]).toEqual([400, { status: 'error', error: 'the body is not JSON' }]);
  const mixed = await send('/', [{ labels: { alertname: 3 } }, { labels }]);
  expect([mixed.status, await mixed.json()]).toMatchObject([400, { problems: [expect.stringContaining('labels.alertname')] }]);
  expect(book.look('kafka/orders').firing).toHaveLength(1);
  expect((await send('/', 'x'.repeat(BODY_LIMIT + 1))).status).toBe(413);
});

test('other methods are refused, and the status is as Prometheus expects it', async () => {
  const headers = { Authorization: `Bearer ${TOKEN}` };
  expect((await fetch(`${url}/api/v2/alerts`, { headers })).status).toBe(405);
  const status = await fetch(`${url}/api/v2/status`, { headers });
  expect([status.status, await status.json()]).toMatchObject([200, { versionInfo: { version: '1.2.3' }, cluster: { status: 'disabled' } }]);
});

test('a storm of ten thousand alerts wakes once and is bounded', async () => {
  const storm = Array.from({ length: 10_000 }, (_, at) => ({
    labels: { ...labels, pod: `orders-${String(at % 2000)}` },
    annotations: { command: 'upScale' },
  }));
  const answer = await send('/api/v2/alerts', storm);
  expect([answer.status, await answer.json()]).toEqual([202, { status: 'success', taken: 320, unrelated: 0, refused: 9_680 }]);
  expect(counted).toContainEqual({ key: 'kafka/orders', result: 'refused', alerts: 9_680 });
  expect(woken).toEqual(['kafka/orders']);
  expect(book.look('kafka/orders').firing).toHaveLength(64);
  await send('/api/v2/alerts', storm);
  expect(woken).toEqual(['kafka/orders']);
}, 30_000);
