import type { Action } from '../../../operator/decide/action';
import { contextFor } from '../../../operator/decide/decide';
import { inOrder, inRestartOrder, phaseOf } from '../../../operator/decide/order';
import { identityIn } from '../../../operator/decide/identity';
import type { World } from '../../../operator/decide/world';
import { happened, type Happening } from '../../world/happenings';
import { converged, NOW, withKafka } from '../../world/makers';
import { dedicatedNodes } from '../../world/three-nodes';

const target = { apiVersion: 'v1', kind: 'Pod', namespace: 'kafka', name: 'orders-1', uid: 'u', resourceVersion: '1' };
const manifest = (kind: string) => ({ apiVersion: 'v1', kind, metadata: { name: 'x' } });
const base = { risk: 'safe', reasons: [] } as const;
const restart = (node: number, running = true): Action => ({ ...base, kind: 'restartNode', node, target, running });

describe('a pass', () => {
  const inTurn: readonly (readonly [string, Action])[] = [
    ['the identity', { ...base, kind: 'mint', clusterId: undefined, quorum: 'Forming', initialControllers: [] }],
    ['what Pods need', { ...base, kind: 'apply', manifest: manifest('ConfigMap'), creates: true }],
    ['Pods', { ...base, kind: 'createPod', node: 1, manifest: manifest('Pod') }],
    ['marks', { ...base, kind: 'annotate', target, annotations: {} }],
    ['the one disruption', restart(1)],
    ['removals', { ...base, kind: 'delete', target }],
  ];

  it.each(inTurn.slice(1).map(([name], at) => [inTurn[at]?.[0] ?? '', name, at] as const))('does %s before %s', (_, __, at) => {
    const [first, second] = [inTurn[at]![1], inTurn[at + 1]![1]];
    expect(inOrder([second, first])).toEqual([first, second]);
  });

  it('writes a budget with the marks: before anything is stopped, after everything is repaired', () => {
    const budget: Action = { ...base, kind: 'apply', manifest: manifest('PodDisruptionBudget'), creates: false };
    expect(phaseOf(budget)).toBeGreaterThan(phaseOf(restart(1, false)));
    expect(phaseOf(budget)).toBeLessThan(phaseOf(restart(1)));
  });

  it('replaces a Pod that ended as early as it makes Pods, and keeps the order of equals', () => {
    expect(phaseOf(restart(1, false))).toBe(phaseOf({ ...base, kind: 'createPod', node: 1, manifest: manifest('Pod') }));
    expect(inOrder([restart(2, false), restart(1, false)]).map((a) => a.node)).toEqual([2, 1]);
  });
});

describe('restarts go', () => {
  const cluster = dedicatedNodes();
  const calm = converged(cluster);
  const turns = (world: World): readonly (number | undefined)[] => {
    const identity = identityIn(world, cluster);
    if (identity.kind !== 'known') throw new Error('not known');
    const all = [100, 1, 102, 0, 2, 101].map((node) => restart(node));
    return inRestartOrder(all, contextFor(cluster, world, identity, { now: NOW })).map((p) => p.node);
  };
  const led = (leaderId: number): World => {
    if (calm.kafka.state !== 'known') throw new Error('not known');
    return withKafka(calm, { quorum: { ...calm.kafka.value.quorum, leaderId } });
  };
  const after = (what: Happening): World => happened(led(1), cluster, what);

  it('controllers first, their leader last of them, then brokers by id', () => expect(turns(led(1))).toEqual([0, 2, 1, 100, 101, 102]));
  it('a controller that does not serve before those that do', () =>
    expect(turns(after({ podNotReady: 2 }))).toEqual([2, 0, 1, 100, 101, 102]));
  it('a broker that does not serve before those that do', () => expect(turns(after({ fenced: 102 }))).toEqual([0, 2, 1, 102, 100, 101]));

  it('a controller that brokers know alone after the brokers', () =>
    expect(turns(after({ knowsOnly: 0, node: 101 }))).toEqual([2, 1, 100, 101, 102, 0]));

  it('after everything else that is proposed', () => {
    const identity = identityIn(calm, cluster);
    if (identity.kind !== 'known') throw new Error('not known');
    const apply: Action = { ...base, kind: 'apply', manifest: manifest('Service'), creates: true };
    expect(inRestartOrder([restart(0), apply], contextFor(cluster, calm, identity, { now: NOW })).map((p) => p.kind)).toEqual([
      'apply',
      'restartNode',
    ]);
  });
});
