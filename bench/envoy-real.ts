/**
 * Clients outside Kubernetes, through real Envoys: how soon a broker that was restarted answers at its port again, and what the way
 * through Envoy costs in throughput, beside the direct way in the same run.
 */
import { connect } from 'node:net';
import { Kafka, logLevel } from 'kafkajs';
import { DEFAULT_ENVOY_IMAGE } from '../lib/api/defaults';
import { KAFKA_CLUSTER, POD } from '../operator/kinds';
import type { KubeDraft } from '../operator/runtime/kube-types';
import { kafkaCluster } from './cluster-specs';
import { isReady, isRunning, kube, kubectl, NAMESPACE, pause, until, watching, type Watching } from './kubernetes';
import { parameter, spread, type Figure, type Findings } from './result';

const NAME = 'proxied';
const BROKERS = [100, 101, 102] as const;
const STARTING_PORT = 19_000;
const ANY_CAST_PORT = 19_092;
const DIRECT = `${NAME}-headless.${NAMESPACE}.svc.cluster.local:29092`;
/** A Pod of the Kafka image in which nothing runs but Kafka's own tools. */
const TOOLS = 'perf-tools';
const TOPIC = 'throughput';
const RECORDS = 100_000;
const RECORD_BYTES = 1_000;

interface Scene {
  readonly pods: Watching;
  readonly clusters: Watching;
  /** When a Pod was first seen Ready, by its uid; milliseconds since the epoch. */
  readonly readyAt: ReadonlyMap<string, number>;
  readonly host: string;
}

export async function envoyReal(): Promise<Findings> {
  const restarts = parameter('ENVOY_RESTARTS', 6);
  const rounds = parameter('THROUGHPUT_ROUNDS', 5);
  const readyAt = new Map<string, number>();
  const pods = await watching(POD, ({ at, object }) => {
    if (isReady(object) && !readyAt.has(object.metadata.uid)) readyAt.set(object.metadata.uid, at);
  });
  const clusters = await watching(KAFKA_CLUSTER);
  await (await kube()).apply(KAFKA_CLUSTER, spec());
  const scene: Scene = { pods, clusters, readyAt, host: await balancer(clusters) };
  await settled(scene);
  const opened: number[] = [];
  for (let at = 0; at < restarts; at += 1) opened.push(await restarted(scene, BROKERS[at % BROKERS.length]!));
  const throughput = await throughputs(scene, rounds);
  pods.stop();
  clusters.stop();
  await remove();
  return {
    title: 'clients outside, through Envoy',
    standIns: [],
    parameters: { ENVOY_RESTARTS: restarts, THROUGHPUT_ROUNDS: rounds },
    figures: figuresOf(opened, throughput),
  };
}

function spec(): KubeDraft {
  const draft = kafkaCluster({ name: NAME, controllers: [0], brokers: BROKERS });
  const { listenersConfig, ...rest } = draft.spec as { readonly listenersConfig: object };
  const external = {
    name: 'external',
    type: 'plaintext',
    containerPort: 9094,
    externalStartingPort: STARTING_PORT,
    anyCastPort: ANY_CAST_PORT,
  };
  return { ...draft, spec: { ...rest, listenersConfig: { ...listenersConfig, externalListeners: [external] } } };
}

/** The address that the status gives to clients. */
function balancer(clusters: Watching): Promise<string> {
  return until('the load balancer has an address', () => {
    const { listenerStatuses } = (clusters.now.get(NAME)?.status ?? {}) as {
      listenerStatuses?: { externalListeners?: Record<string, readonly { name: string; address: string }[]> };
    };
    const any = listenerStatuses?.externalListeners?.['external']?.find(({ name }) => name === 'any-broker');
    return any?.address.split(':')[0];
  });
}

const settled = ({ clusters }: Scene): Promise<unknown> =>
  until(`${NAME} is ClusterRunning`, () => {
    const cluster = clusters.now.get(NAME);
    return cluster !== undefined && isRunning(cluster);
  });

/** Milliseconds from the new Pod being seen Ready to the first answer at its port of the load balancer; below zero: the answer came first. */
async function restarted(scene: Scene, id: number): Promise<number> {
  const name = `${NAME}-${id}`;
  const before = scene.pods.now.get(name)?.metadata.uid;
  await kubectl(['-n', NAMESPACE, 'delete', 'pod', name, '--wait=true', '--timeout=120s']);
  const answered = answer(scene.host, STARTING_PORT + id);
  const ready = await until(`${name} is ready again`, () => {
    const uid = scene.pods.now.get(name)?.metadata.uid;
    return uid === undefined || uid === before ? undefined : scene.readyAt.get(uid);
  });
  const milliseconds = (await answered) - ready;
  await settled(scene);
  await pause(2_000);
  return milliseconds;
}

/** When the broker behind a port first answered; milliseconds since the epoch. */
const answer = (host: string, port: number): Promise<number> =>
  until(`${host}:${port} answers`, async () => ((await asks(host, port)) ? Date.now() : undefined));

/** ApiVersions, version 0, of a client without a name, number 1. */
const API_VERSIONS = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 255, 255]);

/** One connection, one request. */
function asks(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const end = (answered: boolean) => () => {
      socket.destroy();
      resolve(answered);
    };
    socket.on('connect', () => socket.write(API_VERSIONS));
    socket.on('data', end(true)).on('error', end(false)).on('close', end(false)).on('timeout', end(false));
  });
}

interface Throughput {
  /** Megabytes a second. */
  readonly direct: number;
  readonly proxied: number;
}

async function throughputs(scene: Scene, rounds: number): Promise<readonly Throughput[]> {
  await createTopic();
  await kubectl(['-n', NAMESPACE, 'run', TOOLS, '--image=apache/kafka:4.3.1', '--restart=Never', '--command', '--', 'sleep', '3600']);
  await kubectl(['-n', NAMESPACE, 'wait', `pod/${TOOLS}`, '--for=condition=Ready', '--timeout=60s']);
  const proxy = `${scene.host}:${ANY_CAST_PORT}`;
  // The first ones warm up files and pages.
  await produced(DIRECT);
  await produced(proxy);
  const all: Throughput[] = [];
  for (let at = 0; at < rounds; at += 1) {
    // By turns, so that neither way has the quieter machine.
    const first = await produced(at % 2 === 0 ? DIRECT : proxy);
    const second = await produced(at % 2 === 0 ? proxy : DIRECT);
    all.push(at % 2 === 0 ? { direct: first, proxied: second } : { direct: second, proxied: first });
  }
  return all;
}

async function createTopic(): Promise<void> {
  const admin = new Kafka({ clientId: 'bench', brokers: [DIRECT], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: BROKERS.length, replicationFactor: 1 }], waitForLeaders: true });
  await admin.disconnect();
}

/** Megabytes a second of Kafka's own tool. */
async function produced(bootstrap: string): Promise<number> {
  const size = ['--num-records', String(RECORDS), '--record-size', String(RECORD_BYTES), '--throughput', '-1'];
  const producer = ['--producer-props', `bootstrap.servers=${bootstrap}`, 'acks=1', 'linger.ms=5', 'batch.size=65536'];
  const tool = '/opt/kafka/bin/kafka-producer-perf-test.sh';
  const said = await kubectl(['-n', NAMESPACE, 'exec', TOOLS, '--', tool, '--topic', TOPIC, ...size, ...producer]);
  const found = new RegExp(`^${RECORDS} records sent.*\\(([0-9.]+) MB/sec\\)`, 'm').exec(said)?.[1];
  if (found === undefined) throw new Error(`cannot read the throughput out of what Kafka's tool said: ${said}`);
  return Number(found);
}

async function remove(): Promise<void> {
  const quickly = ['--wait=true', '--timeout=180s', '--ignore-not-found'];
  await kubectl(['-n', NAMESPACE, 'delete', 'kafkacluster', NAME, ...quickly]);
  await kubectl(['-n', NAMESPACE, 'delete', 'pods,pvc', '-l', `kafka_cr=${NAME}`, '--grace-period=1', ...quickly]);
  await kubectl(['-n', NAMESPACE, 'delete', 'pod', TOOLS, '--grace-period=1', ...quickly]);
}

const figuresOf = (opened: readonly number[], throughput: readonly Throughput[]): readonly Figure[] => [
  {
    what: 'throughput through Envoy beside direct',
    value: spread(throughput.map(({ direct, proxied }) => proxied / direct)),
    unit: 'ratio',
    note: `${RECORDS} records of ${RECORD_BYTES} bytes, acks=1, by Kafka's own tool in a Pod, by turns; client, brokers and Envoy share the processors, so this counts what Envoy takes of them too`,
  },
  {
    what: "a restarted broker's Pod ready to its port answering through Envoy",
    value: spread(opened),
    unit: 'ms',
    wanted: 5_000,
    note: `${DEFAULT_ENVOY_IMAGE}; a new connection and a request every 20 ms; below zero: the answer came first`,
  },
  {
    what: 'megabytes a second, direct',
    value: spread(throughput.map(({ direct }) => direct)),
    unit: '',
  },
  {
    what: 'megabytes a second, through Envoy',
    value: spread(throughput.map(({ proxied }) => proxied)),
    unit: '',
  },
];
