/** The one error that Kafka calls throw. Its code decides what happens next; its text is for people. */
import { kafkaErrorName } from './kafka-error-names';

/**
 * - `unreachable`: no connection, or it broke. Try again later.
 * - `timeout`: the broker is connected and does not answer in time. It is not known whether a write happened.
 * - `unsupported`: the broker's software has no such call. Trying again does not help.
 * - `refused`: Kafka answered with an error of its own, see `kafkaCode`.
 * - `malformed`: the answer is not Kafka's protocol; most often another service listens at that address.
 * - `unauthenticated`: the operator cannot show who it is: its certificate or password is missing or unusable, or Kafka does not
 *   take it. The same at every broker; it helps to change the Secret.
 */
export type KafkaErrorCode = 'unreachable' | 'timeout' | 'unsupported' | 'refused' | 'malformed' | 'unauthenticated';

export class KafkaError extends Error {
  constructor(
    readonly code: KafkaErrorCode,
    message: string,
    /** Kafka's error number; only with `refused`. */
    readonly kafkaCode?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'KafkaError';
  }
}

/** Does nothing for 0; else throws, for example `cannot unregister the broker: BROKER_ID_NOT_REGISTERED (102): text`. */
export function refuse(code: number, purpose: string, detail?: string): void {
  if (code === 0) return;
  const text = detail === undefined || detail === '' ? '' : `: ${detail}`;
  throw new KafkaError('refused', `cannot ${purpose}: ${kafkaErrorName(code)} (${String(code)})${text}`, code);
}

/** What Kafka says of one entry among many; undefined for 0. For example `INVALID_PRINCIPAL_TYPE (67): text`. */
export function refusedWith(code: number, detail?: string): { readonly code: number; readonly message: string } | undefined {
  if (code === 0) return undefined;
  const text = detail === undefined || detail === '' ? '' : `: ${detail}`;
  return { code, message: `${kafkaErrorName(code)} (${String(code)})${text}` };
}

/** True when Kafka itself answered with this error code. */
export const isRefusedWith = (error: unknown, kafkaCode: number): boolean => error instanceof KafkaError && error.kafkaCode === kafkaCode;

/** The sentence of whatever was thrown. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
