/** What happened to a cluster under load: everything that a journey needs to judge a change that somebody else calls safe. */
import { BUDGET, KAFKA_CLUSTER, POD } from '../../operator/kinds';
import type { KubeObject } from '../../operator/runtime/kube-types';
import { byOperator, mark, requestsSince, type AuditedRequest } from './audit';
import { isReady, mostNotReady, objectsOf, podsOf } from './cluster';
import { figure, seconds, story } from './figures';
import { watching, when, type Seen } from './kubernetes';
import { watchPartitions, type Look } from './partitions';
import { bootstrapOf, consume, createTopic, produce, type Start } from './records';

export interface Evidence {
  readonly before: readonly KubeObject[];
  readonly pods: readonly Seen[];
  readonly clusters: readonly Seen[];
  readonly budgets: readonly Seen[];
  readonly looks: readonly Look[];
  readonly requests: readonly AuditedRequest[];
  /** Numbers that were acknowledged with acks=all and that no consumer found. */
  readonly lost: readonly number[];
  readonly acknowledged: number;
  /** Milliseconds. */
  readonly longestStall: number;
  readonly took: number;
}

let topics = 0;

/** Does something while a producer and a consumer run, and tells what happened from its beginning to its end. */
export async function underLoad(
  cluster: string,
  brokers: readonly number[],
  act: () => Promise<unknown>,
  bootstrap: Start = bootstrapOf(cluster),
): Promise<Evidence> {
  const topic = `load-${String(Date.now())}-${String(topics++)}`;
  await createTopic(bootstrap, topic);
  // One after the other: a producer whose consumer could not begin would go on for ever.
  const consuming = await consume(bootstrap, topic);
  const producing = await produce(bootstrap, topic);
  const [before, budgetsBefore] = await Promise.all([podsOf(cluster), objectsOf(cluster, BUDGET)]);
  const watches = await Promise.all([watching(POD), watching(KAFKA_CLUSTER), watching(BUDGET)]);
  const partitions = watchPartitions(cluster, brokers);
  const from = mark();
  const began = Date.now();
  const end = async () => {
    watches.forEach((w) => {
      w.stop();
    });
    const [{ acknowledged, longestStall }] = await Promise.all([producing.stop(), partitions.stop()]);
    return { acknowledged, longestStall, lost: await consuming.missing(acknowledged) };
  };
  try {
    await act();
  } catch (error) {
    await end().catch(() => undefined);
    throw error;
  }
  const took = Date.now() - began;
  const requests = requestsSince(from);
  const { acknowledged, longestStall, lost } = await end();
  const [pods, clusters, budgets] = watches.map((w) => w.seen.filter((s) => ofCluster(s, cluster)));
  writeStory(topic, pods ?? [], partitions.looks);
  return {
    before,
    pods: pods ?? [],
    clusters: clusters ?? [],
    budgets: [...budgetsBefore.map((object): Seen => ({ at: began, type: 'ADDED', object })), ...(budgets ?? [])],
    looks: partitions.looks,
    requests,
    lost,
    acknowledged: acknowledged.size,
    longestStall,
    took,
  };
}

/** What happened when, for whoever has to find out why a journey failed. */
function writeStory(name: string, pods: readonly Seen[], looks: readonly Look[]): void {
  const ofPods = pods.map(({ at, type, object }): readonly [number, string] => {
    const { deletionTimestamp } = object.metadata;
    return [at, `${type} ${object.metadata.name}${deletionTimestamp === undefined ? '' : ' stopping'}${isReady(object) ? ' ready' : ''}`];
  });
  const said = new Map<number, string>();
  const ofLooks = looks.flatMap(({ at, broker, below, complete }): readonly (readonly [number, string])[] => {
    const text = `${broker} says: ${complete ? 'complete' : 'incomplete'}${below.length === 0 ? '' : `, below: ${below.join('; ')}`}`;
    if (said.get(broker) === text) return [];
    said.set(broker, text);
    return [[at, text]];
  });
  const lines = [...ofPods, ...ofLooks].sort(([a], [b]) => a - b).map(([at, text]) => `${new Date(at).toISOString()} ${text}`);
  story(name, lines);
}

const ofCluster = ({ object }: Seen, cluster: string): boolean =>
  object.kind === 'KafkaCluster' ? object.metadata.name === cluster : object.metadata.labels?.kafka_cr === cluster;

/** Nobody was hurt: no record lost, no partition below its minimum at any time, at most one node not ready. */
export function expectUnharmed(evidence: Evidence, { mostAway = 1 }: { readonly mostAway?: number } = {}): void {
  const { looks, lost, acknowledged, before, pods, took } = evidence;
  expect(lost).toEqual([]);
  expect(acknowledged).toBeGreaterThan(0);
  expect(looks.length).toBeGreaterThanOrEqual(Math.floor(took / 1000));
  expect(belowIn(looks)).toEqual([]);
  expect(mostNotReady(before, pods)).toBeLessThanOrEqual(mostAway);
}

/** What was seen below its minimum, each once. */
export const belowIn = (looks: readonly Look[]): readonly string[] => [...new Set(looks.flatMap((l) => l.below))];

/** As if these nodes had not been: what left for good is neither away nor back. */
export function withoutNodes(evidence: Evidence, nodes: readonly number[]): Evidence {
  const stays = (pod: KubeObject): boolean => !nodes.includes(Number(pod.metadata.labels?.brokerId));
  return { ...evidence, before: evidence.before.filter(stays), pods: evidence.pods.filter((seen) => stays(seen.object)) };
}

export function tell(what: string, { acknowledged, longestStall, looks, took }: Evidence): void {
  const asked = `${(looks.length / (took / 1000)).toFixed(0)} looks at all partitions a second`;
  figure(what, `${seconds(took)}, ${acknowledged} records, longest produce stall ${seconds(longestStall)}, ${asked}`);
}

interface Stop {
  readonly node: number;
  readonly uid: string;
  /** Milliseconds since the epoch; order among kinds by `version`. */
  readonly at: number;
  readonly version: number;
}

/** Pods that were asked to stop, in order. */
export function stopsIn({ pods }: Pick<Evidence, 'pods'>): readonly Stop[] {
  const stops = new Map<string, Stop>();
  for (const seen of pods) {
    const { uid, labels, deletionTimestamp } = seen.object.metadata;
    if (deletionTimestamp === undefined || labels?.brokerId === undefined || stops.has(uid)) continue;
    stops.set(uid, { node: Number(labels.brokerId), uid, at: seen.at, version: when(seen.object) });
  }
  return [...stops.values()];
}

export const nodesStopped = (evidence: Pick<Evidence, 'pods'>): readonly number[] => stopsIn(evidence).map((s) => s.node);

/** For each stop of a Pod that was ready the nodes that were not ready at that moment. */
export function awayAtStops({ before, pods }: Pick<Evidence, 'before' | 'pods'>): readonly (readonly string[])[] {
  const ready = new Map(before.map((pod) => [pod.metadata.name, isReady(pod)]));
  const stopped = new Set<string>();
  return pods.flatMap(({ type, object }) => {
    const { name, uid, labels, deletionTimestamp } = object.metadata;
    if (labels?.brokerId === undefined) return [];
    const stops = deletionTimestamp !== undefined && !stopped.has(uid) && ready.get(name) === true;
    if (deletionTimestamp !== undefined) stopped.add(uid);
    ready.set(name, type !== 'DELETED' && isReady(object));
    return stops ? [[...ready].filter(([other, is]) => !is && other !== name).map(([other]) => other)] : [];
  });
}

/** How many a budget would have let go at the moment of each stop of a Pod that it covers; the last word before it counts. */
export function allowedAtStops({ pods, budgets }: Evidence): readonly number[] {
  return stopsIn({ pods }).map((stop) => {
    const before = budgets.filter((b) => when(b.object) < stop.version);
    const latest = new Map(before.map((b) => [b.object.metadata.name, b.object]));
    const allowed = [...latest.values()].map((b) => (b.status as { disruptionsAllowed?: number } | undefined)?.disruptionsAllowed ?? 0);
    return Math.max(0, ...allowed);
  });
}

/**
 * From "every replica of every partition is in sync", by the word of every broker, to the operator's next stop of a node;
 * milliseconds, one for each broker that came back.
 */
export function idleTimes({ requests, looks, before }: Evidence): readonly number[] {
  const names = before.map((pod) => pod.metadata.name);
  const stops = requests
    .filter((r) => byOperator(r) && r.verb === 'delete' && r.resource === 'pods' && names.includes(r.name) && r.code < 300)
    .map((r) => r.receivedAt)
    .sort((a, b) => a - b);
  return stops.slice(1).flatMap((stop, i) => {
    const between = looks.filter((l) => l.at > (stops[i] ?? 0) && l.at < stop);
    const last = between.map((l) => l.complete).lastIndexOf(false);
    const back = last < 0 ? undefined : between[last + 1];
    return back === undefined ? [] : [stop - back.at];
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
