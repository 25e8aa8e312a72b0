/**
 * The claims remember how their quorum was made. When a static one was turned into a dynamic one at Kafka and in the spec
 * (identity.ts has seen both), they are told, so that from then on a static spec is the contradiction.
 */
import { ANNOTATION } from '../../../lib/constructs/naming';
import { targetOf, type Rule } from '../context';
import { annotationOf, isOurs, nodeIdOf, objectsOf } from '../node-view';
import { reason } from '../reason';

export const markQuorumMode: Rule = ({ cluster, world }) => {
  if (cluster.quorumMode !== 'dynamic') return [];
  const claims = objectsOf(world, 'PersistentVolumeClaim').filter((o) => isOurs(o) && annotationOf(o, ANNOTATION.quorumMode) === 'static');
  return claims.map((claim) => {
    const node = nodeIdOf(claim);
    const why = reason('Identity', 'its quorum is a dynamic one from now on');
    const annotations = { [ANNOTATION.quorumMode]: 'dynamic' };
    return {
      kind: 'annotate',
      risk: 'safe',
      target: targetOf(claim),
      annotations,
      reasons: [why],
      ...(node === undefined ? {} : { node }),
    };
  });
};
