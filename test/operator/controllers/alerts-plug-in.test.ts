/** The worked example of a plug-in in the whole operator: what it answers goes through the gate, is carried out, and is on record. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertActionFiles } from '../../../operator/alerts/plugin-files';
import { PluginHost } from '../../../operator/alerts/plugin-host';
import { CLAIM, KAFKA_CLUSTER } from '../../../operator/kinds';
import { until } from '../../runtime/fake-clock';
import { alertsOf, decisionsIn } from './alerts-of';
import { combined, Environment } from './environment';

jest.setTimeout(60_000);

const CHECKOUT = join(__dirname, '../../..');
/** What the example takes from the library; the whole of it is loaded by test/examples/plug-in-in-the-image.test.ts. */
const LIBRARY = `
exports.defineAlertAction = (action) => action;
exports.parseQuantity = (text) => ({ '1Gi': 2 ** 30, '2Gi': 2 ** 31, '3Gi': 3 * 2 ** 30, '3Mi': 3 * 2 ** 20 })[text];
`;

let folder: string;
let plugins: PluginHost;
let env: Environment;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plug-in-'));
  mkdirSync(join(folder, 'node_modules/kafka-operator'), { recursive: true });
  writeFileSync(join(folder, 'node_modules/kafka-operator/index.js'), LIBRARY);
  symlinkSync(join(CHECKOUT, 'node_modules/zod'), join(folder, 'node_modules/zod'));
  mkdirSync(join(folder, 'actions'));
  copyFileSync(join(CHECKOUT, 'examples/alert-action/grow-by-share.js'), join(folder, 'actions/grow-by-share.js'));
  plugins = await PluginHost.load(alertActionFiles([join(folder, 'actions')]).files, ['upScale']);
  env = await Environment.start({ alerts: true, plugins });
  await env.operator();
  env.apply(combined((s) => (s['alertManagerConfig'] = {})));
  await env.converged();
});

afterAll(async () => {
  await env.close();
  await plugins.stop();
  rmSync(folder, { recursive: true });
});

const claim = () => env.server.list(CLAIM, 'kafka')[0];
const size = (): unknown => (claim()?.['spec'] as { resources: { requests: { storage: string } } }).resources.requests.storage;
const generation = () => env.server.get(KAFKA_CLUSTER, 'kafka', 'orders')?.metadata.generation;
const grow = (annotations: Readonly<Record<string, string>>, name = 'DiskFull') =>
  alertsOf(name, { command: 'growByShare', ...annotations }, { persistentvolumeclaim: claim()?.metadata.name ?? '' });

it.each([
  ['a parameter that it does not know', 'Wrong', { percent: 'much', limit: '3Gi' }],
  ['what it says no to', 'Small', { percent: '50', limit: '1Gi' }],
])('has %s on record, and changes nothing', async (_, name, annotations) => {
  const before = size();
  const known = decisionsIn(env).length;
  env.book.receive(grow(annotations, name));
  await until(() => decisionsIn(env).length > known, 10_000);
  expect(decisionsIn(env).at(-1)).toMatch(/^growByShare Refused /);
  expect(size()).toBe(before);
});

it('grows the volume that the alert names, once', async () => {
  expect(plugins.troubles).toEqual([]);
  const [before, was] = [generation(), size()];
  env.book.receive(grow({ percent: '50', limit: '3Gi' }));
  await until(() => decisionsIn(env).includes('growByShare Done Applied'), 10_000);
  expect([was, size()]).toEqual(['2Gi', '3072Mi']);
  env.book.receive(grow({ percent: '50', limit: '3Gi' }));
  await until(env.restFor(300));
  expect(size()).toBe('3072Mi');
  expect(generation()).toBe(before);
});
