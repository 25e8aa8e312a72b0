/**
 * Why Cruise Control did not do what it was asked. It answers nearly everything that goes wrong with status 500 and a Java
 * exception, so whether asking again helps can be read from the text alone. What no text matches is `other`: it is tried
 * again, later and not for ever.
 */

/**
 * - `notReady`: it has not seen enough of the cluster yet; ask again in a moment.
 * - `busy`: it carries out something else, or holds too many requests.
 * - `invalid`: the request itself is wrong: a broker, a log dir or a parameter that it does not know.
 * - `impossible`: no placement satisfies its goals; ask again when the cluster is another one.
 * - `unreachable`: no answer. Whether it was begun is not known; its list of tasks tells.
 */
export type RefusalKind = 'notReady' | 'busy' | 'invalid' | 'impossible' | 'unreachable' | 'other';

/** The one error of this client. It carries no header and no credential. */
export class CruiseControlError extends Error {
  constructor(
    readonly kind: RefusalKind,
    message: string,
    /** HTTP status, and Cruise Control's id of the task, as far as it answered. */
    readonly answer: { readonly httpCode?: number; readonly taskId?: string } = {},
  ) {
    super(message);
    this.name = 'CruiseControlError';
  }
}

const LONGEST = 600;

/** In order: the first text that is found decides, before the status does. */
const TEXTS: readonly (readonly [RegExp, RefusalKind])[] = [
  [/NotEnoughValid\w*Exception|no window available|valid windows/i, 'notReady'],
  [/ongoing execution|OngoingExecutionException|active user tasks|is currently ongoing/i, 'busy'],
  [/OptimizationFailureException|No log dir remaining/i, 'impossible'],
  [/Brokers? \[?[\d, ]+\]? do(es)? not exist|Invalid log dirs|no offline replica/i, 'invalid'],
];

/** A person has to mend the request: 400 and 404 come before anything is begun. */
const INVALID_STATUS = [400, 404, 405];
/** Of whatever stands in front of Cruise Control. */
const UNREACHABLE_STATUS = [502, 503, 504];

/** @param text `errorMessage` of the answer, or what else it said. */
export function refusalKind(status: number, text: string): RefusalKind {
  const found = TEXTS.find(([pattern]) => pattern.test(text));
  if (found !== undefined) return found[1];
  if (INVALID_STATUS.includes(status)) return 'invalid';
  return UNREACHABLE_STATUS.includes(status) ? 'unreachable' : 'other';
}

/**
 * What a person wants to read of an `errorMessage`, for example `[RackAwareGoal] Insufficient number of racks …` instead of
 * `Error processing POST request '/remove_broker' due to: 'com.linkedin…OptimizationFailureException: [RackAwareGoal] …'.`
 */
export function essence(errorMessage: string): string {
  const wrapped = /due to:? '(.*)'\.?$/s.exec(errorMessage.trim())?.[1] ?? errorMessage;
  const said = wrapped.replace(/^(?:[a-z]\w*\.)+[A-Z]\w*: /, '').replace(/^(?:[a-z]\w*\.)+[A-Z]\w*: /, '');
  const line = said.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)} …` : line;
}
