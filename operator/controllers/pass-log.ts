/** What a pass says: one line for the pass, one per action, silence when nothing changed. */
import type { Outcome } from '../decide/action';
import { outcomeLine } from '../decide/report';

export interface ActionLog {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export interface PassFields {
  readonly plan: string;
  readonly held: readonly string[];
  readonly milliseconds: number;
}

export class PassLog {
  private readonly last = new Map<string, string>();

  constructor(private readonly log: ActionLog) {}

  pass(key: string, fields: PassFields, outcomes: readonly Outcome[]): void {
    const said = JSON.stringify([fields.plan, fields.held]);
    if (this.last.get(key) !== said || outcomes.length > 0) {
      this.log.info('pass', { cluster: key, ...fields });
      for (const outcome of outcomes) this.action(key, outcome);
    }
    this.last.set(key, said);
  }

  forget(key: string): void {
    this.last.delete(key);
  }

  private action(key: string, outcome: Outcome): void {
    const fields = {
      cluster: key,
      action: outcome.action.kind,
      reasons: outcome.action.reasons.map((r) => r.message),
      result: outcome.result,
    };
    if (outcome.result === 'done') this.log.info(outcomeLine(outcome), fields);
    else this.log.warn(outcomeLine(outcome), fields);
  }
}
