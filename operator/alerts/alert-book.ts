/**
 * The alerts of every cluster, as this process knows them. What was known before it began it takes from the status of each cluster, when
 * that cluster is first spoken of. A cluster is woken only by what is new about it: ten thousand repetitions wake nobody.
 */
import {
  NO_ALERTS,
  recalled,
  signatureOf,
  withoutExpired,
  withReceived,
  type KnownAlerts,
  type ReceivedAlert,
} from '../decide/alerts/known-alerts';
import type { AlertsStatus } from '../decide/alerts/alerts-view';
import type { Locate } from './locate-cluster';

export interface AlertBookParts {
  readonly locate: Locate;
  /** What the status of a cluster says of alerts. */
  readonly recorded: (key: string) => AlertsStatus | undefined;
  readonly wake: (key: string) => void;
  readonly now: () => number;
  /** Whether there is an action of this name; by default there is. */
  readonly isAction?: (name: string) => boolean;
}

/** Clusters whose alerts are kept; more than an operator looks after. */
const MOST_CLUSTERS = 2_000;

export interface Taken {
  /** Alerts that are about a cluster. */
  readonly taken: number;
  /** About no cluster that is known. */
  readonly unrelated: number;
  /** Of those that fire and are about a cluster: there was no room for them. */
  readonly refused: number;
  readonly byCluster: ReadonlyMap<string, { readonly taken: number; readonly refused: number }>;
}

export class AlertBook {
  private readonly clusters = new Map<string, KnownAlerts>();

  constructor(private readonly parts: AlertBookParts) {}

  receive(alerts: readonly ReceivedAlert[]): Taken {
    const batches = new Map<string, ReceivedAlert[]>();
    let unrelated = 0;
    for (const alert of alerts) {
      const key = this.parts.locate(alert.labels);
      if (key === undefined) unrelated += 1;
      else append(batches, key, alert);
    }
    const byCluster = new Map([...batches].map(([key, batch]) => [key, this.merge(key, batch)] as const));
    const refused = [...byCluster.values()].reduce((sum, of) => sum + of.refused, 0);
    return { taken: alerts.length - unrelated - refused, unrelated, refused, byCluster };
  }

  /** What fires now. */
  look(key: string): KnownAlerts {
    const known = withoutExpired(this.known(key), this.parts.now());
    this.keep(key, known);
    return known;
  }

  forget(key: string): void {
    this.clusters.delete(key);
  }

  private merge(key: string, batch: readonly ReceivedAlert[]): { readonly taken: number; readonly refused: number } {
    const before = this.look(key);
    const after = withReceived(before, batch, this.parts.now(), this.parts.isAction);
    this.keep(key, after);
    if (signatureOf(before) !== signatureOf(after)) this.parts.wake(key);
    const refused = after.refused - before.refused;
    return { taken: batch.length - refused, refused };
  }

  private known(key: string): KnownAlerts {
    const known = this.clusters.get(key);
    if (known !== undefined) return known;
    const alerts = this.parts.recorded(key);
    return alerts === undefined ? NO_ALERTS : recalled({ alerts }, this.parts.now());
  }

  private keep(key: string, known: KnownAlerts): void {
    if (this.clusters.has(key) || this.clusters.size < MOST_CLUSTERS) this.clusters.set(key, known);
  }
}

function append(batches: Map<string, ReceivedAlert[]>, key: string, alert: ReceivedAlert): void {
  const batch = batches.get(key);
  if (batch === undefined) batches.set(key, [alert]);
  else batch.push(alert);
}
