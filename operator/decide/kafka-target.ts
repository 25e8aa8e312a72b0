/** Where the operator asks Kafka, and with what it shows who it is: the admin listener of every broker whose process runs. */
import { createHash } from 'node:crypto';
import { usesSasl, usesTls } from '../../lib/api/resolved-security';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import type { Facts } from '../../lib/constructs/facts';
import { credentialsName } from '../../lib/constructs/naming';
import { SCRAM_USER, scramMechanism } from '../../lib/kafka/scram';
import { presentHost } from './address-scheme';
import { CLIENT_ENTRY, clientSource } from './certificate-sight';
import type { SecretObject } from './certificate-view';
import type { Context } from './context';
import { serves, type NodeView } from './node-view';
import { securityFacts } from './security-facts';
import type { Observed, World } from './world';

/** `host:port`, those that serve first; empty while no broker runs. */
export function bootstrapAddresses(cluster: ResolvedCluster, views: readonly NodeView[], world: Pick<World, 'objects'>): readonly string[] {
  const port = String(cluster.listeners.admin.containerPort);
  const running = views.filter((v) => v.node.roles.includes('broker') && v.pod?.running === true && !v.pod.terminating);
  const ordered = [...running.filter(serves), ...running.filter((v) => !serves(v))];
  return ordered.map((v) => `${presentHost(cluster, v, world)}:${port}`);
}

/** As `TargetSecurity` of a KafkaTarget: names of Secrets, never what is in them. */
export interface AdminSecurity {
  readonly namespace: string;
  readonly tls: { readonly trust: string; readonly clientSecret: string | undefined } | undefined;
  readonly scram: { readonly secret: string; readonly username: string; readonly mechanism: 'SCRAM-SHA-512' | 'SCRAM-SHA-256' } | undefined;
  readonly revision: string;
}

/** Kafka cannot be asked yet; a sentence for people. */
export interface NotYet {
  readonly waitsFor: string;
}

/** Where Kafka is and how to speak to it; undefined: no broker runs. */
export function reachOf({
  cluster,
  views,
  world,
  now,
}: Pick<Context, 'cluster' | 'views' | 'world' | 'now'>):
  { readonly bootstrap: readonly string[]; readonly security?: AdminSecurity } | NotYet | undefined {
  const bootstrap = bootstrapAddresses(cluster, views, world);
  if (bootstrap.length === 0) return undefined;
  if (!isSecured(cluster)) return { bootstrap };
  const security = targetSecurity(cluster, world, securityFacts({ cluster, views, world, now }));
  if (security === undefined) return { bootstrap };
  return 'waitsFor' in security ? security : { bootstrap, security };
}

const isSecured = ({ listeners: { admin } }: ResolvedCluster): boolean => usesTls(admin) || usesSasl(admin);

/** Undefined: the admin listener speaks clear text and asks nobody who they are. */
export function targetSecurity(
  cluster: ResolvedCluster,
  world: Pick<World, 'objects' | 'namedSecrets'>,
  facts: Pick<Facts, 'security'>,
): AdminSecurity | NotYet | undefined {
  const { admin } = cluster.listeners;
  if (!isSecured(cluster)) return undefined;
  const tls = usesTls(admin) ? tlsOf(cluster, world, facts) : undefined;
  const scram = usesSasl(admin) ? scramOf(cluster, world) : undefined;
  for (const part of [tls, scram]) if (part !== undefined && 'waitsFor' in part) return part;
  const known = { tls: tls as Seen<AdminSecurity['tls']>, scram: scram as Seen<AdminSecurity['scram']> };
  const revision = hashOf([known.tls, known.scram]);
  return { namespace: cluster.namespace, tls: known.tls?.value, scram: known.scram?.value, revision };
}

/** With a hash of what the Secret holds. */
type Seen<T> = { readonly value: NonNullable<T>; readonly hash: string } | undefined;

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

function tlsOf(
  cluster: ResolvedCluster,
  world: Pick<World, 'objects' | 'namedSecrets'>,
  { security }: Pick<Facts, 'security'>,
): Seen<AdminSecurity['tls']> | NotYet {
  const trust = security?.trust[CLIENT_ENTRY] ?? security?.trust[cluster.listeners.admin.name];
  if (trust === undefined || trust === '')
    return { waitsFor: 'Kafka is not asked yet: it is not known which CA signs the certificates of brokers' };
  const clientSecret = clientSecretOf(cluster);
  if (clientSecret === undefined) return { value: { trust, clientSecret }, hash: '' };
  const hash = hashIn(world, clientSecret);
  return hash === undefined ? notThere(clientSecret) : { value: { trust, clientSecret }, hash };
}

/** What the operator shows; undefined: nothing, since nobody asks for it, or there is nothing to show. */
const clientSecretOf = (cluster: ResolvedCluster): string | undefined =>
  cluster.listeners.admin.clientAuth === 'none' ? undefined : clientSource(cluster)?.secret;

function scramOf(cluster: ResolvedCluster, world: Pick<World, 'objects'>): Seen<AdminSecurity['scram']> | NotYet {
  const { admin } = cluster.listeners;
  const mechanism = scramMechanism(admin, cluster.readOnlyConfig);
  if (mechanism === undefined)
    return {
      waitsFor: `Kafka cannot be asked: the listener ${admin.name}, which the operator uses, offers no SCRAM; add SCRAM-SHA-512 to its sasl.enabled.mechanisms, or set usedForKafkaAdminCommunication of another listener`,
    };
  const secret = credentialsName(cluster.name);
  const hash = hashIn(world, secret);
  return hash === undefined ? notThere(secret) : { value: { secret, username: SCRAM_USER.operator, mechanism }, hash };
}

const notThere = (secret: string): NotYet => ({
  waitsFor: `Kafka is not asked yet: the Secret ${secret}, with which the operator shows who it is, does not exist`,
});

/** Of what a Secret holds; undefined: it was not seen. */
function hashIn({ objects, namedSecrets }: Pick<World, 'objects' | 'namedSecrets'>, name: string): string | undefined {
  const own = objects.find((o) => o.kind === 'Secret' && o.metadata.name === name) as SecretObject | undefined;
  return (own ?? valueOf(namedSecrets?.[name]))?.dataHash;
}

const valueOf = <T>(seen: Observed<T> | undefined): T | undefined => (seen?.state === 'known' ? seen.value : undefined);
