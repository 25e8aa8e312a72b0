/**
 * An action that was begun, as it stands now. It was written down before it is carried out, and much may have happened between: the
 * operator was away, the API server refused, somebody set a limit. So what it was decided on is asked again before each attempt, and an
 * action that is old is not carried out at all.
 */
import type { AlertChange } from '../../../lib/alerts/alert-action';
import type { Seen } from './action-view';
import type { AlertDecision } from './alerts-view';
import { changesOf } from './calm';
import { whyNotChanged, type Refusal } from './change-guard';
import { changeText } from './change-text';
import { isMade } from './changed-spec';
import { whyNotAllowed } from './policy';
import { timeOf } from './trail';

/** What could not be carried out for so long is given up. */
const GIVEN_UP_AFTER_MS = 600_000;

export interface OpenAction {
  readonly missing: readonly AlertChange[];
  /** Why what is missing is not made any more; undefined: it is to be made. */
  readonly dropped: Refusal | undefined;
}

export function openAction(decision: AlertDecision, seen: Seen): OpenAction {
  const missing = changesOf(decision).filter((change) => !isMade(change, seen));
  return { missing, dropped: missing.length === 0 ? undefined : whyDropped(decision, missing, seen) };
}

function whyDropped(decision: AlertDecision, missing: readonly AlertChange[], seen: Seen): Refusal | undefined {
  if (seen.now - timeOf(decision) >= GIVEN_UP_AFTER_MS)
    return { reason: 'TimedOut', message: `${missing.map(changeText).join(', ')} could not be carried out` };
  const forbidden = whyNotAllowed(seen.cluster, decision.action);
  return forbidden === undefined ? whyNotChanged(missing, seen) : { reason: 'ActionNotAllowed', message: forbidden };
}
