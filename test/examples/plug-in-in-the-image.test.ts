/** The worked example of a plug-in, read by the operator from a mounted folder of its image: the links are those that the images make. */
import { transformSync } from '@swc/core';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { alertActionFiles } from '../../operator/alerts/plugin-files';
import { PluginHost } from '../../operator/alerts/plugin-host';

jest.setTimeout(60_000);

const CHECKOUT = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(CHECKOUT, path), 'utf8');

/** `ln -s /what "$1/where"` of a text, as [what, where]. */
const linksIn = (text: string): readonly (readonly [string, string])[] =>
  [...text.matchAll(/ln -s (\/app\S*) "?(?:\$1)?(\/node_modules\/[^\s"]+)/g)].map(([, what = '', where = '']) => [what, where]);

let root = '';

/** What `npx tsc` would write of lib, where the image has it. */
function compileLib(): void {
  const options = { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } } as const;
  for (const name of readdirSync(join(CHECKOUT, 'lib'), { recursive: true, encoding: 'utf8' })) {
    if (!/\.(ts|json)$/.test(name)) continue;
    const file = join(root, 'app/dist/lib', name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(file), { recursive: true });
    const text = read(join('lib', name));
    writeFileSync(file, name.endsWith('.ts') ? transformSync(text, options).code : text);
  }
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'image-'));
  compileLib();
  copyFileSync(join(CHECKOUT, 'package.json'), join(root, 'app/package.json'));
  symlinkSync(join(CHECKOUT, 'node_modules'), join(root, 'app/node_modules'));
  mkdirSync(join(root, 'node_modules'));
  for (const [what, where] of linksIn(read('Dockerfile'))) symlinkSync(join(root, what), join(root, where));
  mkdirSync(join(root, 'etc/actions'), { recursive: true });
});

afterAll(() => rmSync(root, { recursive: true }));

test('both ways of making the image make the same links', () => {
  expect(linksIn(read('Dockerfile'))).toEqual([
    ['/app', '/node_modules/kafka-operator'],
    ['/app/node_modules/zod', '/node_modules/zod'],
  ]);
  expect(linksIn(read('tools/images/build'))).toEqual(linksIn(read('Dockerfile')));
});

test('the example is loaded from a mounted folder, and answers', async () => {
  copyFileSync(join(CHECKOUT, 'examples/alert-action/grow-by-share.js'), join(root, 'etc/actions/grow-by-share.js'));
  const host = await PluginHost.load(alertActionFiles([join(root, 'etc/actions')]).files, ['upScale']);
  expect(host.troubles).toEqual([]);
  const volumes = [{ mountPath: '/kafka-logs', claim: 'orders-0', size: '10Gi', capacity: '10Gi' }];
  const answer = host.ask('growByShare', {
    alert: {
      fingerprint: 'f',
      name: 'DiskFull',
      labels: { persistentvolumeclaim: 'orders-0' },
      annotations: { percent: '20', limit: '500Gi' },
      since: 0,
    },
    cluster: {
      name: 'orders',
      namespace: 'kafka',
      spec: {},
      brokers: [{ id: 0, roles: ['broker'], addedByAlert: false, kubeNode: 'node-a', volumes }],
      nextId: 1,
      allowSpecEdits: false,
    },
    world: { replicas: {}, disksBusy: undefined },
  });
  expect(await answer).toEqual({ answer: { changes: [{ kind: 'growClaim', claim: 'orders-0', size: '12288Mi' }] }, failed: false });
  await host.stop();
});
