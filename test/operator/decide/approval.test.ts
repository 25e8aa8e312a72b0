import fc from 'fast-check';
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { ANNOTATION } from '../../../lib/constructs/naming';
import type { Action } from '../../../operator/decide/action';
import { approvalOf, planHash, stepOf, type Approval } from '../../../operator/decide/approval';
import { decide } from '../../../operator/decide/decide';
import { nodeIdOf } from '../../../operator/decide/node-view';
import { reason } from '../../../operator/decide/reason';
import { report } from '../../../operator/decide/report';
import { settle, simulate, withStatus } from '../../../operator/decide/simulate';
import type { World } from '../../../operator/decide/world';
import { contextOf, converged, NOW, podOf, withAnnotation, withFenced, withKafka, withoutPod, withPodStatus } from '../../world/makers';
import { threeNodes } from '../../world/three-nodes';

const wish = (threads: number, policy = 'approval: Required'): ResolvedCluster =>
  threeNodes(`  readOnlyConfig: "num.io.threads=${String(threads)}"\n  changePolicy: { ${policy} }`);

const old = wish(3);
const calm = converged(old);
const wanted = wish(4);

const approvalIn = (world: World, cluster = wanted, now = NOW): Approval => decide(cluster, world, now).preview!.approval!;
const named = (world: World, hash: string): World => withAnnotation(world, ANNOTATION.approvedPlan, hash);
const stops = (actions: readonly Action[]): readonly Action[] => actions.filter((a) => a.risk !== 'safe');
const codes = (cluster: ResolvedCluster, world: World): readonly string[] =>
  decide(cluster, world, NOW).held.flatMap((h) => h.reasons.map((r) => r.code));

/** One pass that may end in the middle. */
function passed(cluster: ResolvedCluster, world: World, most = Infinity): World {
  const plan = decide(cluster, world, NOW);
  const done = plan.actions.slice(0, most);
  const settled = settle(done.reduce(simulate, world));
  if (done.length < plan.actions.length) return settled;
  const outcomes = done.map((action) => ({ action, result: 'done' as const }));
  return withStatus(settled, report(cluster, { world: settled, plan, outcomes, now: NOW }));
}

const until = (cluster: ResolvedCluster, world: World, passes: number): World =>
  [...Array(passes).keys()].reduce((w) => passed(cluster, w), world);

describe('the hash of a plan', () => {
  const { hash } = approvalIn(calm);

  it('is of every step that is pending, the held ones as well, and begins with a letter', () => {
    const approval = approvalIn(calm);
    expect(approval.steps.map((s) => s.replace(/ to [0-9a-f]{16}$/, ' to R'))).toEqual([
      'restart 0 to R',
      'restart 1 to R',
      'restart 2 to R',
    ]);
    expect(approval).toMatchObject({ hash: planHash(approval.steps), waiting: 3, required: true, toRecord: false });
    expect(hash).toMatch(/^[a-f][0-9a-f]{15}$/);
  });

  it('stays the same in whatever order objects are seen, and at whatever time', () => {
    const property = fc.property(
      fc.shuffledSubarray([...calm.objects], { minLength: calm.objects.length }),
      fc.nat(1e12),
      (objects, later) => {
        expect(approvalIn({ ...calm, objects }, wanted, NOW + later).hash).toBe(hash);
      },
    );
    fc.assert(property, { numRuns: 25 });
  });

  it.each<[string, World]>([
    ['another controller leads', withKafka(calm, { quorum: { ...kafkaOf(calm).quorum, leaderId: 2 } })],
    ['Kafka cannot be seen', { ...calm, kafka: { state: 'unknown', why: 'silence' } }],
    ['a broker is fenced', withFenced(calm, 1)],
    ['another plan is approved', named(calm, 'a000000000000000')],
  ])('stays the same when %s', (_, world) => {
    expect(approvalIn(world).hash).toBe(hash);
  });

  it('stays the same when it is written into the spec', () => {
    expect(approvalIn(calm, wish(4, `approval: Required, approvedPlan: "${hash}"`)).hash).toBe(hash);
    expect(approvalIn(calm, wish(4, 'approval: Automatic')).hash).toBe(hash);
  });

  it.each<[string, World, ResolvedCluster]>([
    ['something else is wanted', calm, wish(5)],
    ['a node does not run and is replaced anyway', withoutPod(calm, 1), wanted],
  ])('is another one when %s', (_, world, cluster) => {
    expect(approvalIn(world, cluster).hash).not.toBe(hash);
  });

  it('does not exist when nothing disruptive is pending', () => {
    expect(decide(old, calm, NOW).preview).toBeUndefined();
    expect(decide(old, withoutPod(calm, 1), NOW).preview).toBeUndefined();
  });
});

function kafkaOf(world: World) {
  if (world.kafka.state !== 'known') throw new Error('Kafka is not known in this world');
  return world.kafka.value;
}

describe('a plan that needs an approval', () => {
  const { hash, steps } = approvalIn(calm);

  it('stops nothing, and says how to approve it, both ways', () => {
    const { actions, held, wakeAfter } = decide(wanted, calm, NOW);
    expect([stops(actions), wakeAfter]).toEqual([[], undefined]);
    expect(held.map((h) => h.reasons[0]?.message)).toEqual(
      Array(3).fill(`approve plan ${hash}: changePolicy.approvedPlan, or annotation kafka.banzaicloud.io/approved-plan`),
    );
  });

  it('makes the cluster wait, not degrade', () => {
    const status = report(wanted, { world: calm, plan: decide(wanted, calm, NOW), outcomes: [], now: NOW });
    const condition = (type: string) => status.conditions?.find((c) => c.type === type);
    expect(status).toMatchObject({
      state: 'ClusterRunning',
      plan: { hash, waves: ['node 1 (rack zone-b)', 'node 2 (rack zone-c)', 'node 0 (rack zone-a)'] },
    });
    expect(condition('Progressing')).toMatchObject({
      status: 'False',
      reason: 'Waiting',
      message: expect.stringContaining(hash) as string,
    });
    expect(condition('Degraded')).toMatchObject({ status: 'False' });
    expect(condition('Held')).toMatchObject({ status: 'True' });
  });

  it.each<[string, World, ResolvedCluster]>([
    ['by annotation', named(calm, hash), wanted],
    ['by annotation, with a blank too many', named(calm, ` ${hash} `), wanted],
    ['in the spec', calm, wish(4, `approval: Required, approvedPlan: "${hash}"`)],
    [
      'in the spec, while an annotation of old stands',
      named(calm, 'a000000000000000'),
      wish(4, `approval: Required, approvedPlan: "${hash}"`),
    ],
  ])('is written down when it is approved %s, then carried out to its end', (_, world, cluster) => {
    const plan = decide(cluster, world, NOW);
    expect(plan.actions).toMatchObject([
      { kind: 'record', risk: 'safe', status: { approval: { hash, steps } }, reasons: [{ code: 'Approved' }] },
    ]);
    expect(plan.wakeAfter).toBe(0);
    const end = until(cluster, world, 15);
    expect(decide(cluster, end, NOW)).toMatchObject({ actions: [], held: [] });
    expect(end.cluster.status.approval).toEqual({ hash, steps });
  });

  it('is not carried out by the hash of another plan', () => {
    expect(stops(decide(wanted, until(wanted, named(calm, 'a000000000000000'), 5), NOW).actions)).toEqual([]);
  });

  it('stands still when the approval is taken away, and goes on when it is given back', () => {
    const begun = until(wanted, named(calm, hash), 3);
    expect(approvalIn(begun).steps).toHaveLength(2);
    const taken = named(begun, '');
    expect(stops(decide(wanted, until(wanted, taken, 5), NOW).actions)).toEqual([]);
    expect(codes(wanted, until(wanted, taken, 5))).toEqual(['ApprovalNeeded', 'ApprovalNeeded']);
    expect(decide(wanted, until(wanted, named(taken, hash), 15), NOW)).toMatchObject({ actions: [], held: [] });
  });

  it('needs a new approval for a step that was not in it', () => {
    const begun = until(wanted, named(calm, hash), 4);
    const more = wish(5);
    const stopped = until(more, begun, 5);
    expect(stops(decide(more, stopped, NOW).actions)).toEqual([]);
    expect(decide(more, stopped, NOW).held[0]?.reasons[0]?.message).toContain(
      `not among the steps of plan ${hash}, which was approved; approve plan `,
    );
    expect(decide(more, until(more, named(stopped, approvalIn(stopped, more).hash), 15), NOW)).toMatchObject({ actions: [], held: [] });
  });

  it('does not let a step be repeated by an approval that was used: a restart that is asked for again is another step', () => {
    const asked = (world: World, value: string): World => withAnnotation(world, ANNOTATION.restart, value);
    const first = asked(calm, 'once');
    const done = until(old, named(first, approvalIn(first, old).hash), 15);
    expect(decide(old, done, NOW)).toMatchObject({ actions: [], held: [] });
    expect(stops(decide(old, asked(done, 'again'), NOW).actions)).toEqual([]);
    expect(codes(old, asked(done, 'again'))).toContain('ApprovalNeeded');
  });

  it('needs none for what does not run, nor to take a change back from a node that serves nobody', () => {
    expect(decide(wanted, withoutPod(calm, 1), NOW).actions.map((a) => [a.kind, a.node])).toContainEqual(['createPod', 1]);
    const begun = until(wanted, named(calm, hash), 3);
    const changed = begun.objects.find((o) => o.kind === 'Pod' && o.metadata.uid !== podOf(calm, nodeIdOf(o) ?? -1)?.metadata.uid);
    const node = nodeIdOf(changed!)!;
    const served = calm.cluster.status.brokersState?.[String(node)]?.servedRevision ?? '';
    const status = {
      brokersState: {
        ...begun.cluster.status.brokersState,
        [String(node)]: { ...begun.cluster.status.brokersState?.[String(node)], servedRevision: served },
      },
    };
    const voters = kafkaOf(begun).quorum.voters.map((v) => (v.id === node ? { ...v, lastCaughtUpAt: -1 } : v));
    const dark = withKafka(withFenced(withPodStatus(withStatus(begun, status), node, {}), node), {
      quorum: { ...kafkaOf(begun).quorum, leaderId: voters.find((v) => v.id !== node)!.id, voters },
    });
    const back = decide(old, named(dark, ''), NOW);
    expect(stops(back.actions)).toMatchObject([{ kind: 'restartNode', node, running: true }]);
    expect(codes(wish(5), named(dark, ''))).toContain('ApprovalNeeded');
  });
});

describe('a step', () => {
  const context = contextOf(wanted, calm);
  const reasons = [reason('VoterUnwanted', 'why')];

  it.each<[string, Action, string | undefined]>([
    ['a voter', { kind: 'removeVoter', risk: 'disruptive', node: 3, directoryId: 'dir', reasons }, 'remove voter 3 dir'],
    [
      'a feature',
      { kind: 'updateFeature', risk: 'destructive', feature: 'metadata.version', level: 25, called: '4.1-IV1', reasons },
      'raise metadata.version to 25',
    ],
    ['what is safe', { kind: 'electLeaders', risk: 'safe', reasons }, undefined],
  ])('names %s, without why', (_, action, text) => {
    expect(stepOf(action, context)).toBe(text);
  });

  it('comes once, restarts before voters before features, in the order of ids', () => {
    const voter = (node: number): Action => ({ kind: 'removeVoter', risk: 'disruptive', node, directoryId: 'd', reasons });
    const feature: Action = { kind: 'updateFeature', risk: 'disruptive', feature: 'f', level: 1, called: '1', reasons };
    const restarts = [2, 0].map((node): Action => {
      const target = { apiVersion: 'v1', kind: 'Pod', namespace: 'kafka', name: '', uid: '', resourceVersion: '' };
      return { kind: 'restartNode', risk: 'disruptive', node, running: true, target, reasons };
    });
    const approval = approvalOf([feature, voter(12), ...restarts, voter(3), voter(3)], context);
    expect(approval?.steps.map((s) => s.split(' to ')[0])).toEqual([
      'restart 0',
      'restart 2',
      'remove voter 3 d',
      'remove voter 12 d',
      'raise f',
    ]);
  });
});

type Turn =
  | { readonly kind: 'calm' }
  | { readonly kind: 'approve' }
  | { readonly kind: 'withdraw' }
  | { readonly kind: 'killed'; readonly after: number }
  | { readonly kind: 'edit'; readonly threads: number }
  | { readonly kind: 'podGone'; readonly node: number };

const turns: fc.Arbitrary<Turn> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Turn>({ kind: 'calm' }) },
  { weight: 3, arbitrary: fc.constant<Turn>({ kind: 'approve' }) },
  { weight: 1, arbitrary: fc.constant<Turn>({ kind: 'withdraw' }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('killed' as const), after: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('edit' as const), threads: fc.integer({ min: 3, max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('podGone' as const), node: fc.nat(2) }) },
);

describe('whatever happens, with an operator that is killed anywhere', () => {
  const wishes = new Map([3, 4, 5].map((threads) => [threads, wish(threads)] as const));

  /** What stops something was approved, and that stands in the status already. */
  function mustBeApproved(cluster: ResolvedCluster, world: World): void {
    const context = contextOf(cluster, world);
    const { approval } = world.cluster.status;
    for (const action of stops(decide(cluster, world, NOW).actions)) {
      expect(approval?.steps).toContain(stepOf(action, context));
      expect(world.cluster.annotations[ANNOTATION.approvedPlan]).toBe(approval?.hash);
    }
  }

  const hashNow = (cluster: ResolvedCluster, world: World): string => decide(cluster, world, NOW).preview?.approval?.hash ?? '';

  /** What people and chance do before the operator looks. */
  function befallen(cluster: ResolvedCluster, world: World, turn: Turn): World {
    if (turn.kind === 'approve') return named(world, hashNow(cluster, world));
    if (turn.kind === 'withdraw') return named(world, '');
    return turn.kind === 'podGone' ? withoutPod(world, turn.node) : world;
  }

  it('only what was approved is carried out, and all of it in the end', () => {
    const property = fc.property(fc.array(turns, { minLength: 2, maxLength: 14 }), (story) => {
      let [world, cluster] = [calm, wanted];
      for (const turn of story) {
        if (turn.kind === 'edit') cluster = wishes.get(turn.threads)!;
        world = befallen(cluster, world, turn);
        mustBeApproved(cluster, world);
        world = passed(cluster, world, turn.kind === 'killed' ? turn.after : Infinity);
      }
      const rested = until(cluster, named(world, ''), 4);
      const approved = named(rested, hashNow(cluster, rested));
      expect(decide(cluster, until(cluster, approved, 20), NOW)).toMatchObject({ actions: [], held: [] });
    });
    fc.assert(property, { numRuns: 25 });
  });
});
