/** Operations from their objects to Cruise Control and back: the whole operator, and a Cruise Control that keeps a list of tasks. */
import { LABEL, OPERATION_API_VERSION } from '../../../lib/constructs/naming';
import { KAFKA_CLUSTER, OPERATION } from '../../../operator/kinds';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { until } from '../../runtime/fake-clock';
import { recordedAnswer } from '../clients/cruise-control/recorded';
import { ReplayingServer, replyWith, type Reply, type SeenRequest } from '../clients/cruise-control/replaying-server';
import { combined, Environment } from './environment';

jest.setTimeout(120_000);

interface Task {
  readonly request: string;
  readonly id: string;
  status: string;
}

let server: ReplayingServer;
let env: Environment;
let tasks: Task[];

beforeEach(async () => {
  [server, env, tasks] = [await ReplayingServer.start(), await Environment.start(), []];
  server.answer = (response, request) => {
    replyWith(reply(request))(response, request);
  };
  env.apply(combined((spec) => (spec['cruiseControlConfig'] = { cruiseControlEndpoint: server.origin.replace('http://', '') })));
  await env.operator();
  await env.converged();
});

afterEach(async () => {
  await env.close();
  await server.close();
});

function reply({ method, path }: SeenRequest): Reply {
  if (path.includes('/state')) return recordedAnswer('state-ready');
  if (method === 'GET') return { status: 200, body: JSON.stringify({ userTasks: tasks.map(listed), version: 1 }) };
  if (path.includes('/stop_proposal_execution')) tasks.forEach((task) => (task.status = 'CompletedWithError'));
  const id = `task-${String(tasks.length)}`;
  const status = path.includes('dryrun=false') ? 'InExecution' : 'Completed';
  tasks.unshift({ id, request: `POST ${decodeURIComponent(path)}`, status });
  const answer = recordedAnswer('rebalance-exec');
  return { ...answer, headers: { 'user-task-id': id } };
}

const listed = ({ id, request, status }: Task) => ({
  Status: status,
  ClientIdentity: '127.0.0.1',
  RequestURL: request,
  UserTaskId: id,
  StartMs: '1795229599687',
});

const posts = (): readonly string[] => server.seen.filter((r) => r.method === 'POST').map((r) => r.path);

function write(name: string, spec: object, owners: object = {}): void {
  const metadata = { name, namespace: 'kafka', labels: { [LABEL.cluster]: 'orders' }, ...owners };
  env.server.put({ apiVersion: OPERATION_API_VERSION, kind: OPERATION.kind, metadata, spec: { operation: 'rebalance', ...spec } });
}

const object = (name: string): KubeObject | undefined => env.server.get(OPERATION, 'kafka', name);
const status = (name: string) => (object(name)?.status ?? {}) as { currentTask?: { state?: string }; proposal?: { summary?: object } };
const isMoving = (name: string) => until(() => status(name).currentTask?.state === 'InExecution', 30_000);

it('of which one runs while it is deleted is stopped, and goes then', async () => {
  write('even-out', {});
  await isMoving('even-out');
  env.server.remove(OPERATION, 'kafka', 'even-out');
  expect(object('even-out')?.metadata.deletionTimestamp).toBeDefined();
  await until(() => object('even-out') === undefined, 30_000);
  expect(posts().map((path) => path.split('?')[0])).toEqual([
    '/kafkacruisecontrol/rebalance',
    '/kafkacruisecontrol/stop_proposal_execution',
  ]);
});

it('are proposed first where somebody wants to look, and carried out when they are approved', async () => {
  write('even-out', { approval: 'Required' });
  await until(() => status('even-out').proposal !== undefined, 30_000);
  expect(status('even-out').proposal?.summary).toMatchObject({ 'Data to move': '80' });
  await env.converged();
  expect(posts().filter((path) => path.includes('dryrun=false'))).toEqual([]);
  env.server.patch(OPERATION, 'kafka', 'even-out', { spec: { approval: 'Approved' } });
  await isMoving('even-out');
  expect(posts().map((path) => /dryrun=(\w+)/.exec(path)?.[1])).toEqual(['true', 'false']);
});

it('run one after the other', async () => {
  write('first', {});
  await isMoving('first');
  write('second', {});
  await until(() => object('second')?.status !== undefined, 30_000);
  expect(JSON.stringify(object('second')?.status)).toContain('first is under way');
  tasks.forEach((task) => (task.status = 'Completed'));
  await isMoving('second');
  expect(status('first').currentTask?.state).toBe('Completed');
  expect(object('first')?.metadata.finalizers ?? []).toEqual([]);
});

it('do not outlive their cluster', async () => {
  const { uid } = env.server.get(KAFKA_CLUSTER, 'kafka', 'orders')!.metadata;
  const owner = { apiVersion: KAFKA_CLUSTER.apiVersion, kind: 'KafkaCluster', name: 'orders', uid, controller: true };
  write('even-out', {}, { ownerReferences: [owner] });
  await isMoving('even-out');
  env.server.remove(KAFKA_CLUSTER, 'kafka', 'orders');
  env.server.remove(OPERATION, 'kafka', 'even-out');
  await until(() => object('even-out') === undefined, 30_000);
  expect(env.server.get(KAFKA_CLUSTER, 'kafka', 'orders')).toBeUndefined();
});
