/**
 * The KRaft quorum (KIP-853). A voter is a node id *and* a directory id, and every controller of a new cluster must be
 * formatted with the same list of both. So the directory ids are derived, not drawn: the list can be written again at any
 * time, and a second writer writes the same one. A volume that is replaced later gets an id of its own from Kafka's tool.
 */
import { createHash } from 'node:crypto';
import type { NodeRole } from './node-role';

/** A controller and where the others reach it. */
export interface Voter {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

/**
 * The directory id of a controller's first volume: a UUID as 22 characters of unpadded base64url. Never begins with `-`
 * (the command line would take it for an option) and is never one of the ids that Kafka keeps for itself.
 */
export function directoryId(clusterId: string, nodeId: number): string {
  for (let attempt = 0; ; attempt++) {
    const bytes = createHash('sha256').update(`${clusterId}/${nodeId}/${attempt}`).digest().subarray(0, 16);
    const id = bytes.toString('base64url');
    if (!id.startsWith('-') && !isReserved(bytes)) return id;
  }
}

/** Kafka reserves the ids 0 to 99 (org.apache.kafka.common.DirectoryId). */
const isReserved = (bytes: Uint8Array): boolean => bytes.subarray(0, 15).every((byte) => byte === 0);

/** `id@host:port:directoryId,…` in order of ids: the argument of `--initial-controllers`. */
export function initialControllers(voters: readonly Voter[], clusterId: string): string {
  return byId(voters)
    .map((voter) => `${voterText(voter)}:${directoryId(clusterId, voter.id)}`)
    .join(',');
}

/** `id@host:port,…` in order of ids: `controller.quorum.voters` of a static quorum. */
export const staticVoters = (voters: readonly Voter[]): string => byId(voters).map(voterText).join(',');

/** `host:port,…` in order of ids: `controller.quorum.bootstrap.servers` of a dynamic quorum. */
export const bootstrapServers = (voters: readonly Voter[]): string =>
  byId(voters)
    .map((voter) => `${voter.host}:${voter.port}`)
    .join(',');

const voterText = (voter: Voter): string => `${voter.id}@${voter.host}:${voter.port}`;

const byId = (voters: readonly Voter[]): readonly Voter[] => [...voters].sort((a, b) => a.id - b.id);

/** The fewest voters that can elect a leader: more than half. */
export const majorityOf = (voters: number): number => Math.floor(voters / 2) + 1;

/** How many of the voters may be away at once while a leader can still be elected; 0 for one or two voters. */
export const tolerableLosses = (voters: number): number => Math.max(0, voters - majorityOf(voters));

export const hasRole = (node: { readonly roles: readonly NodeRole[] }, role: NodeRole): boolean => node.roles.includes(role);
