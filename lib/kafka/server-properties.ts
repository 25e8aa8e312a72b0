/**
 * The configuration that one node starts with. What a user wrote for the cluster is overridden key by key by what was
 * written for the broker, and both by what is generated here: a generated key says how the node is reached and where its
 * data lies, and a wrong one would make it another node. `broker.rack` is not here: it is known only once the Pod has a
 * place, and must not change the revision of the configuration (the start script joins it).
 */
import { nodeHost, type AddressScope } from './address';
import { isSensitiveKey } from './config-keys';
import { generatedSecurity } from './listener-security';
import { generatedListeners, type AdvertisedAddresses, type ServerListeners } from './listeners';
import { generatedReporters, mergedReporters } from './metric-reporters';
import type { NodeRole } from './node-role';
import { bootstrapServers, hasRole, staticVoters, type Voter } from './quorum';
import { isAtLeast } from './version';

/** What the configuration of a node depends on beyond the node itself. A ResolvedCluster is one. */
export interface ServerCluster extends AddressScope {
  readonly kafkaVersion: string | undefined;
  readonly quorumMode: 'dynamic' | 'static';
  readonly listeners: ServerListeners;
  readonly readOnlyConfig: Readonly<Record<string, string>>;
  readonly metricsReporter: boolean;
  readonly nodes: readonly ServerNode[];
}

export interface ServerNode {
  readonly id: number;
  readonly roles: readonly NodeRole[];
  readonly readOnlyConfig: Readonly<Record<string, string>>;
  readonly storage: readonly { readonly mountPath: string }[];
}

/** Settings of one node, in two parts by who may read them. */
export interface ServerProperties {
  readonly plain: Readonly<Record<string, string>>;
  /** Passwords and keys; they go to a Secret (decision 12). */
  readonly sensitive: Readonly<Record<string, string>>;
}

/** A generated setting; undefined takes the key away, whoever wrote it. */
export type Generated = Readonly<Record<string, string | undefined>>;

/** Subdirectory of each mount path that Kafka writes to: the root of a volume may hold `lost+found`. */
export const LOG_DIRECTORY = 'kafka';

export const logDir = (mountPath: string): string => `${mountPath.replace(/\/+$/, '')}/${LOG_DIRECTORY}`;

/**
 * Where the user writes nothing else. A node that is restarted leaves its old address behind, and who is just connecting to it
 * gives up after this time only: by Kafka's own defaults 10 to 30 s, while the controller takes a broker for dead that has not
 * reported for 9 s. After a restart of the only controller it would fence brokers that run, beside the one that is stopped next.
 */
const DEFAULTS: Generated = {
  'socket.connection.setup.timeout.ms': '1000',
  'socket.connection.setup.timeout.max.ms': '2000',
};

/** What only the world, or the rest of the cluster, tells. */
export interface ServerFacts {
  /** Where clients outside reach the node, by external listener. */
  readonly addresses?: AdvertisedAddresses;
  /** Principals that may do everything beside those that users name, for example `User:CN=kafka`; left out where nothing checks ACLs. */
  readonly superUsers?: readonly string[];
}

export function serverProperties(
  cluster: ServerCluster,
  node: ServerNode,
  { addresses, superUsers = [] }: ServerFacts = {},
): ServerProperties {
  const written = { ...cluster.readOnlyConfig, ...node.readOnlyConfig };
  const generated: Generated = {
    ...generatedIdentity(node),
    ...generatedStorage(node),
    ...generatedQuorum(cluster, node),
    ...generatedListeners(cluster.listeners, node, {
      host: nodeHost(cluster, node),
      addresses,
      written,
      namesController: isNamed(cluster),
    }),
    ...generatedSecurity(cluster.listeners, node, { written, addresses }),
    ...(runsReporter(cluster, node) ? generatedReporters(cluster, written) : {}),
    'metric.reporters': mergedReporters(written['metric.reporters'], runsReporter(cluster, node)),
    'super.users': mergedUsers(cluster.readOnlyConfig['super.users'], node.readOnlyConfig['super.users'], ...superUsers),
    ...NEVER_WRITTEN,
  };
  return split({ ...DEFAULTS, ...written, ...generated });
}

/** From 3.9 on a controller may be named; a dynamic quorum is never older. */
const isNamed = ({ quorumMode, kafkaVersion }: ServerCluster): boolean => quorumMode === 'dynamic' || isAtLeast(kafkaVersion, '3.9');

/** Switches of Koperator for its migration from ZooKeeper; Kafka does not know them. */
const NEVER_WRITTEN: Generated = {
  'migration.broker.kRaftMode': undefined,
  'migration.broker.controllerQuorumConfigEnabled': undefined,
};

const runsReporter = (cluster: ServerCluster, node: ServerNode): boolean => cluster.metricsReporter && hasRole(node, 'broker');

const generatedIdentity = (node: ServerNode): Generated => ({
  'node.id': String(node.id),
  'process.roles': node.roles.join(','),
});

/** The metadata log is pinned to the first volume: moved, the node would find its past missing and refuse to start. */
function generatedStorage(node: ServerNode): Generated {
  const dirs = node.storage.map((storage) => logDir(storage.mountPath));
  return { 'log.dirs': dirs.join(','), 'metadata.log.dir': dirs[0] };
}

function generatedQuorum(cluster: ServerCluster, node: ServerNode): Generated {
  const voters = votersOf(cluster);
  const dynamic = cluster.quorumMode === 'dynamic';
  // A controller that adds itself is one that nobody decided about: removed, it would be back at its next start.
  const guarded = dynamic && hasRole(node, 'controller') && isAtLeast(cluster.kafkaVersion, '4.2');
  return {
    'controller.quorum.bootstrap.servers': dynamic ? bootstrapServers(voters) : undefined,
    'controller.quorum.voters': dynamic ? undefined : staticVoters(voters),
    'controller.quorum.auto.join.enable': guarded ? 'false' : undefined,
  };
}

/** The controllers of a cluster and where each is reached. */
export function votersOf(cluster: Pick<ServerCluster, 'nodes' | 'listeners'> & AddressScope): readonly Voter[] {
  return cluster.nodes
    .filter((node) => hasRole(node, 'controller'))
    .map((node) => ({ id: node.id, host: nodeHost(cluster, node), port: cluster.listeners.controller.containerPort }));
}

/** Everybody who is named anywhere: dropping one would lock out somebody who must get in. */
function mergedUsers(...texts: readonly (string | undefined)[]): string | undefined {
  const users = texts.flatMap((text) => (text ?? '').split(';')).map((user) => user.trim());
  const distinct = [...new Set(users)].filter((user) => user !== '');
  return distinct.length === 0 ? undefined : distinct.join(';');
}

function split(settings: Generated): ServerProperties {
  const entries = Object.entries(settings).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    plain: Object.fromEntries(sorted.filter(([key]) => !isSensitiveKey(key))),
    sensitive: Object.fromEntries(sorted.filter(([key]) => isSensitiveKey(key))),
  };
}
