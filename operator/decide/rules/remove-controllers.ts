/** What is left of a controller that left the spec goes after its vote: nothing is stopped that still counts for a majority. */
import { changeableQuorum } from '../changeable-quorum';
import type { Rule } from '../context';
import { isLeavingController, leftovers } from '../leaving-controller';
import { removal } from '../removal';

export const removeControllers: Rule = (context) => {
  if (changeableQuorum(context) === undefined) return [];
  const leaving = context.views.filter(isLeavingController);
  return leaving.flatMap((view) => leftovers(view, context).map((object) => removal(view.node.id, object, 'controller')));
};
