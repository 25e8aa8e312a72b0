/**
 * Which alerts of one cluster fire, from what is received. Prometheus repeats what fires and what has ended, several of them do so at
 * once, messages overtake each other, and a rule that goes wrong sends thousands: so what is known is bounded, every message may come
 * twice and late, and an alert that nobody repeats ends by itself. An alert that ended begins anew only by a message of a later start.
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
}

export interface KnownAlerts {
  readonly firing: readonly KnownAlert[];
  readonly ended: readonly EndedAlert[];
  /** How many were refused because there were too many already. */
  readonly refused: number;
}

export const NO_ALERTS: KnownAlerts = { firing: [], ended: [], refused: 0 };

/** Alerts that are known of one cluster at once. Who came first stays: an alert that was acted on must not be forgotten. */
export const MOST_ALERTS = 64;

/** Time for everybody to say again what fires, after an operator has begun. */
export const GRACE_MS = 300_000;

/** Prometheus says for a quarter of an hour that an alert has ended. */
const ENDED_KEPT_MS = 900_000;

/** It starts an action, or counts against a roll. */
export const matters = ({ labels, annotations }: Pick<ReceivedAlert, 'labels' | 'annotations'>): boolean =>
  annotations.command !== undefined || labels.rollingupgrade !== undefined;

export const alertName = ({ labels }: Pick<ReceivedAlert, 'labels'>): string => labels.alertname ?? 'unnamed';

/** The same value when nothing is new but times. */
export function withReceived(known: KnownAlerts, batch: readonly ReceivedAlert[], now: number): KnownAlerts {
  const book: Book = {
    firing: new Map(known.firing.map((alert) => [alert.fingerprint, alert])),
    ended: new Map(known.ended.filter(({ at }) => now - at < ENDED_KEPT_MS).map((alert) => [alert.fingerprint, alert])),
    refused: known.refused,
  };
  for (const alert of batch) {
    if (alert.firing && alert.endsAt > now) begin(book, alert, now);
    else end(book, alert, now);
  }
  return { firing: [...book.firing.values()], ended: [...book.ended.values()].slice(-MOST_ALERTS), refused: book.refused };
}

interface Book {
  readonly firing: Map<string, KnownAlert>;
  readonly ended: Map<string, EndedAlert>;
  refused: number;
}

function begin(book: Book, alert: ReceivedAlert, now: number): void {
  const { fingerprint } = alert;
  const known = book.firing.get(fingerprint);
  if (known === undefined && isOver(book.ended.get(fingerprint), alert)) return;
  if (known === undefined && !hasRoom(book, alert)) {
    book.refused += 1;
    return;
  }
  book.firing.set(fingerprint, known === undefined ? firstOf(alert, now) : repeated(known, alert));
}

function firstOf({ fingerprint, labels, annotations, startsAt, endsAt, leased }: ReceivedAlert, now: number): KnownAlert {
  return { fingerprint, labels, annotations, startsAt, endsAt, leased, since: Math.floor(now / 1000) * 1000 };
}

const repeated = (known: KnownAlert, { annotations, startsAt, endsAt, leased, labels }: ReceivedAlert): KnownAlert => ({
  ...known,
  labels,
  annotations,
  startsAt: Math.max(startsAt, known.startsAt),
  endsAt: Math.max(endsAt, known.endsAt),
  leased: leased || known.leased,
});

/** A message of a firing that is over came late. */
const isOver = (ended: EndedAlert | undefined, { startsAt }: ReceivedAlert): boolean => ended !== undefined && startsAt <= ended.startsAt;

/** One that matters takes the place of one that does not. */
function hasRoom({ firing }: Book, alert: ReceivedAlert): boolean {
  if (firing.size < MOST_ALERTS) return true;
  const plain = matters(alert) ? [...firing.values()].find((known) => !matters(known)) : undefined;
  return plain !== undefined && firing.delete(plain.fingerprint);
}

/** Of an earlier firing than the one that is known, an end says nothing. */
function end(book: Book, { fingerprint, startsAt }: ReceivedAlert, now: number): void {
  const known = book.firing.get(fingerprint);
  if (known !== undefined && startsAt < known.startsAt) return;
  book.firing.delete(fingerprint);
  book.ended.set(fingerprint, { fingerprint, startsAt: Math.max(startsAt, book.ended.get(fingerprint)?.startsAt ?? 0), at: now });
}

/** Without those that nobody has repeated in time. */
export function withoutExpired(known: KnownAlerts, now: number): KnownAlerts {
  return known.firing.every(({ endsAt }) => endsAt > now) ? known : { ...known, firing: known.firing.filter(({ endsAt }) => endsAt > now) };
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
