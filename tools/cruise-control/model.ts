/** What the stand-in knows of a Kafka cluster when it makes a proposal. Plain data. */

export interface Model {
  /** Brokers that are up, by id. */
  readonly brokers: readonly ModelBroker[];
  /** Every id that Kafka knows of, those that are down and those that only stand in assignments included. */
  readonly known: readonly number[];
  readonly partitions: readonly ModelPartition[];
  /** Log directories of brokers that are up, by broker id. */
  readonly dirs: ReadonlyMap<number, readonly ModelDir[]>;
}

export interface ModelBroker {
  readonly id: number;
  readonly host: string;
  /** Kafka's rack; a broker without one is its own. */
  readonly rack: string;
}

export interface ModelPartition {
  readonly topic: string;
  readonly partition: number;
  /** −1: none. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  /** Of its largest replica. */
  readonly bytes: number;
}

export interface ModelDir {
  readonly path: string;
  readonly offline: boolean;
  readonly replicas: readonly ModelReplica[];
}

export interface ModelReplica {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: number;
  /** It is being copied here from another directory. */
  readonly future: boolean;
}

/** A partition that gets other replicas. */
export interface Move {
  readonly topic: string;
  readonly partition: number;
  readonly from: readonly number[];
  /** In place: what stays keeps its position. */
  readonly to: readonly number[];
  /** To be copied: once for each new replica. */
  readonly bytes: number;
}

/** A replica that goes to another directory of its broker. */
export interface DirMove {
  readonly broker: number;
  readonly topic: string;
  readonly partition: number;
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
}

export interface Proposal {
  readonly moves: readonly Move[];
  readonly dirMoves: readonly DirMove[];
}

export const NO_MOVES: Proposal = { moves: [], dirMoves: [] };

/** How many replicas each broker that is up has, by id. */
export function replicaCounts(model: Model): Map<number, number> {
  const counts = new Map(model.brokers.map(({ id }) => [id, 0]));
  for (const { replicas } of model.partitions) for (const id of replicas) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
