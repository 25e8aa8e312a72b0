/**
 * What the certificates of a cluster say. The certificate of the brokers is one for all of them: a broker that is added inside
 * Kubernetes is covered by it already, and what it has to cover beyond follows the ways in.
 */
import { createHash } from 'node:crypto';
import type { KeyType, ResolvedCluster } from '../api/resolved-cluster';
import { serviceHost } from '../kafka/address';
import { allBrokerName, headlessName } from './naming';

/** What is asked of whoever signs. */
export interface CertificateProfile {
  readonly commonName: string;
  /** Subject alternative names, sorted: `DNS:…`, `IP:…`, `URI:…`. */
  readonly names: readonly string[];
  readonly keyType: KeyType;
  readonly durationMs: number;
  /** How long before its end it is renewed. */
  readonly renewBeforeMs: number;
  readonly authority: boolean;
}

export interface CertificateProfiles {
  readonly authority: CertificateProfile;
  readonly server: CertificateProfile;
  /** Undefined when the listener of the quorum has no TLS. */
  readonly quorum: CertificateProfile | undefined;
  readonly client: CertificateProfile;
}

/** A common name has at most 64 characters (RFC 5280, ub-common-name); longer ones become their hash, as Koperator's do. */
export const commonName = (name: string): string => (name.length <= 64 ? name : createHash('sha256').update(name).digest('hex'));

type Scope = Pick<ResolvedCluster, 'name' | 'namespace' | 'domain' | 'headless'>;

/** Common name of what nodes show. */
export const nodeCommonName = (cluster: Scope): string =>
  commonName(serviceHost(cluster, cluster.headless ? headlessName(cluster.name) : allBrokerName(cluster.name)));

/** Common name of what the operator and Cruise Control show. */
export const clientCommonName = ({ name, namespace, domain }: Scope): string => commonName(`${name}-controller.${namespace}.mgt.${domain}`);
