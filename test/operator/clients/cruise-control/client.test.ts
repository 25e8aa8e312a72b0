import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectCruiseControl } from '../../../../operator/clients/cruise-control/client';
import { CruiseControlError } from '../../../../operator/clients/cruise-control/refusal';
import type { CruiseControlTarget } from '../../../../operator/clients/cruise-control/transport';
import { recordedAnswer } from './recorded';
import { inTurn, ReplayingServer, replyWith, type Answerer } from './replaying-server';

jest.setTimeout(30_000);

const REBALANCE = { endpoint: 'rebalance', parameters: { dryrun: 'false', reason: 'orders/one#1' } };
const ready = replyWith(recordedAnswer('state-ready'));
const computed = replyWith(recordedAnswer('progress-202'));
const executed = replyWith(recordedAnswer('rebalance-exec'));
const broken: Answerer = (response) => response.destroy();
const silent: Answerer = () => undefined;

let server: ReplayingServer;
const clients: { close(): void }[] = [];
beforeEach(async () => {
  server = await ReplayingServer.start();
});
afterEach(async () => {
  clients.splice(0).forEach((client) => {
    client.close();
  });
  await server.close();
});

function dial(target: Partial<CruiseControlTarget> = {}, timeOuts = { read: 20_000, write: 20_000 }) {
  const client = connectCruiseControl(
    { origin: server.origin, insecureSkipVerify: false, userAgent: 'kafka-operator/1', ...target },
    timeOuts,
  );
  clients.push(client);
  return client;
}

async function refusalOf(promise: Promise<unknown>): Promise<CruiseControlError> {
  const thrown: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof CruiseControlError)) throw new Error(`no refusal but ${String(thrown)}`);
  return thrown;
}

describe('a request to Cruise Control', () => {
  it('says who asks and that it wants JSON', async () => {
    server.answer = ready;
    await dial().state();
    expect(server.seen[0]).toMatchObject({
      method: 'GET',
      path: '/kafkacruisecontrol/state?json=true&substates=analyzer%2Cmonitor%2Cexecutor%2Canomaly_detector',
      headers: { 'user-agent': 'kafka-operator/1', accept: 'application/json' },
    });
  });

  it.each([
    [{ basic: { username: 'anna', password: 's3cret' } }, `Basic ${Buffer.from('anna:s3cret').toString('base64')}`],
    [{ bearer: 'tok3n' }, 'Bearer tok3n'],
  ])('shows its credentials %#', async (credentials, authorization) => {
    server.answer = ready;
    await dial(credentials).state();
    expect(server.seen[0]?.headers.authorization).toBe(authorization);
  });

  it('carries no credential into an error, and not to where it is redirected', async () => {
    server.answer = replyWith({ status: 302, headers: { location: 'http://127.0.0.1:1/elsewhere' }, body: '' });
    const client = dial({ basic: { username: 'anna', password: 's3cret' } });
    const errors = [await refusalOf(client.state())];
    server.answer = broken;
    errors.push(await refusalOf(client.send(REBALANCE)));
    for (const error of errors) {
      const everything = `${error.message} ${error.stack ?? ''} ${JSON.stringify(error)} ${String(error.cause)}`;
      expect(everything).not.toMatch(/s3cret|Basic|YW5uYTpzM2NyZXQ/);
    }
    expect(server.seen).toHaveLength(2);
  });

  it('that needs credentials says so', async () => {
    server.answer = replyWith({ status: 401, body: '<html>Unauthorized</html>', headers: { 'content-type': 'text/html' } });
    expect(await refusalOf(dial().send(REBALANCE))).toMatchObject({
      kind: 'other',
      message:
        'cannot ask Cruise Control for rebalance: it answers with status 401; it does not accept the credentials of spec.cruiseControlConfig.auth',
    });
  });

  it('has a session of its own', async () => {
    server.answer = ready;
    const client = dial();
    await client.state();
    await client.state();
    expect(server.seen.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined]);
  });
});

describe('a Cruise Control that speaks HTTPS', () => {
  const file = (name: string): string => readFileSync(join(__dirname, '../../../fixtures/cruise-control-tls', name), 'utf8');
  const ca = file('ca.crt');
  let secure: ReplayingServer;
  beforeEach(async () => {
    secure = await ReplayingServer.start({ cert: file('server.crt'), key: file('server.key') });
    secure.answer = ready;
  });
  afterEach(() => secure.close());

  it('is trusted by the authority of the Secret', async () => {
    expect((await dial({ origin: secure.origin, ca }).state()).ready).toBe(true);
  });

  it('is trusted unseen when the spec says so', async () => {
    expect((await dial({ origin: secure.origin, insecureSkipVerify: true }).state()).ready).toBe(true);
  });

  it('is told nothing when its certificate is not trusted, or is for another name', async () => {
    const password = { basic: { username: 'anna', password: 's3cret' } };
    const stranger = await refusalOf(dial({ origin: secure.origin, ...password }).send(REBALANCE));
    expect([stranger.kind, stranger.message]).toEqual(['unreachable', expect.stringContaining('UNABLE_TO_VERIFY_LEAF_SIGNATURE')]);
    const elsewhere = secure.origin.replace('127.0.0.1', 'localhost');
    expect((await refusalOf(dial({ origin: elsewhere, ca, ...password }).send(REBALANCE))).message).toMatch(/ERR_TLS_CERT_ALTNAME_INVALID/);
    expect(secure.seen).toEqual([]);
  });

  it('is not asked in the clear', async () => {
    expect((await refusalOf(dial({ origin: secure.origin.replace('https', 'http') }).state())).kind).toBe('unreachable');
  });
});

describe('what writes', () => {
  it('is answered with the task and the summary', async () => {
    server.answer = executed;
    expect(await dial().send(REBALANCE)).toMatchObject({
      httpCode: 200,
      taskId: '1418aa2e-8299-4436-a323-015bf37c27e8',
      summary: {
        'Data to move': '80',
        'Number of replica movements': '6',
        'Intra broker data to move': '0',
        'Number of intra broker replica movements': '0',
        'Number of leader movements': '8',
        'Recent windows': '3',
        'Provision recommendation': '',
      },
    });
  });

  it('counts as answered while it is computed, and is asked after with the same words, its id and its session', async () => {
    server.answer = inTurn(computed, executed);
    const client = dial();
    const { httpCode, task } = await client.send(REBALANCE);
    expect([httpCode, server.seen.length]).toEqual([202, 1]);
    expect((await client.follow(REBALANCE, task))?.httpCode).toBe(200);
    expect(server.seen[1]).toMatchObject({
      method: 'POST',
      path: server.seen[0]?.path,
      headers: { 'user-task-id': 'dd252318-d894-4519-85cb-de014770a104', cookie: 'JSESSIONID=node0124s3gnm0oeu014rdoq7622dv021.node0' },
    });
  });

  it.each([
    ['the connection breaks', broken],
    ['nobody answers', silent],
    ['a gateway has no answer', replyWith({ status: 503, body: 'no healthy upstream' })],
  ])('is never sent twice, also when %s', async (_, answer) => {
    server.answer = answer;
    expect((await refusalOf(dial({}, { read: 300, write: 300 }).send(REBALANCE))).kind).toBe('unreachable');
    expect(server.seen).toHaveLength(1);
  });

  it('stops what is executed, and says why', async () => {
    server.answer = replyWith(recordedAnswer('stop_proposal_execution'));
    expect((await dial().stop('orders/one#2')).taskId).toBe('83a4d148-8289-409c-80dc-a64b60702b01');
    expect(server.seen[0]).toMatchObject({
      method: 'POST',
      path: '/kafkacruisecontrol/stop_proposal_execution?json=true&reason=orders%2Fone%232',
    });
  });

  it('stops an older one as well, which does not take a reason', async () => {
    const unknown = recordedAnswer('add_broker-badparam').body.replace('[foo]', '[reason]');
    server.answer = inTurn(replyWith({ status: 400, body: unknown }), replyWith(recordedAnswer('stop_proposal_execution')));
    expect((await dial().stop('orders/one#2')).httpCode).toBe(200);
    expect(server.seen[1]?.path).toBe('/kafkacruisecontrol/stop_proposal_execution?json=true');
  });

  it.each([
    ['is forgotten', 500, "Error processing POST request '/rebalance' due to: 'UserTask dd252318 is an invalid User-Task-ID'."],
    ['is another one', 500, (JSON.parse(recordedAnswer('add_broker-repoll-other-params').body) as { errorMessage: string }).errorMessage],
  ])('has no outcome when its task %s', async (_, status, errorMessage) => {
    server.answer = replyWith({ status, body: JSON.stringify({ errorMessage, version: 1 }) });
    expect(await dial().follow(REBALANCE, { taskId: 'dd252318', session: undefined })).toBeUndefined();
  });

  it('that is refused while it is computed says why when it is asked after', async () => {
    server.answer = replyWith(recordedAnswer('remove_broker-too-many'));
    const refused = await refusalOf(dial().follow(REBALANCE, { taskId: 'dd252318', session: undefined }));
    expect([refused.kind, refused.answer.httpCode]).toEqual(['impossible', 500]);
    expect(refused.message).toContain('[RackAwareGoal] Insufficient number of racks');
  });

  it('that waits for a review was not begun', async () => {
    server.answer = replyWith(recordedAnswer('review-post'));
    expect((await refusalOf(dial().send(REBALANCE))).message).toContain('it waits for a review');
  });
});

describe('what reads', () => {
  it('is asked once more when the connection breaks', async () => {
    server.answer = inTurn(broken, ready);
    expect((await dial().state()).ready).toBe(true);
    expect(server.seen).toHaveLength(2);
  });

  it('is not asked a third time', async () => {
    server.answer = broken;
    const error = await refusalOf(dial().state());
    expect([error.kind, server.seen.length]).toEqual(['unreachable', 2]);
    expect(error.message).toMatch(/^cannot reach Cruise Control at http:\/\/127\.0\.0\.1:\d+: ECONNRESET/);
  });

  it('waits while the answer is computed, for the same task', async () => {
    server.answer = inTurn(computed, computed, ready);
    expect((await dial().state()).ready).toBe(true);
    expect(server.seen.map(({ headers }) => headers['user-task-id'])).toEqual([
      undefined,
      'dd252318-d894-4519-85cb-de014770a104',
      'dd252318-d894-4519-85cb-de014770a104',
    ]);
  });

  it('does not wait for ever', async () => {
    server.answer = computed;
    const refused = await refusalOf(dial({}, { read: 600, write: 600 }).state());
    expect([refused.kind, refused.message]).toEqual([
      'unreachable',
      expect.stringMatching(/^cannot ask Cruise Control .*: no answer in time$/),
    ]);
  });
});

describe('a Cruise Control that lies', () => {
  const endless: Answerer = (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(1_000_000)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  };
  const slow: Answerer = (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => {
      clearInterval(timer);
    });
  };
  const says = (body: string, status = 200): Answerer => replyWith({ status, body, headers: { 'user-task-id': 'x' } });

  it.each<[string, Answerer, string, RegExp]>([
    ['HTML', says('<html><body>Welcome to nginx</body></html>'), 'other', /begins with "<html><body>Welcome to nginx/],
    ['nothing', says(''), 'other', /it is not a JSON object/],
    ['a list', says('[1,2]'), 'other', /it is not a JSON object/],
    ['null', says('null'), 'other', /it is not a JSON object/],
    ['half an answer', says('{"ExecutorState":{"sta'), 'other', /it is not a JSON object/],
    ['a megabyte of garbage', says('\u0000garbage'.repeat(130_000)), 'other', /it is not a JSON object/],
    ['nests without end', says('['.repeat(500_000)), 'other', /it is not a JSON object/],
    ['an executor without state', says('{"ExecutorState":{},"MonitorState":{"state":"RUNNING"}}'), 'other', /what its executor does/],
    ['wrong types', says('{"ExecutorState":{"state":7},"AnalyzerState":[],"MonitorState":"RUNNING"}'), 'other', /what its executor does/],
    ['an error without a message', says('{"errorMessage":null}', 500), 'other', /it answers with status 500/],
    ['without end', endless, 'other', /it is without end/],
    ['a byte now and then', slow, 'unreachable', /no answer in time/],
    ['silence', silent, 'unreachable', /no answer in time/],
  ])('with %s is an error with a sentence', async (_, answer, kind, message) => {
    server.answer = answer;
    const error = await refusalOf(dial({}, { read: 1_500, write: 1_500 }).state());
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^cannot [\x20-\x7e]+$/);
    expect(error.message.length).toBeLessThan(700);
  });

  it.each([
    ['without a list of tasks', '{"version":1}'],
    ['with a task of unknown status', '{"userTasks":[{"Status":"Fine","UserTaskId":"a","StartMs":"1","RequestURL":""}]}'],
    ['with a task without id', '{"userTasks":[{"Status":"Active","StartMs":"1","RequestURL":""}]}'],
  ])('%s is not taken for one without tasks', async (_, body) => {
    server.answer = says(body);
    expect((await refusalOf(dial().tasks())).message).toMatch(/^cannot understand what Cruise Control answers to user_tasks/);
  });

  it('with a task that has no id did not take the request', async () => {
    server.answer = replyWith({ status: 200, body: '{"summary":{}}' });
    expect((await refusalOf(dial().send(REBALANCE))).message).toContain('it names no task');
  });
});
