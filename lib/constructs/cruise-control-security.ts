/**
 * How Cruise Control connects to brokers with TLS or SASL: as a client with a certificate of its own, or as a user with a password. The
 * password is in none of its files: Kafka's clients read it from where the Secret is mounted.
 */
import type { Volume } from 'kubernetes-types/core/v1';
import type { ResolvedCluster, ResolvedCruiseControl } from '../api/resolved-cluster';
import { CLIENT, clientProperties, hasSasl, hasTls, keystoreFile, truststoreFile } from '../kafka/listener-security';
import { SCRAM_USER, scramLogin, scramMechanism } from '../kafka/scram';
import type { Generated } from '../kafka/server-properties';
import type { Draft } from './draft';
import type { SecurityFacts } from './facts';
import { KEYSTORE_MOUNT, TRUST_MOUNT } from './mounts';
import { credentialsName, keystoresName } from './naming';
import { trustConfigName } from './trust';

const LOGIN_MOUNT = '/cruise-control-login';
/** Name of the provider in its settings. */
const PROVIDER = 'login';
const PROVIDERS = 'config.providers';

/** Settings of its clients; nothing for plaintext, and no login where the user chose a mechanism of their own. */
export function cruiseControlSecurity(cluster: ResolvedCluster, { config }: Pick<ResolvedCruiseControl, 'config'>): Generated {
  const { admin } = cluster.listeners;
  const client = clientProperties(admin, { keystore: keystoreFile(CLIENT), truststore: truststoreFile(CLIENT) });
  const mechanism = mechanismOf(cluster);
  if (mechanism === undefined) return client;
  return {
    ...client,
    'sasl.mechanism': mechanism,
    'sasl.jaas.config': scramLogin(SCRAM_USER.cruiseControl, `\${${PROVIDER}:${LOGIN_MOUNT}:${SCRAM_USER.cruiseControl}}`),
    // Its own provider of environment variables is the default, and stays.
    [PROVIDERS]: config[PROVIDERS] ?? `env,${PROVIDER}`,
    [`${PROVIDERS}.${PROVIDER}.class`]: 'org.apache.kafka.common.config.provider.DirectoryConfigProvider',
  };
}

const mechanismOf = ({ listeners: { admin }, readOnlyConfig }: ResolvedCluster): string | undefined =>
  hasSasl(admin) ? scramMechanism(admin, readOnlyConfig) : undefined;

interface Mounted {
  readonly volume: Draft<Volume> & { readonly name: string };
  readonly mountPath: string;
}

/** What it reads beside its files; of each Secret only its own entry. */
export function cruiseControlSecrets(cluster: ResolvedCluster, security: SecurityFacts | undefined): readonly Mounted[] {
  const trust = trustConfigName(cluster, security);
  const tls = hasTls(cluster.listeners.admin);
  return [
    ...(tls ? [{ volume: secretVolume('keystores', keystoresName(cluster.name), `${CLIENT}.pem`), mountPath: KEYSTORE_MOUNT }] : []),
    ...(tls && trust !== undefined
      ? [{ volume: { name: 'trust', configMap: { name: trust, defaultMode: 0o644 } }, mountPath: TRUST_MOUNT }]
      : []),
    ...(mechanismOf(cluster) === undefined
      ? []
      : [{ volume: secretVolume('login', credentialsName(cluster.name), SCRAM_USER.cruiseControl), mountPath: LOGIN_MOUNT }]),
  ];
}

const secretVolume = (name: string, secretName: string, key: string): Mounted['volume'] => ({
  name,
  secret: { secretName, defaultMode: 0o444, items: [{ key, path: key }] },
});
