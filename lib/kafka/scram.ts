/**
 * SCRAM: how the operator, the brokers and Cruise Control log in where a listener has SASL and nobody chose another mechanism. What
 * Kafka keeps of a password is in its metadata; the passwords themselves are in a Secret that only those who log in read, and here
 * they pass through functions that are handed them last of all.
 */
/** Users that the operator makes. */
export const SCRAM_USER = {
  operator: 'kafka-operator',
  brokers: 'kafka-brokers',
  cruiseControl: 'kafka-cruise-control',
} as const;

/** Stands for the password of the brokers until somebody knows it; no password has a hyphen. */
export const PASSWORD_OF_BROKERS = 'password-of-brokers';

export const SCRAM_USERS: readonly string[] = Object.values(SCRAM_USER);

export type ScramMechanism = 'SCRAM-SHA-512' | 'SCRAM-SHA-256';

/** The better one first. */
export const SCRAM_MECHANISMS: readonly ScramMechanism[] = ['SCRAM-SHA-512', 'SCRAM-SHA-256'];

interface Named {
  readonly name: string;
}

type Settings = Readonly<Record<string, string>>;

/** The mechanism by which one logs in to a listener with SASL; undefined: the user chose others. */
export function scramMechanism({ name }: Named, written: Settings): ScramMechanism | undefined {
  const key = 'sasl.enabled.mechanisms';
  const chosen = written[`listener.name.${name}.${key}`] ?? written[key];
  if (chosen === undefined) return SCRAM_MECHANISMS[0];
  const names = chosen.split(',').map((each) => each.trim());
  return SCRAM_MECHANISMS.find((mechanism) => names.includes(mechanism));
}

/** What Java reads of a login, for example `… required username="kafka-brokers" password="…";`. */
export const scramLogin = (user: string, password: string): string =>
  `org.apache.kafka.common.security.scram.ScramLoginModule required username=${quoted(user)} password=${quoted(password)};`;

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** Key of the login of a listener by one mechanism. */
export const loginKey = (listener: string, mechanism: ScramMechanism): string =>
  `listener.name.${listener}.${mechanism.toLowerCase()}.sasl.jaas.config`;

/**
 * Logins of brokers as properties: for each listener and mechanism, unless the user wrote one.
 * @param listeners those with SASL that brokers open
 */
export function scramLogins(listeners: readonly Named[], written: Settings, password: string): Settings {
  const entries = listeners.flatMap((listener) =>
    offered(listener, written).flatMap((mechanism) => {
      const key = loginKey(listener.name, mechanism);
      const theirs = written[key] !== undefined || written[`listener.name.${listener.name}.sasl.jaas.config`] !== undefined;
      return theirs ? [] : [[key, scramLogin(SCRAM_USER.brokers, password)] as const];
    }),
  );
  return Object.fromEntries(entries);
}

function offered({ name }: Named, written: Settings): readonly ScramMechanism[] {
  const key = 'sasl.enabled.mechanisms';
  const chosen = written[`listener.name.${name}.${key}`] ?? written[key];
  return SCRAM_MECHANISMS.filter((mechanism) => chosen === undefined || chosen.split(',').some((each) => each.trim() === mechanism));
}

/** What Kafka keeps of a password. */
export interface ScramCredential {
  readonly user: string;
  readonly mechanism: ScramMechanism;
  /** At least 4096. */
  readonly iterations: number;
  /** Base64. */
  readonly salt: string;
  /** Base64: PBKDF2 of the password with the salt and the iterations. */
  readonly saltedPassword: string;
}

/**
 * Arguments with which Kafka's tool formats the first controllers so that the users are known from the beginning (KIP-900): without
 * them nobody could log in to a cluster that has no listener but those with SASL. One argument a line, each line ended.
 */
export const scramFormatArguments = (credentials: readonly ScramCredential[]): string =>
  credentials
    .map(
      ({ user, mechanism, iterations, salt, saltedPassword }) =>
        `--add-scram\n${mechanism}=[name=${user},iterations=${String(iterations)},salt="${salt}",saltedpassword="${saltedPassword}"]\n`,
    )
    .join('');
