/** Alerts in the loop of one cluster: what a pass sees of them, what plug-ins are to be asked after it, what is told of it. */
import type { AlertDesk } from '../alerts/alert-desk';
import type { EventDraft } from '../act/events';
import type { AlertsView } from '../decide/alerts/alerts-view';
import type { Seen } from '../decide/alerts/action-view';
import type { ClusterStatus } from '../decide/world';
import type { AlertMetrics } from './alert-metrics';
import { newDecisions, newsOf } from './alert-news';

export class AlertWatch {
  constructor(
    private readonly desk: AlertDesk,
    private readonly metrics: AlertMetrics | undefined,
  ) {}

  look(key: string): AlertsView {
    return this.desk.look(key);
  }

  passed(key: string, seen: Seen): void {
    this.metrics?.judged(key, seen.world.alerts?.firing.length ?? 0);
    this.desk.ask(key, seen);
  }

  /** What is worth an Event in a status that was just written. */
  wrote(key: string, from: ClusterStatus, to: ClusterStatus): readonly EventDraft[] {
    const news = newDecisions(from, to);
    for (const decision of news) this.metrics?.decided(key, decision);
    return newsOf(news);
  }

  forget(key: string): void {
    this.desk.forget(key);
    this.metrics?.forget(key);
  }
}
