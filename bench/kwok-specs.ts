/** Names of the clusters on fake nodes: known to the operator's side and to the simulated Kafka. */
export const NODE_IDS = [1, 2, 3];

export const clusterName = (at: number): string => `c${String(at).padStart(3, '0')}`;

/** Claims are bound to volumes made beforehand: there is no provisioner for fake nodes. */
export const STORAGE_CLASS = 'bench';
