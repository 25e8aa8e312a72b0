/** An alert that asks for a broker less, until nothing is left of that broker; and what is told of it. */
import { parseAlerts } from '../../../operator/alerts/parse-alerts';
import { ALERT_MANAGER } from '../../../operator/decide/alerts/owned-spec';
import { KAFKA_CLUSTER, POD } from '../../../operator/kinds';
import { connect } from '../../runtime/fake-client';
import { until } from '../../runtime/fake-clock';
import { recordedAnswer } from '../clients/cruise-control/recorded';
import { ReplayingServer, replyWith, type Reply, type SeenRequest } from '../clients/cruise-control/replaying-server';
import { combined, Environment } from './environment';
import { idOf } from './stand-in-kubelet';

jest.setTimeout(120_000);

let env: Environment;
let server: ReplayingServer;

const partition = (topic: string, replicas: readonly number[]) => ({
  ...{ topic, partition: 0, leader: replicas[0] ?? -1, replicas, isr: replicas, offline: [], elr: [] },
});
/** One lies on broker 3 until Cruise Control has moved it, and one is there so that nobody makes it on broker 3. */
const partitions = (payments: readonly number[]) => [partition('payments', payments), partition('__CruiseControlMetrics', [0, 1])];

const BROKER = { id: 3, brokerConfigGroup: 'combined', brokerConfig: { processRoles: ['broker'] } };

/** A Cruise Control that moves everything at once. */
function reply(tasks: object[], { method, path }: SeenRequest): Reply {
  if (path.includes('/state')) return recordedAnswer('state-ready');
  if (method === 'GET') return { status: 200, body: JSON.stringify({ userTasks: tasks, version: 1 }) };
  const id = `task-${String(tasks.length)}`;
  const request = `POST ${decodeURIComponent(path)}`;
  tasks.unshift({ Status: 'Completed', ClientIdentity: '127.0.0.1', RequestURL: request, UserTaskId: id, StartMs: '1795229599687' });
  if (path.includes('/remove_broker')) {
    env.kafka.extra = partitions([1, 0]);
    env.kafka.follow();
  }
  return { ...recordedAnswer('rebalance-exec'), headers: { 'user-task-id': id } };
}

/** @param owner of the entry of broker 3 in the spec */
async function start(owner: 'somebody' | 'alerts'): Promise<void> {
  [server, env] = [await ReplayingServer.start(), await Environment.start({ alerts: true, empty: [3] })];
  const tasks: object[] = [];
  server.answer = (response, request) => {
    replyWith(reply(tasks, request))(response, request);
  };
  env.kafka.extra = partitions([3, 0]);
  env.kafka.follow();
  await env.operator();
  const spec = combined((draft) => {
    draft['cruiseControlConfig'] = { cruiseControlEndpoint: server.origin.replace('http://', '') };
    draft['alertManagerConfig'] = { downScaleLimit: 3, allowSpecEdits: owner === 'somebody' };
    if (owner === 'somebody') draft['brokers'] = [...(draft['brokers'] as object[]), BROKER];
  });
  env.apply(spec);
  if (owner === 'alerts') await applyAsAlerts({ brokers: [BROKER] });
  await until(() => env.status.state === 'ClusterRunning' && env.status.brokers === '4/4', 60_000);
}

async function applyAsAlerts(spec: object): Promise<void> {
  const { client, transport } = connect(env.server, { fieldManager: ALERT_MANAGER });
  const { apiVersion, kind } = KAFKA_CLUSTER;
  await client.apply(KAFKA_CLUSTER, { apiVersion, kind, metadata: { name: 'orders', namespace: 'kafka' }, spec });
  transport.close();
}

afterEach(async () => {
  await env.close();
  await server.close();
});

function send(alertname: string, brokerId: string): void {
  const sent = [{ labels: { alertname, namespace: 'kafka', kafka_cr: 'orders' }, annotations: { command: 'downScale', brokerId } }];
  const parsed = parseAlerts(Buffer.from(JSON.stringify(sent)), Date.now());
  if (typeof parsed === 'string') throw new Error(parsed);
  env.book.receive(parsed.alerts);
}

const decisions = (): readonly string[] =>
  (env.status.alerts?.decisions ?? []).map(({ action, outcome, reason }) => `${action} ${outcome} ${reason}`);
const ofBroker3 = (): number => env.server.list(POD, 'kafka').filter((pod) => idOf(pod) === 3).length;
const events = (): readonly string[] =>
  env.server.requests.filter(({ resource }) => resource === 'events').map(({ body }) => JSON.stringify(body));

it.each([
  ['somebody', 0, 'LimitReached'],
  ['somebody', 2, 'LimitReached'],
  ['alerts', 0, 'ActionRefuses'],
  ['alerts', 2, 'ActionRefuses'],
] as const)(
  'takes it out of the spec, once, and nothing is left of it; the next one is refused (the entry is of %s, killed after deed %i)',
  async (owner, k, refusal) => {
    await start(owner);
    const [instance = ''] = env.instances;
    const killed = k === 0 ? undefined : env.killAfter(instance, k);
    send('PartitionCountLow', '3');
    if (killed !== undefined) {
      await until(killed.dead, 30_000);
      await env.operator();
    }
    await until(() => decisions().includes('downScale Done Applied') && ofBroker3() === 0, 60_000);
    await until(() => env.status.state === 'ClusterRunning' && env.status.brokersState?.['3'] === undefined, 60_000);
    const { brokers } = env.server.get(KAFKA_CLUSTER, 'kafka', 'orders')?.['spec'] as { brokers: { id: number }[] };
    expect(brokers.map(({ id }) => id)).toEqual([0, 1, 2]);
    expect(server.seen.filter(({ method, path }) => method === 'POST' && path.includes('/remove_broker'))).toHaveLength(1);
    expect(env.kafka.sim.state.brokers.map(({ id }) => id)).toEqual([0, 1, 2]);
    send('AnotherCountLow', '2');
    env.server.patch(KAFKA_CLUSTER, 'kafka', 'orders', { spec: { alertManagerConfig: { coolDown: '0s' } } });
    await until(() => decisions().includes(`downScale Refused ${refusal}`), 30_000);
    expect(decisions().filter((said) => said.includes('Done'))).toHaveLength(1);
    await until(() => ['AlertActed', 'AlertRefused'].every((reason) => events().some((event) => event.includes(reason))), 10_000);
  },
);
