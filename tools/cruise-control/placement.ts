/**
 * Which broker gets which replica. Pure. Real Cruise Control weighs load by many goals; this one counts replicas and keeps the
 * two goals that protect data: a partition keeps its number of replicas, and no two of them share a rack, always when racks
 * count and else as far as it can be.
 */
import type { Model, ModelPartition, Move } from './model';
import { replicaCounts } from './model';
import { impossible } from './refusal';

export interface PlacementRules {
  /** RackAwareGoal is among the hard goals: what it forbids is refused. */
  readonly rackAware: boolean;
  /** Brokers that get no replica, such as those removed before. */
  readonly excluded: readonly number[];
  /** Only these get replicas; undefined: any. */
  readonly destinations?: readonly number[] | undefined;
}

/** Every replica of these brokers goes to others. Throws a refusal when there are too few. */
export function offBrokers(model: Model, ids: readonly number[], rules: PlacementRules): readonly Move[] {
  const draft = draftOf(model, { ...rules, excluded: [...rules.excluded, ...ids] });
  requireBrokers(draft);
  for (const partition of model.partitions) {
    for (const id of partition.replicas.filter((replica) => ids.includes(replica))) {
      const to = draft.receiverFor(partition, id);
      if (to === undefined) throw impossible(`[RackAwareGoal] Violated rack-awareness requirement for broker with id ${id}.`);
      draft.replace(partition, id, to);
    }
  }
  return draft.moves();
}

/** These brokers get as many replicas as each broker has on average, from those that have the most; nobody else gets any. */
export function ontoBrokers(model: Model, ids: readonly number[], rules: PlacementRules): readonly Move[] {
  const draft = draftOf(model, { ...rules, destinations: ids });
  requireBrokers(draftOf(model, rules));
  while (draft.moveOne((receiver) => !ids.includes(receiver))) continue;
  return draft.moves();
}

/** Brokers get the same number of replicas, give or take one, as far as the rules allow. */
export function evenedOut(model: Model, rules: PlacementRules): readonly Move[] {
  const draft = draftOf(model, rules);
  requireBrokers(draft);
  while (draft.moveOne(() => true)) continue;
  return draft.moves();
}

interface Draft {
  readonly model: Model;
  readonly rules: PlacementRules;
  /** Brokers that may hold replicas in the end. */
  readonly holders: readonly number[];
  readonly rackOf: (id: number) => string;
  /** The one with the fewest that may get it; undefined: none may. */
  receiverFor(partition: ModelPartition, leaving: number): number | undefined;
  replace(partition: ModelPartition, leaving: number, receiver: number): void;
  /** One replica from a broker that may give to one that has at least two fewer; false when there is none. */
  moveOne(mayGive: (id: number) => boolean): boolean;
  moves(): readonly Move[];
}

interface Exchange {
  readonly leaving: number;
  readonly receiver: number;
  readonly apart: boolean;
}

const byCount =
  (counts: ReadonlyMap<number, number>) =>
  (a: number, b: number): number =>
    (counts.get(a) ?? 0) - (counts.get(b) ?? 0) || a - b;

function draftOf(model: Model, rules: PlacementRules): Draft {
  const counts = replicaCounts(model);
  const placed = new Map(model.partitions.map((partition) => [partition, [...partition.replicas]]));
  const racks = new Map(model.brokers.map(({ id, rack }) => [id, rack]));
  const rackOf = (id: number): string => racks.get(id) ?? `down-${String(id)}`;
  const holders = model.brokers.map(({ id }) => id).filter((id) => !rules.excluded.includes(id));
  const replicasOf = (partition: ModelPartition): number[] => placed.get(partition) ?? [];
  const receivers = (): readonly number[] => holders.filter((id) => rules.destinations?.includes(id) ?? true).sort(byCount(counts));
  /** `apart`: also in a rack of its own. */
  const fits = (partition: ModelPartition, { leaving, receiver, apart }: Exchange): boolean => {
    const stay = replicasOf(partition).filter((id) => id !== leaving);
    if (stay.includes(receiver) || receiver === leaving) return false;
    return !apart || !stay.some((id) => rackOf(id) === rackOf(receiver));
  };
  const degrees = rules.rackAware ? [true] : [true, false];
  const receiverFor = (partition: ModelPartition, leaving: number): number | undefined =>
    degrees.flatMap((apart) => receivers().filter((receiver) => fits(partition, { leaving, receiver, apart })))[0];
  const replace = (partition: ModelPartition, leaving: number, receiver: number): void => {
    const replicas = replicasOf(partition);
    replicas[replicas.indexOf(leaving)] = receiver;
    counts.set(leaving, (counts.get(leaving) ?? 0) - 1);
    counts.set(receiver, (counts.get(receiver) ?? 0) + 1);
  };
  const giveTo = (receiver: number, givers: readonly number[]): boolean => {
    for (const giver of givers) {
      if ((counts.get(giver) ?? 0) - (counts.get(receiver) ?? 0) < 2) return false;
      const given = model.partitions.filter((p) => replicasOf(p).includes(giver));
      const partition = degrees.flatMap((apart) => given.filter((p) => fits(p, { leaving: giver, receiver, apart })))[0];
      if (partition === undefined) continue;
      replace(partition, giver, receiver);
      return true;
    }
    return false;
  };
  const moveOne = (mayGive: (id: number) => boolean): boolean => {
    const givers = holders.filter(mayGive).sort(byCount(counts)).reverse();
    return receivers().some((receiver) => giveTo(receiver, givers));
  };
  const moves = (): readonly Move[] => model.partitions.flatMap((partition) => moveOf(partition, replicasOf(partition)));
  return { model, rules, holders, rackOf, receiverFor, replace, moveOne, moves };
}

function moveOf({ topic, partition, replicas, bytes }: ModelPartition, to: readonly number[]): readonly Move[] {
  const added = to.filter((id) => !replicas.includes(id)).length;
  return added === 0 ? [] : [{ topic, partition, from: replicas, to, bytes: bytes * added }];
}

/** In the words of Cruise Control. */
function requireBrokers({ model, rules, holders, rackOf }: Draft): void {
  const needed = Math.max(0, ...model.partitions.map(({ replicas }) => replicas.length));
  const places: readonly (string | number)[] = rules.rackAware ? holders.map(rackOf) : holders;
  const racks = new Set(places).size;
  if (racks >= needed) return;
  const missing = needed - racks;
  const add = `Add at least ${missing} rack${missing === 1 ? '' : 's'} with brokers.`;
  throw impossible(
    `[RackAwareGoal] Insufficient number of racks to distribute each replica (Current: ${racks}, Needed: ${needed}). ${add} ${add}`,
  );
}
