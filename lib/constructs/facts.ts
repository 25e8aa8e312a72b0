/** What only the world knows and manifests need. */
export interface Facts {
  /** 22-character unpadded base64url UUID. */
  readonly clusterId: string;
  /** Ids of the first voters, fixed at the birth of the quorum; missing: every controller of the spec. */
  readonly initialControllers?: readonly number[];
  /** How a node's empty metadata volume may be formatted when its Pod is made (decision 8); missing means `never`. */
  readonly format: Readonly<Record<number, FormatMode>>;
  /** Where clients outside reach each node, by node id and listener; a listener that is missing is not opened to them yet. */
  readonly external?: Readonly<Record<number, Readonly<Record<string, ExternalAddress>>>>;
}

/** What a broker advertises for an external listener. */
export interface ExternalAddress {
  /** Undefined: an address of the Kubernetes node that the Pod lands on; the start script puts it in from the placement. */
  readonly host: string | undefined;
  readonly port: number;
}

/**
 * - `initial`: this controller is one of the first voters; only while the quorum is forming.
 * - `join`: an empty volume becomes a node that is no voter (`--no-initial-controllers`).
 * - `never`: an empty volume is an accident; the start script refuses it.
 */
export type FormatMode = 'initial' | 'join' | 'never';
