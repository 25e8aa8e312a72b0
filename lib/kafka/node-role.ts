/** What a Kafka process is in a KRaft cluster (KIP-500, `process.roles`). */
export type NodeRole = 'broker' | 'controller';

export const NODE_ROLES: readonly NodeRole[] = ['broker', 'controller'];
