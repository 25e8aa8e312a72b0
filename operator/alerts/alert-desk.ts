/** What passes see of alerts: those that fire, and what plug-ins said about them. Plug-ins are asked beside the passes, never in one. */
import type { AlertsView, PluginAnswer } from '../decide/alerts/alerts-view';
import { alertedCluster, alertedWorld, type Seen } from '../decide/alerts/action-view';
import { asFiring, OWN_ACTIONS, verdicts, type Judged } from '../decide/alerts/verdict';
import { AlertBook, type AlertBookParts } from './alert-book';
import type { PluginHost } from './plugin-host';
import type { PluginReply } from './plugin-module';

export interface AlertDeskParts extends AlertBookParts {
  readonly plugins?: PluginHost | undefined;
}

interface Asked {
  readonly question: string;
  answer?: PluginAnswer;
  /** It is being asked. */
  open: boolean;
  /** How often it failed in a row. */
  failures: number;
}

/** What was refused, or failed, is asked again after so many milliseconds: the world may have changed, or the machine was busy. */
const AGAIN_AFTER_MS = 60_000;
/** One that fails again and again is asked less and less, down to every 32 minutes. */
const MOST_DOUBLINGS = 5;

export class AlertDesk {
  readonly book: AlertBook;
  /** By cluster and fingerprint. */
  private readonly asked = new Map<string, Map<string, Asked>>();

  constructor(private readonly parts: AlertDeskParts) {
    const isAction = (name: string) => OWN_ACTIONS.some((own) => own.name === name) || this.plugins.includes(name);
    this.book = new AlertBook({ ...parts, isAction });
  }

  look(key: string): AlertsView {
    const { firing, refused } = this.book.look(key);
    const answers = [...(this.asked.get(key) ?? [])].flatMap(([print, { answer }]) =>
      answer === undefined ? [] : [[print, answer] as const],
    );
    return { firing, refused, plugins: this.plugins, answers: Object.fromEntries(answers) };
  }

  private get plugins(): readonly string[] {
    return this.parts.plugins?.names ?? [];
  }

  /** Asks plug-ins what a pass has found to be asked, and again what they refused a while ago; the old answer counts meanwhile. */
  ask(key: string, seen: Seen): void {
    const { plugins } = this.parts;
    const judged = verdicts(seen);
    this.dropEnded(key, new Set(judged.map(({ alert }) => alert.fingerprint)));
    if (plugins === undefined) return;
    for (const { alert, action, verdict } of judged) {
      const question = verdict.kind === 'asks' ? verdict.question : this.questionAgain(key, { alert, verdict }, seen.now);
      const asked = question === undefined ? undefined : this.opened(key, alert.fingerprint, question);
      if (asked === undefined) continue;
      void plugins.ask(action, { alert: asFiring(alert), cluster: alertedCluster(seen), world: alertedWorld(seen) }).then((said) => {
        this.answered(asked, said);
        this.parts.wake(key);
      });
    }
  }

  /** Of an answer that is old and led to nothing. */
  private questionAgain(key: string, { alert, verdict }: Pick<Judged, 'alert' | 'verdict'>, now: number): string | undefined {
    const old = this.asked.get(key)?.get(alert.fingerprint)?.answer;
    return verdict.kind === 'refused' && old?.again !== undefined && old.again <= now ? old.question : undefined;
  }

  private answered(asked: Asked, said: PluginReply): void {
    asked.open = false;
    asked.failures = said.failed ? asked.failures + 1 : 0;
    const doublings = Math.min(MOST_DOUBLINGS, Math.max(0, asked.failures - 1));
    asked.answer = { question: asked.question, ...said, again: this.parts.now() + AGAIN_AFTER_MS * 2 ** doublings };
  }

  /** Undefined: the question is being asked already. */
  private opened(key: string, fingerprint: string, question: string): Asked | undefined {
    const of = this.asked.get(key) ?? new Map<string, Asked>();
    this.asked.set(key, of);
    const before = of.get(fingerprint);
    const asked = before?.question === question ? before : { question, open: false, failures: 0 };
    of.set(fingerprint, asked);
    if (asked.open) return undefined;
    asked.open = true;
    return asked;
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
