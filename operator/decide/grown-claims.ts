/** Claims that a person or an alert has grown beyond what the spec says: the spec is left as it is, so only the claim tells. */
import { parseQuantity } from '../../lib/api/quantity';
import type { Facts } from '../../lib/constructs/facts';
import { mountPathOf, type NodeView } from './node-view';
import { requestOf } from './rules/volumes';

/** Nothing where no claim was grown. */
export function grownFacts(views: readonly Pick<NodeView, 'node' | 'claims'>[]): Pick<Facts, 'grown'> {
  const grown = views.flatMap((view) => {
    const larger = view.claims.flatMap((claim) => {
      const path = mountPathOf(claim);
      const source = view.node.storage.find(({ mountPath }) => mountPath === path)?.source;
      const bytes = parseQuantity(requestOf(claim)) ?? 0;
      return source?.kind === 'claim' && bytes > source.bytes ? [[path, bytes] as const] : [];
    });
    return larger.length === 0 ? [] : [[view.node.id, Object.fromEntries(larger)] as const];
  });
  return grown.length === 0 ? {} : { grown: Object.fromEntries(grown) };
}
