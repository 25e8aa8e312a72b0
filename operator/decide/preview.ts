/**
 * What a roll that is pending would look like: which nodes restart together, in which order, and roughly how long it takes.
 * The gate decides wave by wave, on what it sees then; the preview plays the same rules to the end over a cluster in which
 * every node serves and every replica is in sync: controllers one by one, the leader last; the first broker alone (the
 * canary); then the largest batches of one rack that leave every partition its minimum. What goes wrong on the way makes
 * waves smaller and later, never larger.
 *
 * The partitions of a broker are counted, not searched: how many replicas of a partition a wave takes away is kept while the
 * wave grows, so that 300 brokers cost milliseconds.
 */
import type { RestartNode } from './action';
import type { Approval } from './approval';
import type { Context } from './context';
import { partitionsOn, type TopicPartition } from './health';
import type { NodeView } from './node-view';
import { inRestartOrder } from './order';
import type { Proposal } from './plan';
import { isProven } from './wave';

/** Nodes that would restart together. */
export interface Wave {
  readonly nodes: readonly number[];
  readonly what: 'controller' | 'broker' | 'node';
  readonly rack: string | undefined;
}

export interface Preview {
  /** Of the nodes that run and are to be restarted; in order. */
  readonly waves: readonly Wave[];
  /** Seconds, rough. */
  readonly seconds: number;
  /** The disruptive steps and their hash; undefined when nothing disruptive is pending. */
  readonly approval: Approval | undefined;
}

/**
 * How long a wave takes, in seconds, on the safe side: Kafka 4.3.1 on a machine of two cores stops in 2.5 to 2.8 s and is back
 * in all ISRs 7.0 s after its start; what comes on top is the Pod itself (volumes, containers), longer logs, and the quorum.
 */
export const WAVE_SECONDS = 25;

/** Undefined: nothing disruptive is pending. */
export function previewOf(proposals: readonly Proposal[], context: Context): Preview | undefined {
  const { approval } = context;
  const restarts = proposals.filter((p): p is RestartNode => p.kind === 'restartNode' && p.running);
  const waves = wavesOf(inRestartOrder(restarts, context), context);
  if (waves.length === 0 && approval === undefined) return undefined;
  return { waves, approval, seconds: waves.length * (WAVE_SECONDS + context.cluster.rollingUpgrade.soakSeconds) };
}

type Seen = Pick<Context, 'cluster' | 'views' | 'world' | 'nodes'>;

function wavesOf(restarts: readonly Proposal[], context: Seen): readonly Wave[] {
  const byId = new Map(context.views.map((v) => [v.node.id, v] as const));
  const ordered = restarts.flatMap((r) => byId.get(r.node ?? -1) ?? []).filter((v) => !isHeldForGood(v, context));
  const racks = byRack(ordered.filter((v) => !isController(v)));
  const most = context.cluster.rollingUpgrade.concurrentBrokerRestartCountPerRack;
  const gone = new Set<NodeView>();
  const waves: Wave[] = [];
  let proven = isProven(context);
  for (const first of ordered) {
    if (gone.has(first)) continue;
    const rack = first.registered?.rack;
    const alone = most <= 1 || isController(first) || rack === undefined || !proven;
    const others = alone ? [] : (racks.get(rack) ?? []).filter((v) => v !== first && !gone.has(v));
    const wave = batch(first, others, { most, context });
    wave.forEach((view) => gone.add(view));
    waves.push({ nodes: wave.map((v) => v.node.id), what: whatIs(first), rack });
    proven ||= first.node.roles.includes('broker');
  }
  return waves;
}

function byRack(views: readonly NodeView[]): ReadonlyMap<string, readonly NodeView[]> {
  const racks = new Map<string, NodeView[]>();
  for (const view of views) {
    const rack = view.registered?.rack ?? '';
    racks.set(rack, [...(racks.get(rack) ?? []), view]);
  }
  return racks;
}

/** `first` and as many of the others, in their order, as every partition can do without. */
function batch(first: NodeView, others: readonly NodeView[], { most, context }: { most: number; context: Seen }): readonly NodeView[] {
  const away = new Map<TopicPartition, number>();
  const wave: NodeView[] = [];
  for (const view of [first, ...others]) {
    if (wave.length >= Math.max(1, most)) break;
    const partitions = partitionsOf(view, context);
    if (wave.length > 0 && partitions.some((p) => (away.get(p) ?? 0) >= spare(p))) continue;
    wave.push(view);
    for (const p of partitions) away.set(p, (away.get(p) ?? 0) + 1);
  }
  return wave;
}

const partitionsOf = (view: NodeView, { world }: Seen): readonly TopicPartition[] =>
  world.kafka.state === 'known' ? partitionsOn(world.kafka.value, new Set([view.node.id])) : [];

/** How many replicas may be away at once; one that cannot be protected (decision 19) can do without one as little or as well as without none. */
const spare = (p: TopicPartition): number => Math.max(1, p.replicas.length - minimumOf(p));

const minimumOf = (p: TopicPartition): number => p.minInSync ?? Math.max(1, p.replicas.length - 1);

/** With `unprotected: Hold`: its restart would make something unavailable, however well all the others are. */
function isHeldForGood(view: NodeView, context: Seen): boolean {
  if (context.cluster.changePolicy.unprotected !== 'Hold' || context.world.kafka.state !== 'known') return false;
  const { voters } = context.world.kafka.value.quorum;
  if (voters.length <= 2 && voters.some((v) => v.id === view.node.id)) return true;
  return view.node.roles.includes('broker') && partitionsOf(view, context).some((p) => p.replicas.length - 1 < minimumOf(p));
}

const isController = (view: NodeView): boolean => view.node.roles.includes('controller');

const whatIs = ({ node }: NodeView): Wave['what'] =>
  node.roles.length > 1 ? 'node' : node.roles[0] === 'controller' ? 'controller' : 'broker';

/** For example `brokers 101, 104 (rack a)`. */
export function waveText({ nodes, what, rack }: Wave): string {
  const ids = nodes.map(String).join(', ');
  return `${what}${nodes.length === 1 ? '' : 's'} ${ids}${rack === undefined || rack === '' ? '' : ` (rack ${rack})`}`;
}

/** For example `about 3 minutes: 12 restarts in 5 waves of about 25 s each`. */
export function durationText({ waves, seconds }: Preview): string {
  const restarts = waves.reduce((sum, wave) => sum + wave.nodes.length, 0);
  const each = Math.round(seconds / Math.max(1, waves.length));
  const inWaves = `${counted(restarts, 'restart')} in ${counted(waves.length, 'wave')} of about ${String(each)} s${waves.length === 1 ? '' : ' each'}`;
  return `about ${roughly(seconds)}: ${inWaves}`;
}

function roughly(seconds: number): string {
  if (seconds < 100) return counted(seconds, 'second');
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? counted(minutes, 'minute') : counted(Math.ceil(minutes / 60), 'hour');
}

const counted = (count: number, what: string): string => `${String(count)} ${what}${count === 1 ? '' : 's'}`;
