/**
 * What was last told of where replicas are, for as long as it is worth something. Each look asks anew: brokers and disks are
 * taken away on the word of these answers, so one of a few seconds ago stands only until the next comes, and a broker that is
 * silent for longer is missing.
 */
import type { KafkaReader } from '../clients/kafka/connection';
import type { LogDirView, ReassigningPartition } from '../decide/world';
import { KeptAnswer } from './kept-answer';
import { describeDirs, describeReassigning, placementView } from './kafka-placement';
import type { PlacementView } from './kafka-placement';

/** A broker with many replicas may take longer than one look; more than this is silence. */
const VALID_FOR_MS = 5_000;
const EACH_LOOK = { onFailure: 'drop', readEveryMs: 0, retryEveryMs: 0 } as const;

export interface PlacementInterests {
  /** Brokers whose log directories are of interest. */
  readonly logDirsOf: readonly number[];
  readonly reassignments: boolean;
}

export class PlacementMemory {
  private readonly dirs = new Map<number, KeptAnswer<readonly LogDirView[]>>();
  private moves: KeptAnswer<readonly ReassigningPartition[]> | undefined;

  /** What is of interest from now on. True when something was not before. */
  want({ logDirsOf, reassignments }: PlacementInterests): boolean {
    for (const id of [...this.dirs.keys()]) if (!logDirsOf.includes(id)) this.dirs.delete(id);
    const strangers = logDirsOf.filter((id) => !this.dirs.has(id));
    for (const id of strangers) this.dirs.set(id, new KeptAnswer((reader) => describeDirs(reader, id), EACH_LOOK));
    const news = strangers.length > 0 || (reassignments && this.moves === undefined);
    if (!reassignments) this.moves = undefined;
    else this.moves ??= new KeptAnswer(describeReassigning, EACH_LOOK);
    return news;
  }

  /** Asks the brokers for their directories, on connections of their own. Never throws. */
  async readDirs(reader: KafkaReader, now: number): Promise<void> {
    await Promise.all([...this.dirs.values()].map((kept) => kept.read(reader, now)));
  }

  /** Asks for the reassignments; after the look itself, on whose connection a controller that is away would hold up every other answer. */
  async readMoves(reader: KafkaReader, now: number): Promise<void> {
    await this.moves?.read(reader, now);
  }

  /** Nothing is known until it was asked anew. */
  forget(): void {
    for (const kept of [this.moves, ...this.dirs.values()]) kept?.forget();
  }

  abandon(): void {
    for (const kept of [this.moves, ...this.dirs.values()]) kept?.abandon();
  }

  /** In the view of a look that was taken at this time. */
  viewAt(time: number): PlacementView {
    const since = time - VALID_FOR_MS;
    return placementView(new Map([...this.dirs].map(([id, kept]) => [id, kept.since(since)])), this.moves?.since(since));
  }
}
