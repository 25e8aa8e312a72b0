/**
 * SCRAM credentials as Kafka keeps them: Hi() of RFC 5802 over the password's UTF-8. Kafka and its Java client leave out SASLprep
 * (org.apache.kafka.common.security.scram.internals.ScramFormatter.normalize), so it is left out here: with it, passwords beyond ASCII
 * would be refused although they are right.
 */
import { pbkdf2Sync, randomBytes } from 'node:crypto';

/** Kafka takes 4096 to 16384. */
const ITERATIONS = 8192;

export interface SaltedPassword {
  readonly salt: Buffer;
  readonly saltedPassword: Buffer;
  readonly iterations: number;
}

const HASHES = {
  'SCRAM-SHA-256': { name: 'sha256', bytes: 32 },
  'SCRAM-SHA-512': { name: 'sha512', bytes: 64 },
} as const;

/** With a fresh salt of 32 bytes. The password itself comes from drawPassword (keystore-secret.ts) or from a user's Secret. */
export function saltedPassword(password: string, mechanism: keyof typeof HASHES, iterations = ITERATIONS): SaltedPassword {
  return withSalt(password, mechanism, randomBytes(32), iterations);
}

/** The same with a salt that is given. */
export function withSalt(password: string, mechanism: keyof typeof HASHES, salt: Buffer, iterations: number): SaltedPassword {
  const { name, bytes } = HASHES[mechanism];
  return { salt, saltedPassword: pbkdf2Sync(password, salt, iterations, bytes, name), iterations };
}
