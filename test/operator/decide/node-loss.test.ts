import { decide } from '../../../operator/decide/decide';
import { BELIEVED_AFTER_MS, lossOf } from '../../../operator/decide/node-loss';
import { nodeViews } from '../../../operator/decide/node-view';
import { simulate } from '../../../operator/decide/simulate';
import type { World } from '../../../operator/decide/world';
import { happened, type Happening } from '../../world/happenings';
import { converged, NOW, podOf } from '../../world/makers';
import { dedicatedNodes } from '../../world/three-nodes';

const cluster = dedicatedNodes();
const calm = converged(cluster);
const ON = ((podOf(calm, 101)?.spec ?? {}) as { nodeName: string }).nodeName;
const after = (...story: readonly Happening[]): World => story.reduce((world, what) => happened(world, cluster, what), calm);
const loss = (world: World, now = NOW) =>
  lossOf(
    nodeViews(cluster, world).find((v) => v.node.id === 101)!,
    { world, now },
  )?.state;
const forced = (world: World, now = NOW) => decide(cluster, world, now).actions.filter((a) => a.kind === 'delete' && a.force === true);

describe('the Kubernetes node of a Pod', () => {
  test.each<[string, readonly Happening[], string | undefined]>([
    ['is there and ready: nothing is lost', [{ podNotReady: 101 }, { fenced: 101 }], undefined],
    ['is gone: the Pod goes, though nobody stops it', [{ boundLongAgo: 101 }, { fenced: 101 }, { kubeNodeGone: ON }], 'gone'],
    ['is gone, and its Pod is stopping', [{ boundLongAgo: 101 }, { podStopping: 101 }, { kubeNodeGone: ON }], 'gone'],
    ['is not known, and its Pod serves: so it must be there', [{ kubeNodeGone: ON }], undefined],
    ['is not known, and its Pod was bound just now', [{ podNotReady: 101 }, { fenced: 101 }, { kubeNodeGone: ON }], 'unreachable'],
    ['is out of service, and its Pod is stopping', [{ podStopping: 101 }, { kubeNodeOutOfService: ON }], 'gone'],
    ['is out of service, and its Pod is not stopping yet', [{ kubeNodeOutOfService: ON }], undefined],
    ['does not answer, and its Pod is stopping', [{ podStopping: 101 }, { kubeletSilent: ON }], 'unreachable'],
    ['does not answer, and its Pod is not stopping', [{ podNotReady: 101 }, { kubeletSilent: ON }], undefined],
    [
      'is gone, and its Pod ended for good: an ordinary removal will do',
      [{ podFailed: 101, reason: 'Evicted' }, { kubeNodeGone: ON }],
      undefined,
    ],
  ])('%s', (_sentence, story, expected) => {
    expect(loss(after(...story))).toBe(expected);
  });

  test('is not gone when no Kubernetes node at all is known', () => {
    expect(loss({ ...after({ boundLongAgo: 101 }, { fenced: 101 }, { podStopping: 101 }), kubeNodes: [] })).toBeUndefined();
  });

  test('is believed to be gone after a while', () => {
    const world = after({ podNotReady: 101 }, { fenced: 101 }, { kubeNodeGone: ON });
    expect(loss(world, NOW + BELIEVED_AFTER_MS - 1)).toBe('unreachable');
    expect(loss(world, NOW + BELIEVED_AFTER_MS)).toBe('gone');
    expect(decide(cluster, world, NOW).wakeAfter).toBeLessThanOrEqual(BELIEVED_AFTER_MS);
  });
});

test('a Pod that nobody can stop is removed without grace, and made anew', () => {
  const world = after({ boundLongAgo: 101 }, { fenced: 101 }, { kubeNodeGone: ON });
  const [action, ...others] = forced(world);
  expect(others).toEqual([]);
  expect(action).toMatchObject({ node: 101, risk: 'safe', target: { kind: 'Pod', uid: podOf(world, 101)?.metadata.uid } });
  expect(decide(cluster, simulate(world, action!), NOW).actions.some((a) => a.kind === 'createPod' && a.node === 101)).toBe(true);
});
