/** Alerts in the loop of one cluster: what a pass sees of them, what plug-ins are to be asked after it, what is told of it. */
import type { AlertDesk } from '../alerts/alert-desk';
import type { EventDraft } from '../act/events';
import type { AlertsView } from '../decide/alerts/alerts-view';
import { MOST_ALERTS } from '../decide/alerts/known-alerts';
import type { Seen } from '../decide/alerts/action-view';
import type { ClusterStatus } from '../decide/world';
import type { AlertMetrics } from './alert-metrics';
import { newDecisions, newsOf } from './alert-news';

/** Milliseconds between two Events about alerts for which there is no room. */
const CROWDED_TOLD_EVERY = 3_600_000;

export class AlertWatch {
  private readonly crowded = new Map<string, { readonly refused: number; readonly at: number }>();

  constructor(
    private readonly desk: AlertDesk,
    private readonly metrics: AlertMetrics | undefined,
  ) {}

  look(key: string): AlertsView {
    return this.desk.look(key);
  }

  /** What is worth an Event although no status says it. */
  passed(key: string, seen: Seen): readonly EventDraft[] {
    this.metrics?.judged(key, seen.world.alerts?.firing.length ?? 0);
    this.desk.ask(key, seen);
    return this.crowd(key, seen.world.alerts?.refused ?? 0, seen.now);
  }

  private crowd(key: string, refused: number, now: number): readonly EventDraft[] {
    const told = this.crowded.get(key) ?? { refused: 0, at: 0 };
    if (refused <= told.refused || now - told.at < CROWDED_TOLD_EVERY) return [];
    this.crowded.set(key, { refused, at: now });
    const message = `there is no room for more alerts, of which ${String(MOST_ALERTS)} are known at a time; others are not looked at`;
    return [{ type: 'Warning', reason: 'AlertRefused', message }];
  }

  /** What is worth an Event in a status that was just written. */
  wrote(key: string, from: ClusterStatus, to: ClusterStatus): readonly EventDraft[] {
    const news = newDecisions(from, to);
    for (const decision of news) this.metrics?.decided(key, decision);
    return newsOf(news);
  }

  forget(key: string): void {
    this.desk.forget(key);
    this.crowded.delete(key);
    this.metrics?.forget(key);
  }
}
