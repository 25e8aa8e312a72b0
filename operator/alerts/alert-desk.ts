/** What passes see of alerts: those that fire, and what plug-ins said about them. Plug-ins are asked beside the passes, never in one. */
import type { AlertsView, PluginAnswer } from '../decide/alerts/alerts-view';
import { alertedCluster, alertedWorld, type Seen } from '../decide/alerts/action-view';
import { asFiring, verdicts } from '../decide/alerts/verdict';
import { AlertBook, type AlertBookParts } from './alert-book';
import type { PluginHost } from './plugin-host';

export interface AlertDeskParts extends AlertBookParts {
  readonly plugins?: PluginHost | undefined;
}

interface Asked {
  readonly question: string;
  answer?: PluginAnswer;
}

export class AlertDesk {
  readonly book: AlertBook;
  /** By cluster and fingerprint. */
  private readonly asked = new Map<string, Map<string, Asked>>();

  constructor(private readonly parts: AlertDeskParts) {
    this.book = new AlertBook(parts);
  }

  look(key: string): AlertsView {
    const { firing, refused } = this.book.look(key);
    const answers = [...(this.asked.get(key) ?? [])].flatMap(([print, { answer }]) =>
      answer === undefined ? [] : [[print, answer] as const],
    );
    return { firing, refused, plugins: this.parts.plugins?.names ?? [], answers: Object.fromEntries(answers) };
  }

  /** Asks plug-ins what a pass has found to be asked; each question once. */
  ask(key: string, seen: Seen): void {
    const { plugins } = this.parts;
    const judged = verdicts(seen);
    this.dropEnded(key, new Set(judged.map(({ alert }) => alert.fingerprint)));
    if (plugins === undefined) return;
    for (const { alert, action, verdict } of judged) {
      if (verdict.kind !== 'asks') continue;
      const of = this.asked.get(key) ?? new Map<string, Asked>();
      this.asked.set(key, of);
      if (of.get(alert.fingerprint)?.question === verdict.question) continue;
      const asked: Asked = { question: verdict.question };
      of.set(alert.fingerprint, asked);
      void plugins.ask(action, { alert: asFiring(alert), cluster: alertedCluster(seen), world: alertedWorld(seen) }).then((said) => {
        asked.answer = { question: verdict.question, ...said };
        this.parts.wake(key);
      });
    }
  }

  forget(key: string): void {
    this.book.forget(key);
    this.asked.delete(key);
  }

  private dropEnded(key: string, firing: ReadonlySet<string>): void {
    const of = this.asked.get(key);
    for (const print of of?.keys() ?? []) if (!firing.has(print)) of?.delete(print);
  }
}
