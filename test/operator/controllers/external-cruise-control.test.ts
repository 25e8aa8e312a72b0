/** The whole operator with a Cruise Control that is there already: answers as they were recorded, over HTTP. */
import { LABEL, OPERATION_API_VERSION } from '../../../lib/constructs/naming';
import { OPERATION } from '../../../operator/kinds';
import { until } from '../../runtime/fake-clock';
import { recordedAnswer } from '../clients/cruise-control/recorded';
import { ReplayingServer, replyWith, type SeenRequest } from '../clients/cruise-control/replaying-server';
import { combined, Environment } from './environment';

jest.setTimeout(120_000);

const TASK = recordedAnswer('rebalance-exec').headers['user-task-id'] ?? '';
const NAME = 'by-hand';

let server: ReplayingServer;
let env: Environment;
/** What Cruise Control says of its one task. */
let status: string | undefined;

beforeEach(async () => {
  [server, env, status] = [await ReplayingServer.start(), await Environment.start(), undefined];
  server.answer = (response, request) => {
    reply(request)(response, request);
  };
});
afterEach(async () => {
  await env.close();
  await server.close();
});

function reply(request: SeenRequest) {
  if (request.path.includes('/state')) return replyWith(recordedAnswer('state-ready'));
  if (request.method === 'GET') return replyWith({ status: 200, body: JSON.stringify({ userTasks: tasks(), version: 1 }) });
  status = 'InExecution';
  return replyWith(recordedAnswer('rebalance-exec'));
}

function tasks(): readonly object[] {
  const asked = moves()[0];
  if (asked === undefined || status === undefined) return [];
  const request = `POST ${decodeURIComponent(asked.path)}`;
  return [{ Status: status, ClientIdentity: '127.0.0.1', RequestURL: request, UserTaskId: TASK, StartMs: '1795229599687' }];
}

const moves = (): readonly SeenRequest[] => server.seen.filter(({ method }) => method === 'POST');

const spec = (more: object = {}) =>
  combined((written) => {
    written.cruiseControlConfig = { cruiseControlEndpoint: server.origin.replace('http://', ''), ...more };
  });

const operation = (): Record<string, unknown> => (env.server.get(OPERATION, 'kafka', NAME)?.status ?? {}) as Record<string, unknown>;
const stateOf = (): unknown => (operation().currentTask as { state?: unknown } | undefined)?.state;

function rebalanceByHand(): void {
  const metadata = { name: NAME, namespace: 'kafka', labels: { [LABEL.cluster]: 'orders' } };
  env.server.put({ apiVersion: OPERATION_API_VERSION, kind: OPERATION.kind, metadata, spec: { operation: 'rebalance' } });
}

const isReady = (): boolean => (env.status.conditions ?? []).some(({ type, status }) => type === 'CruiseControlReady' && status === 'True');

/** Nothing was asked for three seconds, more than a look of an operation that is under way. */
async function expectSilence(): Promise<void> {
  const asked = server.seen.length;
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(server.seen).toHaveLength(asked);
}

it('is asked nothing more once it was seen ready, while nothing needs it', async () => {
  env.apply(spec());
  await env.operator();
  await env.converged();
  await until(isReady, 30_000);
  expect(server.seen.map(({ path }) => path.split('?')[0])).toEqual(['/kafkacruisecontrol/state', '/kafkacruisecontrol/user_tasks']);
  await expectSilence();
});

it('carries out what a person wrote down, once, and is left alone when it is over', async () => {
  env.apply(spec());
  const instance = await env.operator();
  await env.converged();
  rebalanceByHand();
  await until(() => stateOf() === 'InExecution', 30_000);
  env.kill(instance);
  await env.operator();
  status = 'Completed';
  await until(() => stateOf() === 'Completed', 30_000);
  expect(moves().map(({ headers }) => headers['user-agent'])).toEqual([`kafka-operator/${instance}`]);
  expect(operation().currentTask).toMatchObject({ id: TASK, summary: { 'Data to move': '80' } });
  await env.converged();
  await expectSilence();
});

it('is shown who asks, by a Secret that is read when it is needed', async () => {
  const data = { username: Buffer.from('anna').toString('base64'), password: Buffer.from('s3cret').toString('base64') };
  env.server.put({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'access', namespace: 'kafka' }, data });
  env.apply(spec({ auth: { basicSecret: { name: 'access' } }, selfHealing: true }));
  await env.operator();
  await until(() => server.seen.length > 0, 30_000);
  expect(server.seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('anna:s3cret').toString('base64')}`);
  expect(env.log.join('\n')).not.toMatch(/s3cret/);
});
