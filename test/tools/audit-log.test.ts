/** The one reader of the API server's audit log. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byOperator, counted, endOf, isWrite, requestsIn } from '../../tools/audit-log';

const folder = mkdtempSync(join(tmpdir(), 'audit-'));
const file = join(folder, 'audit.jsonl');
afterAll(() => rmSync(folder, { recursive: true }));

const line = (name: string, more: Readonly<Record<string, unknown>> = {}): string =>
  `${JSON.stringify({
    stage: 'ResponseComplete',
    userAgent: 'kafka-operator/0.1.0',
    verb: 'patch',
    objectRef: { resource: 'pods', namespace: 'kafka', name },
    responseStatus: { code: 201 },
    requestReceivedTimestamp: '2026-01-04T02:00:00.000250Z',
    stageTimestamp: '2026-01-04T02:00:00.012500Z',
    ...more,
  })}\n`;

const names = (from: number, to?: number): readonly string[] => requestsIn(file, from, to).map((r) => r.name);

beforeEach(() => {
  writeFileSync(file, line('a'));
});

test('a request has who asked for what, the answer, and both times to the microsecond', () => {
  expect(requestsIn(file, 0)).toEqual([
    {
      userAgent: 'kafka-operator/0.1.0',
      verb: 'patch',
      resource: 'pods',
      subresource: '',
      namespace: 'kafka',
      name: 'a',
      code: 201,
      receivedAt: Date.UTC(2026, 0, 4, 2) + 0.25,
      answeredAt: Date.UTC(2026, 0, 4, 2) + 12.5,
    },
  ]);
});

test('what is asked for nothing in particular, or not answered, is a request as well', () => {
  writeFileSync(file, line('a', { objectRef: undefined, responseStatus: undefined, userAgent: undefined }));
  expect(requestsIn(file, 0)).toMatchObject([{ userAgent: '', resource: '', name: '', code: 0 }]);
});

test('a watch that was opened and goes on is no finished request', () => {
  appendFileSync(file, line('b', { stage: 'ResponseStarted', verb: 'watch' }));
  expect(names(0)).toEqual(['a']);
});

test('a measurement has what came between its two ends', () => {
  const from = endOf(file);
  appendFileSync(file, line('b'));
  const to = endOf(file);
  appendFileSync(file, line('c'));
  expect([names(0), names(from, to), names(from), names(endOf(file))]).toEqual([['a', 'b', 'c'], ['b'], ['b', 'c'], []]);
});

test('a line that the server has not finished is left out, at the end and where a measurement begins', () => {
  const text = line('b');
  appendFileSync(file, text.slice(0, 30));
  const from = endOf(file);
  expect(names(0)).toEqual(['a']);
  appendFileSync(file, text.slice(30));
  appendFileSync(file, line('c'));
  expect([names(0), names(from)]).toEqual([['a', 'b', 'c'], ['c']]);
});

test('a measurement may begin with an empty log', () => {
  writeFileSync(file, '');
  expect(names(0)).toEqual([]);
});

test('requests are told apart by who asked and whether something may have changed', () => {
  const [request] = requestsIn(file, 0);
  expect([byOperator(request!), byOperator({ userAgent: 'kubectl/v1.34' })]).toEqual([true, false]);
  const kinds = [
    ['patch', 'pods'],
    ['create', 'events'],
    ['delete', 'pods'],
    ['update', 'leases'],
    ['get', 'pods'],
    ['watch', 'pods'],
  ].map(([verb = '', resource = '']) => isWrite({ verb, resource }));
  expect(kinds).toEqual([true, true, true, false, false, false]);
});

test('requests are counted by verb and object, most first', () => {
  const one = { verb: 'patch', resource: 'pods', subresource: '' };
  const status = { verb: 'patch', resource: 'kafkaclusters', subresource: 'status' };
  expect(counted([one, status, one, { ...one, verb: 'create' }])).toBe('patch pods 2, create pods 1, patch kafkaclusters/status 1');
  expect(counted([])).toBe('');
});
