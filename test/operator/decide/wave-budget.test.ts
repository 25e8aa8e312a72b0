import type { Action } from '../../../operator/decide/action';
import type { Context } from '../../../operator/decide/context';
import type { Proposal } from '../../../operator/decide/plan';
import { withObject } from '../../../operator/decide/simulate';
import { guardBudgets, whyBudgetsHold } from '../../../operator/decide/wave-budget';
import type { LiveObject, World } from '../../../operator/decide/world';
import { happened, type Happening } from '../../world/happenings';
import { contextOf, converged } from '../../world/makers';
import { dedicatedNodes } from '../../world/three-nodes';

const cluster = dedicatedNodes();
const calm = converged(cluster);
const target = { apiVersion: 'v1', kind: 'Pod', namespace: 'kafka', name: 'x', uid: 'u', resourceVersion: '1' };
const base = { risk: 'safe', reasons: [] } as const;
const restart = (node: number, running = true): Action => ({ ...base, kind: 'restartNode', node, target, running });
const service: Action = { ...base, kind: 'apply', manifest: { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' } }, creates: true };
const raised: Action = {
  ...base,
  kind: 'apply',
  manifest: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'orders-pdb', labels: { app: 'kafka' } } },
  creates: false,
};

const after = (...story: readonly Happening[]): Context =>
  contextOf(
    cluster,
    story.reduce((w, what) => happened(w, cluster, what), calm),
  );
const sick: readonly Happening[] = [{ podNotReady: 101 }, { fenced: 101 }];

/** In words: what is applied, with the least number of Pods that stay. */
const said = (proposals: readonly Proposal[]): readonly string[] =>
  proposals.map((p) => {
    if (p.kind !== 'apply') return p.kind;
    const least = (p.manifest.spec as { minAvailable?: number } | undefined)?.minAvailable;
    return `${p.manifest.metadata.name}${least === undefined ? '' : ` keeps ${least}`}`;
  });

describe('the budgets of a wave', () => {
  const guarded = (context: Context, ...allowed: readonly Proposal[]): readonly string[] =>
    said(guardBudgets({ allowed, held: [] }, context).allowed);

  it('are lowered when somebody who serves is stopped, and nothing raises them meanwhile', () => {
    expect(guarded(after(), service, raised, restart(101))).toEqual([
      's',
      'restartNode',
      'orders-pdb keeps 3',
      'orders-controller-pdb keeps 3',
    ]);
  });
  it('are told why they are lowered', () => {
    const [budget] = guardBudgets({ allowed: [restart(101)], held: [] }, after()).allowed.filter((p) => p.kind === 'apply');
    expect(budget?.reasons.at(-1)).toEqual({ code: 'BudgetFollowsGate', message: 'a restart is about to begin' });
  });
  it.each<[string, Context, Proposal]>([
    ['nobody is stopped', after(), service],
    ['only a process that does not run is replaced', after(), restart(101, false)],
    ['only one is stopped that serves nobody', after(...sick), restart(101)],
  ])('stay as they are to be when %s', (_, context, proposal) => {
    expect(guarded(context, proposal, raised)).toEqual(said([proposal, raised]));
  });
  it('of proxies are none of a wave’s business', () => {
    const metadata = { name: 'envoy-pdb', labels: { app: 'envoyingress' } };
    const proxies: Proposal = { ...raised, manifest: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata } };
    expect(guarded(after(), proxies, restart(101))).toContain('envoy-pdb');
  });
  it('keep what is held', () => {
    const held = [{ what: 'x', reasons: [] }];
    expect(guardBudgets({ allowed: [restart(101)], held }, after()).held).toEqual(held);
  });
});

describe('a wave waits for the budgets', () => {
  const budgets =
    (change: (object: LiveObject) => LiveObject, of = 'PodDisruptionBudget') =>
    (world: World): World =>
      world.objects.filter((o) => o.kind === of).reduce((w, o) => withObject(w, change(o)), world);
  const status = (value: object) => budgets((o) => ({ ...o, metadata: { ...o.metadata, generation: 4 }, status: value }));
  const why = (change: (world: World) => World, story: readonly Happening[] = []): readonly string[] => {
    const world = change(story.reduce((w, what) => happened(w, cluster, what), calm));
    const context = contextOf(cluster, world);
    const reasons = whyBudgetsHold(
      context.views.filter((v) => v.node.id === 101),
      context,
    );
    expect(reasons.every((r) => r.code === 'BudgetFollowsGate')).toBe(true);
    return reasons.map((r) => r.message);
  };
  const both = ['orders-pdb', 'orders-controller-pdb'].map(
    (name) => `budget ${name} is being lowered first, so that no eviction meets the restart`,
  );

  it.each<[string, object, boolean]>([
    ['while they let somebody go', { disruptionsAllowed: 1, observedGeneration: 4 }, true],
    ['not when Kubernetes has worked out that nobody may go', { disruptionsAllowed: 0, observedGeneration: 4 }, false],
    ['while Kubernetes has worked out an older one', { disruptionsAllowed: 0, observedGeneration: 3 }, true],
    ['while Kubernetes has worked out nothing', {}, true],
    ['while nobody knows what Kubernetes has worked out', { disruptionsAllowed: 0 }, true],
    ['not when it has worked out a newer one', { disruptionsAllowed: 0, observedGeneration: 5 }, false],
  ])('%s', (_, value, waits) => {
    const said = why(status(value));
    expect(said.length > 0).toBe(waits);
    if (waits) expect([...said].sort()).toEqual([...both].sort());
  });

  it('not when it stops nobody who serves', () => expect(why(status({ disruptionsAllowed: 1 }), sick)).toEqual([]));
  it('not when there are none', () =>
    expect(why((w) => ({ ...w, objects: w.objects.filter((o) => o.kind !== 'PodDisruptionBudget') }))).toEqual([]));
  it('not for those of proxies', () => {
    const proxies = (world: World): World => {
      const budget = world.objects.find((o) => o.kind === 'PodDisruptionBudget')!;
      const metadata = { ...budget.metadata, name: 'envoy-pdb', labels: { ...budget.metadata.labels, app: 'envoyingress' } };
      return withObject(status({ disruptionsAllowed: 0, observedGeneration: 4 })(world), {
        ...budget,
        metadata,
        status: { disruptionsAllowed: 1, observedGeneration: 9 },
      });
    };
    expect(why(proxies)).toEqual([]);
  });
  it('for the one that is not lowered yet', () => {
    const one = (world: World): World => {
      const lowered = status({ disruptionsAllowed: 0, observedGeneration: 4 })(world);
      return {
        ...lowered,
        objects: lowered.objects.map((o) =>
          o.metadata.name === 'orders-pdb' ? { ...o, status: { disruptionsAllowed: 1, observedGeneration: 4 } } : o,
        ),
      };
    };
    expect(why(one)).toEqual([both[0]]);
  });
});
