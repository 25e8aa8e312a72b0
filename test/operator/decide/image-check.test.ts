import { LABEL } from '../../../lib/constructs/naming';
import { decide } from '../../../operator/decide/decide';
import { NEVER_PULLED } from '../../../operator/decide/simulate-pods';
import { withObject } from '../../../operator/decide/simulate';
import type { World } from '../../../operator/decide/world';
import { happened } from '../../world/happenings';
import { converged, NOW, pass, podOf, withImagesPulled } from '../../world/makers';
import { threeNodes } from '../../world/three-nodes';

const before = threeNodes('  clusterImage: kafka:1');
const after = threeNodes('  clusterImage: kafka:2');
const calm = converged(before);

const checksIn = (world: World) => world.objects.filter((o) => o.kind === 'Pod' && o.metadata.labels?.[LABEL.imageCheck] === 'true');
const uids = (world: World) => [0, 1, 2].map((id) => podOf(world, id)?.metadata.uid);
const restarts = (cluster: typeof before, world: World) =>
  decide(cluster, world, NOW).actions.flatMap((a) => (a.kind === 'restartNode' ? [a.node] : []));
/** What is said of node 1 when its check Pod is like this. */
function said(status: object | undefined): readonly string[] {
  const asked = withImagesPulled(after, calm);
  const checks = checksIn(asked).reduce((world, pod) => withObject(world, { ...pod, status }), asked);
  const held = decide(after, checks, NOW).held.find((h) => h.node === 1);
  return held?.reasons.map((r) => r.code) ?? [];
}
const container = (state: object, more: object = {}) => ({
  phase: 'Pending',
  containerStatuses: [{ name: 'image', restartCount: 0, state, ...more }],
});

describe('a new image', () => {
  it('is pulled by a Pod on each Kubernetes node where a node is to restart with it, before any does', () => {
    const plan = decide(after, calm, NOW);
    expect(plan.actions.map((a) => (a.kind === 'apply' ? [a.manifest.kind, a.creates, a.risk] : a.kind))).toEqual([
      ['Pod', true, 'safe'],
      ['Pod', true, 'safe'],
      ['Pod', true, 'safe'],
    ]);
    expect(plan.held.map((h) => h.reasons.map((r) => r.code))).toEqual([['ImageCheck'], ['ImageCheck'], ['ImageCheck']]);
  });

  test.each([
    ['is waited for while nothing is said of it', undefined, ['ImageCheck']],
    ['is waited for while its container is made', container({ waiting: { reason: 'ContainerCreating' } }), ['ImageCheck']],
    [
      'is unavailable when it cannot be pulled',
      container({ waiting: { reason: 'ErrImagePull', message: 'not found' } }),
      ['ImageUnavailable'],
    ],
    ['is unavailable while the kubelet waits to try again', container({ waiting: { reason: 'ImagePullBackOff' } }), ['ImageUnavailable']],
    ['is unavailable when its name is none', container({ waiting: { reason: 'InvalidImageName' } }), ['ImageUnavailable']],
    ['is there when its container runs', container({ running: {} }), []],
    ['is there when its container ended, however', container({ terminated: { exitCode: 127 } }), []],
    ['is there when its id is known', container({ waiting: { reason: 'CreateContainerError' } }, { imageID: 'sha256:1' }), []],
    ['cannot be told of when the Pod was not admitted, and is tried', { phase: 'Failed', reason: 'OutOfpods' }, []],
  ])('%s', (_sentence, status, codes) => {
    expect(said(status)).toEqual(codes);
  });

  test('is unavailable in words that stay the same while the kubelet tries again', () => {
    const message = (state: object) => {
      const asked = withImagesPulled(after, calm);
      const world = checksIn(asked).reduce((w, pod) => withObject(w, { ...pod, status: container(state) }), asked);
      return decide(after, world, NOW).held.find((h) => h.node === 1)?.reasons[0]?.message;
    };
    const first = message({ waiting: { reason: 'ErrImagePull', message: 'kafka:2: not found' } });
    expect(first).toBe('Kubernetes node node-b cannot pull kafka:2: kafka:2: not found');
    expect(
      message({ waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "kafka:2": ErrImagePull: kafka:2: not found' } }),
    ).toBe(first);
  });

  it('that is there rolls, and nothing is left of the check', () => {
    const rolled = converged(after, calm);
    expect(uids(rolled).filter((uid) => uids(calm).includes(uid))).toEqual([]);
    expect(checksIn(rolled)).toEqual([]);
  });

  it('that nobody can pull stops nothing, and taking it back removes the check', () => {
    const bad = threeNodes(`  clusterImage: kafka:${NEVER_PULLED}`);
    let world = calm;
    for (let at = 0; at < 5; at += 1) world = pass(bad, world);
    expect(uids(world)).toEqual(uids(calm));
    expect(checksIn(world)).toHaveLength(3);
    const back = converged(before, world);
    expect(uids(back)).toEqual(uids(calm));
    expect(checksIn(back)).toEqual([]);
  });

  it('does not hold a node whose process does not run', () => {
    expect(restarts(after, happened(calm, after, { podCrashing: 1, says: 'no' }))).toEqual([1]);
  });

  it('is not pulled on a Kubernetes node that does not exist', () => {
    const plan = decide(after, happened(calm, after, { kubeNodeGone: 'node-b' }), NOW);
    const pulledOn = plan.actions.flatMap((a) => (a.kind === 'apply' ? [(a.manifest.spec as { nodeName?: string }).nodeName] : []));
    expect(pulledOn).toEqual(['node-a', 'node-c']);
  });

  it('is not pulled for a change of anything else', () => {
    const changed = threeNodes('  clusterImage: kafka:1\n  readOnlyConfig: num.io.threads=9');
    expect(decide(changed, calm, NOW).actions.some((a) => a.kind === 'apply' && a.manifest.kind === 'Pod')).toBe(false);
  });
});
