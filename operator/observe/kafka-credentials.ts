/**
 * With what the operator shows who it is to Kafka: read from Secrets when it dials, so that what was renewed is used by the next
 * connection. What was read is kept for a moment, as a cluster of many brokers is dialled many times at once; what was made of it
 * (a JKS is decrypted slowly) is kept as long as the Secret is the same.
 */
import type { KafkaTarget, TargetSecurity } from '../clients/kafka/connection';
import type { KafkaSecurity } from '../clients/kafka/kafkajs-internals';
import { SECRET } from '../kinds';
import { identityIn } from '../pki/secret-contents';
import { isNotFound } from '../runtime/kube-error';
import type { KubeApi, KubeObject } from '../runtime/kube-types';

/** How long a Secret that was read, or that could not be read, is taken to be the same. */
const KEPT_MS = 2_000;
/** One that nobody asked for in this time is forgotten. */
const FORGOTTEN_AFTER_MS = 60_000;

interface Shown {
  readonly cert: string;
  readonly key: string;
}

interface Kept {
  readonly secret: Promise<KubeObject>;
  readonly at: number;
  readonly shown?: { readonly of: string; readonly value: Shown };
}

/** Asks for nothing when no Secret is named. Its errors name Secrets and keys, never values. `now`: milliseconds. */
export function kafkaCredentials(
  kube: Pick<KubeApi, 'get'>,
  now: () => number = () => performance.now(),
): (target: Pick<KafkaTarget, 'security'>) => Promise<KafkaSecurity> {
  const secrets = new KeptSecrets(kube, now);
  return async ({ security }) => {
    if (security === undefined) return {};
    const [tls, sasl] = await Promise.all([tlsFrom(security, secrets), saslFrom(security, secrets)]);
    return { ...(tls === undefined ? {} : { tls }), ...(sasl === undefined ? {} : { sasl }) };
  };
}

async function tlsFrom({ namespace, tls, revision }: TargetSecurity, secrets: KeptSecrets): Promise<KafkaSecurity['tls']> {
  if (tls === undefined) return undefined;
  const shown = tls.clientSecret === undefined ? {} : await secrets.shown({ namespace, name: tls.clientSecret, revision });
  return { ca: tls.trust, minVersion: 'TLSv1.2', ...shown };
}

async function saslFrom({ namespace, scram, revision }: TargetSecurity, secrets: KeptSecrets): Promise<KafkaSecurity['sasl']> {
  if (scram === undefined) return undefined;
  const { secret: name, username, mechanism } = scram;
  const password = valueOf(await secrets.read({ namespace, name, revision }), username);
  return { mechanism: mechanism === 'SCRAM-SHA-512' ? 'scram-sha-512' : 'scram-sha-256', username, password };
}

interface Wanted {
  readonly namespace: string;
  readonly name: string;
  /** Another one: it has changed since, and is read anew. */
  readonly revision: string;
}

class KeptSecrets {
  readonly #kept = new Map<string, Kept>();

  constructor(
    private readonly kube: Pick<KubeApi, 'get'>,
    private readonly now: () => number,
  ) {}

  async read(wanted: Wanted): Promise<KubeObject> {
    return this.entry(wanted).secret;
  }

  /** The certificate that it holds, in whatever form, as PEM. */
  async shown(wanted: Wanted): Promise<Shown> {
    const key = keyOf(wanted);
    const secret = await this.entry(wanted).secret;
    const kept = this.#kept.get(key);
    const of = `${secret.metadata.uid}/${secret.metadata.resourceVersion}`;
    if (kept?.shown?.of === of) return kept.shown.value;
    const value = shownBy(secret);
    if (kept !== undefined) this.#kept.set(key, { ...kept, shown: { of, value } });
    return value;
  }

  private entry(wanted: Wanted): Kept {
    const at = this.now();
    for (const [key, kept] of this.#kept) if (at - kept.at > FORGOTTEN_AFTER_MS) this.#kept.delete(key);
    const key = keyOf(wanted);
    const before = this.#kept.get(key);
    if (before !== undefined && at - before.at < KEPT_MS) return before;
    const kept = { ...before, secret: fetched(this.kube, wanted), at };
    this.#kept.set(key, kept);
    return kept;
  }
}

const keyOf = ({ namespace, name, revision }: Wanted): string => `${namespace}/${name}/${revision}`;

async function fetched(kube: Pick<KubeApi, 'get'>, { namespace, name }: Wanted): Promise<KubeObject> {
  try {
    return await kube.get({ kind: SECRET, namespace, name });
  } catch (error) {
    const why = isNotFound(error) ? 'it does not exist' : error instanceof Error ? error.message : String(error);
    throw new Error(`cannot read the Secret ${namespace}/${name}, with which the operator shows Kafka who it is: ${why}`, { cause: error });
  }
}

function shownBy(secret: KubeObject): Shown {
  const { namespace = '', name } = secret.metadata;
  const what = `the Secret ${namespace}/${name}, with which the operator shows Kafka who it is`;
  const pair = contentsOf(secret, what);
  if (pair === undefined)
    throw new Error(`cannot use ${what}: it holds no certificate; give it tls.crt and tls.key, or keystore.jks and password`);
  return { cert: pair.certificate, key: pair.key };
}

function contentsOf(secret: KubeObject, what: string): ReturnType<typeof identityIn> {
  try {
    return identityIn(dataOf(secret));
  } catch (error) {
    throw new Error(`cannot use ${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function valueOf(secret: KubeObject, key: string): string {
  const value = dataOf(secret)[key];
  const { namespace = '', name } = secret.metadata;
  if (value === undefined) throw new Error(`cannot use the Secret ${namespace}/${name}: it has nothing under the key ${key}`);
  return Buffer.from(value, 'base64').toString('utf8');
}

const dataOf = ({ data }: KubeObject): Readonly<Record<string, string>> => (data ?? {}) as Readonly<Record<string, string>>;
