/**
 * Records that prove something: each has a number, each acknowledgement is remembered, and afterwards every acknowledged
 * number must be found. One lane per partition, one record in flight per lane, so a stall of any partition is seen as such.
 */
import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, type KafkaConfig, type Producer } from 'kafkajs';
import { NAMESPACE, pause, until } from './kubernetes';

export const bootstrapOf = (cluster: string): string => `${cluster}-headless.${NAMESPACE}.svc.cluster.local:29092`;

const PARTITIONS = 3;
const patience = { initialRetryTime: 100, maxRetryTime: 500, retries: 1000, factor: 0, multiplier: 1.5 };

/** Where a client begins: an address, or all that it takes to get there. */
export type Start = string | Pick<KafkaConfig, 'brokers' | 'ssl' | 'sasl' | 'socketFactory'>;

const kafka = (start: Start): Kafka =>
  new Kafka({
    clientId: 'journeys',
    ...(typeof start === 'string' ? { brokers: [start] } : start),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    retry: patience,
  });

export async function createTopic(bootstrap: Start, topic: string, options: { readonly copies?: number } = {}): Promise<void> {
  const admin = kafka(bootstrap).admin();
  await admin.connect();
  try {
    const replicationFactor = options.copies ?? 3;
    await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS, replicationFactor }], waitForLeaders: false });
    await until(`topic ${topic} has leaders`, async () => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      const partitions = topics[0]?.partitions ?? [];
      return partitions.length === PARTITIONS && partitions.every((p) => p.leader >= 0);
    });
  } finally {
    await admin.disconnect();
  }
}

/** Where that client is sent for each broker, by broker id. */
export async function advertisedTo(start: Start): Promise<Readonly<Record<number, string>>> {
  const admin = kafka(start).admin();
  await admin.connect();
  try {
    const { brokers } = await admin.describeCluster();
    return Object.fromEntries(brokers.map(({ nodeId, host, port }) => [nodeId, `${host}:${String(port)}`]));
  } finally {
    await admin.disconnect();
  }
}

export interface Produced {
  /** Numbers that Kafka acknowledged with acks=all. */
  readonly acknowledged: ReadonlySet<number>;
  /** Milliseconds between two acknowledgements of one partition, at most. */
  readonly longestStall: number;
}

export interface Producing {
  /** How many were acknowledged so far. */
  count(): number;
  stop(): Promise<Produced>;
}

/** Produces with acks=all until it is stopped. */
export async function produce(bootstrap: Start, topic: string): Promise<Producing> {
  const producer = kafka(bootstrap).producer({ allowAutoTopicCreation: false, retry: patience });
  await producer.connect();
  const acknowledged = new Set<number>();
  const state = { next: 0, stopped: false, longestStall: 0 };
  const lane = async (partition: number): Promise<void> => {
    let last = Date.now();
    while (!state.stopped) {
      const number = state.next++;
      await send(producer, topic, { partition, number });
      acknowledged.add(number);
      state.longestStall = Math.max(state.longestStall, Date.now() - last);
      last = Date.now();
      await pause(20);
    }
  };
  const lanes = Array.from({ length: PARTITIONS }, (_, partition) => lane(partition));
  await until('the first records are acknowledged', async () => acknowledged.size > 2 * PARTITIONS, { seconds: 60 });
  return {
    count: () => acknowledged.size,
    stop: async () => {
      state.stopped = true;
      await Promise.all(lanes);
      await producer.disconnect();
      return { acknowledged, longestStall: state.longestStall };
    },
  };
}

async function send(producer: Producer, topic: string, { partition, number }: { partition: number; number: number }): Promise<void> {
  await producer.send({ topic, acks: -1, timeout: 5_000, messages: [{ partition, value: String(number) }] });
}

/** Produces a few records and returns their numbers. */
export async function produceSome(bootstrap: Start, topic: string): Promise<ReadonlySet<number>> {
  const producing = await produce(bootstrap, topic);
  return (await producing.stop()).acknowledged;
}

/** Reads the topic from its beginning; returns the expected numbers that were not found. Ends as soon as all were, or nothing new comes. */
export async function missingRecords(bootstrap: Start, topic: string, expected: ReadonlySet<number>): Promise<readonly number[]> {
  return (await consume(bootstrap, topic)).missing(expected);
}

export interface Consuming {
  /** Waits until all these numbers were read, or nothing new comes any more; stops, and returns those that were never read. */
  missing(expected: ReadonlySet<number>): Promise<readonly number[]>;
}

/** Reads a topic from its beginning, on and on, in a group of its own, until `missing` is asked. */
export async function consume(bootstrap: Start, topic: string): Promise<Consuming> {
  const consumer = kafka(bootstrap).consumer({
    groupId: `journeys-${randomUUID()}`,
    sessionTimeout: 10_000,
    heartbeatInterval: 1_000,
    maxWaitTimeInMs: 100,
    retry: patience,
  });
  const found = new Set<number>();
  let lastNews = Date.now();
  await consumer.connect();
  // A broker of several may not have heard of a new topic yet.
  const subscribed = async (): Promise<true> => consumer.subscribe({ topics: [topic], fromBeginning: true }).then(() => true);
  await until(`topic ${topic} is known to whom the consumer asks`, subscribed, { seconds: 60 });
  await consumer.run({
    eachMessage: async ({ message }) => {
      found.add(Number(message.value?.toString()));
      lastNews = Date.now();
    },
  });
  return {
    missing: async (expected) => {
      const asked = Date.now();
      const left = (): readonly number[] => [...expected].filter((number) => !found.has(number));
      try {
        while (left().length > 0 && Date.now() - Math.max(lastNews, asked) < 30_000) await pause(100);
        return left();
      } finally {
        await consumer.disconnect();
      }
    },
  };
}
