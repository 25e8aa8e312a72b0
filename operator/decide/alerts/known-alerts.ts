/**
 * Which alerts of one cluster fire, from what is received. Prometheus repeats what fires and what has ended, several of them do so at
 * once, messages overtake each other, and a rule that goes wrong sends thousands: so what is known is bounded, every message may come
 * twice and late, and an alert that nobody repeats ends by itself. An alert that ended begins anew only by a message of a later start;
 * one that only was not heard of for a while, or had no room, goes on as the firing that it was.
 *
 * What fires is kept in the status of the KafkaCluster, so that another operator goes on with it: `since` says whether an action
 * was for this firing or for an earlier one.
 */
import type { ClusterStatus } from '../world';
import { isoSeconds, millisecondsOf } from '../rfc3339';

type Texts = Readonly<Record<string, string>>;

/** One alert of one message. */
export interface ReceivedAlert {
  readonly fingerprint: string;
  readonly labels: Texts;
  /** Without prose. */
  readonly annotations: Texts;
  readonly firing: boolean;
  /** Milliseconds since the epoch, as the sender has it. */
  readonly startsAt: number;
  /** Until when it fires if nobody repeats it; milliseconds since the epoch. */
  readonly endsAt: number;
  /** It comes from a sender that repeats rarely and tells of the end (a webhook): `endsAt` is worth keeping. */
  readonly leased: boolean;
}

export interface KnownAlert extends Omit<ReceivedAlert, 'firing'> {
  /** Milliseconds since the epoch, whole seconds: since when it is known to fire. */
  readonly since: number;
}

interface EndedAlert {
  readonly fingerprint: string;
  readonly startsAt: number;
  /** When that was heard; milliseconds since the epoch. */
  readonly at: number;
  /** Nobody said that it ended: it was not repeated in time, or lost its place. Since when it fired. */
  readonly since?: number;
}

export interface KnownAlerts {
  readonly firing: readonly KnownAlert[];
  readonly ended: readonly EndedAlert[];
  /** How many were refused because there were too many already. */
  readonly refused: number;
}

export const NO_ALERTS: KnownAlerts = { firing: [], ended: [], refused: 0 };

/** Alerts that are known of one cluster at once. Of a kind who came first stays, for it is looked at first. */
export const MOST_ALERTS = 64;
/** Those that ended or were lost, and are remembered. */
const MOST_ENDED = 2 * MOST_ALERTS;

/** Time for everybody to say again what fires, after an operator has begun. */
export const GRACE_MS = 300_000;

/** Prometheus says for a quarter of an hour that an alert has ended. */
const ENDED_KEPT_MS = 900_000;
/** For as long as a budget reaches back. */
const LOST_KEPT_MS = 86_400_000;

/** It starts an action, or counts against a roll. */
export const matters = ({ labels, annotations }: Pick<ReceivedAlert, 'labels' | 'annotations'>): boolean =>
  annotations.command !== undefined || labels.rollingupgrade !== undefined;

export const alertName = ({ labels }: Pick<ReceivedAlert, 'labels'>): string => labels.alertname ?? 'unnamed';

/**
 * The same value when nothing is new but times.
 * @param isAction whether there is an action of this name; by default there is
 */
export function withReceived(
  known: KnownAlerts,
  batch: readonly ReceivedAlert[],
  now: number,
  isAction: IsAction = () => true,
): KnownAlerts {
  const book: Book = {
    firing: new Map(known.firing.map((alert) => [alert.fingerprint, alert])),
    ended: new Map(known.ended.filter((one) => isRemembered(one, now)).map((alert) => [alert.fingerprint, alert])),
    refused: known.refused,
    isAction,
    full: new Set(),
  };
  for (const alert of batch) {
    if (alert.firing && alert.endsAt > now) begin(book, alert, now);
    else end(book, alert, now);
  }
  return { firing: [...book.firing.values()], ended: [...book.ended.values()].slice(-MOST_ENDED), refused: book.refused };
}

interface Book {
  readonly firing: Map<string, KnownAlert>;
  readonly ended: Map<string, EndedAlert>;
  refused: number;
  readonly isAction: IsAction;
  /** Kinds for which there is no room, as long as nobody else comes or goes: thousands may be refused in one message. */
  readonly full: Set<string>;
}

type IsAction = (name: string) => boolean;

const isRemembered = ({ at, since }: EndedAlert, now: number): boolean => now - at < (since === undefined ? ENDED_KEPT_MS : LOST_KEPT_MS);

function begin(book: Book, alert: ReceivedAlert, now: number): void {
  const { fingerprint } = alert;
  const known = book.firing.get(fingerprint);
  const ended = book.ended.get(fingerprint);
  if (known === undefined && isOver(ended, alert)) return;
  if (known === undefined && !hasRoom(book, alert, now)) {
    book.refused += 1;
    return;
  }
  book.ended.delete(fingerprint);
  book.firing.set(fingerprint, known === undefined ? firstOf(alert, sinceOf(ended, alert) ?? now) : repeated(known, alert));
}

function firstOf({ fingerprint, labels, annotations, startsAt, endsAt, leased }: ReceivedAlert, since: number): KnownAlert {
  return { fingerprint, labels, annotations, startsAt, endsAt, leased, since: Math.floor(since / 1000) * 1000 };
}

/** Of one that was lost and is heard of again: it did not start after it was known to fire. What an operator recalls has no start. */
const sinceOf = (lost: EndedAlert | undefined, { startsAt }: ReceivedAlert): number | undefined =>
  lost?.since !== undefined && startsAt <= Math.max(lost.startsAt, lost.since) ? lost.since : undefined;

const repeated = (known: KnownAlert, { annotations, startsAt, endsAt, leased, labels }: ReceivedAlert): KnownAlert => ({
  ...known,
  labels,
  annotations,
  startsAt: Math.max(startsAt, known.startsAt),
  endsAt: Math.max(endsAt, known.endsAt),
  leased: leased || known.leased,
});

/** A message of a firing that is over came late. */
const isOver = (ended: EndedAlert | undefined, { startsAt }: ReceivedAlert): boolean =>
  ended !== undefined && ended.since === undefined && startsAt <= ended.startsAt;

/**
 * A storm of one kind must not keep out another kind, a full disk or what speaks against a roll: when there is no room, the last one of
 * the most numerous kind gives way, first of those that start nothing.
 */
function hasRoom(book: Book, alert: ReceivedAlert, now: number): boolean {
  if (book.firing.size < MOST_ALERTS) return true;
  const kind = kindOf(alert, book.isAction);
  const last = book.full.has(kind) ? undefined : givesWay(book, kind);
  if (last === undefined) {
    book.full.add(kind);
    return false;
  }
  book.full.clear();
  book.firing.delete(last.fingerprint);
  lose(book, last, now);
  return true;
}

function givesWay({ firing, isAction }: Book, kind: string): KnownAlert | undefined {
  if (kind === NO_KIND) return undefined;
  const counts = new Map<string, number>();
  for (const known of firing.values()) {
    const of = kindOf(known, isAction);
    counts.set(of, 1 + (counts.get(of) ?? 0));
  }
  const [[most, count]] = [...counts].sort(([, a], [, b]) => b - a) as [[string, number]];
  const crowd = counts.has(NO_KIND) ? NO_KIND : count > 1 + (counts.get(kind) ?? 0) ? most : undefined;
  const ofCrowd = [...firing.values()].filter((known) => kindOf(known, isAction) === crowd);
  return ofCrowd.sort((a, b) => b.since - a.since || (a.fingerprint < b.fingerprint ? 1 : -1))[0];
}

const NO_KIND = '';

function kindOf({ labels, annotations: { command } }: Pick<ReceivedAlert, 'labels' | 'annotations'>, isAction: IsAction): string {
  if (labels.rollingupgrade !== undefined) return 'the label rollingupgrade';
  return command !== undefined && isAction(command) ? command : NO_KIND;
}

function lose(book: Pick<Book, 'ended'>, { fingerprint, startsAt, since }: KnownAlert, now: number): void {
  book.ended.delete(fingerprint);
  book.ended.set(fingerprint, { fingerprint, startsAt, since, at: now });
}

/** Of an earlier firing than the one that is known, an end says nothing. */
function end(book: Book, { fingerprint, startsAt }: ReceivedAlert, now: number): void {
  const known = book.firing.get(fingerprint);
  const ended = book.ended.get(fingerprint);
  const of = known ?? (ended?.since === undefined ? undefined : ended);
  if (of !== undefined && startsAt < of.startsAt) return;
  book.full.clear();
  book.firing.delete(fingerprint);
  book.ended.delete(fingerprint);
  book.ended.set(fingerprint, { fingerprint, startsAt: Math.max(startsAt, ended?.startsAt ?? 0), at: now });
}

/** Without those that nobody has repeated in time. */
export function withoutExpired(known: KnownAlerts, now: number): KnownAlerts {
  const expired = known.firing.filter(({ endsAt }) => endsAt <= now);
  if (expired.length === 0) return known;
  const book = { ended: new Map(known.ended.map((alert) => [alert.fingerprint, alert])) };
  for (const alert of expired) lose(book, alert, now);
  return { ...known, firing: known.firing.filter(({ endsAt }) => endsAt > now), ended: [...book.ended.values()].slice(-MOST_ENDED) };
}

/** What differs for anybody who looks: which alerts fire, and what they ask for. */
export const signatureOf = ({ firing }: KnownAlerts): string =>
  firing.map(({ fingerprint, since, annotations }) => `${fingerprint} ${String(since)} ${JSON.stringify(annotations)}`).join('\n');

type Recorded = NonNullable<NonNullable<ClusterStatus['alerts']>['firing']>[number];

/** As the status keeps them. Ends of alerts that are repeated every minute are not kept: a status is not written for a repetition. */
export function recordOf(firing: readonly KnownAlert[]): readonly Recorded[] {
  return firing.map((alert) => ({
    fingerprint: alert.fingerprint,
    alert: alertName(alert),
    since: isoSeconds(alert.since),
    ...(matters(alert) ? { labels: alert.labels, annotations: alert.annotations } : {}),
    ...(alert.leased ? { until: isoSeconds(Math.ceil(alert.endsAt / HOUR_MS) * HOUR_MS) } : {}),
  }));
}

const HOUR_MS = 3_600_000;

/** What an operator that begins `now` knows from the status. */
export function recalled(status: Pick<ClusterStatus, 'alerts'>, now: number): KnownAlerts {
  const firing = (status.alerts?.firing ?? []).map(
    ({ fingerprint, alert, since, until, labels = { alertname: alert }, annotations = {} }) => {
      const known = millisecondsOf(since) ?? now;
      const endsAt = Math.max(now + GRACE_MS, until === undefined ? 0 : (millisecondsOf(until) ?? 0));
      // When it started at its sender is not kept: any end of it is believed.
      return { fingerprint, labels, annotations, startsAt: 0, since: known, endsAt, leased: until !== undefined };
    },
  );
  return { firing: firing.slice(0, MOST_ALERTS), ended: [], refused: 0 };
}
