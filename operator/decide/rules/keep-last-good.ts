/**
 * With `onFailure: Rollback` the spec with which every node serves is kept. Written once for each such spec; the Secret's hash
 * says which one it holds.
 */
import { lastGoodManifest } from '../../../lib/constructs/last-good';
import { stamped } from '../drift';
import type { Rule } from '../context';
import { healthy } from '../health';
import { revisionOf } from '../revision';
import { applyIfNeeded } from './apply-drift';

export const keepLastGood: Rule = (context) => {
  const { cluster, views, nodes, rejected } = context;
  if (cluster.changePolicy.onFailure !== 'Rollback' || rejected.size > 0 || !healthy(context)) return [];
  const asWanted = views.every((v) => v.pod?.revision === revisionOf(nodes.get(v.node.id)?.pod));
  return asWanted ? applyIfNeeded(context, stamped(lastGoodManifest(cluster))) : [];
};
