/** Which events wake the KafkaUsers of which KafkaCluster, and what their passes are made of. */
import type { ConnectAdmin } from '../clients/kafka/connect-admin';
import { USER_ANNOTATION } from '../decide/users/credential';
import { clusterKeyOf } from '../decide/users/user-object';
import { CERTIFICATE, SECRET, USER } from '../kinds';
import { ofThisControlPlane } from '../observe/control-plane';
import { authorityName, LABEL } from '../../lib/constructs/naming';
import type { KubeApi, KubeObject, Store, StoreEvent } from '../runtime/kube-types';
import type { Places } from './kafka-places';
import type { Runtime } from './kafka-clusters';
import type { ActionLog } from './pass-log';
import { dropStrayCertificates, type StrayCertificatesParts } from './stray-certificates';
import { essence } from './essence';
import { UserAuthorities } from './user-authority';
import type { UserMetrics } from './user-metrics';
import { UserPasses, type UserPlace } from './user-passes';
import { userSecretEssence } from './user-secrets';
import { UserTrust } from './user-trust';

type Watched = Store & { onEvent(handler: (event: StoreEvent) => void): void };

export interface KafkaUsersOptions {
  readonly kube: KubeApi;
  readonly connect: ConnectAdmin;
  readonly places: Places;
  readonly clusters: Watched;
  /** Secrets with the label of a cluster; without them no user gets a certificate. */
  readonly clusterSecrets: Watched | undefined;
  readonly log: ActionLog;
  readonly now: () => number;
  /** Empty: all namespaces. */
  readonly namespaces: readonly string[];
  /** Passes of different clusters that run at once. */
  readonly workers: number;
  readonly metrics?: UserMetrics;
}

const keyOf = ({ metadata: { namespace = '', name } }: KubeObject): string => `${namespace}/${name}`;

const indexBy = ofThisControlPlane(clusterKeyOf);

/** Returns what ends the connections. */
export function runKafkaUsers(runtime: Runtime, options: KafkaUsersOptions): { stop(): Promise<void> } {
  const { kube, connect, places, clusters, clusterSecrets, log, now, namespaces, workers, metrics } = options;
  const watched = namespaces.length === 0 ? undefined : namespaces;
  // A chart of before it had the kind: clusters are looked after all the same.
  const users = runtime.watchKind(USER, { namespaces: watched, indexBy, transform: essence, optional: true });
  const secrets = runtime.watchKind(SECRET, { namespaces: watched, labelSelector: LABEL.userSecret, transform: userSecretEssence });
  // By a label of their own: those in other namespaces than their cluster's are not among what belongs to clusters.
  const certificates = runtime.watchKind(CERTIFICATE, { namespaces: watched, labelSelector: LABEL.userSecret, optional: true });
  const authorities = new UserAuthorities(kube, clusterSecrets);
  const trust = new UserTrust({ kube, authorities, clusterSecrets });
  const counted = metrics === undefined ? {} : { metrics };
  const place = (key: string): UserPlace => placeOf(options, key);
  const passes = new UserPasses({
    kube,
    users,
    secrets,
    authorities,
    trust,
    ...{ certificates, connect, place, now, log },
    ...counted,
  });
  const before = (key: string): Promise<void> => dropStray(place(key), key, { kube, users, certificates, log });
  const queue = runtime.controller('kafkauser', (key) => before(key).then(() => passes.reconcile(key)), { workers });
  users.onEvent(({ object }) => queue.add(clusterKeyOf(object)));
  secrets.onEvent(({ object }) => clustersOf(object, users).forEach((key) => queue.add(key)));
  certificates.onEvent(({ object }) => clusterOfCertificate(object, users).forEach((key) => queue.add(key)));
  certificates.onPresence(() => users.list().forEach((user) => queue.add(clusterKeyOf(user))));
  places.onChange((key) => queue.add(key));
  clusterSecrets?.onEvent(({ object }) => {
    const { namespace = '', name } = object.metadata;
    for (const cluster of clusters.list())
      if (authorityName(cluster.metadata.name) === name && cluster.metadata.namespace === namespace) queue.add(keyOf(cluster));
  });
  // Its passes tell of places; that it goes, or is gone before it was ever accepted, is told by nobody else.
  clusters.onEvent(({ type, object }) => {
    if (type === 'gone' || object.metadata.deletionTimestamp !== undefined) queue.add(keyOf(object));
  });
  return { stop: () => passes.stop() };
}

/** Ours say whose they are; of one with a password that somebody wrote, whoever takes it. */
function clustersOf(secret: KubeObject, users: Store): readonly string[] {
  const own = secret.metadata.annotations?.[USER_ANNOTATION.cluster];
  if (own !== undefined) return [own];
  const { namespace, name } = secret.metadata;
  const taking = users.list().filter((user) => {
    const spec = user['spec'] as { passwordSecret?: { name?: string }; secretName?: string } | undefined;
    return user.metadata.namespace === namespace && (spec?.passwordSecret?.name === name || spec?.secretName === name);
  });
  return [...new Set(taking.map(clusterKeyOf))];
}

const dropStray = async (at: UserPlace, key: string, parts: StrayCertificatesParts): Promise<void> =>
  at.kind === 'place' ? dropStrayCertificates(key, at.cluster, parts) : undefined;

/** It bears the name of its user. */
function clusterOfCertificate({ metadata: { namespace = '', name } }: KubeObject, users: Store): readonly string[] {
  const user = users.get(namespace, name);
  return user === undefined ? [] : [clusterKeyOf(user)];
}

/** A cluster in a namespace that nobody watches is not gone. */
function placeOf({ places, clusters, namespaces }: KafkaUsersOptions, key: string): UserPlace {
  const [namespace = '', name = ''] = key.split('/');
  const object = clusters.get(namespace, name);
  if (object === undefined) return { kind: namespaces.length === 0 || namespaces.includes(namespace) ? 'gone' : 'unknown' };
  if (object.metadata.deletionTimestamp !== undefined) return { kind: 'deleting' };
  const place = places.get(key);
  return place === undefined ? { kind: 'unknown' } : { kind: 'place', ...place };
}
