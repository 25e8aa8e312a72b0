/** Opens Kafka clusters for the operator: the calls of connection.ts on one warm connection, and one more per broker that is asked for itself. */
import type { ConfigResource, ConnectKafka, DescribedFeatures, KafkaConnection, KafkaTarget } from './connection';
import type { ConnectionLog, HostPort, KafkaSecurity } from './kafkajs-internals';
import type { BrokerSettings } from './broker-connection';
import type { Link } from './link';
import { BrokerLinks } from './broker-links';
import { describePartitions } from './describe-partitions';
import { KafkaError } from './kafka-error';
import { loadKafkajs } from './kafkajs-internals';
import { createLink } from './link';
import { createTopic } from './messages/create-topics';
import { describeConfigs, describeTopicMinInSync } from './messages/describe-configs';
import { describeFeatures } from './messages/describe-features';
import { describeLogDirs } from './messages/describe-log-dirs';
import { describeQuorum } from './messages/describe-quorum';
import { electPreferredLeaders } from './messages/elect-leaders';
import { incrementalAlterConfigs } from './messages/incremental-alter-configs';
import { listReassignments } from './messages/list-reassignments';
import { addRaftVoter, removeRaftVoter } from './messages/raft-voter';
import { unregisterBroker } from './messages/unregister-broker';
import { updateFeatures } from './messages/update-features';

export interface ConnectOptions {
  /** How the operator names itself to brokers; `kafka-operator`. */
  readonly clientId?: string;
  /** For one address, from the dial to the broker's list of versions; 3 000. */
  readonly connectTimeoutMs?: number;
  /** For one request, and for finding a broker that answers; 5 000. */
  readonly requestTimeoutMs?: number;
  /** Takes the lines of kafkajs, all meant for debug; by default they are dropped. */
  readonly log?: ConnectionLog;
  /** Says where to dial in place of an address, bootstrap or advertised; the same by default. */
  readonly resolve?: (address: HostPort) => HostPort;
  /** TLS and SASL of a cluster, asked at each dial; plain by default. */
  readonly security?: (target: KafkaTarget) => Promise<KafkaSecurity>;
}

const CONNECT_TIMEOUT_MS = 3000;
const REQUEST_TIMEOUT_MS = 5000;
/** What brokers may take for work of their own, so that their answer comes before our time-out. */
const WORK_SHARE = 0.8;

const parseAddress = (address: string): HostPort => {
  const [, host, port] = /^\[?(.+?)\]?:(\d{1,5})$/.exec(address) ?? [];
  if (host === undefined || port === undefined)
    throw new Error(`cannot connect to "${address}": a bootstrap address has the form host:port`);
  return { host, port: Number(port) };
};

const settingsOf = ({ resolve, security, ...options }: ConnectOptions, target: KafkaTarget): BrokerSettings => ({
  clientId: options.clientId ?? 'kafka-operator',
  connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
  requestTimeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
  log: options.log ?? ((): void => undefined),
  ...(resolve === undefined ? {} : { resolve }),
  ...(security === undefined ? {} : { security: () => security(target) }),
});

/** How long Kafka may work on a request (elections, a new voter) so that its answer comes before our time-out. */
const workTime = ({ requestTimeoutMs }: BrokerSettings): number => Math.floor(requestTimeoutMs * WORK_SHARE);

/** Software that does not know the message has nothing to tell, which is no failure. */
const describeFeaturesOf = async (any: Link): Promise<DescribedFeatures | undefined> => {
  try {
    return await any.ask(describeFeatures, undefined);
  } catch (error) {
    if (error instanceof KafkaError && error.code === 'unsupported') return undefined;
    throw error;
  }
};

/** The ways to one cluster. */
export interface Links {
  /** To whichever broker answers. */
  readonly any: Link;
  /** To each broker. */
  readonly brokers: BrokerLinks;
  /** How long Kafka may work on a request, in milliseconds. */
  readonly workTimeMs: number;
  /** Idempotent; ends sockets at once. */
  readonly close: () => Promise<void>;
}

/** Dials nothing before the first question. */
export const linksTo = (target: KafkaTarget, options: ConnectOptions): Links => {
  const settings = settingsOf(options, target);
  const any = createLink({ addresses: target.bootstrap.map(parseAddress), key: target.key, settings });
  const brokers = new BrokerLinks(any, target, settings);
  const close = (): Promise<void> => {
    brokers.close();
    any.close();
    return Promise.resolve();
  };
  return { any, brokers, workTimeMs: workTime(settings), close };
};

const open = ({ any, brokers, workTimeMs: timeoutMs, close }: Links): KafkaConnection => {
  /** A broker's own settings are known to that broker alone; all others to any. */
  const atOwnerOf = <T>(resource: ConfigResource, run: (link: Link) => Promise<T>): Promise<T> =>
    resource.kind === 'broker' ? brokers.at(resource.id, run) : run(any);
  return {
    describeCluster: () => brokers.look(),
    describeQuorum: () => any.ask(describeQuorum, undefined),
    describePartitions: () => describePartitions(any),
    describeLogDirs: (broker) => brokers.at(broker, (link) => link.ask(describeLogDirs, undefined)),
    describeConfigs: (resource) => atOwnerOf(resource, (link) => link.ask(describeConfigs, resource)),
    listReassignments: () => any.ask(listReassignments, { timeoutMs }),
    describeTopicMinInSync: async (topics) => (topics.length === 0 ? new Map() : any.ask(describeTopicMinInSync, topics)),
    describeFeatures: () => describeFeaturesOf(any),
    incrementalAlterConfigs: (resource, changes, validateOnly) =>
      atOwnerOf(resource, (link) => link.ask(incrementalAlterConfigs, { resource, changes, validateOnly })),
    electPreferredLeaders: () => any.ask(electPreferredLeaders, { timeoutMs }),
    unregisterBroker: (id) => any.ask(unregisterBroker, id),
    createTopic: (topic) => any.ask(createTopic, { ...topic, timeoutMs }),
    addRaftVoter: (voter) => any.ask(addRaftVoter, { ...voter, timeoutMs }),
    removeRaftVoter: (voter) => any.ask(removeRaftVoter, voter),
    updateFeature: (feature, level, { validateOnly = false } = {}) => any.ask(updateFeatures, { feature, level, validateOnly, timeoutMs }),
    close,
  };
};

/** Checks kafkajs at once and throws when it is another version; dials nothing before the first call. */
export const connectKafka = (options: ConnectOptions = {}): ConnectKafka => {
  loadKafkajs();
  return (target) => open(linksTo(target, options));
};
