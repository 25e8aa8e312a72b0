import type { ResolvedCluster } from '../../../../lib/api/resolved-cluster';
import { decide } from '../../../../operator/decide/decide';
import { happened } from '../../../world/happenings';
import { converged, NOW, podOf } from '../../../world/makers';
import { threeNodes } from '../../../world/three-nodes';

const withResources = (cpu: string, memory: string): ResolvedCluster => {
  const cluster = threeNodes();
  return { ...cluster, nodes: cluster.nodes.map((n) => ({ ...n, resources: { requests: { cpu, memory }, limits: { memory } } })) };
};
const calm = converged(withResources('1', '3Gi'));
const uids = (world: typeof calm) => [0, 1, 2].map((id) => podOf(world, id)?.metadata.uid);
const kafkaOf = (world: typeof calm) => (podOf(world, 1)?.spec as { containers: { resources: object }[] }).containers[0]?.resources;

describe('resources that change', () => {
  it('reach every Pod while it runs, and then nothing is left to do', () => {
    const more = withResources('2', '4Gi');
    const after = converged(more, calm);
    expect(uids(after)).toEqual(uids(calm));
    expect(kafkaOf(after)).toEqual({ requests: { cpu: '2', memory: '4Gi' }, limits: { memory: '4Gi' } });
    expect(decide(more, after, NOW).actions).toEqual([]);
  });

  it('reach every Pod by restarts when memory shrinks', () => {
    const after = converged(withResources('1', '2Gi'), calm);
    expect(uids(after).filter((uid) => uids(calm).includes(uid))).toEqual([]);
    expect(kafkaOf(after)).toEqual({ requests: { cpu: '1', memory: '2Gi' }, limits: { memory: '2Gi' } });
  });

  it('are not given to a Pod that is stopping', () => {
    const plan = decide(withResources('2', '3Gi'), happened(calm, withResources('2', '3Gi'), { podStopping: 1 }), NOW);
    expect(plan.actions.flatMap((a) => (a.kind === 'resizePod' ? [a.node] : []))).toEqual([0, 2]);
  });
});
