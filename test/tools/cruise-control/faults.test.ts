import { configOf } from '../../../tools/cruise-control/main';
import { FOUR, json, standIn, type StandIn } from './scripted-kafka';

let at: StandIn;
beforeEach(async () => {
  at = await standIn();
});
afterEach(() => at.close());

const cc = (path: string): string => `/kafkacruisecontrol/${path}`;
const drain = () => at.ask('POST', cc('remove_broker?json=true&dryrun=false&brokerid=1'));
const onBroker = (id: number): number => at.kafka.model.partitions.filter(({ replicas }) => replicas.includes(id)).length;
const statusOfDrain = async (): Promise<unknown> => {
  const { userTasks } = json(await at.ask('GET', cc('user_tasks?json=true&endpoints=remove_broker&entries=1'))) as {
    userTasks: { Status: string }[];
  };
  return userTasks[0]?.Status;
};

describe('faults on demand', () => {
  test('an execution that fails stops half-way, once', async () => {
    await at.fault({ completeWithError: true });
    await drain();
    await at.idle();
    expect([await statusOfDrain(), onBroker(1)]).toEqual(['CompletedWithError', 4]);
    await drain();
    await at.idle();
    expect([await statusOfDrain(), onBroker(1)]).toEqual(['Completed', 0]);
  });

  test('an execution that ignores its moves says that it completed', async () => {
    await at.fault({ ignoreMoves: true });
    await drain();
    await at.idle();
    expect([await statusOfDrain(), onBroker(1), at.kafka.begun]).toEqual(['Completed', 8, []]);
  });

  test('tasks are forgotten, and what Kafka is moving goes on', async () => {
    at.kafka.looksUntilMade = Number.POSITIVE_INFINITY;
    await drain();
    while (at.kafka.begun.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await at.fault({ forgetTasks: true });
    expect(await statusOfDrain()).toBeUndefined();
    const state = json(await at.ask('GET', cc('state?json=true&substates=executor')));
    expect(state['ExecutorState']).toEqual({ state: 'NO_TASK_IN_PROGRESS' });
    expect(at.kafka.calledOff).toEqual([]);
  });

  test('it is restarted once something is on its way, not before', async () => {
    await at.fault({ restart: true });
    await at.ask('GET', cc('state?json=true'));
    expect(at.exits).toEqual([]);
    await drain();
    await at.idle();
    expect([at.exits.length > 0, at.kafka.begun.length > 0]).toEqual([true, true]);
  });

  test('so many requests are answered with 500', async () => {
    await at.fault({ answer500: 2 });
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await at.ask('GET', cc('state?json=true'))).status);
    expect(statuses).toEqual([500, 500, 200]);
  });

  test('requests hang, and the way to end that does not', async () => {
    await at.fault({ hangMs: 80 });
    const began = performance.now();
    await at.ask('GET', cc('state?json=true'));
    expect(performance.now() - began).toBeGreaterThan(75);
    await at.fault({ reset: true });
    expect(json(await at.fault({}))).toMatchObject({ hangMs: 0 });
  });

  test('it says that it is ready and is not', async () => {
    await at.close();
    at = await standIn(FOUR, { readyAfterMs: 60_000 });
    await at.fault({ lieReady: true });
    expect(json(await at.ask('GET', cc('state?json=true')))['AnalyzerState']).toMatchObject({ isProposalReady: true });
    expect(json(await drain())['errorMessage']).toContain('NotEnoughValidWindowsException');
  });

  test('a force-stop calls off what is under way', async () => {
    at.kafka.looksUntilMade = Number.POSITIVE_INFINITY;
    await drain();
    while (at.kafka.begun.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await at.ask('POST', cc('stop_proposal_execution?json=true&force_stop=true'));
    await at.idle();
    expect([await statusOfDrain(), at.kafka.calledOff.length]).toEqual(['CompletedWithError', 4]);
  });

  test.each([
    ['a fault that there is not', { explode: true }, 'cannot make the fault explode'],
    ['a value that is none', { slowMs: 'long' }, 'cannot make the fault slowMs: its value is a number, not "long"'],
  ])('%s is refused', async (_what, body, text) => {
    const answer = await at.fault(body);
    expect([answer.status, json(answer)['error']]).toEqual([400, expect.stringContaining(text)]);
  });
});

describe('one that was removed', () => {
  test('gets nothing until it is added again', async () => {
    await drain();
    await at.idle();
    await at.ask('POST', cc('rebalance?json=true&dryrun=false'));
    await at.idle();
    expect(onBroker(1)).toBe(0);
    await at.ask('POST', cc('add_broker?json=true&dryrun=false&brokerid=1'));
    await at.idle();
    expect(onBroker(1)).toBe(6);
  });
});

describe('the configuration', () => {
  const properties = { 'bootstrap.servers': 'a:9092, b:9092' };

  test('has defaults for everything but the brokers', () => {
    expect(configOf(properties)).toMatchObject({
      bootstrap: ['a:9092', 'b:9092'],
      port: 8090,
      maxActiveTasks: 5,
      readyAfterMs: 3000,
      rackAware: false,
    });
  });

  test.each([
    ['without brokers', {}, 'bootstrap.servers is missing'],
    ['with TLS to Kafka', { ...properties, 'security.protocol': 'SSL' }, 'the stand-in speaks PLAINTEXT only'],
  ])('%s is refused', (_what, given, text) => {
    expect(() => configOf(given)).toThrow(text);
  });

  test('racks count when the hard goals say so', () => {
    const goals = (names: string): boolean => configOf({ ...properties, 'hard.goals': names }).rackAware;
    expect(goals('com.linkedin.kafka.cruisecontrol.analyzer.goals.RackAwareGoal,x.DiskCapacityGoal')).toBe(true);
    expect(goals('com.linkedin.kafka.cruisecontrol.analyzer.goals.RackAwareDistributionGoal')).toBe(false);
  });
});
