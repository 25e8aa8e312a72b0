/**
 * What must never happen, said once more and in other words than the gate's: judged of the world as it is, not as it was
 * seen, right before something is done.
 */
import type { Action } from '../../operator/decide/action';
import { nodeIdOf } from '../../operator/decide/node-view';
import type { KafkaView, LiveObject, PartitionView, World } from '../../operator/decide/world';
import type { Shape } from './wish';

/** The world as it is. */
export interface Truth {
  readonly shape: Shape;
  readonly world: World;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** As Kafka would tell if somebody could ask it. */
  readonly kafka: KafkaView | undefined;
  /** A controller leads. */
  readonly led: boolean;
  /** Nodes whose process does its work. */
  readonly serving: ReadonlySet<number>;
  /** Of these, those that are behind. */
  readonly behind: ReadonlySet<number>;
  readonly recovering: ReadonlySet<number>;
  /** By node: the revision with which it served last. */
  readonly servedWith: ReadonlyMap<number, string>;
  /** Nodes that served when the operator stopped them, and have not served since. */
  readonly stopped: ReadonlySet<number>;
  /** Nodes of the spec. */
  readonly isWanted: (id: number) => boolean;
  /** Nodes that are to be there, or are remembered as having been and still count. */
  readonly isKnown: (id: number) => boolean;
  readonly isController: (id: number) => boolean;
  readonly isBroker: (id: number) => boolean;
}

const APPLIED = 'kafka.banzaicloud.io/applied-hash';
const REVISION = 'kafka.banzaicloud.io/revision';

function must(holds: boolean, sentence: string): void {
  if (!holds) throw new Error(`it must never happen that ${sentence}`);
}

/** These Pods are about to be deleted together. */
export function judgeStop(truth: Truth, nodes: readonly number[]): void {
  for (const id of nodes) must(!truth.recovering.has(id), `broker ${String(id)} is stopped while it recovers its log`);
  const stopped = nodes.filter((id) => truth.serving.has(id) && counts(truth, id));
  if (stopped.length === 0) return;
  const names = stopped.join(', ');
  must(truth.led, `node ${names} is stopped while no controller leads`);
  must(stopped.length === 1 || !stopped.some(truth.isController), `controllers are stopped with others: ${names}`);
  must(stopped.length <= truth.shape.concurrency, `more than concurrentBrokerRestartCountPerRack are stopped: ${names}`);
  judgeRacks(truth, stopped);
  judgeQuorum(truth, stopped);
  judgePartitions(truth, stopped);
  judgeTrials(truth, stopped);
  judgeBudgets(truth, names);
  judgeProxies(truth, nodes);
  const away = new Set([...truth.stopped, ...stopped].filter(truth.isKnown));
  must(away.size <= truth.shape.concurrency, `more than one wave is down by our doing: ${[...away].join(', ')}`);
}

/** A controller without a vote serves nobody, and so does a broker that left the spec and holds nothing. */
const counts = (truth: Truth, id: number): boolean => truth.kafka === undefined || isNeeded(truth, id);

const holds = ({ kafka }: Truth, id: number): boolean =>
  kafka?.topics.some((t) => t.partitions.some((p) => p.replicas.includes(id))) === true ||
  (kafka?.logDirs?.[String(id)] ?? []).some((d) => d.replicas > 0);

const isMoved = ({ kafka }: Truth, id: number): boolean =>
  kafka?.reassigning?.some((r) => r.adding.includes(id) || r.removing.includes(id)) === true;

function judgeRacks({ kafka }: Truth, stopped: readonly number[]): void {
  if (stopped.length === 1) return;
  const racks = stopped.map((id) => kafka?.brokers.find((b) => b.id === id)?.rack);
  must(
    racks.every((rack) => rack !== undefined && rack === racks[0]),
    `brokers of several racks are stopped: ${stopped.join(', ')}`,
  );
}

function judgeQuorum({ kafka, serving, behind }: Truth, stopped: readonly number[]): void {
  const voters = (kafka?.quorum.voters ?? []).map((v) => v.id);
  if (voters.length <= 2 || !stopped.some((id) => voters.includes(id))) return;
  const left = voters.filter((id) => serving.has(id) && !behind.has(id) && !stopped.includes(id));
  must(
    left.length * 2 > voters.length,
    `${stopped.join(', ')} of voters ${voters.join(', ')} is stopped and only ${left.join(', ')} are caught up`,
  );
}

function judgePartitions({ kafka }: Truth, stopped: readonly number[]): void {
  for (const { name, minInSync = 1, partitions } of kafka?.topics ?? [])
    for (const p of partitions) judgePartition({ ...p, name: `${name}-${String(p.partition)}`, minInSync }, stopped);
}

function judgePartition(p: PartitionView & { name: string; minInSync: number }, stopped: readonly number[]): void {
  const left = p.isr.filter((id) => !stopped.includes(id));
  const holders = [...p.isr, ...(p.elr ?? [])];
  if (p.replicas.length > 1 && holders.some((id) => stopped.includes(id)))
    must(
      holders.some((id) => !stopped.includes(id)),
      `${p.name} loses its last safe replica with ${stopped.join(', ')}`,
    );
  if (p.isr.length < p.minInSync || left.length >= p.minInSync) return;
  const unprotectable = p.replicas.length - 1 < p.minInSync && left.length === p.replicas.length - 1;
  must(unprotectable, `${p.name} falls from ${String(p.isr.length)} to ${String(left.length)} in sync, minimum ${String(p.minInSync)}`);
}

/** A node that is down with what it never served with: whether it comes back with it is not known. */
function judgeTrials({ world, serving, servedWith, isKnown }: Truth, stopped: readonly number[]): void {
  for (const pod of world.objects) {
    const id = pod.kind === 'Pod' ? nodeIdOf(pod) : undefined;
    if (id === undefined || serving.has(id) || !servedWith.has(id) || !isKnown(id)) continue;
    const tries = pod.metadata.annotations?.[REVISION] !== servedWith.get(id);
    must(!tries, `${stopped.join(', ')} is stopped while node ${String(id)} has not come back with its change`);
  }
}

function judgeBudgets({ world, shape }: Truth, names: string): void {
  if (!shape.budgets) return;
  for (const budget of world.objects.filter((o) => o.kind === 'PodDisruptionBudget' && o.metadata.labels?.app === 'kafka')) {
    const { disruptionsAllowed } = (budget.status ?? {}) as { disruptionsAllowed?: number };
    must(disruptionsAllowed === 0, `${names} is stopped while budget ${budget.metadata.name} lets a node go`);
  }
}

const TOLD_FOR_MS = 2_000;
const WAITED_FOR_MS = 10_000;

/** Whom an Envoy may lead a client to that asks for any broker, by its file. */
function ledTo(files: LiveObject): readonly string[] {
  const { resources = [] } = JSON.parse((files.data as Record<string, string>)['cds.yaml'] ?? '{}') as { resources?: readonly object[] };
  const all = resources.map((r) => JSON.stringify(r)).find((text) => text.includes('"name":"all-brokers"')) ?? '';
  return [...all.matchAll(/"address":"([^".]+)/g)].map((match) => match[1] ?? '');
}

const timeIn = (object: LiveObject, annotation: string): number =>
  Date.parse(object.metadata.annotations?.[`kafka.banzaicloud.io/${annotation}`]?.split(' ').at(-1) ?? '1970-01-01T00:00:00Z');

/** A broker that serves is stopped only when no Envoy that works, and could be told, leads a new client to it. */
function judgeProxies({ world, serving, isBroker, isWanted, now }: Truth, nodes: readonly number[]): void {
  const stopped = nodes.filter((id) => serving.has(id) && isBroker(id));
  // Where nobody else could take a client it may as well be this one.
  if (stopped.length === 0 || ![...serving].some((id) => isBroker(id) && isWanted(id) && !nodes.includes(id))) return;
  const envoys = world.objects.filter((o) => o.kind === 'Pod' && o.metadata.labels?.app === 'envoyingress');
  for (const envoy of envoys) {
    const files = world.objects.find((o) => o.kind === 'ConfigMap' && o.metadata.labels?.app === 'envoyingress');
    if (files === undefined) continue;
    const names = stopped.map((id) => `${world.cluster.name}-${String(id)}`);
    must(!ledTo(files).some((name) => names.includes(name)), `${names.join(', ')} is stopped while proxies lead new clients to it`);
    if (now - timeIn(files, 'written-at') >= WAITED_FOR_MS) continue;
    const told = envoy.metadata.annotations?.['kafka.banzaicloud.io/envoy-files']?.split(' ')[0];
    must(told === files.metadata.annotations?.[APPLIED], `${names.join(', ')} is stopped before ${envoy.metadata.name} was told`);
    must(now - timeIn(envoy, 'envoy-files') >= TOLD_FOR_MS, `${names.join(', ')} is stopped while ${envoy.metadata.name} still reads`);
  }
}

const HOLDS_NO_DATA = ['ConfigMap', 'Secret', 'Service', 'PodDisruptionBudget'];

/** One action is about to be carried out. */
export function judgeAction(truth: Truth, action: Action): void {
  switch (action.kind) {
    case 'delete': {
      judgeDelete(truth, action.target.kind, action.target.name);
      return;
    }
    case 'unregisterBroker': {
      judgeForgetting(truth, action.node);
      return;
    }
    case 'removeVoter': {
      judgeRemoval(truth, action.node);
      return;
    }
    case 'mint': {
      const volumes = truth.world.objects.some((o) => o.kind === 'PersistentVolumeClaim');
      must(!volumes || action.clusterId !== undefined, 'a second cluster id is minted over existing volumes');
      return;
    }
    case 'createPod': {
      const born = truth.world.cluster.status.quorum === 'Formed' && JSON.stringify(action.manifest).includes('"initial"');
      must(!born, `node ${String(action.node)} is formatted as a first voter once the quorum is formed`);
      return;
    }
    case 'apply': {
      const rewritten = action.manifest.kind === 'PersistentVolumeClaim' && !action.creates;
      const grows = action.reasons[0]?.message.includes('storage') === true;
      must(!rewritten || grows, 'a claim is written for another reason than its size');
      return;
    }
    default:
  }
}

function judgeDelete(truth: Truth, kind: string, name: string): void {
  if (HOLDS_NO_DATA.includes(kind)) return;
  const object = truth.world.objects.find((o) => o.kind === kind && o.metadata.name === name);
  if (object === undefined) return;
  if (kind === 'CruiseControlOperation' || kind === 'Deployment') return;
  const id = nodeIdOf(object);
  if (kind === 'PersistentVolumeClaim' && id !== undefined) {
    judgeClaim(truth, name, id);
    return;
  }
  must(kind === 'Pod', `${kind} ${name} is deleted`);
  // A Pod without a number only tries something.
  if (id !== undefined) must(!isNeeded(truth, id), `the Pod of node ${String(id)}, which counts, is deleted`);
}

const isNeeded = (truth: Truth, id: number): boolean =>
  (truth.isBroker(id) && (truth.isWanted(id) || holds(truth, id) || isMoved(truth, id))) ||
  truth.kafka?.quorum.voters.some((v) => v.id === id) === true;

/** What holds records, or might, stays. */
function judgeClaim(truth: Truth, name: string, id: number): void {
  must(truth.shape.reclaim === 'Delete', `claim ${name} is deleted, which is to be kept`);
  must(!truth.isWanted(id) && truth.kafka !== undefined, `claim ${name} of a node that is wanted, or unseen, is deleted`);
  must(!isNeeded(truth, id) && !holds(truth, id), `claim ${name} of a node that counts is deleted`);
  must(truth.kafka?.brokers.some((b) => b.id === id) === false, `claim ${name} of a broker that Kafka knows is deleted`);
}

/** Kafka itself would not mind. */
function judgeForgetting(truth: Truth, id: number): void {
  must(!truth.isWanted(id), `broker ${String(id)} of the spec is unregistered`);
  must(!holds(truth, id) && !isMoved(truth, id), `broker ${String(id)} is unregistered and holds replicas`);
  must(!truth.serving.has(id), `broker ${String(id)} is unregistered while it runs`);
  must(truth.kafka?.brokers.some((b) => b.id === id && !b.fenced) !== true, `broker ${String(id)} is unregistered and not fenced`);
}

/** A voter is taken out only while those that stay have a majority of those that were, or it is one of two. */
function judgeRemoval({ kafka, serving, behind }: Truth, node: number): void {
  const voters = (kafka?.quorum.voters ?? []).map((v) => v.id);
  const caughtUp = voters.filter((id) => serving.has(id) && !behind.has(id));
  const left = caughtUp.filter((id) => id !== node);
  must(voters.length > 1, 'the only voter is removed');
  must(
    left.length * 2 > voters.length || (voters.length === 2 && caughtUp.length === 2),
    `voter ${String(node)} of ${voters.join(', ')} is removed and only ${left.join(', ')} are caught up`,
  );
}
