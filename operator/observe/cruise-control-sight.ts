/**
 * What was last seen of each cluster's Cruise Control, and the requests to it. Everything happens beside the passes: a Cruise
 * Control that is slow, restarts or lies delays nothing. How often it is looked at says the caller; each look costs Cruise
 * Control two of its user tasks, so nobody looks while nothing needs it.
 *
 * One failed look is not blindness: the last view stands until a second one fails. A Cruise Control that is full of requests is
 * there and well, so it is given more time, and fewer looks. A view that nobody renews is `notAsked` after half a minute, however
 * well it was known before: what was seen ten minutes ago may not start anything.
 */
import { isRead, type ConnectCruiseControl, type CruiseControl, type SentAnswer } from '../clients/cruise-control/client';
import { CruiseControlError } from '../clients/cruise-control/refusal';
import type { CruiseControlView, Observed, RequestView } from '../decide/world';
import type { Credentials, CruiseControlPlace } from './cruise-control-credentials';
import { CruiseControlRequests } from './cruise-control-requests';

export interface CruiseControlSightOptions {
  readonly connect: ConnectCruiseControl;
  /** Asked whenever it is dialled. */
  readonly credentials: (place: CruiseControlPlace) => Promise<Credentials>;
  readonly userAgent: string;
  /** Called when what is seen differs in something that a decision depends on. */
  readonly onChange: (key: string) => void;
  readonly now: () => number;
}

export interface MarkedRequest {
  /** Stands in the request's `reason`. */
  readonly marker: string;
  readonly endpoint: string;
  readonly parameters: Readonly<Record<string, string>>;
}

type Seen = Observed<Omit<CruiseControlView, 'requests'>>;

interface Sight {
  readonly key: string;
  readonly place: CruiseControlPlace;
  connection: Promise<CruiseControl> | undefined;
  readonly requests: CruiseControlRequests;
  seen: Seen;
  /** What `look` returns: `seen` with the requests. */
  shown: Observed<CruiseControlView>;
  signature: string;
  failures: number;
  lookedAt: number;
  /** Undefined: no looks. */
  interval: number | undefined;
  soonAt: number;
  notBefore: number;
  timer: NodeJS.Timeout | undefined;
  looking: Promise<void> | undefined;
}

const FAILURES_UNTIL_UNKNOWN = 2;
/** It refuses looks while it is full of requests, which it sweeps every five seconds. */
const REFUSALS_UNTIL_UNKNOWN = 6;
const WHEN_BUSY_MS = 5_000;
/** Between two looks that must tell what became of a request. */
const AGAIN_MS = 2_000;
/** How often it is asked what became of a request that it still computes: for about ten minutes. */
const FOLLOWS = 300;
/** How old a view may be that nobody renews, and how many looks may be missed besides. */
const FRESH_FOR_MS = 30_000;
const MISSED_LOOKS = 3;
const NEVER = Number.POSITIVE_INFINITY;
const NOT_ASKED = { state: 'notAsked' } as const;

export class CruiseControlSight {
  private readonly sights = new Map<string, Sight>();
  private stopped = false;

  constructor(private readonly options: CruiseControlSightOptions) {}

  /** What was last seen; makes no request. */
  look(key: string): Observed<CruiseControlView> {
    const sight = this.sights.get(key);
    return sight === undefined || this.isStale(sight) ? NOT_ASKED : sight.shown;
  }

  /** Looks every `interval` milliseconds from now on, the first time at once; undefined: knows where it is and does not look. */
  watch(key: string, place: CruiseControlPlace, interval: number | undefined): void {
    if (this.stopped) return;
    const known = this.sights.get(key);
    if (known !== undefined && !isSame(known.place, place)) this.forget(key);
    const sight = this.sights.get(key) ?? this.begin(key, place);
    if (this.isStale(sight)) this.unsee(sight);
    sight.interval = interval;
    this.schedule(sight);
  }

  /**
   * Sends it in the background; what became of it is seen in `requests`. A marker that was sent before is not sent again.
   * Throws when the cluster has no Cruise Control that was ever watched.
   */
  send(key: string, request: MarkedRequest): void {
    const sight = this.sights.get(key);
    if (sight === undefined) throw new Error('cannot ask Cruise Control: it is not known yet where it is');
    if (!sight.requests.begin(request.marker)) return;
    // Whoever sends knows it: nobody is woken.
    this.show(sight);
    sight.signature = signatureOf(sight.shown);
    void this.deliver(sight, request);
  }

  /** Ends the looks at a cluster. */
  forget(key: string): void {
    const sight = this.sights.get(key);
    if (sight === undefined) return;
    this.sights.delete(key);
    clearTimeout(sight.timer);
    void sight.connection?.then(
      (connection) => {
        connection.close();
      },
      () => undefined,
    );
  }

  /** For good: a pass that was under way begins nothing any more. */
  stop(): void {
    this.stopped = true;
    for (const key of [...this.sights.keys()]) this.forget(key);
  }

  private begin(key: string, place: CruiseControlPlace): Sight {
    const sight: Sight = {
      key,
      place,
      connection: undefined,
      requests: new CruiseControlRequests(),
      seen: NOT_ASKED,
      shown: NOT_ASKED,
      signature: signatureOf(NOT_ASKED),
      failures: 0,
      lookedAt: Number.NEGATIVE_INFINITY,
      interval: undefined,
      soonAt: NEVER,
      notBefore: 0,
      timer: undefined,
      looking: undefined,
    };
    this.sights.set(key, sight);
    return sight;
  }

  private isStale({ seen, interval = 0 }: Sight): boolean {
    return seen.state === 'known' && this.options.now() - seen.value.at > FRESH_FOR_MS + MISSED_LOOKS * interval;
  }

  /** Whoever wants to see again sees afresh, and at once. */
  private unsee(sight: Sight): void {
    sight.seen = NOT_ASKED;
    sight.failures = 0;
    sight.lookedAt = Number.NEGATIVE_INFINITY;
    this.show(sight);
    sight.signature = signatureOf(sight.shown);
  }

  // ---- the connection ----------------------------------------------------------------------------------------------

  private dial(sight: Sight): Promise<CruiseControl> {
    sight.connection ??= this.connect(sight.place);
    return sight.connection;
  }

  private async connect({ origin, insecureSkipVerify, ...rest }: CruiseControlPlace): Promise<CruiseControl> {
    const credentials = await this.options.credentials({ origin, insecureSkipVerify, ...rest });
    return this.options.connect({ origin, insecureSkipVerify, userAgent: this.options.userAgent, ...credentials });
  }

  /**
   * After a failure the next call dials anew, with credentials as they are then. Nothing is closed: a request that still waits
   * for its answer on the old connection must not be lost.
   */
  private redialAfter(sight: Sight, error: unknown): void {
    const answered =
      error instanceof CruiseControlError && error.kind !== 'unreachable' && ![401, 403].includes(error.answer.httpCode ?? 0);
    if (!answered) sight.connection = undefined;
  }

  // ---- looks -------------------------------------------------------------------------------------------------------

  private schedule(sight: Sight): void {
    clearTimeout(sight.timer);
    if (!this.isCurrent(sight) || sight.looking !== undefined) return;
    const due = sight.interval === undefined ? sight.soonAt : Math.min(sight.lookedAt + sight.interval, sight.soonAt);
    if (due === NEVER) return;
    const wait = Math.max(due, sight.notBefore) - this.options.now();
    sight.timer = setTimeout(() => void this.take(sight), Math.max(0, wait));
    sight.timer.unref();
  }

  private isCurrent(sight: Sight): boolean {
    return this.sights.get(sight.key) === sight;
  }

  private async take(sight: Sight): Promise<void> {
    sight.lookedAt = this.options.now();
    sight.soonAt = NEVER;
    sight.notBefore = 0;
    sight.looking = this.ask(sight, sight.lookedAt);
    await sight.looking;
    sight.looking = undefined;
    this.schedule(sight);
  }

  private async ask(sight: Sight, at: number): Promise<void> {
    const tell = sight.requests.beforeLook();
    try {
      const connection = await this.dial(sight);
      const [state, tasks] = await Promise.all([connection.state(), connection.tasks()]);
      const { anomalies, ...rest } = state;
      tell();
      const writing = tasks.filter(ofInterest(sight.requests.unanswered));
      sight.failures = 0;
      this.see(sight, { state: 'known', value: { at, ...rest, tasks: writing, ...(anomalies === undefined ? {} : { anomalies }) } });
    } catch (error) {
      this.fail(sight, error);
    }
  }

  private fail(sight: Sight, error: unknown): void {
    this.redialAfter(sight, error);
    const busy = error instanceof CruiseControlError && error.kind === 'busy';
    sight.failures += 1;
    if (busy) sight.notBefore = this.options.now() + WHEN_BUSY_MS;
    if (sight.requests.untold) sight.soonAt = this.options.now() + AGAIN_MS;
    const blind = sight.failures >= (busy ? REFUSALS_UNTIL_UNKNOWN : FAILURES_UNTIL_UNKNOWN);
    if (blind || sight.seen.state !== 'known') this.see(sight, { state: 'unknown', why: sentenceOf(error) });
  }

  private see(sight: Sight, seen: Seen): void {
    const before = sight.signature;
    sight.seen = seen;
    this.show(sight);
    sight.signature = signatureOf(sight.shown);
    if (this.isCurrent(sight) && sight.signature !== before) this.options.onChange(sight.key);
  }

  private show(sight: Sight): void {
    const { seen, requests } = sight;
    sight.shown = seen.state === 'known' ? { state: 'known', value: { ...seen.value, requests: requests.view } } : seen;
  }

  // ---- requests ----------------------------------------------------------------------------------------------------

  private async deliver(sight: Sight, { marker, endpoint, parameters }: MarkedRequest): Promise<void> {
    // Koperator's name for it.
    const asked = endpoint === 'status' ? 'state' : endpoint;
    const request = { endpoint: asked, parameters: isRead(asked) ? parameters : { ...parameters, reason: marker } };
    try {
      const connection = await this.dial(sight);
      let answer: SentAnswer | undefined = await connection.send(request);
      this.settle(sight, marker, answered(answer));
      for (let times = 0; answer?.httpCode === 202 && times < FOLLOWS && this.isCurrent(sight); times += 1) {
        await pause(AGAIN_MS);
        answer = await this.follow(sight, request, answer);
        if (answer?.httpCode === 200) this.settle(sight, marker, answered(answer));
      }
    } catch (error) {
      this.redialAfter(sight, error);
      this.settle(sight, marker, refused(error));
    }
  }

  /** Without an answer nothing is known that was not known before: it is asked again. */
  private async follow(sight: Sight, request: Omit<MarkedRequest, 'marker'>, last: SentAnswer): Promise<SentAnswer | undefined> {
    try {
      return await (await this.dial(sight)).follow(request, last.task);
    } catch (error) {
      if (error instanceof CruiseControlError && error.kind !== 'unreachable' && error.answer.httpCode !== undefined) throw error;
      this.redialAfter(sight, error);
      return last;
    }
  }

  private settle(sight: Sight, marker: string, view: RequestView): void {
    sight.requests.settle(marker, view);
    sight.soonAt = this.options.now();
    this.schedule(sight);
  }
}

/**
 * Every look is a task of its own there; only what writes is of interest. A request's own task is told with its answer, so that
 * nobody takes a proposal for finished before its summary is there.
 */
function ofInterest(unanswered: readonly string[]): (task: { readonly request: string }) => boolean {
  const reasons = new Set(unanswered.map((marker) => `reason=${marker}`));
  return ({ request }) => request.startsWith('POST ') && !request.split(/[?&]/).some((part) => reasons.has(part));
}

const answered = ({ httpCode, taskId, summary }: SentAnswer): RequestView => ({
  state: 'answered',
  httpCode,
  taskId,
  ...(summary === undefined ? {} : { summary }),
});

function refused(error: unknown): RequestView {
  const { kind, answer } = error instanceof CruiseControlError ? error : { kind: 'unreachable' as const, answer: {} };
  return { state: 'refused', error: sentenceOf(error), errorKind: kind, ...answer };
}

/** What a decision depends on, without clocks. Progress counts. */
export function signatureOf(seen: Observed<CruiseControlView>): string {
  if (seen.state !== 'known') return seen.state === 'unknown' ? `unknown ${seen.why}` : seen.state;
  const { at: _at, ...view } = seen.value;
  return JSON.stringify(view);
}

const isSame = (a: CruiseControlPlace, b: CruiseControlPlace): boolean => JSON.stringify(a) === JSON.stringify(b);

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
