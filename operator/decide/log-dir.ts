/**
 * One log directory as Kafka tells of it. It is found by its exact path, which ends where it ends: `/kafka-logs/kafka` says nothing
 * of `/kafka-logs2/kafka`. A broker that was not asked, or did not answer, says nothing of any.
 */
import { logDir } from '../../lib/kafka/server-properties';
import type { LogDirView, World } from './world';

/** `unknown`: the broker said nothing. `notServed`: it has no such directory. */
export type SeenLogDir = LogDirView | 'unknown' | 'notServed';

/** The log directory of a volume on a broker. */
export function seenLogDir(world: World, id: number, mountPath: string): SeenLogDir {
  const dirs = logDirsOf(world, id);
  if (dirs === undefined) return 'unknown';
  const path = logDir(mountPath);
  return dirs.find((dir) => dir.path === path) ?? 'notServed';
}

/** Undefined: unknown. */
export const logDirsOf = ({ kafka }: World, id: number): readonly LogDirView[] | undefined =>
  kafka.state === 'known' ? kafka.value.logDirs?.[String(id)] : undefined;

/** Kafka serves it and says that no replica lies in it. */
export const isEmptyDir = (seen: SeenLogDir): boolean => typeof seen === 'object' && !seen.offline && seen.replicas === 0;
