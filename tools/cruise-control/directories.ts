/** Which log directory of a broker gets which replica. Pure; directories with the fewest replicas get the next one. */
import type { DirMove, Model, ModelDir, ModelReplica } from './model';
import { unknownThing } from './refusal';

/** Every replica in these directories goes to others of the same broker. Throws a refusal when that cannot be. */
export function emptied(model: Model, leaving: ReadonlyMap<number, readonly string[]>): readonly DirMove[] {
  return [...leaving].flatMap(([broker, paths]) => emptiedAt(broker, paths, model.dirs.get(broker) ?? []));
}

function emptiedAt(broker: number, paths: readonly string[], dirs: readonly ModelDir[]): readonly DirMove[] {
  const known = dirs.map(({ path }) => path);
  if (paths.some((path) => !known.includes(path))) throw unknownThing(`Invalid log dirs provided for broker ${broker}.`);
  const others = dirs.filter(({ path, offline }) => !offline && !paths.includes(path));
  if (others.length === 0) throw unknownThing(`No log dir remaining to move replicas to for broker ${broker}.`);
  const counts = new Map(others.map(({ path, replicas }) => [path, replicas.length]));
  return dirs
    .filter(({ path, offline }) => !offline && paths.includes(path))
    .flatMap(({ path, replicas }) => settled(replicas).map((replica) => moveTo(broker, path, { replica, counts })));
}

/** Directories of each broker that is up get the same number of replicas, give or take one. */
export function evenedDirs(model: Model): readonly DirMove[] {
  return [...model.dirs].flatMap(([broker, dirs]) => evenedAt(broker, dirs));
}

function evenedAt(broker: number, dirs: readonly ModelDir[]): readonly DirMove[] {
  const online = dirs.filter(({ offline }) => !offline);
  const average = Math.ceil(online.reduce((sum, { replicas }) => sum + replicas.length, 0) / Math.max(online.length, 1));
  const counts = new Map(online.map(({ path, replicas }) => [path, Math.min(replicas.length, average)]));
  return online.flatMap(({ path, replicas }) => {
    const surplus = settled(replicas).slice(0, Math.max(0, replicas.length - average));
    return surplus.map((replica) => moveTo(broker, path, { replica, counts }));
  });
}

/** What is on its way in already is left alone. */
const settled = (replicas: readonly ModelReplica[]): readonly ModelReplica[] => replicas.filter(({ future }) => !future);

function moveTo(
  broker: number,
  from: string,
  { replica, counts }: { readonly replica: ModelReplica; readonly counts: Map<string, number> },
): DirMove {
  const [to = '', count = 0] = [...counts].filter(([path]) => path !== from).sort((a, b) => a[1] - b[1])[0] ?? [];
  counts.set(to, count + 1);
  const { topic, partition, bytes } = replica;
  return { broker, topic, partition, from, to, bytes };
}
