/**
 * Where replicas lie and where they are going: what is asked only while something is drained. Assignments are in every view;
 * this is what they do not tell, and what has to be seen before a broker or a disk may go (decision 25).
 */
import type { KafkaReader, LogDir, Reassignment } from '../clients/kafka/connection';
import type { LogDirView, ReassigningPartition } from '../decide/world';

export interface PlacementView {
  readonly logDirs?: Readonly<Record<string, readonly LogDirView[]>>;
  readonly reassigning?: readonly ReassigningPartition[];
}

/** Kafka's KAFKA_STORAGE_ERROR. */
const STORAGE_ERROR = 56;
const TOPICS_SHOWN = 10;

const compareText = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};

const logDirView = ({ path, error, replicas }: LogDir): LogDirView => ({
  path,
  offline: error === STORAGE_ERROR,
  replicas: replicas.length,
  topics: [...new Set(replicas.map(({ topic }) => topic))].sort(compareText).slice(0, TOPICS_SHOWN),
  bytes: replicas.reduce((sum, replica) => sum + replica.bytes, 0),
});

/**
 * The directories of one broker, by path. Throws KafkaError when it does not answer, and an Error when it could not look into
 * one of them: a list that is empty for another reason than that nothing is there must never be read as that.
 */
export const describeDirs = async (reader: KafkaReader, broker: number): Promise<readonly LogDirView[]> => {
  const dirs = await reader.describeLogDirs(broker);
  const unread = dirs.find(({ error }) => error !== 0 && error !== STORAGE_ERROR);
  if (unread !== undefined || dirs.length === 0) {
    const what = unread === undefined ? 'it named none' : `${unread.path} has the error ${String(unread.error)}`;
    throw new Error(`cannot describe the log directories of broker ${String(broker)}: ${what}`);
  }
  return dirs.map(logDirView).sort((a, b) => compareText(a.path, b.path));
};

/** By topic, then number. Throws KafkaError. */
export const describeReassigning = async (reader: KafkaReader): Promise<readonly ReassigningPartition[]> => {
  const list = await reader.listReassignments();
  return list.map(reassigning).sort((a, b) => compareText(a.topic, b.topic) || a.partition - b.partition);
};

const reassigning = ({ topic, partition, adding, removing }: Reassignment): ReassigningPartition => ({
  topic,
  partition,
  adding,
  removing,
});

/** Asks all at the same time. Never throws: what is not answered is missing. */
export const describePlacement = async (
  reader: KafkaReader,
  wants: { readonly logDirsOf: readonly number[]; readonly reassignments: boolean },
): Promise<PlacementView> => {
  const missing = (): undefined => undefined;
  const asked = wants.logDirsOf.map(async (id) => [id, await describeDirs(reader, id).catch(missing)] as const);
  const moves = wants.reassignments ? describeReassigning(reader).catch(missing) : undefined;
  return placementView(new Map(await Promise.all(asked)), await moves);
};

/** Of brokers that were asked; undefined: no answer. */
export const placementView = (
  dirs: ReadonlyMap<number, readonly LogDirView[] | undefined>,
  reassignments: readonly ReassigningPartition[] | undefined,
): PlacementView => {
  const answered = [...dirs].flatMap(([id, list]) => (list === undefined ? [] : [[String(id), list] as const]));
  return {
    ...(dirs.size === 0 ? {} : { logDirs: Object.fromEntries(answered) }),
    ...(reassignments === undefined ? {} : { reassigning: reassignments }),
  };
};
