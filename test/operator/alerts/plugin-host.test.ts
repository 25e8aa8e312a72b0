import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertActionFiles } from '../../../operator/alerts/plugin-files';
import { PluginHost } from '../../../operator/alerts/plugin-host';
import type { PluginLimits, PluginQuestion } from '../../../operator/alerts/plugin-module';

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
  action('hoards', 'const all = []; for (;;) all.push(new Uint8Array(4e6).fill(1));') +
  action('leaves', 'setTimeout(() => process.exit(3), 1); return { refusal: "bye" };') +
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

const LIMITS: PluginLimits = { time: 3_000, loadTime: 10_000, heapMb: 32 };

let folder = '';
let host: PluginHost;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plug-ins-'));
  writeFileSync(join(folder, 'actions.cjs'), MODULE);
  writeFileSync(join(folder, 'README.md'), 'no module');
  host = await PluginHost.load(alertActionFiles([folder]).files, ['upScale'], LIMITS);
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
  ['hangs', /longer than 3000 ms/],
  ['eats', /memory|thread ended/],
  ['hoards', /more than 64 MiB of memory/],
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

test('one whose thread ends while nobody asks is begun anew with the next question', async () => {
  await host.ask('leaves', question);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await host.ask('refuses', question)).toEqual({ answer: { refusal: 'not orders' }, failed: false });
});

test.each([
  ['module.exports = 7;', /^cannot load the alert actions of .*bad\.cjs: it exports none/],
  ['throw new Error("broken")', /^cannot load the alert actions of .*bad\.cjs: broken$/],
  ['require("no-such-package")', /no-such-package/],
  ['for (;;) ;', /longer than 2000 ms/],
  [`${HEAD}${action('upScale', '')}`, /"upScale" of .*bad\.cjs: there is one of that name already/],
])('a module that is %.20s is left out with why, and the others act', async (text, why) => {
  const [bad, good] = ['bad.cjs', 'good.cjs'].map((name) => join(folder, name)) as [string, string];
  writeFileSync(bad, text);
  writeFileSync(good, HEAD + action('sound', "return { refusal: 'sound' };"));
  const mixed = await PluginHost.load([bad, good], ['upScale'], { ...LIMITS, loadTime: 2_000 });
  expect([mixed.names, mixed.troubles]).toEqual([['sound'], [expect.stringMatching(why)]]);
  expect(await mixed.ask('sound', question)).toEqual({ answer: { refusal: 'sound' }, failed: false });
  await mixed.stop();
  rmSync(bad);
  rmSync(good);
});

test('a module has longer to load than to answer', async () => {
  const slow = join(folder, 'slow.cjs');
  writeFileSync(slow, `const end = Date.now() + 3200; while (Date.now() < end);\n${HEAD}${action('late', "return { refusal: 'late' };")}`);
  const patient = await PluginHost.load([slow], [], LIMITS);
  expect([patient.names, patient.troubles]).toEqual([['late'], []]);
  await patient.stop();
  rmSync(slow);
});

test('what is not there is named, and the rest is found', () => {
  const { files, troubles } = alertActionFiles(['/nowhere/at/all', folder, 'no-such-package-of-actions']);
  expect(files).toEqual([join(folder, 'actions.cjs')]);
  expect(troubles).toEqual([
    expect.stringContaining('cannot find the alert actions "/nowhere/at/all"'),
    expect.stringContaining('no-such-package-of-actions'),
  ]);
});
