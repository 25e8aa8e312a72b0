/** The world of a story: what is there, what Kafka knows, who is ill; and what a moment does to it. */
import { ANNOTATION, LABEL } from '../../lib/constructs/naming';
import { nodeIdOf } from '../../operator/decide/node-view';
import { settle } from '../../operator/decide/simulate';
import type { CruiseControlFault } from '../../operator/decide/simulate-execution';
import { fateOf } from '../../operator/decide/simulate-pods';
import { ELR_FEATURE } from '../../operator/decide/simulate-topics';
import type { KafkaView, LiveObject, Observed, ProcessView, World } from '../../operator/decide/world';
import { emptyWorld, NOW } from '../world/makers';
import type { Truth } from './oracle';
import { madeTopics, type Story } from './story';
import { holdersIn, wished, type Shape, type Wish } from './wish';

export interface Ill {
  readonly kind: 'broken' | 'slow' | 'recovering' | 'cutOff' | 'cruiseControl';
  /** Of Cruise Control. */
  readonly what?: CruiseControlFault;
  readonly node: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
  left: number;
}

/** The one mutable value of a story. */
export interface Game {
  readonly shape: Shape;
  readonly story: Story;
  wish: Wish;
  world: World;
  /** What Kafka knows, also while nobody answers. */
  memory: Observed<KafkaView>;
  /** As it was a moment ago. */
  before: Observed<KafkaView>;
  topicsMade: boolean;
  now: number;
  ills: Ill[];
  serving: Set<number>;
  servedWith: Map<number, string>;
  stopped: Set<number>;
  /** Uids of Pods that were seen before: another one has just begun. */
  readonly begun: Set<string>;
  /** Brokers of which somebody else set a key. */
  readonly othersKeys: Set<number>;
  /** Every pass, for the story of a failure. */
  readonly log: string[];
}

const STEP_MS = 4_000;

/** Who was caught up so short a time ago is told apart by nobody, Kafka included. */
const CAUGHT_UP_WITHIN_MS = 10_000;

export function begin(shape: Shape, story: Story): Game {
  const world = emptyWorld(wished(shape, story.wish));
  const kubeNodes = world.kubeNodes.map((node, at) => ({
    ...node,
    labels: { 'topology.kubernetes.io/zone': `zone-${String(shape.racks === 0 ? 0 : at % shape.racks)}` },
  }));
  return {
    shape,
    story,
    wish: story.wish,
    world: { ...world, kubeNodes },
    memory: { state: 'notAsked' },
    before: { state: 'notAsked' },
    topicsMade: false,
    now: NOW,
    ills: [],
    serving: new Set(),
    servedWith: new Map(),
    stopped: new Set(),
    begun: new Set(),
    othersKeys: new Set(),
    log: [],
  };
}

export const nodePods = (world: World): readonly LiveObject[] => world.objects.filter((o) => o.kind === 'Pod' && nodeIdOf(o) !== undefined);
export const idOf = (object: LiveObject): number => nodeIdOf(object) ?? -1;
export const has = (object: LiveObject, label: string): boolean => object.metadata.labels?.[label] === 'true';
const illWith = (game: Game, kind: Ill['kind']): readonly number[] => game.ills.filter((i) => i.kind === kind).map((i) => i.node);

/** Time passes for everything in the world. */
export function elapse(game: Game): void {
  game.now += STEP_MS;
  begun(game);
  const cutOff = new Set(illWith(game, 'cutOff'));
  const kubeNodes = game.world.kubeNodes.map((node, at) => ({ ...node, ready: !cutOff.has(at) }));
  const circumstances = {
    broken: illWith(game, 'broken'),
    slow: illWith(game, 'slow'),
    starting: illWith(game, 'recovering'),
    cruiseControl: game.ills.find((i) => i.kind === 'cruiseControl')?.what,
    now: game.now,
  };
  game.before = game.memory;
  game.world = settle({ ...game.world, kubeNodes, kafka: game.memory }, circumstances);
  if (game.world.kafka.state === 'known') game.memory = game.world.kafka;
  makeTopics(game);
  notice(game);
  for (const ill of game.ills) ill.left -= 1;
  game.ills = game.ills.filter((ill) => ill.left > 0);
}

/** A broker that starts is behind for as long as was drawn. */
function begun(game: Game): void {
  for (const pod of nodePods(game.world)) {
    if (game.begun.has(pod.metadata.uid)) continue;
    game.begun.add(pod.metadata.uid);
    if (game.story.lag > 0 && has(pod, LABEL.isBroker))
      game.ills.push({ kind: 'slow', node: idOf(pod), since: 0, left: game.story.lag + 1 });
  }
}

/** Somebody makes the topics as soon as every broker is there. */
function makeTopics(game: Game): void {
  const { shape, story, world } = game;
  if (game.topicsMade || world.kafka.state !== 'known') return;
  const brokers = world.kafka.value.brokers.filter((b) => !b.fenced).map((b) => b.id);
  if (brokers.length < holdersIn(shape, game.wish).length) return;
  const features = { finalized: story.elr ? { [ELR_FEATURE]: 1 } : {}, supported: {} };
  game.topicsMade = true;
  game.memory = { state: 'known', value: { ...world.kafka.value, features, topics: madeTopics(story.topics, brokers) } };
  game.world = { ...world, kafka: game.memory };
}

/** Who serves now, and since with what. */
function notice(game: Game): void {
  const led = game.world.kafka.state === 'known' || leadsWithoutBrokers(game);
  const silent = new Set([...illWith(game, 'broken'), ...illWith(game, 'recovering')]);
  const working = nodePods(game.world).filter((p) => !silent.has(idOf(p)) && runs(game.world, p));
  const serving = working.filter((p) => led || !has(p, LABEL.isController));
  game.serving = new Set(serving.map(idOf));
  for (const pod of serving) {
    game.stopped.delete(idOf(pod));
    const revision = pod.metadata.annotations?.[ANNOTATION.revision] ?? '';
    if (isReady(pod)) game.servedWith.set(idOf(pod), revision);
  }
  const processes: Record<string, ProcessView> = {};
  for (const pod of nodePods(game.world))
    if (!isReady(pod) && isRunning(pod))
      processes[String(idOf(pod))] = { brokerState: illWith(game, 'recovering').includes(idOf(pod)) ? 2 : 1 };
  game.world = { ...game.world, processes };
}

const runs = (world: World, pod: LiveObject): boolean => fateOf(world, pod) === 'runs' && isRunning(pod);

interface PodStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  readonly containerStatuses?: readonly { readonly state?: { readonly running?: unknown } }[];
}

const statusOf = (pod: LiveObject): PodStatus => pod.status ?? {};
const isReady = (pod: LiveObject): boolean => statusOf(pod).conditions?.some((c) => c.type === 'Ready' && c.status === 'True') === true;
const isRunning = (pod: LiveObject): boolean => statusOf(pod).containerStatuses?.[0]?.state?.running !== undefined;

/** A controller is ready only while somebody leads. */
const leadsWithoutBrokers = ({ world }: Game): boolean => nodePods(world).some((p) => has(p, LABEL.isController) && isReady(p));

const votes = (kafka: KafkaView | undefined, id: number): boolean => kafka?.quorum.voters.some((v) => v.id === id) === true;

const holds = (kafka: KafkaView | undefined, id: number): boolean =>
  kafka?.topics.some((t) => t.partitions.some((p) => p.replicas.includes(id))) === true;

/** What the oracle sees. */
export function truthOf(game: Game): Truth {
  const roles = new Map(nodePods(game.world).map((p) => [idOf(p), p] as const));
  const known = game.memory.state === 'known' ? game.memory.value : undefined;
  const { nodes } = wished(game.shape, game.wish, game.world);
  const late = game.ills.filter((i) => i.kind === 'slow' && game.now - i.since > CAUGHT_UP_WITHIN_MS).map((i) => i.node);
  const behind = late.filter((id) => id !== known?.quorum.leaderId);
  return {
    shape: game.shape,
    world: game.world,
    now: game.now,
    kafka: known,
    led: game.world.kafka.state === 'known' || leadsWithoutBrokers(game),
    serving: game.serving,
    behind: new Set(behind),
    recovering: new Set(illWith(game, 'recovering').filter((id) => roles.has(id) && runs(game.world, roles.get(id)!))),
    servedWith: game.servedWith,
    stopped: game.stopped,
    isWanted: (id) => nodes.some((n) => n.id === id && !n.departing),
    isKnown: (id) => nodes.some((n) => n.id === id && (!n.departing || holds(known, id) || votes(known, id))),
    isController: (id) => roles.has(id) && has(roles.get(id)!, LABEL.isController),
    isBroker: (id) => roles.has(id) && has(roles.get(id)!, LABEL.isBroker),
  };
}
