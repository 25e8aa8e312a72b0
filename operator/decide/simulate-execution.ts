/** The toy Cruise Control at work: one task at a time, a few replicas a moment, each of which lands in sync. */
import { emptied, evened } from './simulate-log-dirs';
import { moved, nextOff, nextOnto, reassigningBy, type Move } from './simulate-moves';
import type { CruiseControlTask, CruiseControlView, ExecutionView, KafkaView, World } from './world';

/** What goes wrong with it. */
export type CruiseControlFault =
  /** Nobody answers. */
  | 'missing'
  /** It was started anew: every task is forgotten, what was moved stays where it is. */
  | 'forgets'
  /** The task ends with an error after its first move. */
  | 'failsHalfWay'
  /** The task ends as completed, and nothing was moved. */
  | 'ignoresMoves'
  /** It has not seen enough of the cluster. */
  | 'notReady';

export const IDLE: ExecutionView = {
  state: 'NO_TASK_IN_PROGRESS',
  idle: true,
  taskId: '',
  finishedMoves: 0,
  totalMoves: 0,
  finishedMb: 0,
  totalMb: 0,
};

const MOVES_A_MOMENT = 4;

/** One that has just been started and has seen enough; `at` in milliseconds since the epoch. */
export const begun = (at: number): CruiseControlView => ({ at, ready: true, why: '', execution: IDLE, tasks: [], requests: {} });

/** What a moment does to it and to Kafka's replicas. */
export function afterMoment(world: World, fault: CruiseControlFault | undefined): World {
  if (world.cruiseControl === undefined) return world;
  if (fault === 'missing') return halted({ ...world, cruiseControl: { state: 'unknown', why: 'nobody answers' } });
  const at = world.kafka.state === 'known' ? world.kafka.value.at : 0;
  const known = world.cruiseControl.state === 'known' && fault !== 'forgets' ? world.cruiseControl.value : begun(at);
  const ready = fault !== 'notReady';
  const view: CruiseControlView = { ...known, at, ready, why: ready ? '' : 'not enough valid windows' };
  return executed({ ...world, cruiseControl: { state: 'known', value: view } }, view, fault);
}

/** Nothing is on its way. */
const halted = (world: World): World => withKafka(world, { reassigning: [] });

const withKafka = (world: World, change: Partial<KafkaView>): World =>
  world.kafka.state === 'known' ? { ...world, kafka: { state: 'known', value: { ...world.kafka.value, ...change } } } : world;

function executed(world: World, view: CruiseControlView, fault: CruiseControlFault | undefined): World {
  const task = view.tasks.find((t) => t.status === 'InExecution');
  if (task === undefined || world.kafka.state !== 'known') return halted(world);
  if (fault === 'ignoresMoves') return ended(halted(world), view, 'Completed');
  const work = workOf(task.request);
  const most = fault === 'failsHalfWay' ? 1 : MOVES_A_MOMENT;
  const after = work.kind === 'dirs' ? withinBrokers(world.kafka.value, work) : between(world.kafka.value, work, most);
  const next = withKafka(world, after.change);
  if (fault === 'failsHalfWay') return ended(halted(next), view, 'CompletedWithError');
  return after.result === undefined
    ? { ...next, cruiseControl: { state: 'known', value: progressed(view) } }
    : ended(next, view, after.result);
}

function ended(world: World, view: CruiseControlView, status: CruiseControlTask['status']): World {
  const tasks = view.tasks.map((t) => (t.status === 'InExecution' ? { ...t, status } : t));
  return { ...world, cruiseControl: { state: 'known', value: { ...view, execution: IDLE, tasks } } };
}

function progressed(view: CruiseControlView): CruiseControlView {
  const finishedMoves = view.execution.finishedMoves + MOVES_A_MOMENT;
  return { ...view, execution: { ...view.execution, finishedMoves, totalMoves: finishedMoves + MOVES_A_MOMENT } };
}

type Work =
  | { readonly kind: 'off' | 'onto'; readonly ids: readonly number[] }
  /** By broker: the directories to be emptied; none: all are evened out. */
  | { readonly kind: 'dirs'; readonly ids: readonly number[]; readonly paths: ReadonlyMap<number, readonly string[]> };

/** From `POST /kafkacruisecontrol/add_broker?…`. */
function workOf(request: string): Work {
  const [path = '', query = ''] = request.split('?');
  const parameters = new Map(
    query.split('&').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const),
  );
  const ids = brokerIds(parameters.get('brokerid') ?? parameters.get('destination_broker_ids'));
  if (path.endsWith('/remove_broker')) return { kind: 'off', ids };
  if (path.endsWith('/remove_disks')) return directories(parameters.get('brokerid_and_logdirs') ?? '');
  return parameters.get('rebalance_disk') === 'true' ? { kind: 'dirs', ids, paths: new Map() } : { kind: 'onto', ids };
}

/** From `3,4`. */
export const brokerIds = (text = ''): readonly number[] => text.split(',').flatMap((id) => (/^\d+$/.test(id) ? [Number(id)] : []));

/** From `3-/logs/kafka,3-/more/kafka`. */
function directories(text: string): Work {
  const paths = new Map<number, readonly string[]>();
  for (const pair of text.split(',')) {
    const id = Number(pair.slice(0, pair.indexOf('-')));
    paths.set(id, [...(paths.get(id) ?? []), pair.slice(pair.indexOf('-') + 1)]);
  }
  return { kind: 'dirs', ids: [...paths.keys()], paths };
}

interface After {
  readonly change: Partial<KafkaView>;
  /** Undefined: it goes on. */
  readonly result: 'Completed' | 'CompletedWithError' | undefined;
}

function between(kafka: KafkaView, { kind, ids }: Work, most: number): After {
  const alive = kafka.brokers.filter((b) => !b.fenced).map((b) => b.id);
  const next = (topics: KafkaView['topics']): Move | undefined =>
    kind === 'off' ? nextOff(topics, ids, alive) : nextOnto(topics, ids.length === 0 ? alive : ids, alive);
  let { topics } = kafka;
  for (let count = 0; count < most; count += 1) {
    const move = next(topics);
    if (move !== undefined) topics = moved(topics, move);
  }
  const left = next(topics);
  const stuck = kind === 'off' && topics.some((t) => t.partitions.some((p) => p.replicas.some((id) => ids.includes(id))));
  const result = left !== undefined ? undefined : stuck ? 'CompletedWithError' : 'Completed';
  return { change: { topics, reassigning: left === undefined ? [] : [reassigningBy(left)] }, result };
}

function withinBrokers({ logDirs = {} }: KafkaView, work: Extract<Work, { kind: 'dirs' }>): After {
  const ids = work.ids.length === 0 ? Object.keys(logDirs).map(Number) : work.ids;
  const after = ids.map((id) => {
    const dirs = logDirs[String(id)] ?? [];
    const paths = work.paths.get(id);
    return [String(id), paths === undefined ? evened(dirs) : emptied(dirs, paths)] as const;
  });
  const done = after.flatMap(([id, dirs]) => (dirs === undefined ? [] : [[id, dirs] as const]));
  return {
    change: { logDirs: { ...logDirs, ...Object.fromEntries(done) }, reassigning: [] },
    result: done.length === after.length ? 'Completed' : 'CompletedWithError',
  };
}
