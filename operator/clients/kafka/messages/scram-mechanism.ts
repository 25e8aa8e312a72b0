/** How Kafka numbers mechanisms of SCRAM. */
import type { ScramMechanism } from '../user-admin';

const NUMBERS: Readonly<Record<ScramMechanism, number>> = { 'SCRAM-SHA-256': 1, 'SCRAM-SHA-512': 2 };

export const mechanismOnWire = (mechanism: ScramMechanism): number => NUMBERS[mechanism];

/** Undefined: one that we do not know. */
export const mechanismNumbered = (number: number): ScramMechanism | undefined =>
  (Object.keys(NUMBERS) as ScramMechanism[]).find((mechanism) => NUMBERS[mechanism] === number);
