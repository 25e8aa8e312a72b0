/**
 * Which configuration keys hold secrets. They never stand in a ConfigMap: everybody who may read a namespace's ConfigMaps
 * would read the passwords (Koperator's issue 842). Kafka's own type PASSWORD decides (ConfigDefs of 3.9 and 4.3); keys of
 * plug-ins, which Kafka knows nothing of, are judged by their last words.
 */
const PASSWORD_TYPE = [
  'delegation.token.master.key',
  'delegation.token.secret.key',
  'password.encoder.old.secret',
  'password.encoder.secret',
  'sasl.jaas.config',
  'sasl.oauthbearer.assertion.private.key.passphrase',
  'sasl.oauthbearer.client.credentials.client.secret',
  'ssl.key.password',
  'ssl.keystore.certificate.chain',
  'ssl.keystore.key',
  'ssl.keystore.password',
  'ssl.truststore.certificates',
  'ssl.truststore.password',
];

const LAST_WORDS = /(?:^|[._-])(?:password|passwd|passphrase|secret|token|credentials|api\.?key|access\.key|secret\.key|private\.key)$/i;

/** Whether the value of a key is a secret, also behind prefixes such as `listener.name.internal.` or `config.providers.vault.param.`. */
export function isSensitiveKey(key: string): boolean {
  return LAST_WORDS.test(key) || PASSWORD_TYPE.some((name) => key === name || key.endsWith(`.${name}`));
}
