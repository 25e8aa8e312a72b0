/** `onFailure: Rollback`: what stands still after a change was taken back from the node that did not come back with it. */
import type { Context } from './context';
import type { NodeView } from './node-view';
import type { Reason } from './reason';

export function whyRolledBack(_view: NodeView, _context: Context): readonly Reason[] {
  return [];
}
