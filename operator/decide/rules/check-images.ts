/** Images are pulled where nodes are to restart with them, everywhere at once; what was made for it goes when it is not needed any more. */
import { LABEL } from '../../../lib/constructs/naming';
import { targetOf, type Rule } from '../context';
import { imageCheckFor } from '../image-check';
import { isOfEarlierLife, isOurs, objectsOf } from '../node-view';
import type { Proposal } from '../plan';
import { reason } from '../reason';

export const checkImages: Rule = (context) => {
  const checks = new Map(
    context.views.flatMap((view) => {
      const check = imageCheckFor(view, context);
      return check === undefined ? [] : [[check.manifest.metadata.name, check] as const];
    }),
  );
  const creates = [...checks].flatMap(([name, { image, kubeNode, manifest }]): readonly Proposal[] => {
    if (context.live.has(`Pod/${name}`)) return [];
    const why = reason('ImageCheck', `${image} is to be on Kubernetes node ${kubeNode} before anything is stopped there`);
    return [{ kind: 'apply', risk: 'safe', manifest, creates: true, reasons: [why] }];
  });
  return [...creates, ...outlived(context, new Set(checks.keys()))];
};

const outlived = ({ world }: Parameters<Rule>[0], needed: ReadonlySet<string>): readonly Proposal[] =>
  objectsOf(world, 'Pod')
    .filter((pod) => isOurs(pod) && pod.metadata.labels?.[LABEL.imageCheck] === 'true' && !needed.has(pod.metadata.name))
    .filter((pod) => pod.metadata.deletionTimestamp === undefined && !isOfEarlierLife(pod, world.cluster.uid))
    .map((pod) => ({ kind: 'delete', risk: 'safe', target: targetOf(pod), reasons: [reason('ImageCheck', 'no restart waits for it')] }));
