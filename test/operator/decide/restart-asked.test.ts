import { ANNOTATION } from '../../../lib/constructs/naming';
import { decide } from '../../../operator/decide/decide';
import { annotationOf } from '../../../operator/decide/node-view';
import { happened } from '../../world/happenings';
import { converged, NOW, podOf, withAnnotation } from '../../world/makers';
import { threeNodes } from '../../world/three-nodes';

const cluster = threeNodes();
const calm = converged(cluster);

describe('a restart that was asked for', () => {
  it('by an annotation on the KafkaCluster reaches every node once, and then nothing is left to do', () => {
    const after = converged(cluster, withAnnotation(calm, ANNOTATION.restart, 'tuesday'));
    for (const id of [0, 1, 2]) {
      expect(podOf(after, id)?.metadata.uid).not.toBe(podOf(calm, id)?.metadata.uid);
      expect(annotationOf(podOf(after, id)!, ANNOTATION.restartedFor)).toBe('tuesday');
    }
    expect(decide(cluster, after, NOW).actions).toEqual([]);
  });

  it('is not asked again by taking the annotation off', () => {
    const { restart } = ANNOTATION;
    const after = converged(cluster, withAnnotation(calm, restart, 'tuesday'));
    const { [restart]: _gone, ...others } = after.cluster.annotations;
    expect(decide(cluster, { ...after, cluster: { ...after.cluster, annotations: others } }, NOW).actions).toEqual([]);
  });

  it('by an annotation on a Pod is answered by its new Pod', () => {
    const after = converged(cluster, happened(calm, cluster, { podAnnotated: 1, key: ANNOTATION.restart, value: '' }));
    expect([0, 1, 2].map((id) => podOf(after, id)?.metadata.uid === podOf(calm, id)?.metadata.uid)).toEqual([true, false, true]);
  });

  it('by an annotation that the spec puts on every Pod is not answered for ever', () => {
    const annotated = threeNodes(`  clusterWideConfig: ""`);
    const nodes = annotated.nodes.map((n) => ({ ...n, annotations: { ...n.annotations, [ANNOTATION.restart]: 'x' } }));
    const world = converged({ ...annotated, nodes });
    expect(podOf(world, 0)?.metadata.annotations?.[ANNOTATION.restart]).toBe('x');
  });

  it('by a label is answered by its new Pod', () => {
    const selecting = threeNodes('  taintedBrokersSelector: { matchLabels: { disk: worn } }');
    const tainted = happened(converged(selecting), selecting, { podLabelled: 2, key: 'disk', value: 'worn' });
    expect(
      decide(selecting, tainted, NOW)
        .actions.filter((a) => a.kind === 'restartNode')
        .map((a) => a.node),
    ).toEqual([2]);
    expect(podOf(converged(selecting, tainted), 2)?.metadata.labels).not.toHaveProperty('disk');
  });
});
