/** CPU and memory that can change while a node runs are changed so, all nodes at once: nobody is stopped by it. */
import { targetOf, type Rule } from '../context';
import { resizeOf } from '../pod-resize';

export const resizePods: Rule = ({ views, nodes }) =>
  views.flatMap(({ node, pod }) => {
    if (pod === undefined || pod.terminating) return [];
    const resize = resizeOf(nodes.get(node.id)?.pod, pod);
    if (resize?.how !== 'live') return [];
    const { resources, why } = resize;
    return [{ kind: 'resizePod', risk: 'safe', node: node.id, target: targetOf(pod.object), resources, reasons: [why] }];
  });
