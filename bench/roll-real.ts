/**
 * A read-only setting changes, and one controller and three brokers are restarted for it, with real Kafka: how long it takes,
 * how much of that is Kafka's own (stop, start, catch up), and how soon after a broker is back in all ISRs the next one stops.
 */
import { Kafka, logLevel } from 'kafkajs';
import { KAFKA_CLUSTER, POD } from '../operator/kinds';
import type { KubeDraft } from '../operator/runtime/kube-types';
import { counted } from '../tools/audit-log';
import { mark, operatorRequests, requests, writes, type Request } from './audit';
import { kafkaCluster } from './cluster-specs';
import { watchKafka, type Look } from './kafka-watch';
import { isReady, isRunning, kube, kubectl, NAMESPACE, pause, until, watching, type Watching } from './kubernetes';
import { parameter, spread, type Figure, type Findings } from './result';

const NAME = 'rolled';
const CONTROLLERS = [0];
const BROKERS = [100, 101, 102];
const NODES = [...CONTROLLERS, ...BROKERS];
/** Replicas that have to be caught up with: of each broker so many partitions, in one topic. */
const PARTITIONS = 30;
/** Quiet for so long, and everything that belongs to the roll is in the log. */
const SETTLED = 4_000;
/** Of Koperator for the same roll, by issue of this project. */
const KOPERATOR = { seconds: 117, requests: 83, idle: '15 to 19 s' };

/** Milliseconds since the epoch. */
interface Restart {
  readonly node: number;
  /** The operator's request to delete the Pod came in. */
  readonly deletedAt: number;
  /** The request that removed it was answered. */
  readonly goneAt: number;
  /** The operator's request for the next Pod came in. */
  readonly madeAt: number;
  /** The next Pod was seen Ready. */
  readonly readyAt: number;
  /** First seen: every broker unfenced, a leader, every replica of every partition in sync. */
  readonly backAt: number;
}

interface Roll {
  readonly restarts: readonly Restart[];
  readonly requests: readonly Request[];
  /** The changed spec came in. */
  readonly askedAt: number;
  readonly runningAt: number;
}

interface Scene {
  readonly pods: Watching;
  readonly clusters: Watching;
  /** When a Pod was first seen Ready, by its uid. */
  readonly readyAt: ReadonlyMap<string, number>;
  readonly looks: readonly Look[];
}

export async function rollReal(): Promise<Findings> {
  const rolls = parameter('ROLLS', 3);
  const readyAt = new Map<string, number>();
  const pods = await watching(POD, ({ at, object }) => {
    if (isReady(object) && !readyAt.has(object.metadata.uid)) readyAt.set(object.metadata.uid, at);
  });
  const clusters = await watching(KAFKA_CLUSTER);
  await (await kube()).apply(KAFKA_CLUSTER, spec(0));
  await settled(clusters);
  await createTopic();
  const kafka = watchKafka({ name: NAME, brokers: BROKERS, voters: CONTROLLERS.length });
  const all: Roll[] = [];
  for (let at = 1; at <= rolls; at += 1) {
    await until('every replica is in sync', () => kafka.looks.slice(-10).every((look) => look.ready) && kafka.looks.length > 10);
    all.push(await roll(at, { pods, clusters, readyAt, looks: kafka.looks }));
  }
  await kafka.stop();
  pods.stop();
  clusters.stop();
  await remove();
  return { title: 'a read-only setting changes', standIns: [], parameters: { ROLLS: rolls }, figures: figuresOf(all) };
}

/** The n-th wish: a setting that Kafka reads only when it starts. */
function spec(n: number): KubeDraft {
  const draft = kafkaCluster({ name: NAME, controllers: CONTROLLERS, brokers: BROKERS });
  const { readOnlyConfig, ...rest } = draft.spec as { readonly readOnlyConfig: string };
  return { ...draft, spec: { ...rest, readOnlyConfig: `${readOnlyConfig}\nqueued.max.requests=${500 + n}` } };
}

const settled = (clusters: Watching): Promise<unknown> =>
  until(`${NAME} is ClusterRunning`, () => {
    const cluster = clusters.now.get(NAME);
    return cluster !== undefined && isRunning(cluster);
  });

async function createTopic(): Promise<void> {
  const brokers = [`${NAME}-headless.${NAMESPACE}.svc.cluster.local:29092`];
  const admin = new Kafka({ clientId: 'bench', brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const topic = { topic: 'rolled', numPartitions: PARTITIONS, replicationFactor: BROKERS.length };
  await admin.createTopics({ topics: [topic], waitForLeaders: false });
  await admin.disconnect();
}

async function roll(n: number, scene: Scene): Promise<Roll> {
  const from = mark();
  const before = new Map(NODES.map((id) => [id, scene.pods.now.get(podOf(id))?.metadata.uid]));
  await (await kube()).apply(KAFKA_CLUSTER, spec(n));
  await until(
    'every Pod is another one',
    () =>
      NODES.every((id) => {
        const pod = scene.pods.now.get(podOf(id));
        return pod !== undefined && pod.metadata.uid !== before.get(id) && scene.readyAt.has(pod.metadata.uid);
      }),
    600,
  );
  await settled(scene.clusters);
  const runningAt = Date.now();
  const uids = new Map(NODES.map((id) => [id, scene.pods.now.get(podOf(id))!.metadata.uid]));
  await pause(SETTLED);
  const all = requests(from);
  const asked = all.find((r) => r.resource === 'kafkaclusters' && r.name === NAME && r.userAgent === 'bench' && r.verb === 'patch');
  if (asked === undefined) throw new Error('cannot judge the roll: the audit log has no request that changed the spec');
  const restarts = NODES.map((id) => restartOf(id, all, { ...scene, uid: uids.get(id)! }));
  return {
    restarts: restarts.sort((a, b) => a.deletedAt - b.deletedAt),
    requests: operatorRequests(all),
    askedAt: asked.receivedAt,
    runningAt,
  };
}

const podOf = (id: number): string => `${NAME}-${id}`;

function restartOf(node: number, all: readonly Request[], { readyAt, looks, uid }: Scene & { readonly uid: string }): Restart {
  const ofPod = all.filter((r) => r.resource === 'pods' && r.subresource === '' && r.name === podOf(node) && r.code < 300);
  const asked = operatorRequests(ofPod).find((r) => r.verb === 'delete');
  const made = operatorRequests(ofPod).find((r) => r.code === 201);
  const gone = ofPod.filter((r) => r.verb === 'delete' && made !== undefined && r.receivedAt < made.receivedAt).at(-1);
  const back = looks.find((look) => look.ready && made !== undefined && look.askedAt > made.answeredAt);
  const ready = readyAt.get(uid);
  if (asked === undefined || made === undefined || gone === undefined || back === undefined || ready === undefined)
    throw new Error(`cannot judge the restart of node ${node}: its stop, its end, its next Pod or its return was not seen`);
  return {
    node,
    deletedAt: asked.receivedAt,
    goneAt: gone.answeredAt,
    madeAt: made.receivedAt,
    readyAt: ready,
    backAt: back.answeredAt,
  };
}

async function remove(): Promise<void> {
  const quickly = ['--wait=true', '--timeout=180s'];
  await kubectl(['-n', NAMESPACE, 'delete', 'kafkacluster', NAME, ...quickly]);
  await kubectl(['-n', NAMESPACE, 'delete', 'pods,pvc', '-l', `kafka_cr=${NAME}`, '--grace-period=1', '--ignore-not-found', ...quickly]);
}

const isBroker = ({ node }: Restart): boolean => BROKERS.includes(node);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** What Kafka and the kubelet need: from the request to stop to the end, and from the request to start until all is in sync. */
const needed = ({ restarts }: Roll): number => sum(restarts.map((r) => r.goneAt - r.deletedAt + (r.backAt - r.madeAt)));

/** From "everything is in sync again" to the next stop, after each restart but the last. */
const idleTimes = ({ restarts }: Roll): readonly number[] => restarts.slice(1).map((next, at) => next.deletedAt - restarts[at]!.backAt);

function figuresOf(rolls: readonly Roll[]): readonly Figure[] {
  const of = (value: (roll: Roll) => number) => spread(rolls.map(value));
  const restarts = rolls.flatMap((r) => r.restarts);
  const each = (value: (restart: Restart) => number) => spread(restarts.filter(isBroker).map(value));
  const controllers = restarts.filter((r) => !isBroker(r));
  const total = (r: Roll): number => r.runningAt - r.askedAt;
  const median = [...rolls].sort((a, b) => a.requests.length - b.requests.length)[Math.floor(rolls.length / 2)]!;
  return [
    {
      what: 'requests in all, Events among them',
      value: of((r) => r.requests.length),
      unit: 'requests',
      wanted: KOPERATOR.requests,
      bound: 'max',
      note: `the median one: ${counted(median.requests)}; Koperator: ${KOPERATOR.requests}`,
    },
    { what: 'of these, writes', value: of((r) => writes(r.requests).length), unit: 'writes' },
    {
      what: "the operator's own share of the time",
      value: of((r) => (total(r) - needed(r)) / total(r)),
      unit: 'ratio',
      wanted: 0.1,
      note: 'the total without what Kafka and the kubelet need: from each request to stop to the end of the Pod, and from each request to start until every replica is in sync',
    },
    {
      what: 'a node back in all ISRs to the next stop',
      value: spread(rolls.flatMap(idleTimes)),
      unit: 'ms',
      wanted: 1000,
      note: `seen by looks of our own every 100 ms; the controller's return and the first broker's stop among them; Koperator: ${KOPERATOR.idle} after each broker was ready`,
    },
    {
      what: 'the change to ClusterRunning, one controller and three brokers',
      value: of((r) => total(r) / 1000),
      unit: 's',
      wanted: 60,
      note: `Koperator: ${KOPERATOR.seconds} s`,
    },
    { what: 'the change to the first stop', value: of((r) => r.restarts[0]!.deletedAt - r.askedAt), unit: 'ms' },
    { what: 'the last node back to ClusterRunning', value: of((r) => r.runningAt - r.restarts.at(-1)!.backAt), unit: 'ms' },
    {
      what: "each node: the old Pod's end to the request for the next",
      value: spread(restarts.map((r) => r.madeAt - r.goneAt)),
      unit: 'ms',
    },
    {
      what: 'the controller: request to stop until it leads again and every broker knows',
      value: spread(controllers.map((r) => (r.backAt - r.deletedAt) / 1000)),
      unit: 's',
      note: 'the only voter; while it is away, the raft client of each broker (4.3.1) turns without a pause and takes what processor it gets',
    },
    { what: 'each broker: request to stop to the end of the Pod', value: each((r) => (r.goneAt - r.deletedAt) / 1000), unit: 's' },
    { what: 'each broker: request to stop to Ready', value: each((r) => (r.readyAt - r.deletedAt) / 1000), unit: 's' },
    { what: 'each broker: request to stop to back in all ISRs', value: each((r) => (r.backAt - r.deletedAt) / 1000), unit: 's' },
    {
      what: 'each broker: back in all ISRs to Ready',
      value: each((r) => r.readyAt - r.backAt),
      unit: 'ms',
      note: 'the startup probe asks every second; below zero: Ready came first',
    },
  ];
}
