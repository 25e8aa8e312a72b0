/** What only the world knows and manifests need. */
export interface Facts {
  /** 22-character unpadded base64url UUID. */
  readonly clusterId: string;
  /** Ids of the first voters, fixed at the birth of the quorum; missing: every controller of the spec. */
  readonly initialControllers?: readonly number[];
  /** How a node's empty metadata volume may be formatted when its Pod is made (decision 8); missing means `never`. */
  readonly format: Readonly<Record<number, FormatMode>>;
}

/**
 * - `initial`: this controller is one of the first voters; only while the quorum is forming.
 * - `join`: an empty volume becomes a node that is no voter (`--no-initial-controllers`).
 * - `never`: an empty volume is an accident; the start script refuses it.
 */
export type FormatMode = 'initial' | 'join' | 'never';
