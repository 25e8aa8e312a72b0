/** What befalls the world of a story, and what the operator sees of it. */
import { LABEL } from '../../lib/constructs/naming';
import { operationsIn } from '../../operator/decide/operation-view';
import { without } from '../../operator/decide/simulate';
import type { KafkaView, World } from '../../operator/decide/world';
import { elapse, has, idOf, nodePods, type Game } from './game';
import type { Mask, Strike } from './story';

type Elsewhere = Extract<Strike, { kind: 'topicMade' | 'cruiseControl' | 'operationGone' }>;

const movesNothing = (what: Strike): what is Elsewhere => ['topicMade', 'cruiseControl', 'operationGone'].includes(what.kind);

/** What happens to nobody's process. */
function befallen(game: Game, what: Elsewhere, node: number): void {
  if (what.kind === 'topicMade') makeTopicOn(game, node);
  else if (what.kind === 'cruiseControl')
    game.ills.push({ kind: 'cruiseControl', what: what.what, node: -1, since: game.now, left: what.for });
  else {
    const last = operationsIn(game.world).at(-1);
    if (last !== undefined) game.world = without(game.world, last.object.kind, last.name);
  }
}

/** On this broker and another one, as long as both live. */
function makeTopicOn(game: Game, node: number): void {
  changeKafka(game, (kafka) => {
    const live = kafka.brokers.filter((b) => !b.fenced && game.serving.has(b.id)).map((b) => b.id);
    if (!live.includes(node) || !game.topicsMade) return kafka;
    const replicas = [node, ...live.filter((id) => id !== node)].slice(0, 2);
    const topic = {
      name: `late-${String(kafka.topics.length)}`,
      minInSync: 1,
      partitions: [{ partition: 0, leader: node, replicas, isr: replicas }],
    };
    return { ...kafka, topics: [...kafka.topics, topic] };
  });
}

export function strike(game: Game, what: Strike): void {
  const pods = nodePods(game.world);
  const victim = pods[what.at % Math.max(1, pods.length)];
  if (victim === undefined) return;
  const node = idOf(victim);
  if (movesNothing(what)) {
    befallen(game, what, node);
    return;
  }
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

export const OTHERS_KEY = { key: 'leader.replication.throttled.rate', value: '1000' };

function setOthersKey(game: Game, node: number): void {
  if (game.world.kafka.state !== 'known') return;
  game.othersKeys.add(node);
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
export function seen(game: Game, mask: Mask | undefined): World {
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
