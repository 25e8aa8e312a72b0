/** metadata.resourceVersion: a number that grows with every write to the API server, until the server is restored from a backup. */
export const parseVersion = (text: string): bigint => (/^\d+$/.test(text) ? BigInt(text) : 0n);
