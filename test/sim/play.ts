/**
 * Plays a story: the operator decides on what it sees, the plan is carried out on what is (phase by phase, with the last look
 * before a stop), time passes. Everything that the operator does is judged by the oracle.
 */
import type { Action, Outcome, RestartNode } from '../../operator/decide/action';
import { LABEL, ANNOTATION } from '../../lib/constructs/naming';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { contextFor, decide } from '../../operator/decide/decide';
import { identityIn } from '../../operator/decide/identity';
import { mayStop } from '../../operator/decide/may-stop';
import { nodeIdOf } from '../../operator/decide/node-view';
import { phaseOf } from '../../operator/decide/order';
import type { Plan } from '../../operator/decide/plan';
import { whyNotForQuorum } from '../../operator/decide/quorum-guard';
import { report } from '../../operator/decide/report';
import { sameStatus } from '../../operator/decide/same-status';
import { settle, simulate, withStatus, without } from '../../operator/decide/simulate';
import { fateOf } from '../../operator/decide/simulate-pods';
import { ELR_FEATURE } from '../../operator/decide/simulate-topics';
import { whyBudgetsHold } from '../../operator/decide/wave-budget';
import type { KafkaView, LiveObject, Observed, ProcessView, World } from '../../operator/decide/world';
import { emptyWorld, NOW } from '../world/makers';
import { judgeAction, judgeStop, type Truth } from './oracle';
import { madeTopics, type Fault, type Mask, type Story, type Strike } from './story';
import { holdersIn, lastGood, wished, type Shape, type Wish } from './wish';

interface Ill {
  readonly kind: 'broken' | 'slow' | 'recovering' | 'cutOff';
  readonly node: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
  left: number;
}

/** The one mutable value of a story. */
interface Game {
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
    log: [],
  };
}

// ---- the world ------------------------------------------------------------------------------------------------------

const nodePods = (world: World): readonly LiveObject[] => world.objects.filter((o) => o.kind === 'Pod' && nodeIdOf(o) !== undefined);
const idOf = (object: LiveObject): number => nodeIdOf(object) ?? -1;
const has = (object: LiveObject, label: string): boolean => object.metadata.labels?.[label] === 'true';
const illWith = (game: Game, kind: Ill['kind']): readonly number[] => game.ills.filter((i) => i.kind === kind).map((i) => i.node);

/** Time passes for everything in the world. */
function elapse(game: Game): void {
  game.now += STEP_MS;
  begun(game);
  const cutOff = new Set(illWith(game, 'cutOff'));
  const kubeNodes = game.world.kubeNodes.map((node, at) => ({ ...node, ready: !cutOff.has(at) }));
  const circumstances = {
    broken: illWith(game, 'broken'),
    slow: illWith(game, 'slow'),
    starting: illWith(game, 'recovering'),
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

/** What the oracle sees. */
function truthOf(game: Game): Truth {
  const roles = new Map(nodePods(game.world).map((p) => [idOf(p), p] as const));
  const known = game.memory.state === 'known' ? game.memory.value : undefined;
  const { nodes } = wished(game.shape, game.wish, game.world);
  const late = game.ills.filter((i) => i.kind === 'slow' && game.now - i.since > CAUGHT_UP_WITHIN_MS).map((i) => i.node);
  const behind = late.filter((id) => id !== known?.quorum.leaderId);
  return {
    shape: game.shape,
    world: game.world,
    kafka: known,
    led: game.world.kafka.state === 'known' || leadsWithoutBrokers(game),
    serving: game.serving,
    behind: new Set(behind),
    recovering: new Set(illWith(game, 'recovering').filter((id) => roles.has(id) && runs(game.world, roles.get(id)!))),
    servedWith: game.servedWith,
    stopped: game.stopped,
    isKnown: (id) => nodes.some((n) => n.id === id && (!n.departing || n.roles.includes('broker') || votes(known, id))),
    isController: (id) => roles.has(id) && has(roles.get(id)!, LABEL.isController),
    isBroker: (id) => roles.has(id) && has(roles.get(id)!, LABEL.isBroker),
  };
}

// ---- what befalls it ------------------------------------------------------------------------------------------------

function strike(game: Game, what: Strike): void {
  const pods = nodePods(game.world);
  const victim = pods[what.at % Math.max(1, pods.length)];
  if (victim === undefined) return;
  const node = idOf(victim);
  // What happens to it now is no doing of ours.
  if (what.kind !== 'controllerMoves' && what.kind !== 'othersKey' && what.kind !== 'slow') game.stopped.delete(node);
  switch (what.kind) {
    case 'podGone':
      game.world = without(game.world, 'Pod', victim.metadata.name);
      break;
    case 'killedHard':
      if (has(victim, LABEL.isBroker)) game.ills.push({ kind: 'recovering', node, since: game.now, left: what.for });
      break;
    case 'broken':
    case 'slow':
      game.ills.push({ kind: what.kind, node, since: game.now, left: what.for });
      break;
    case 'cutOff':
      game.ills.push({ kind: 'cutOff', node: what.at % 3, since: game.now, left: what.for });
      break;
    case 'controllerMoves':
      moveController(game, what.at);
      return;
    case 'othersKey':
      setOthersKey(game, node);
      return;
  }
  elapse(game);
}

function moveController(game: Game, at: number): void {
  changeKafka(game, (kafka) => {
    const able = kafka.quorum.voters.map((v) => v.id).filter((id) => game.serving.has(id));
    const leaderId = able[at % Math.max(1, able.length)] ?? kafka.quorum.leaderId;
    return { ...kafka, quorum: { ...kafka.quorum, leaderId, leaderEpoch: kafka.quorum.leaderEpoch + 1 } };
  });
}

const OTHERS_KEY = { key: 'leader.replication.throttled.rate', value: '1000' };

function setOthersKey(game: Game, node: number): void {
  changeKafka(game, (kafka) => {
    const own = (kafka.configs?.brokers[String(node)] ?? []).filter((s) => s.key !== OTHERS_KEY.key);
    return { ...kafka, configs: { ...kafka.configs, brokers: { ...kafka.configs?.brokers, [String(node)]: [...own, OTHERS_KEY] } } };
  });
}

function changeKafka(game: Game, change: (kafka: KafkaView) => KafkaView): void {
  if (game.world.kafka.state !== 'known') return;
  game.memory = { state: 'known', value: change(game.world.kafka.value) };
  game.world = { ...game.world, kafka: game.memory };
}

/** What the operator sees of it. */
function seen(game: Game, mask: Mask | undefined): World {
  const { world } = game;
  switch (mask) {
    case undefined:
      return world;
    case 'blind':
      return { ...world, kafka: { state: 'unknown', why: 'nobody answers' } };
    case 'unasked':
      return { ...world, processes: {} };
    case 'staleKafka':
      return game.before.state === 'known' && world.kafka.state === 'known' ? { ...world, kafka: game.before } : world;
    case 'topicUnknown': {
      if (world.kafka.state !== 'known') return world;
      const topics = world.kafka.value.topics.map((t, at) => (at === 0 ? { ...t, minInSync: undefined } : t));
      return { ...world, kafka: { state: 'known', value: { ...world.kafka.value, topics } } };
    }
  }
}

// ---- the operator ---------------------------------------------------------------------------------------------------

interface Hands {
  readonly cluster: ResolvedCluster;
  readonly past: ResolvedCluster | undefined;
  readonly fault: Fault;
  readonly mask: Mask | undefined;
}

/** As act.ts does it: what is independent phase by phase, nothing more for a node after something went wrong for it. */
function carryOut(game: Game, plan: Plan, hands: Hands): readonly Outcome[] | undefined {
  const outcomes: Outcome[] = [];
  const phases = [...new Set(plan.actions.map(phaseOf))].sort((a, b) => a - b);
  let done = 0;
  for (const phase of phases) {
    const failed = new Set(outcomes.filter((o) => o.result !== 'done').map((o) => o.action.node));
    const sound = plan.actions.filter((a) => phaseOf(a) === phase && (a.node === undefined || !failed.has(a.node)));
    const refused = lastLook(game, sound, hands);
    outcomes.push(...refused.map((action) => ({ action, result: 'refused' as const })));
    const left = sound.filter((a) => !refused.includes(a));
    judgeStop(truthOf(game), podDeletions(game, left));
    for (const action of left) {
      if (hands.fault.kind === 'killed' && done >= hands.fault.after) return undefined;
      const result = perform(game, action);
      const lost = hands.fault.kind === 'answerLost' && hands.fault.at === done;
      outcomes.push({ action, result: lost ? 'retry' : result });
      done += 1;
    }
  }
  return outcomes;
}

/** One look for the whole wave and one for what changes the quorum: each goes together or not at all. */
function lastLook(game: Game, actions: readonly Action[], { cluster, past, mask }: Hands): readonly Action[] {
  const wave = actions.filter((a): a is RestartNode => a.kind === 'restartNode' && a.running);
  const changes = actions.filter(
    (a) => a.kind === 'addVoter' || a.kind === 'removeVoter' || (a.kind === 'delete' && a.risk === 'destructive'),
  );
  if (wave.length === 0 && changes.length === 0) return [];
  const fresh = seen(game, mask === 'staleKafka' ? undefined : mask);
  const identity = identityIn(fresh, cluster);
  if (identity.kind !== 'known') return [...wave, ...changes];
  const context = contextFor(cluster, fresh, identity, { now: game.now, past });
  const views = context.views.filter((v) => wave.some((a) => a.node === v.node.id));
  const stops = views.length === 0 ? [] : [...mayStop(views, context), ...whyBudgetsHold(views, context)];
  const quorum = changes.flatMap((change) => whyNotForQuorum(change, context, []));
  return [...(stops.length > 0 ? wave : []), ...(quorum.length > 0 ? changes : [])];
}

function podDeletions(game: Game, actions: readonly Action[]): readonly number[] {
  return actions.flatMap((a) => {
    if (a.kind !== 'restartNode' && a.kind !== 'delete') return [];
    return a.target.kind === 'Pod' && isThere(game, a) ? (a.node ?? []) : [];
  });
}

const isThere = ({ world }: Game, { target }: Extract<Action, { kind: 'restartNode' | 'delete' }>): boolean =>
  world.objects.some(
    (o) =>
      o.kind === target.kind &&
      o.metadata.name === target.name &&
      o.metadata.uid === target.uid &&
      o.metadata.resourceVersion === target.resourceVersion,
  );

function perform(game: Game, action: Action): Outcome['result'] {
  if ((action.kind === 'restartNode' || action.kind === 'delete') && !isThere(game, action)) return 'retry';
  judgeAction(truthOf(game), action);
  if (action.kind === 'restartNode' && game.serving.has(action.node)) game.stopped.add(action.node);
  const { kafka } = game.world;
  game.world = simulate(game.world, action);
  if (game.world.kafka !== kafka && game.world.kafka.state === 'known') game.memory = game.world.kafka;
  return 'done';
}

/** One pass of the operator and a moment of the world. Returns the plan. */
function pass(game: Game, fault: Fault, careful: boolean): Plan {
  const mask = fault.kind === 'masked' ? fault.mask : undefined;
  const cluster = wished(game.shape, game.wish, game.world);
  const past = lastGood(game.shape, game.world);
  const world = seen(game, mask);
  const plan = decide(cluster, world, game.now, past);
  if (careful && game.log.length % 5 === 0) sameAgain(plan, decide(cluster, structuredClone(world), game.now, past));
  game.log.push(
    `${fault.kind} ${plan.actions.map((a) => `${a.kind} ${String(a.node ?? '')}`).join(', ')} | ${plan.held.map((h) => `${h.what}: ${h.reasons.map((r) => r.message).join('; ')}`).join(' / ')}`,
  );
  if (fault.kind === 'late') strike(game, fault.strike);
  const outcomes = carryOut(game, plan, { cluster, past, fault, mask });
  elapse(game);
  if (outcomes === undefined) return plan;
  const status = report(cluster, { world: seen(game, mask), plan, outcomes, now: game.now });
  game.world = withStatus(game.world, status);
  return plan;
}

function sameAgain(plan: Plan, again: Plan): void {
  if (JSON.stringify(plan) !== JSON.stringify(again)) throw new Error('it must never happen that the same input gives another plan');
}

export function live(game: Game, fault: Fault): void {
  if (fault.kind === 'edit') game.wish = fault.wish;
  if (fault.kind === 'wait') game.now += 360_000;
  if (fault.kind === 'statusLost') game.world = { ...game.world, cluster: { ...game.world.cluster, status: {} } };
  if (fault.kind === 'approve') approve(game);
  if ('at' in fault && fault.kind !== 'answerLost') strike(game, fault);
  pass(game, fault, true);
}

function approve(game: Game): void {
  const hash = game.world.cluster.status.plan?.hash;
  if (hash === undefined) return;
  const annotations = { ...game.world.cluster.annotations, [ANNOTATION.approvedPlan]: hash };
  game.world = { ...game.world, cluster: { ...game.world.cluster, annotations } };
}

/** The faults end, what no node can live with is taken back, and the user approves: passes until nothing is planned; undefined: that does not happen. */
export function calmDown(game: Game, most = 160): Plan | undefined {
  // What was rejected once is tried again only after another change.
  const rejected = Object.values(game.world.cluster.status.brokersState ?? {}).some((b) => b.rejectedRevision !== undefined);
  const setting = rejected ? 3 : game.wish.setting;
  game.wish = { ...game.wish, harm: 'none', setting };
  game.ills = [];
  let quiet = 0;
  for (let at = 0; at < most; at += 1) {
    approve(game);
    const before = game.world.cluster.status;
    const plan = pass(game, { kind: 'calm' }, false);
    const still = plan.actions.length === 0 && game.ills.length === 0 && sameStatus(before, game.world.cluster.status);
    quiet = still ? quiet + 1 : 0;
    if (quiet > 2) return plan;
  }
  return undefined;
}

export type { Game };
