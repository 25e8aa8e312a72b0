/**
 * What Prometheus and Alertmanager send, as alerts. Two shapes, told apart by what they are and not by where they are sent: the list that
 * Prometheus sends to every Alertmanager (API v1 and v2), and Alertmanager's webhook, version 4. Everything is bounded; what cannot be
 * read is refused alert by alert, as Alertmanager does, so that one odd rule does not take the others with it.
 */
import { z } from 'zod';
import { fingerprintOf } from '../decide/alerts/fingerprint';
import type { ReceivedAlert } from '../decide/alerts/known-alerts';

/** More in one message is no alerting, but an attack or a mistake. */
export const MOST_IN_MESSAGE = 20_000;
/** Bytes of what is kept of one alert. */
const MOST_KEPT = 4_096;

const NAME = z.string().min(1).max(256);
const texts = (longest: number) =>
  z.record(NAME, z.string().max(longest)).refine((map) => Object.keys(map).length <= 64, 'more than 64 entries');
const time = z.iso.datetime({ offset: true }).max(64);

const alert = z.object({
  labels: texts(1_024).refine((labels) => Object.keys(labels).length > 0, 'no labels'),
  annotations: texts(65_536).default({}),
  startsAt: time.optional(),
  endsAt: time.optional(),
  status: z.enum(['firing', 'resolved']).optional(),
  generatorURL: z.string().max(16_384).optional(),
});

const webhook = z.looseObject({ version: z.literal('4'), alerts: z.array(z.unknown()).max(MOST_IN_MESSAGE) });
const list = z.array(z.unknown()).max(MOST_IN_MESSAGE);

/** An alert that nobody repeats ends after this; Alertmanager's own default. */
const REPEATED_WITHIN_MS = 300_000;
/** Alertmanager repeats to a webhook every four hours by default, and tells of the end. */
const LEASE_MS = 12 * 3_600_000;
/** Nobody knows that an alert will fire for longer. */
const LONGEST_MS = 86_400_000;

export interface ParsedAlerts {
  readonly alerts: readonly ReceivedAlert[];
  /** What is wrong with the others: at most ten sentences. */
  readonly problems: readonly string[];
  readonly refused: number;
}

/**
 * @param body as it came
 * @returns a sentence when the whole message cannot be read
 */
export function parseAlerts(body: Buffer, now: number): ParsedAlerts | string {
  const json = parseJson(body);
  if (json === undefined) return 'the body is not JSON';
  const hook = webhook.safeParse(json);
  if (hook.success) return parseEach(hook.data.alerts, now, true);
  const plain = list.safeParse(json);
  if (plain.success) return parseEach(plain.data, now, false);
  if (Array.isArray(json)) return `more than ${String(MOST_IN_MESSAGE)} alerts in one message`;
  return 'neither a list of alerts, as Prometheus sends it, nor a webhook of Alertmanager, version "4"';
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

function parseEach(items: readonly unknown[], now: number, isWebhook: boolean): ParsedAlerts {
  const alerts: ReceivedAlert[] = [];
  const problems: string[] = [];
  let refused = 0;
  items.forEach((item, at) => {
    const read = parseOne(item, now, isWebhook);
    if (typeof read !== 'string') {
      alerts.push(read);
      return;
    }
    refused += 1;
    if (problems.length < 10) problems.push(`alert ${String(at)}: ${read}`);
  });
  return { alerts, problems, refused };
}

function parseOne(item: unknown, now: number, isWebhook: boolean): ReceivedAlert | string {
  const parsed = alert.safeParse(item);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'cannot be read'}`;
  }
  const { labels, status } = parsed.data;
  const annotations = withoutProse(parsed.data.annotations);
  if (sizeOf(labels) + sizeOf(annotations) > MOST_KEPT) return `its labels and annotations are longer than ${String(MOST_KEPT)} characters`;
  const endsAt = endOf(parsed.data.endsAt, now, isWebhook);
  const startsAt = millisecondsOr(parsed.data.startsAt, now);
  const firing = status === 'resolved' ? false : endsAt > now;
  return { fingerprint: fingerprintOf(labels), labels, annotations, firing, startsAt, endsAt, leased: isWebhook };
}

/** Alertmanager writes the year 1 for what has no end yet. */
function endOf(text: string | undefined, now: number, isWebhook: boolean): number {
  const said = millisecondsOr(text, 0);
  if (said <= 0) return now + (isWebhook ? LEASE_MS : REPEATED_WITHIN_MS);
  return Math.min(said, now + LONGEST_MS);
}

function millisecondsOr(text: string | undefined, otherwise: number): number {
  const found = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isFinite(found) ? found : otherwise;
}

/** Annotations for people; no action reads them, and they change with every value. */
const PROSE: ReadonlySet<string> = new Set([
  'summary',
  'description',
  'message',
  'title',
  'runbook',
  'runbook_url',
  'dashboard',
  'dashboard_url',
]);

const withoutProse = (annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(annotations).filter(([name]) => !PROSE.has(name)));

const sizeOf = (map: Readonly<Record<string, string>>): number =>
  Object.entries(map).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
