import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fakePod, type Pod } from './fake-kafka';

describe('ready.sh', () => {
  let pod: Pod;
  let server: Server;
  let metrics = '';
  let asked = '';

  beforeAll(async () => {
    pod = fakePod();
    server = createServer((request, response) => {
      asked = request.url ?? '';
      response.end(metrics);
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  });
  afterAll(async () => {
    pod.remove();
    await new Promise((resolve) => server.close(resolve));
  });

  const port = () => (server.address() as AddressInfo).port;
  const broker = (state: string) =>
    `# HELP x\n# TYPE kafka_server_kafkaserver_brokerstate gauge\nkafka_server_kafkaserver_brokerstate ${state}\n`;
  const quorum = (state: string) => `# TYPE x gauge\nkafka_server_raft_metrics_current_state{state="${state}"} 1.0\n`;

  test.each([
    ['a broker in state 3', ['broker'], broker('3.0'), ''],
    ['a broker in state 3, whatever its raft state', ['broker'], broker('3') + quorum('candidate'), ''],
    ['a broker that starts', ['broker'], broker('1.0'), 'the broker starts (state 1)'],
    ['a broker that recovers', ['broker'], broker('2.0'), 'the broker recovers its log (state 2)'],
    ['a broker that stops', ['broker'], broker('6.0'), 'the broker stops (state 6)'],
    ['a broker in a state that is not known', ['broker'], broker('127.0'), 'the broker is in state 127'],
    ['a broker whose state is missing', ['broker'], quorum('observer'), 'the broker does not say its state yet'],
    ['a leading controller', ['controller'], quorum('leader'), ''],
    ['a following controller', ['controller'], quorum('follower'), ''],
    ['a controller that is no voter yet', ['controller'], quorum('observer'), ''],
    ['a controller without a leader', ['controller'], quorum('candidate'), 'the controller is candidate'],
    ['a controller whose state is missing', ['controller'], '# nothing\n', 'the controller does not say its state yet'],
    ['a combined node of which both serve', ['broker', 'controller'], broker('3.0') + quorum('leader'), ''],
    ['a combined node whose broker does not', ['broker', 'controller'], broker('1.0') + quorum('leader'), 'the broker starts'],
    ['a combined node whose controller does not', ['broker', 'controller'], broker('3.0') + quorum('unattached'), 'unattached'],
    ['a node without a role', [], broker('3.0'), 'no role was given'],
    ['a node with another role', ['observer'], broker('3.0'), 'unknown role observer'],
    ['carriage returns at the ends of lines', ['broker'], broker('3.0').replace(/\n/g, '\r\n'), ''],
    ['another metric of a longer name', ['broker'], 'kafka_server_kafkaserver_brokerstate_old 3.0\n', 'does not say its state'],
  ])('judges %s', async (_name, roles, text, words) => {
    metrics = text;
    const run = await pod.ready(roles, port());
    expect(run.code).toBe(words === '' ? 0 : 1);
    expect(run.output).toContain(words);
  });

  test('asks for the two metrics and nothing else', async () => {
    metrics = broker('3.0');
    await pod.ready(['broker'], port());
    const query = new URL(asked, 'http://localhost').searchParams;
    expect(query.getAll('name[]')).toEqual(['kafka_server_kafkaserver_brokerstate', 'kafka_server_raft_metrics_current_state']);
  });

  test('is not ready while nothing answers', async () => {
    const run = await pod.ready(['broker'], 1);
    expect(run.code).toBe(1);
    expect(run.output).toContain('nothing answers on port 1');
  });
});
