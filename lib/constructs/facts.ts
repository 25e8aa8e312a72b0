/** What only the world knows and manifests need. */
import type { ResolvedNode } from '../api/resolved-cluster';
import type { AdvertisedAddress } from '../kafka/listeners';

export interface Facts {
  /** 22-character unpadded base64url UUID. */
  readonly clusterId: string;
  /** Ids of the first voters, fixed at the birth of the quorum; missing: every controller of the spec. */
  readonly initialControllers?: readonly number[];
  /** How a node's empty metadata volume may be formatted when its Pod is made (decision 8); missing means `never`. */
  readonly format: Readonly<Record<number, FormatMode>>;
  /** Where clients outside reach each node, by node id and listener; a listener that is missing is not opened to them yet. */
  readonly external?: Readonly<Record<number, Readonly<Record<string, ExternalAddress>>>>;
  /** Claims that were grown beyond the spec, in bytes, by node id and mount path. */
  readonly grown?: GrownClaims;
  /** What nodes need to know of certificates; left out: not known yet, or not needed. */
  readonly security?: SecurityFacts;
}

export type GrownClaims = Readonly<Record<number, Readonly<Record<string, number>>>>;

export interface SecurityFacts {
  /** Certificates of the CAs that are trusted, PEM, by listener with TLS (`client`: by Cruise Control of brokers). */
  readonly trust: Readonly<Record<string, string>>;
  /** Principals of nodes, operator and Cruise Control that the spec does not tell, because their certificates are the user's own; for example `User:CN=kafka`. */
  readonly superUsers: readonly string[];
  /** Fingerprint of the certificate that Cruise Control shows: another one restarts it. Left out: not known, or it shows none. */
  readonly client?: string;
}

/** What a broker advertises for an external listener; host undefined: the start script puts the address in from the placement. */
export type ExternalAddress = AdvertisedAddress;

export type ExternalOfNode = Readonly<Record<string, ExternalAddress>>;

/** Where clients outside reach one node, by listener. */
export const externalOf = (facts: Pick<Facts, 'external'>, node: Pick<ResolvedNode, 'id'>): ExternalOfNode =>
  facts.external?.[node.id] ?? {};

/** Its Pod needs to know the address of the Kubernetes node that it lands on. */
export const usesNodeAddress = (external: ExternalOfNode): boolean => Object.values(external).some(({ host }) => host === undefined);

/**
 * - `initial`: this controller is one of the first voters; only while the quorum is forming.
 * - `join`: an empty volume becomes a node that is no voter (`--no-initial-controllers`).
 * - `never`: an empty volume is an accident; the start script refuses it.
 */
export type FormatMode = 'initial' | 'join' | 'never';
