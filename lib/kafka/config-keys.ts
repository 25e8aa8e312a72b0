/**
 * Which configuration keys hold secrets. They never stand in a ConfigMap: everybody who may read a namespace's ConfigMaps
 * would read the passwords (Koperator's issue 842). Kafka's own type PASSWORD decides; keys of plug-ins, which Kafka knows
 * nothing of, are judged by their last words.
 */
import { isSensitive } from './settings/config-scope';

const LAST_WORDS = /(?:^|[._-])(?:password|passwd|passphrase|secret|token|credentials|api\.?key|access\.key|secret\.key|private\.key)$/i;

/** The same few keys are asked for again and again; more than these are forgotten all at once. */
const MOST_KNOWN = 10_000;
const known = new Map<string, boolean>();

/**
 * Whether the value of a key is a secret, also behind prefixes such as `listener.name.internal.` or
 * `config.providers.vault.param.`. In any version of Kafka: what is a secret to one is kept as one with the others.
 */
export function isSensitiveKey(key: string): boolean {
  const answered = known.get(key);
  if (answered !== undefined) return answered;
  const answer = LAST_WORDS.test(key) || isSensitive(key, undefined);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, answer);
  return answer;
}
