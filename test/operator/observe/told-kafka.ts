/** A Kafka that answers what it is told to, and a sight of it. */
import type { ConfigResource, ConnectKafka, KafkaConnection, LogDir, Reassignment } from '../../../operator/clients/kafka/connection';
import { signatureOf } from '../../../operator/decide/health';
import type { KafkaView, Observed } from '../../../operator/decide/world';
import { KafkaSight } from '../../../operator/observe/kafka-sight';
import { healthyState } from '../../sim-kafka/state';

export const target = { key: 'kafka/orders', bootstrap: ['a:1', 'b:1'] };
export const healthy = healthyState();

export function setUp() {
  const told = {
    state: healthy,
    fails: false,
    hangs: false,
    asked: 0,
    open: 0,
    dialled: [] as string[],
    changes: [] as string[],
    atOnce: 0,
    /** Questions for settings, by broker; 0 is the default of all. */
    configsAsked: [] as number[],
    featuresAsked: 0,
    topicsAsked: [] as string[],
    settings: {} as Record<number, string>,
    /** Brokers that do not answer for their settings, until they are answered for. */
    silent: new Map<number, () => void>(),
    /** Brokers that refuse it. */
    refusing: new Set<number>(),
    /** Questions for log directories, by broker, and for reassignments. */
    dirsAsked: [] as number[],
    movesAsked: 0,
    /** Replicas in the one directory of every broker. */
    replicas: 2,
    /** How long a broker takes to tell of its directories. */
    dirsAfterMs: {} as Record<number, number>,
    moves: [] as readonly Reassignment[],
  };
  let waiting: (() => void)[] = [];
  let running = 0;
  const connect: ConnectKafka = ({ bootstrap }) => {
    told.dialled.push(bootstrap.join());
    told.open += 1;
    const describeCluster = async () => {
      told.asked += 1;
      running += 1;
      told.atOnce = Math.max(told.atOnce, running);
      if (told.hangs) await new Promise<void>((resolve) => waiting.push(resolve));
      running -= 1;
      if (told.fails) throw new Error('nobody answers');
      return { clusterId: told.state.clusterId, brokers: told.state.brokers };
    };
    const close = () => {
      told.open -= 1;
      return Promise.resolve();
    };
    const parts = {
      describeCluster,
      describePartitions: async () => told.state.partitions,
      describeQuorum: async () => told.state.quorum,
      describeTopicMinInSync: async (topics: readonly string[]) => {
        told.topicsAsked.push(topics.join());
        return new Map(topics.map((name) => [name, 2]));
      },
      describeFeatures: async () => {
        told.featuresAsked += 1;
        if (told.fails) throw new Error('nobody answers');
        return { finalized: { 'metadata.version': 29 }, supported: {} };
      },
      describeConfigs: async (resource: ConfigResource) => {
        const id = resource.kind === 'broker' ? resource.id : 0;
        told.configsAsked.push(id);
        const value = told.settings[id] ?? 'first';
        if (told.silent.has(id)) await new Promise<void>((resolve) => told.silent.set(id, resolve));
        if (told.refusing.has(id)) throw new Error('this broker does not answer');
        return [{ key: 'k', value, sensitive: false, readOnly: false, source: id === 0 ? 3 : 2 }];
      },
      describeLogDirs: async (id: number): Promise<readonly LogDir[]> => {
        told.dirsAsked.push(id);
        const replica = { topic: 'orders', bytes: 5, future: false };
        const replicas = Array.from({ length: told.replicas }, (_, partition) => ({ ...replica, partition }));
        const wait = told.dirsAfterMs[id];
        if (wait !== undefined) await new Promise((resolve) => setTimeout(resolve, wait));
        if (told.refusing.has(id)) throw new Error('this broker does not answer');
        return [{ path: '/kafka-logs/kafka', error: 0, totalBytes: 100, usableBytes: 50, replicas }];
      },
      listReassignments: async () => {
        told.movesAsked += 1;
        return told.moves;
      },
      close,
    };
    return parts as unknown as KafkaConnection;
  };
  const signature = (seen: Observed<KafkaView>): string =>
    signatureOf(seen) + (seen.state === 'known' ? JSON.stringify([seen.value.configs, seen.value.features]) : '');
  const sight = new KafkaSight({ connect, now: () => Date.now(), signature, onChange: (key) => told.changes.push(key) });
  const answer = (): void => {
    for (const resolve of waiting.splice(0)) resolve();
    waiting = [];
  };
  return { told, sight, answer };
}

export const pass = (milliseconds: number): Promise<void> => jest.advanceTimersByTimeAsync(milliseconds);
