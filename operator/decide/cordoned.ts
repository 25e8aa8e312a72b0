/**
 * The log directories of a broker on which Kafka is to put nothing new (KIP-1066), for whatever reason: all of a broker that left
 * the spec, as long as its removal stands (`wholly`, see cordon.ts); else those of its volumes that left the spec, as long as
 * theirs does (decision 25). Absolute paths as Kafka names them, in the order in which the broker has them.
 */
import { logDir } from '../../lib/kafka/server-properties';
import type { Context } from './context';
import { whyNeverEmptied } from './disk-removal';
import { dataMounts, leavingVolumes } from './leaving-volume';
import type { NodeView } from './node-view';

export function cordonedDirs(view: NodeView, wholly: boolean, seen: Pick<Context, 'cluster' | 'world'>): readonly string[] {
  if (wholly) return view.node.storage.map(({ mountPath }) => logDir(mountPath));
  if (view.node.departing || view.pod === undefined) return [];
  const mounted = dataMounts(view.pod.object);
  return leavingVolumes(view)
    .filter((volume) => mounted.includes(volume.mountPath) && whyNeverEmptied(view, volume, seen) === undefined)
    .map((volume) => volume.logDir);
}
