import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertActionFiles } from '../../../operator/alerts/plugin-files';
import { PluginHost, type PluginQuestion } from '../../../operator/alerts/plugin-host';

jest.setTimeout(30_000);

const HEAD = 'const parameters = { safeParse: (data) => ({ success: true, data }) };\n';
const action = (name: string, body: string): string =>
  `exports.${name} = { name: '${name}', parameters, decide: (alert, cluster, world) => { ${body} } };\n`;

const MODULE =
  HEAD +
  action('grows', "return { changes: [{ kind: 'growClaim', claim: alert.labels.pvc, size: '2Gi' }] };") +
  action('refuses', "return { refusal: 'not ' + cluster.name };") +
  action('throws', "throw new Error('out of order\\nsecond line');") +
  action('hangs', 'for (;;) ;') +
  action('eats', 'const all = []; for (;;) all.push(new Array(1e5).fill(all.length));') +
  action('lies', "return { changes: [{ kind: 'deleteCluster' }] };") +
  action('promises', 'return Promise.resolve({ refusal: "late" });') +
  action('ends', 'process.exit(3);') +
  action('reads', 'return { refusal: JSON.stringify(process.env) };') +
  action('floods', "return { refusal: 'x'.repeat(1e6) };");

const question: PluginQuestion = {
  alert: { fingerprint: 'f', name: 'A', labels: { pvc: 'orders-0' }, annotations: {}, since: 0 },
  cluster: { name: 'orders', namespace: 'kafka', spec: {}, brokers: [], nextId: 3, allowSpecEdits: false },
  world: { replicas: undefined, disksBusy: undefined },
};

let folder = '';
let host: PluginHost;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plug-ins-'));
  writeFileSync(join(folder, 'actions.cjs'), MODULE);
  writeFileSync(join(folder, 'README.md'), 'no module');
  host = await PluginHost.load(alertActionFiles([folder]), ['upScale'], { time: 1_000, heapMb: 32 });
});

afterAll(async () => {
  await host.stop();
  rmSync(folder, { recursive: true });
});

test('answers changes and refusals', async () => {
  expect(host.names).toContain('grows');
  expect(await host.ask('grows', question)).toEqual({
    answer: { changes: [{ kind: 'growClaim', claim: 'orders-0', size: '2Gi' }] },
    failed: false,
  });
  expect(await host.ask('refuses', question)).toEqual({ answer: { refusal: 'not orders' }, failed: false });
});

test.each([
  ['throws', /^plug-in throws: out of order$/],
  ['hangs', /longer than 1000 ms/],
  ['eats', /memory|thread ended/],
  ['lies', /neither changes nor a refusal/],
  ['promises', /neither changes nor a refusal/],
  ['ends', /thread ended/],
  ['floods', /more than 100000 characters/],
  ['unknown', /no plug-in unknown/],
])('one that %s is refused, and the next question is answered', async (name, why) => {
  const { answer, failed } = await host.ask(name, question);
  expect([failed, 'refusal' in answer && answer.refusal]).toEqual([true, expect.stringMatching(why)]);
  expect(await host.ask('refuses', question)).toEqual({ answer: { refusal: 'not orders' }, failed: false });
});

test('sees nothing of the environment', async () => {
  process.env['A_SECRET_OF_THE_OPERATOR'] = 'hunter2';
  expect(JSON.stringify(await host.ask('reads', question))).not.toContain('hunter2');
});

test.each([
  ['module.exports = 7;', /exports none/],
  ['throw new Error("broken")', /broken/],
  ['for (;;) ;', /longer than/],
  [`${HEAD}${action('upScale', '')}`, /there is one of that name already/],
])('a module that is %.20s keeps the operator from starting, with why', async (text, why) => {
  const file = join(folder, 'bad.mjs.cjs');
  writeFileSync(file, text);
  await expect(PluginHost.load([file], ['upScale'], { time: 500, heapMb: 32 })).rejects.toThrow(why);
  rmSync(file);
});

test('what is not there is named', () => {
  expect(() => alertActionFiles(['/nowhere/at/all'])).toThrow('cannot find the alert actions "/nowhere/at/all"');
  expect(() => alertActionFiles(['no-such-package-of-actions'])).toThrow('no-such-package-of-actions');
});
