/** Kafka's own view of a cluster, asked for every 100 ms beside the operator: what its ClusterRunning is held against. */
import { connectKafka } from '../operator/clients/kafka/connect';
import { describeView, minInSyncOf } from '../operator/observe/kafka-view';
import type { KafkaView } from '../operator/decide/world';
import { NAMESPACE, pause } from './kubernetes';

export interface Look {
  /** Milliseconds since the epoch: when it was asked and when it was answered. */
  readonly askedAt: number;
  readonly answeredAt: number;
  /** Every broker unfenced, a leader, every voter caught up, every replica in sync. */
  readonly ready: boolean;
}

export interface KafkaWatch {
  readonly looks: readonly Look[];
  stop(): Promise<void>;
}

const EVERY = 100;
/** A follower of the quorum asks at least every half second. */
const CAUGHT_UP_WITHIN = 2_000;

export interface Expected {
  readonly name: string;
  readonly brokers: readonly number[];
  readonly voters: number;
}

export function watchKafka(expected: Expected): KafkaWatch {
  const { name, brokers } = expected;
  const bootstrap = brokers.map((id) => `${name}-${id}.${name}-headless.${NAMESPACE}.svc.cluster.local:29092`);
  const connect = connectKafka({ clientId: 'bench', connectTimeoutMs: 500, requestTimeoutMs: 1_000 });
  const connection = connect({ key: `${NAMESPACE}/${name}`, bootstrap });
  const looks: Look[] = [];
  let going = true;
  let minInSync: ReturnType<typeof minInSyncOf> = new Map();
  const look = async (): Promise<void> => {
    while (going) {
      const askedAt = Date.now();
      const ready = await describeView(connection, askedAt, { minInSync }).then(
        (view) => {
          minInSync = minInSyncOf(view);
          return isReady(view, expected);
        },
        () => false,
      );
      looks.push({ askedAt, answeredAt: Date.now(), ready });
      await pause(EVERY);
    }
  };
  const ended = look();
  return {
    looks,
    stop: async () => {
      going = false;
      await ended;
      await connection.close();
    },
  };
}

function isReady(view: KafkaView, { brokers, voters }: Expected): boolean {
  const { quorum } = view;
  const serving = brokers.every((id) => view.brokers.some((b) => b.id === id && !b.fenced));
  const caughtUp = quorum.voters.filter((v) => v.id === quorum.leaderId || view.at - v.lastCaughtUpAt <= CAUGHT_UP_WITHIN);
  const led = quorum.leaderId >= 0 && quorum.voters.length === voters && caughtUp.length === voters;
  const whole = view.topics.every(({ partitions }) => partitions.every((p) => p.leader >= 0 && p.isr.length === p.replicas.length));
  return serving && led && whole;
}
