import { isSensitiveKey } from '../../../lib/kafka/config-keys';

// The keys of type PASSWORD in KafkaConfig of 3.9.2 and 4.3.1, ZooKeeper's own left out.
const PASSWORDS = [
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

describe('isSensitiveKey', () => {
  test.each(PASSWORDS)('knows %s, bare and behind a prefix', (key) => {
    expect([key, `listener.name.internal.${key}`, `cruise.control.metrics.reporter.${key}`].map(isSensitiveKey)).toEqual([
      true,
      true,
      true,
    ]);
  });

  test.each([
    'listener.name.internal.scram-sha-512.sasl.jaas.config',
    'config.providers.vault.param.token',
    'rsm.config.s3.aws.secret.access.key',
    'metrics.http.api.key',
    'zookeeper.ssl.keystore.password',
  ])('takes %s of a plug-in for a secret', (key) => expect(isSensitiveKey(key)).toBe(true));

  test.each([
    'delegation.token.max.lifetime.ms',
    'password.encoder.cipher.algorithm',
    'sasl.oauthbearer.token.endpoint.url',
    'ssl.keystore.location',
    'ssl.keystore.type',
    'ssl.truststore.location',
    'super.users',
    'transaction.state.log.min.isr',
  ])('leaves %s in the open', (key) => expect(isSensitiveKey(key)).toBe(false));
});
