/**
 * Who may do everything where Kafka checks ACLs: the nodes, the operator and Cruise Control. Whatever users grant or revoke, these must
 * get through, or the cluster could neither form nor be mended.
 */
import type { ResolvedCluster } from '../api/resolved-cluster';
import { SCRAM_USERS } from '../kafka/scram';
import { clientCommonName, nodeCommonName } from './certificate-profiles';
import type { Facts } from './facts';

/** Principals such as `User:CN=kafka-headless.kafka.svc.cluster.local`; none where nothing checks ACLs. */
export function superUsers(cluster: ResolvedCluster, { security }: Pick<Facts, 'security'>): readonly string[] {
  const { pki, clientSecret, scram, authorizer } = cluster.security;
  if (!authorizer) return [];
  return [
    ...(pki === undefined ? [] : [`User:CN=${nodeCommonName(cluster)}`]),
    ...(pki === undefined || clientSecret !== undefined ? [] : [`User:CN=${clientCommonName(cluster)}`]),
    ...(scram ? SCRAM_USERS.map((user) => `User:${user}`) : []),
    ...(security?.superUsers ?? []),
  ];
}
