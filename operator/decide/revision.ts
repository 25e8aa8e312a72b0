/** Revisions: what a Pod was made from, and what the whole cluster is to become. */
import { ANNOTATION, shortHash } from '../../lib/constructs/naming';
import type { Manifest } from '../../lib/constructs/manifest';
import type { NodeManifests } from '../../lib/constructs/cluster';

/** The hash of all that needs a restart to change; empty when there is no manifest. */
export const revisionOf = (pod: Manifest | undefined): string => pod?.metadata.annotations?.[ANNOTATION.revision] ?? '';

const targets = new WeakMap<ReadonlyMap<number, NodeManifests>, string>();

/** The hash of every node's wanted revision: it stays the same from the first restart of a roll to the last. */
export function targetState(nodes: ReadonlyMap<number, NodeManifests>): string {
  const known = targets.get(nodes);
  if (known !== undefined) return known;
  const target = shortHash([...nodes].map(([id, { pod }]) => `${String(id)}=${revisionOf(pod)}`).join(), 16);
  targets.set(nodes, target);
  return target;
}
