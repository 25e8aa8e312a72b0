/** A Pod that nobody can stop any more is removed without grace, so that the node can be made anew elsewhere. */
import { targetOf, type Rule } from '../context';
import { lossOf } from '../node-loss';

export const removeLostPods: Rule = (context) =>
  context.views.flatMap((view) => {
    const loss = lossOf(view, context);
    if (view.pod === undefined || loss?.state !== 'gone') return [];
    return [{ kind: 'delete', risk: 'safe', force: true, node: view.node.id, target: targetOf(view.pod.object), reasons: [loss.why] }];
  });
