/**
 * The toy's log directories: how many replicas lie in each, consistent with the topics. Which replica lies where is not kept:
 * what comes goes into the first directory that takes it, what goes leaves the last one that has any.
 */
import { CONFIG_KEY } from '../../lib/constructs/broker-config';
import { parseProperties } from '../../lib/kafka/properties';
import { nodeIdOf } from './node-view';
import type { KafkaView, LiveObject, LogDirView, TopicView, World } from './world';

type LogDirs = NonNullable<KafkaView['logDirs']>;

/** Bytes of a replica. */
const REPLICA_BYTES = 1_000_000;

export const CORDONED = 'cordoned.log.dirs';

type Before = Pick<KafkaView, 'logDirs' | 'configs'> | undefined;

/** Of the brokers that live: what they tell of their directories. */
export function logDirsAfter(world: World, pods: readonly LiveObject[], topics: readonly TopicView[], before: Before): LogDirs {
  return Object.fromEntries(
    pods.map((pod) => {
      const id = nodeIdOf(pod) ?? -1;
      const dirs = { paths: pathsOf(world, pod), cordoned: cordonedOn(before, id) };
      return [String(id), filled(dirs, before?.logDirs?.[String(id)] ?? [], namesOn(topics, id))];
    }),
  );
}

function cordonedOn(before: Before, id: number): readonly string[] {
  const settings = before?.configs?.brokers[String(id)] ?? [];
  return settings.find(({ key }) => key === CORDONED)?.value?.split(',') ?? [];
}

/** One name for each replica. */
const namesOn = (topics: readonly TopicView[], id: number): readonly string[] =>
  topics.flatMap(({ name, partitions }) => partitions.filter((p) => p.replicas.includes(id)).map(() => name));

/** As its process was configured. */
function pathsOf(world: World, pod: LiveObject): readonly string[] {
  const { volumes = [] } = pod.spec as { volumes?: readonly { name: string; configMap?: { name: string } }[] };
  const name = volumes.find((v) => v.name === 'broker-config')?.configMap?.name;
  const config = world.objects.find((o) => o.kind === 'ConfigMap' && o.metadata.name === name);
  return config === undefined ? ['/logs/kafka'] : pathsIn(config);
}

const read = new WeakMap<LiveObject, readonly string[]>();

function pathsIn(config: LiveObject): readonly string[] {
  const text = (config.data as Readonly<Record<string, string>> | undefined)?.[CONFIG_KEY] ?? '';
  const paths = read.get(config) ?? (parseProperties(text)['log.dirs'] ?? '/logs/kafka').split(',').map((path) => path.trim());
  read.set(config, paths);
  return paths;
}

interface Dirs {
  readonly paths: readonly string[];
  readonly cordoned: readonly string[];
}

function filled({ paths, cordoned }: Dirs, before: readonly LogDirView[], names: readonly string[]): readonly LogDirView[] {
  const known = new Map(before.map((dir) => [dir.path, dir] as const));
  const counts = paths.map((path) => known.get(path)?.replicas ?? 0);
  const offline = paths.map((path) => known.get(path)?.offline ?? false);
  const takes = paths.findIndex((path, at) => offline[at] === false && !cordoned.includes(path));
  let over = counts.reduce((sum, count) => sum + count, 0) - names.length;
  if (over < 0) counts[Math.max(0, takes)] = (counts[Math.max(0, takes)] ?? 0) - over;
  for (let at = counts.length - 1; at >= 0 && over > 0; at -= 1) {
    const gone = Math.min(over, counts[at] ?? 0);
    counts[at] = (counts[at] ?? 0) - gone;
    over -= gone;
  }
  let from = 0;
  return paths.map((path, at) => {
    const replicas = counts[at] ?? 0;
    const topics = [...new Set(names.slice(from, from + replicas))].slice(0, 10);
    from += replicas;
    return { path, offline: offline[at] ?? false, replicas, topics, bytes: replicas * REPLICA_BYTES };
  });
}

/** Everything in these directories moves to the first other one of their broker; undefined: there is none. */
export function emptied(dirs: readonly LogDirView[], paths: readonly string[]): readonly LogDirView[] | undefined {
  const stays = dirs.find((dir) => !paths.includes(dir.path) && !dir.offline);
  if (stays === undefined) return undefined;
  const going = dirs.filter((dir) => paths.includes(dir.path) && !dir.offline);
  const more = going.reduce((sum, dir) => sum + dir.replicas, 0);
  return dirs.map((dir) => {
    if (going.includes(dir)) return withReplicas(dir, 0, []);
    return dir === stays ? withReplicas(dir, dir.replicas + more, [...dir.topics, ...going.flatMap((g) => g.topics)]) : dir;
  });
}

/** Each directory gets about as many as the others. */
export function evened(dirs: readonly LogDirView[]): readonly LogDirView[] {
  const open = dirs.filter((dir) => !dir.offline);
  const all = open.reduce((sum, dir) => sum + dir.replicas, 0);
  const topics = open.flatMap((dir) => dir.topics);
  return dirs.map((dir) => {
    const at = open.indexOf(dir);
    if (at < 0) return dir;
    const share = Math.floor(all / open.length) + (at < all % open.length ? 1 : 0);
    return withReplicas(dir, share, share === 0 ? [] : topics);
  });
}

const withReplicas = (dir: LogDirView, replicas: number, topics: readonly string[]): LogDirView => ({
  ...dir,
  replicas,
  topics: [...new Set(topics)].slice(0, 10),
  bytes: replicas * REPLICA_BYTES,
});
