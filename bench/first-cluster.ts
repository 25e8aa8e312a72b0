/**
 * From `kubectl apply` of a KafkaCluster to ClusterRunning, with real Kafka: how many requests, and how soon after the last
 * broker is ready. Kafka's own start is not the operator's doing, so it is told apart from the operator's share.
 */
import { KAFKA_CLUSTER, OPTIONAL, OWNED, POD } from '../operator/kinds';
import type { KubeObject } from '../operator/runtime/kube-types';
import { counted } from '../tools/audit-log';
import { created, mark, operatorRequests, requests, writes, type Request } from './audit';
import { kafkaCluster, type ClusterShape } from './cluster-specs';
import { watchKafka, type Look } from './kafka-watch';
import { isReady, isRunning, kube, kubectl, NAMESPACE, pause, until, watching } from './kubernetes';
import { parameter, spread, type Figure, type Findings } from './result';

interface Measured {
  readonly requests: readonly Request[];
  readonly bytes: number;
  /** Milliseconds. */
  readonly podsCreated: number;
  readonly podsReadyToRunning: number;
  readonly kafkaReadyToRunning: number;
  readonly applyToRunning: number;
  readonly saidTooEarly: number;
  readonly passes: number;
}

interface Layout {
  readonly title: string;
  readonly shape: ClusterShape;
  /** Of Koperator for the same, by issue of this project; undefined: was not measured. */
  readonly koperator?: { readonly requests: number; readonly seconds: number };
}

const LAYOUTS: readonly Layout[] = [
  { title: 'three combined nodes', shape: { name: 'combined', combined: [0, 1, 2] } },
  {
    title: 'one controller, three brokers',
    shape: { name: 'mixed', controllers: [0], brokers: [100, 101, 102] },
    koperator: { requests: 93, seconds: 39 },
  },
];

/** Quiet for so long, and everything that belongs to the creation is in the log. */
const SETTLED = 4_000;

export async function firstCluster(): Promise<Findings> {
  const runs = parameter('RUNS', 3);
  const figures: Figure[] = [];
  for (const layout of LAYOUTS) {
    const measured: Measured[] = [];
    for (let run = 0; run < runs; run += 1) measured.push(await once({ ...layout.shape, name: `${layout.shape.name}-${run}` }));
    figures.push(...figuresOf(layout, measured));
  }
  return { title: 'a new cluster, from apply to ClusterRunning', standIns: [], parameters: { RUNS: runs }, figures };
}

/** Clock of the API server's log and of our watches: the same machine's. */
async function once(shape: ClusterShape): Promise<Measured> {
  const { name, combined = [], controllers = [], brokers = [] } = shape;
  const from = mark();
  const began = new Date().toISOString();
  const readyAt = new Map<string, number>();
  let runningAt: number | undefined;
  const pods = await watching(POD, ({ at, object }) => {
    if (isReady(object) && !readyAt.has(object.metadata.name)) readyAt.set(object.metadata.name, at);
  });
  const clusters = await watching(KAFKA_CLUSTER, ({ at, object }) => {
    if (object.metadata.name === name && isRunning(object)) runningAt ??= at;
  });
  const api = await kube();
  await api.apply(KAFKA_CLUSTER, kafkaCluster(shape));
  const kafka = watchKafka({ name, brokers: [...combined, ...brokers], voters: combined.length + controllers.length });
  const running = await until(`${name} is ClusterRunning`, () => runningAt, 150);
  await pause(SETTLED);
  await kafka.stop();
  pods.stop();
  clusters.stop();
  const all = requests(from);
  const objects = await made(name);
  const passes = await passesSince(began, `${NAMESPACE}/${name}`, Math.max(...podRequests(all).map((r) => r.answeredAt)));
  await remove(name);
  return judged(all, { name, running, readyAt: [...readyAt.values()], looks: kafka.looks, objects, passes });
}

interface Notes {
  readonly name: string;
  readonly running: number;
  readonly readyAt: readonly number[];
  readonly looks: readonly Look[];
  readonly objects: readonly KubeObject[];
  readonly passes: number;
}

const podRequests = (all: readonly Request[]): readonly Request[] =>
  created(operatorRequests(all)).filter((r) => r.resource === 'pods' && r.subresource === '');

function judged(all: readonly Request[], notes: Notes): Measured {
  const { name, running, readyAt, looks, objects, passes } = notes;
  const applied = all.find((r) => r.resource === 'kafkaclusters' && r.name === name && r.userAgent === 'bench' && r.code === 201);
  const firstReady = looks.find((look) => look.ready);
  if (applied === undefined || firstReady === undefined)
    throw new Error(`cannot judge ${name}: the audit log has no request that made it, or Kafka was never seen ready`);
  return {
    requests: operatorRequests(all),
    bytes: objects.reduce((sum, object) => sum + JSON.stringify(object).length, 0),
    podsCreated: Math.max(...podRequests(all).map((r) => r.answeredAt)) - applied.receivedAt,
    podsReadyToRunning: running - Math.max(...readyAt),
    kafkaReadyToRunning: running - firstReady.answeredAt,
    applyToRunning: running - applied.receivedAt,
    saidTooEarly: looks.filter((look) => look.askedAt > running && !look.ready).length,
    passes,
  };
}

async function made(cluster: string): Promise<readonly KubeObject[]> {
  const api = await kube();
  // Nothing of others is installed here, so the server knows none of their kinds.
  const kinds = OWNED.filter((kind) => !OPTIONAL.includes(kind));
  const lists = await Promise.all(kinds.map((kind) => api.list(kind, { namespace: NAMESPACE, labelSelector: `kafka_cr=${cluster}` })));
  return lists.flatMap((list) => list.items);
}

/** Passes by the operator's own log until the last Pod was made. */
async function passesSince(began: string, key: string, until: number): Promise<number> {
  const text = await kubectl(['-n', 'kafka-operator', 'logs', 'deploy/kafka-operator', `--since-time=${began}`]);
  const lines = text.split('\n').filter((line) => line.startsWith('{'));
  const passes = lines
    .map((line) => JSON.parse(line) as { msg?: string; ts?: string; cluster?: string; plan?: string; milliseconds?: number })
    .filter(
      (line) =>
        line.msg === 'pass' &&
        line.cluster === key &&
        line.plan !== 'mint×1' &&
        Date.parse(line.ts ?? '') - (line.milliseconds ?? 0) <= until,
    );
  return passes.length;
}

async function remove(cluster: string): Promise<void> {
  const quickly = ['--wait=true', '--timeout=180s'];
  await kubectl(['-n', NAMESPACE, 'delete', 'kafkacluster', cluster, ...quickly]);
  await kubectl(['-n', NAMESPACE, 'delete', 'pods,pvc', '-l', `kafka_cr=${cluster}`, '--grace-period=1', '--ignore-not-found', ...quickly]);
}

function figuresOf({ title, koperator }: Layout, runs: readonly Measured[]): readonly Figure[] {
  const of = (value: (run: Measured) => number) => spread(runs.map(value));
  const objects = of((run) => created(run.requests).length);
  const last = runs.at(-1)!;
  const beside = koperator === undefined ? '' : `; Koperator: ${koperator.requests}`;
  const events = of((run) => run.requests.filter((r) => r.resource === 'events').length);
  return [
    { what: `${title}: objects created`, value: objects, unit: 'objects', note: counted(created(last.requests)) },
    {
      what: `${title}: requests in all, Events among them`,
      value: of((run) => run.requests.length),
      unit: 'requests',
      wanted: objects.max + 10,
      bound: 'max',
      note: `${counted(last.requests)}${beside}`,
    },
    { what: `${title}: of these, writes`, value: of((run) => writes(run.requests).length), unit: 'writes' },
    { what: `${title}: of these, Events`, value: events, unit: 'writes' },
    { what: `${title}: the objects as JSON`, value: of((run) => run.bytes), unit: 'bytes' },
    {
      what: `${title}: passes until all Pods were created`,
      value: of((run) => run.passes),
      unit: '',
      wanted: 1,
      bound: 'max',
      note: 'by the log, beside the drawing of the cluster id, which has to be seen in the status before it is used',
    },
    {
      what: `${title}: requests for each object`,
      value: of((run) => run.requests.length / created(run.requests).length),
      unit: 'ratio',
    },
    {
      what: `${title}: looks at Kafka that contradict ClusterRunning after it was said`,
      value: of((run) => run.saidTooEarly),
      unit: '',
      wanted: 0,
      bound: 'max',
    },
    { what: `${title}: apply to all Pods created`, value: of((run) => run.podsCreated), unit: 'ms', wanted: 1000, bound: 'max' },
    {
      what: `${title}: Kafka ready to ClusterRunning`,
      value: of((run) => run.kafkaReadyToRunning),
      unit: 'ms',
      note: 'every broker unfenced, every voter caught up, seen by looks of our own every 100 ms; the readiness probe of the last Pod comes between',
    },
    {
      what: `${title}: last Pod Ready to ClusterRunning`,
      value: of((run) => run.podsReadyToRunning),
      unit: 'ms',
      wanted: 2000,
      bound: 'max',
    },
    {
      what: `${title}: apply to ClusterRunning`,
      value: of((run) => run.applyToRunning / 1000),
      unit: 's',
      note: `most of it is the start of Kafka${koperator === undefined ? '' : `; Koperator: ${koperator.seconds} s`}`,
    },
  ];
}
