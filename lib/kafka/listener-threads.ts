/** How many threads of a broker serve the connections of a listener (`num.network.threads`, which a listener may have of its own). */
const DEFAULT = 3;
/** Nobody counts further: a broker of many cores has sixteen. */
const MOST = 32;

/**
 * The most that any part of the configuration says: which of them is in effect is of no weight to who wants to meet every thread.
 *
 * @param parts properties by key, of the cluster and of the broker, read at the start and while it runs
 */
export function networkThreads(parts: readonly Readonly<Record<string, string>>[], listener: string): number {
  const keys = ['num.network.threads', `listener.name.${listener.toLowerCase()}.num.network.threads`];
  const said = parts.flatMap((part) => keys.map((key) => Number(part[key]))).filter((count) => Number.isInteger(count));
  return Math.min(Math.max(DEFAULT, ...said), MOST);
}
