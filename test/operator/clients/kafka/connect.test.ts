/** The connection as a whole against the simulated Kafka: what it asks, and what it does when brokers misbehave. */
import { createHook, type AsyncHook } from 'node:async_hooks';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { connectKafka } from '../../../../operator/clients/kafka/connect';
import type { ConnectOptions } from '../../../../operator/clients/kafka/connect';
import type { KafkaConnection } from '../../../../operator/clients/kafka/connection';
import { healthyState, KAFKA_3_9, WITHOUT_PAGES, without } from '../../../sim-kafka/state';
import type { SimShape } from '../../../sim-kafka/state';
import { resolveAmong, SimKafka } from '../../../sim-kafka/sim-kafka';

const CLUSTER = 60;
const QUORUM = 55;
const PAGES = 75;
const METADATA = 3;
const CONFIGS = 32;

const sims: SimKafka[] = [];
const opened: KafkaConnection[] = [];

const simulate = async (shape: SimShape = {}): Promise<SimKafka> => {
  const sim = new SimKafka(healthyState(shape));
  sims.push(sim);
  await sim.listen();
  return sim;
};

const connect = (sim: SimKafka, options: ConnectOptions = {}, bootstrap: readonly string[] = sim.bootstrap): KafkaConnection => {
  const quick = { connectTimeoutMs: 300, requestTimeoutMs: 400, resolve: sim.resolve };
  const kafka = connectKafka({ ...quick, ...options })({ bootstrap, key: 'kafka/orders' });
  opened.push(kafka);
  return kafka;
};

const took = async (run: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await run();
  return performance.now() - start;
};

/** What of ours would keep the process alive: sockets, and timers by where they were made (the test runner has timers too). */
const hooks: AsyncHook[] = [];
const sockets = (): readonly string[] => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP'));
const watchHandles = (): (() => readonly string[]) => {
  const timers = new Map<number, string>();
  const hook = createHook({
    init: (id, type) => {
      const stack = type === 'Timeout' ? (new Error().stack ?? '') : '';
      const ours = stack.split('\n').some((line) => /kafkajs.src|operator.clients.kafka/.test(line) && !line.includes('connect.test'));
      if (ours) timers.set(id, stack);
    },
    destroy: (id) => timers.delete(id),
  }).enable();
  hooks.push(hook);
  const before = sockets().length; // of files that this process has run before, such as kept connections of fetch
  return () => [...sockets().slice(before), ...timers.values()];
};
/** What is left once nothing more ends by itself: a socket that was ended closes in a turn or two, on a busy machine later. */
const left = async (handles: () => readonly string[]): Promise<readonly string[]> => {
  for (let waited = 0; waited < 2_000 && handles().length > 0; waited += 30) await settled();
  return handles();
};
const settled = (milliseconds = 30): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });

afterEach(async () => {
  hooks.splice(0).forEach((hook) => hook.disable());
  await Promise.all(opened.splice(0).map((kafka) => kafka.close()));
  await Promise.all(sims.splice(0).map((sim) => sim.close()));
});

describe('a healthy cluster', () => {
  test('is dialled by the first call and not before', async () => {
    const sim = await simulate();
    const kafka = connect(sim);
    await settled();
    expect(sim.connections).toBe(0);
    await kafka.describeCluster();
    expect(sim.connections).toBe(1);
  });

  test('is described as it is', async () => {
    const sim = await simulate();
    const kafka = connect(sim);
    const { brokers, clusterId, quorum, partitions, logDirs, configs } = sim.state;
    await expect(kafka.describeCluster()).resolves.toEqual({ clusterId, brokers });
    await expect(kafka.describeQuorum()).resolves.toEqual(quorum);
    await expect(kafka.describePartitions()).resolves.toEqual(partitions);
    await expect(kafka.describeLogDirs(2)).resolves.toEqual(logDirs);
    await expect(kafka.describeConfigs({ kind: 'clusterDefault' })).resolves.toEqual(configs['']);
  });

  test('costs three round trips on one warm connection for the periodic view', async () => {
    const sim = await simulate();
    const kafka = connect(sim);
    await kafka.describeCluster();
    const before = sim.requests();
    await Promise.all([kafka.describeCluster(), kafka.describePartitions(), kafka.describeQuorum()]);
    expect(sim.requests() - before).toBe(3);
    expect(sim.connections).toBe(1);
  });

  test('is dialled once when many ask at the same time', async () => {
    const sim = await simulate();
    const kafka = connect(sim);
    await Promise.all(Array.from({ length: 20 }, () => kafka.describeQuorum()));
    expect(sim.connections).toBe(1);
    expect(sim.requests(QUORUM)).toBe(20);
  });

  test('gives partitions page by page', async () => {
    const sim = await simulate({ partitions: 5000 });
    const kafka = connect(sim);
    await expect(kafka.describePartitions()).resolves.toEqual(sim.state.partitions);
    expect(sim.requests(PAGES)).toBe(3);
  });

  test('tells of a topic that is not there in its own words', async () => {
    const kafka = connect(await simulate());
    await expect(kafka.describeConfigs({ kind: 'topic', name: 'nope' })).rejects.toMatchObject({
      code: 'refused',
      kafkaCode: 3,
      message: 'cannot read the configuration: UNKNOWN_TOPIC_OR_PARTITION (3)',
    });
  });
});

describe('software of another age', () => {
  test('that knows no fencing leaves it undefined and lists who is up', async () => {
    const sim = await simulate({ versions: KAFKA_3_9 });
    sim.state = without(sim.state, [3]);
    const { brokers } = await connect(sim).describeCluster();
    expect(brokers.map(({ id, fenced }) => [id, fenced])).toEqual([
      [1, undefined],
      [2, undefined],
    ]);
  });

  test('without pages is asked for its metadata, once, for all partitions', async () => {
    const sim = await simulate({ versions: WITHOUT_PAGES });
    sim.state = without(sim.state, [1, 2, 3]);
    const partitions = await connect(sim).describePartitions();
    expect(partitions.map(({ leader }) => leader)).toEqual(sim.state.partitions.map(() => -1));
    expect(partitions.every((partition) => !('elr' in partition))).toBe(true);
    expect([sim.requests(PAGES), sim.requests(METADATA)]).toEqual([0, 1]);
  });

  test('without a message says so and is not asked', async () => {
    const sim = await simulate({ versions: WITHOUT_PAGES });
    const kafka = connect(sim);
    await expect(kafka.unregisterBroker(4)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/^cannot unregister the broker: UnregisterBroker is not supported by this broker/),
    });
    expect(sim.requests(64)).toBe(0);
  });
});

describe('a partition without a leader', () => {
  test('is an answer, not an error', async () => {
    const sim = await simulate();
    sim.state = without(sim.state, [1, 2, 3]);
    const partitions = await connect(sim).describePartitions();
    expect(partitions[0]).toMatchObject({ leader: -1, isr: [], offline: [1, 2, 3] });
  });
});

describe('brokers that misbehave', () => {
  test('are passed over when the first refuses', async () => {
    const sim = await simulate();
    await sim.fail(1, { kind: 'refuse' });
    await sim.fail(2, { kind: 'refuse' });
    await expect(connect(sim).describeCluster()).resolves.toMatchObject({ clusterId: sim.state.clusterId });
  });

  test('are passed over when the first hangs', async () => {
    const sim = await simulate();
    await sim.fail(1, { kind: 'hang' });
    await expect(connect(sim).describeCluster()).resolves.toMatchObject({ clusterId: sim.state.clusterId });
  });

  test('do not cost the whole connection time-out when the first is silent', async () => {
    const sim = await simulate();
    await sim.fail(1, { kind: 'hang' });
    const kafka = connect(sim, { connectTimeoutMs: 3000, requestTimeoutMs: 5000 });
    expect(await took(() => kafka.describeCluster())).toBeLessThan(1500);
    await settled();
    expect(sim.openConnections).toBe(1);
  });

  test('are remembered: the address that worked is dialled first the next time', async () => {
    const sim = await simulate();
    await sim.fail(1, { kind: 'hang' });
    const kafka = connect(sim);
    await kafka.describeCluster();
    sim.cut(2);
    await settled();
    const before = sim.connections;
    await kafka.describeCluster();
    expect(sim.connections - before).toBe(1);
  });

  test('are all named when none answers', async () => {
    const sim = await simulate();
    await Promise.all([1, 2, 3].map((id) => sim.fail(id, { kind: 'refuse' })));
    const failing = connect(sim).describeCluster();
    await expect(failing).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/^cannot reach the Kafka cluster kafka\/orders: sim-1/),
    });
    await expect(failing).rejects.toThrow(/sim-1\.kafka\.svc:9092: .*ECONNREFUSED.*sim-2\.kafka\.svc:9092: .*sim-3\.kafka\.svc:9092: /);
  });

  test('end in unreachable within the time of one request when all are silent', async () => {
    const sim = await simulate();
    await Promise.all([1, 2, 3].map((id) => sim.fail(id, { kind: 'hang' })));
    const kafka = connect(sim, { connectTimeoutMs: 300, requestTimeoutMs: 700 });
    const time = await took(() => expect(kafka.describeCluster()).rejects.toMatchObject({ code: 'unreachable' }));
    expect(time).toBeLessThan(1200);
  });

  test('that stop answering give a time-out, and another one is asked next', async () => {
    const sim = await simulate();
    const kafka = connect(sim);
    await kafka.describeCluster();
    await sim.fail(1, { kind: 'hang' });
    await expect(kafka.describeQuorum()).rejects.toMatchObject({
      code: 'timeout',
      message: 'cannot describe the quorum: sim-1.kafka.svc:9092 did not answer within 0.4 s',
    });
    expect(await took(() => kafka.describeQuorum())).toBeLessThan(300);
  });

  test('that are slow but in time are waited for', async () => {
    const sim = await simulate();
    await sim.fail(1, { kind: 'slow', milliseconds: 150 });
    await expect(connect(sim).describeCluster()).resolves.toMatchObject({ clusterId: sim.state.clusterId });
  });

  test.each([
    ['reset in the middle of an answer', 'reset', 'unreachable'],
    ['send what is not Kafka', 'garbage', 'malformed'],
    ['send an answer that ends too early', 'truncate', 'malformed'],
  ] as const)('that %s give an error, and the next call dials anew', async (_what, kind, code) => {
    const sim = await simulate({ brokers: 1 });
    const kafka = connect(sim);
    await kafka.describeCluster();
    await sim.fail(1, { kind, key: QUORUM });
    await expect(kafka.describeQuorum()).rejects.toMatchObject({ code, message: expect.stringMatching(/^cannot /) });
    await sim.heal(1);
    await expect(kafka.describeQuorum()).resolves.toEqual(sim.state.quorum);
    expect(sim.connections).toBe(2);
  });

  test('that are another service altogether are passed over', async () => {
    const sim = await simulate();
    await sim.fail(1, { kind: 'garbage' });
    await expect(connect(sim).describeCluster()).resolves.toMatchObject({ clusterId: sim.state.clusterId });
  });

  test('that restart between two calls are dialled anew without an error', async () => {
    const sim = await simulate({ brokers: 1 });
    const kafka = connect(sim);
    await kafka.describeCluster();
    sim.cut(1);
    await settled();
    await expect(kafka.describeCluster()).resolves.toMatchObject({ clusterId: sim.state.clusterId });
  });

  test.each([0, 1, 2, 3, 7, 12])('cannot crash the process with %i bytes behind a size', async (length) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      const frame = Buffer.alloc(4 + length, 0xff);
      frame.writeInt32BE(length, 0);
      socket.once('data', () => socket.end(frame));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const kafka = connectKafka({ connectTimeoutMs: 200, requestTimeoutMs: 300 })({ bootstrap: [`127.0.0.1:${port}`], key: 'kafka/odd' });
    await expect(kafka.describeCluster()).rejects.toMatchObject({ code: 'unreachable' });
    await kafka.close();
    server.close();
  });
});

describe('calls for one broker', () => {
  test('go to that broker at the address that the cluster names', async () => {
    const sim = await simulate();
    const kafka = connect(sim);
    await sim.fail(1, { kind: 'hang', key: CONFIGS });
    await expect(kafka.describeConfigs({ kind: 'broker', id: 3 })).resolves.toEqual([]);
    await expect(kafka.describeConfigs({ kind: 'broker', id: 1 })).rejects.toMatchObject({ code: 'timeout' });
  });

  test('keep its connection warm', async () => {
    const sim = await simulate();
    const kafka = connect(sim);
    await kafka.describeLogDirs(2);
    await kafka.describeLogDirs(2);
    expect(sim.connections).toBe(2);
  });

  test('say so when it is not registered', async () => {
    await expect(connect(await simulate()).describeLogDirs(9)).rejects.toMatchObject({
      code: 'unreachable',
      message: 'cannot ask broker 9 of kafka/orders: it is not registered, or not up',
    });
  });

  test('find a broker that moved', async () => {
    const sim = await simulate();
    const kafka = connect(sim);
    await kafka.describeLogDirs(2);
    sim.state = { ...sim.state, brokers: sim.state.brokers.map((broker) => (broker.id === 2 ? { ...broker, host: 'elsewhere' } : broker)) };
    sim.cut(2);
    await kafka.describeCluster();
    await expect(kafka.describeLogDirs(2)).resolves.toEqual(sim.state.logDirs);
  });
});

describe('closing', () => {
  test('ends at once, fails what is in flight, and leaves no handle', async () => {
    await settled(); // what earlier tests closed is gone
    const handles = watchHandles();
    const sim = await simulate();
    const kafka = connect(sim, { connectTimeoutMs: 3000, requestTimeoutMs: 5000 });
    await kafka.describeLogDirs(2);
    await sim.fail(1, { kind: 'hang' });
    const inFlight = expect(kafka.describeQuorum()).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('was closed'),
    });
    await settled(10);
    expect(await took(() => kafka.close())).toBeLessThan(50);
    await inFlight;
    await settled();
    expect(sim.openConnections).toBe(0);
    await sim.close();
    await settled();
    expect(await left(handles)).toEqual([]);
  });

  test('ends a dial that is under way', async () => {
    await settled(); // what earlier tests closed is gone
    const handles = watchHandles();
    const sim = await simulate();
    await Promise.all([1, 2, 3].map((id) => sim.fail(id, { kind: 'hang' })));
    const kafka = connect(sim, { connectTimeoutMs: 3000, requestTimeoutMs: 5000 });
    const failing = expect(kafka.describeCluster()).rejects.toMatchObject({ code: 'unreachable' });
    await settled();
    expect(await took(async () => Promise.all([kafka.close(), failing]))).toBeLessThan(200);
    await sim.close();
    await settled();
    expect(await left(handles)).toEqual([]);
  });

  test('twice is once, and nothing is asked afterwards', async () => {
    const sim = await simulate();
    const kafka = connect(sim);
    await kafka.describeCluster();
    await kafka.close().then(() => kafka.close());
    await expect(kafka.describeCluster()).rejects.toMatchObject({ code: 'unreachable', message: expect.stringContaining('was closed') });
    expect(sim.requests(CLUSTER)).toBe(1);
  });
});

describe('options', () => {
  test('kafkajs speaks to the given log, and to nothing else', async () => {
    const lines: string[] = [];
    const stdout = jest.spyOn(process.stdout, 'write');
    const kafka = connect(await simulate(), { log: (message) => lines.push(message) });
    await kafka.describeCluster();
    expect(lines).toEqual(expect.arrayContaining(['Connecting', 'Request DescribeCluster(key: 60, version: 2)']));
    expect(stdout).not.toHaveBeenCalled();
    stdout.mockRestore();
  });

  test('a bootstrap address without a port is refused with its form', () => {
    expect(() => connectKafka()({ bootstrap: ['kafka'], key: 'kafka/orders' })).toThrow(
      'cannot connect to "kafka": a bootstrap address has the form host:port',
    );
  });

  test('no addresses at all is unreachable', async () => {
    const kafka = connectKafka()({ bootstrap: [], key: 'kafka/orders' });
    await expect(kafka.describeCluster()).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('it has no addresses'),
    });
  });

  test('one resolver leads to the brokers of many simulated clusters', async () => {
    const clusters = await Promise.all(['a', 'b', 'c'].map((name) => simulate({ name })));
    const resolve = resolveAmong(clusters);
    for (const sim of clusters)
      await expect(connect(sim, { resolve }).describeCluster()).resolves.toMatchObject({ clusterId: sim.state.clusterId });
  });
});
