/** What is left of a controller that left the spec goes after its vote: nothing is stopped that still counts for a majority. */
import { changeableQuorum } from '../changeable-quorum';
import { targetOf, type Rule } from '../context';
import { isLeavingController, leftovers } from '../leaving-controller';
import type { Proposal } from '../plan';
import { reason } from '../reason';
import type { LiveObject } from '../world';

export const removeControllers: Rule = (context) => {
  if (changeableQuorum(context) === undefined) return [];
  const leaving = context.views.filter(isLeavingController);
  return leaving.flatMap((view) => leftovers(view, context).map((object) => removal(view.node.id, object)));
};

const removal = (node: number, object: LiveObject): Proposal => ({
  kind: 'delete',
  risk: holdsSomething(object) ? 'destructive' : 'safe',
  node,
  target: targetOf(object),
  reasons: [reason('Unwanted', whyOf(object))],
});

const holdsSomething = ({ kind }: LiveObject): boolean => kind === 'Pod' || kind === 'PersistentVolumeClaim';

function whyOf({ kind }: LiveObject): string {
  if (kind === 'Pod') return 'its controller left the spec';
  if (kind === 'PersistentVolumeClaim') return 'its controller left the spec and volumeReclaim is Delete';
  return 'its controller is gone';
}
