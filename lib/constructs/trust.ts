/**
 * Whom the nodes and Cruise Control trust, as an object that never changes: its name carries the hash of its content. Kafka reads trust
 * when it starts, so another trust is another Pod, and changes in a planned roll like any other configuration; the one before stays for as
 * long as a Pod has it mounted. Certificates of CAs are public: a ConfigMap is the place for them.
 */
import type { ConfigMap } from 'kubernetes-types/core/v1';
import type { ResolvedCluster } from '../api/resolved-cluster';
import { childMetadata, manifest } from './draft';
import type { SecurityFacts } from './facts';
import type { Manifest } from './manifest';
import { shortHash, trustName } from './naming';

/** `<listener>.pem`, sorted. */
const filesOf = ({ trust }: Pick<SecurityFacts, 'trust'>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(trust)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([listener, pem]) => [`${listener}.pem`, pem]),
  );

/** Name of the ConfigMap; undefined while it is not known whom to trust. */
export const trustConfigName = (cluster: Pick<ResolvedCluster, 'name'>, security: SecurityFacts | undefined): string | undefined =>
  security === undefined || Object.keys(security.trust).length === 0
    ? undefined
    : trustName(cluster.name, shortHash(JSON.stringify(filesOf(security))));

/** The ConfigMap; none while it is not known whom to trust, or nobody needs to. */
export function trustManifests(cluster: ResolvedCluster, security: SecurityFacts | undefined): readonly Manifest[] {
  const name = trustConfigName(cluster, security);
  if (name === undefined || security === undefined) return [];
  const metadata = childMetadata(cluster, { name });
  return [manifest<ConfigMap>({ apiVersion: 'v1', kind: 'ConfigMap', metadata, immutable: true, data: filesOf(security) })];
}
