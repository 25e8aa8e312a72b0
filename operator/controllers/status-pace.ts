/**
 * Progress is told at a measured pace. While a cluster starts or rolls, its status could be written with every Pod that
 * comes up; people and tools wait for what carries weight (the state, a condition's status or reason), and that is written
 * at once. What only changes a number or a sentence is gathered and written a few seconds later.
 */
import type { ClusterStatus } from '../decide/world';

export class StatusPace {
  private readonly written = new Map<string, number>();

  /** @param every milliseconds between two statuses that differ in nothing of weight */
  constructor(private readonly every: number) {}

  /** Milliseconds for which a status that differs from the one that stands has to wait; 0: write it now. */
  wait(key: string, change: { readonly from: ClusterStatus; readonly to: ClusterStatus }, now: number): number {
    if (weight(change.from) !== weight(change.to)) return 0;
    return Math.max(0, (this.written.get(key) ?? 0) + this.every - now);
  }

  wrote(key: string, now: number): void {
    this.written.set(key, now);
  }

  forget(key: string): void {
    this.written.delete(key);
  }
}

function weight(status: ClusterStatus): string {
  const { state, clusterID, quorum, observedGeneration, conditions = [], clusterWideConfig, brokersState = {}, alerts } = status;
  const said = conditions.map((c) => [c.type, c.status, c.reason].join()).sort();
  // What was sent to Kafka is sent again until it stands here.
  const sent = [clusterWideConfig, ...Object.values(brokersState).map((broker) => broker.dynamicConfig)].map(
    (owned) => owned?.fingerprints,
  );
  // What became of an action of an alert; the next one waits for it.
  const decided = alerts?.decisions?.map(({ time, fingerprint, outcome, reason }) => [time, fingerprint, outcome, reason]);
  return JSON.stringify([state, clusterID, quorum, observedGeneration, said, sent, decided]);
}
