/**
 * What Cruise Control began to repair by itself is told once, as an Event: it moves replicas, and nobody asked it to. An operator
 * that has just started tells nothing of what was found before: the one before it has.
 */
import type { EventDraft } from '../act/events';
import type { AnomalyView, World } from '../decide/world';

/** Milliseconds: an anomaly of the first look that is older was told. */
const NEWS = 60_000;

/** Of the others nothing is lost. */
const FAILURES = ['BROKER_FAILURE', 'DISK_FAILURE'];

export class AnomalyEvents {
  private readonly told = new Map<string, ReadonlySet<string>>();

  /** What is to be told now. */
  judge(key: string, { cruiseControl }: Pick<World, 'cruiseControl'>, now: number): readonly EventDraft[] {
    if (cruiseControl?.state !== 'known') return [];
    const anomalies = (cruiseControl.value.anomalies ?? []).filter(isBegun);
    const before = this.told.get(key);
    this.told.set(key, new Set(anomalies.map(mark)));
    return anomalies.filter((a) => (before === undefined ? now - a.detectedAt < NEWS : !before.has(mark(a)))).map(draftOf);
  }

  forget(key: string): void {
    this.told.delete(key);
  }
}

const isBegun = ({ status }: AnomalyView): boolean => status === 'FIX_STARTED' || status === 'FIX_FAILED_TO_START';

const mark = ({ id, status }: AnomalyView): string => `${id} ${status}`;

function draftOf({ type, status, description }: AnomalyView): EventDraft {
  const what = description === '' ? type : `${type}: ${description}`;
  if (status !== 'FIX_STARTED')
    return { type: 'Warning', reason: 'SelfHealingFailed', message: `Cruise Control could not begin to repair ${what}; its log says why` };
  const failure = FAILURES.includes(type);
  return { type: failure ? 'Warning' : 'Normal', reason: 'SelfHealingStarted', message: `Cruise Control repairs by itself: ${what}` };
}
