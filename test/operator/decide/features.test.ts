import { ANNOTATION } from '../../../lib/constructs/naming';
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { decide } from '../../../operator/decide/decide';
import { describe as words, heldLine } from '../../../operator/decide/explain';
import { raisable } from '../../../operator/decide/features';
import type { Plan } from '../../../operator/decide/plan';
import { report } from '../../../operator/decide/report';
import { simulate, withStatus } from '../../../operator/decide/simulate';
import type { ClusterStatus, FeaturesView, World } from '../../../operator/decide/world';
import { happened, type Happening } from '../../world/happenings';
import { withControllers } from '../../world/controllers';
import { converged, NOW, pass, podOf, withAnnotation, withPodStatus } from '../../world/makers';

const levels = (finalised: number, most: number, kraft = 1): Happening => ({
  features: {
    finalized: { 'metadata.version': finalised, 'kraft.version': kraft },
    supported: { 'metadata.version': { min: 7, max: most }, 'kraft.version': { min: 0, max: 1 } },
  },
});
/** 4.2-IV1 */
const OLD = 29;
/** 4.3-IV0 */
const NEW = 30;

const asking = (spec: string): ResolvedCluster => withControllers([0, 1, 2], { spec });
const wanting = asking('  metadataVersion: 4.3-IV0');
const calm = converged(wanting);
const after = (...story: readonly Happening[]): World => story.reduce((world, what) => happened(world, wanting, what), calm);

const raised = (plan: Plan): readonly string[] => plan.actions.filter((a) => a.kind === 'updateFeature').map(words);
const heldIn = (plan: Plan): string => plan.held.map((h) => heldLine(h).replace(/ +/g, ' ')).join('\n');

describe('metadata.version', () => {
  it('is raised to what the spec asks for, once, and as something that cannot be undone', () => {
    const world = after(levels(OLD, NEW));
    const plan = decide(wanting, world, NOW);
    expect(raised(plan)).toEqual(['raise    metadata.version to 4.3-IV0']);
    expect(plan.actions.find((a) => a.kind === 'updateFeature')).toMatchObject({ risk: 'disruptive', level: NEW });
    expect(raised(decide(wanting, plan.actions.reduce(simulate, world), NOW))).toEqual([]);
  });

  it.each<[string, World]>([
    ['the spec asks for nothing', after(levels(OLD, NEW))],
    ['Kafka cannot be seen', after(levels(OLD, NEW), { kafkaUnknown: 'x' })],
    ['nobody leads', after(levels(OLD, NEW), { noLeader: true })],
    ['the software does not tell its features', calm],
  ])('stays where it is while %s', (name, world) => {
    const plan = decide(name === 'the spec asks for nothing' ? asking('') : wanting, world, NOW);
    expect(raised(plan)).toEqual([]);
    expect(heldIn(plan)).not.toContain('raise');
  });

  it.each<[string, World, string]>([
    ['a node does not serve', after(levels(OLD, NEW), { podNotReady: 2 }), 'node 2 does not serve'],
    [
      'the software that runs cannot',
      after(levels(28, OLD)),
      'the software that runs supports metadata.version up to 4.2-IV1, not 4.3-IV0',
    ],
  ])('waits while %s', (_, world, why) => {
    const plan = decide(wanting, world, NOW);
    expect(raised(plan)).toEqual([]);
    expect(heldIn(plan)).toContain(`raise metadata.version to 4.3-IV0 ${why}`);
  });

  it('waits until every node runs what the spec wants', () => {
    const changed = asking('  metadataVersion: 4.3-IV0\n  readOnlyConfig: num.io.threads=3');
    const plan = decide(changed, after(levels(OLD, NEW)), NOW);
    expect(raised(plan)).toEqual([]);
    expect(heldIn(plan)).toContain('raise metadata.version to 4.3-IV0 node 0 is still to be restarted');
  });

  it('waits until the youngest node has served for the soak time, and says when to look again', () => {
    const soaking = asking('  metadataVersion: 4.3-IV0\n  rollingUpgradeConfig: { soakSeconds: 60 }');
    const readyAt = (at: number): World => {
      const ready = { type: 'Ready', status: 'True', lastTransitionTime: new Date(at).toISOString() };
      return [0, 1, 2, 100, 101].reduce(
        (world, id) => {
          const { conditions } = podOf(world, id)!.status as { conditions: readonly { type: string }[] };
          const since = id === 101 ? ready : { ...ready, lastTransitionTime: '2025-01-01T00:00:00Z' };
          return withPodStatus(world, id, { conditions: [...conditions.filter((c) => c.type !== 'Ready'), since] }, true);
        },
        after(levels(OLD, NEW)),
      );
    };
    const early = decide(soaking, readyAt(NOW - 20_000), NOW);
    expect(raised(early)).toEqual([]);
    expect(heldIn(early)).toContain('every node is to serve for 60 s before a feature is raised');
    expect(early.wakeAfter).toBe(40_000);
    expect(raised(decide(soaking, readyAt(NOW - 60_000), NOW))).toHaveLength(1);
  });

  it('is not lowered, and says what to write', () => {
    const plan = decide(asking('  metadataVersion: 4.2-IV1'), after(levels(NEW, NEW)), NOW);
    expect(raised(plan)).toEqual([]);
    expect(heldIn(plan)).toContain('lower metadata.version to 4.2-IV1 4.3-IV0 is finalised and is not taken back');
  });

  it('of a name that nobody knows is refused', () => {
    const plan = decide({ ...wanting, metadataVersion: '9.9-IV9' }, after(levels(OLD, NEW)), NOW);
    expect(raised(plan)).toEqual([]);
    expect(heldIn(plan)).toContain('this operator does not know metadata version 9.9-IV9');
  });
});

describe('software that cannot read the metadata', () => {
  const older = (version: string): ResolvedCluster =>
    withControllers([0, 1, 2], { spec: `  clusterImage: example.org/kafka:${version}` }, version);
  const plan = (version: string, world: World): Plan => decide(older(version), world, NOW);
  const restarts = ({ actions }: Plan): number => actions.filter((a) => a.kind === 'restartNode' || a.kind === 'createPod').length;

  it('is not put in the place of what runs: nothing is stopped', () => {
    const held = plan('4.2.1', after(levels(NEW, NEW)));
    expect(restarts(held)).toBe(0);
    expect(held.held.filter((h) => h.what.startsWith('restart'))).toHaveLength(5);
    expect(heldIn(held)).toContain('Kafka 4.2.1 reads metadata up to 4.2-IV1 and 4.3-IV0 is finalised, which is not taken back');
  });

  it('is not started for a node that ran before', () => {
    expect(restarts(plan('4.2.1', after(levels(NEW, NEW), { podGone: 101 })))).toBe(0);
  });

  it('is known out of sight of Kafka by what the status remembers', () => {
    const blind = withStatus(after({ podGone: 101 }, { kafkaUnknown: 'x' }), { metadataVersion: '4.3-IV0' });
    expect(restarts(plan('4.2.1', blind))).toBe(0);
    expect(restarts(plan('4.3.1', blind))).toBe(1);
  });

  it('is as well what is too new for old metadata', () => {
    const held = decide(asking('  clusterImage: example.org/kafka:4.3.1'), after(levels(5, 25)), NOW);
    expect(restarts(held)).toBe(0);
    expect(heldIn(held)).toContain('Kafka 4.3.1 starts with metadata 3.3-IV3 or newer and 3.3-IV1 is finalised');
  });

  it.each<[string, string, number]>([
    ['reads it', '4.2.1', OLD],
    ['is newer than this operator knows', '4.9.0', 99],
  ])('is not what %s', (_, version, finalised) => {
    expect(heldIn(plan(version, after(levels(finalised, finalised))))).not.toContain('finalised');
  });
});

describe('a static quorum', () => {
  const spec = '  readOnlyConfig: controller.quorum.voters=by-the-operator';
  const cluster = asking(spec);
  const born = happened(converged(cluster), cluster, levels(NEW, NEW, 0));
  const asked = withAnnotation(born, ANNOTATION.quorumUpgrade, 'dynamic');

  it('stays static without the word of the user', () => expect(raised(decide(cluster, born, NOW))).toEqual([]));

  it('is made dynamic by annotation, and then waits for the spec', () => {
    const plan = decide(cluster, asked, NOW);
    expect(raised(plan)).toEqual(['raise    kraft.version to 1']);
    const dynamic = pass(cluster, asked);
    expect(raised(decide(cluster, dynamic, NOW))).toEqual([]);
    expect(heldIn(decide(cluster, dynamic, NOW))).toContain('take controller.quorum.voters out of spec.readOnlyConfig');
  });

  it('rolls into the other setting when the spec follows, and its claims remember it', () => {
    const dynamic = pass(cluster, asked);
    const follows = asking('');
    const plan = decide(follows, dynamic, NOW);
    expect(plan.actions.filter((a) => a.kind === 'annotate')).toHaveLength(5);
    const end = converged(follows, dynamic, 200);
    const modes = end.objects.filter((o) => o.kind === 'PersistentVolumeClaim').map((o) => o.metadata.annotations?.[ANNOTATION.quorumMode]);
    expect(new Set(modes)).toEqual(new Set(['dynamic']));
    expect(heldIn(decide(cluster, end, NOW))).toContain('the quorum was made dynamic and the spec now makes it static');
  });

  it('waits for software that can', () => {
    const old = withControllers([0, 1, 2], { spec }, '4.0.1');
    const world = withAnnotation(happened(converged(old), old, levels(25, 25, 0)), ANNOTATION.quorumUpgrade, 'dynamic');
    expect(raised(decide(old, world, NOW))).toEqual([]);
    expect(heldIn(decide(old, world, NOW))).toContain('a static quorum becomes a dynamic one from Kafka 4.1 on');
  });

  it('and its metadata are raised one after the other', () => {
    const both = asking(`${spec}\n  metadataVersion: 4.3-IV0`);
    const plan = decide(both, happened(asked, both, levels(OLD, NEW, 0)), NOW);
    expect(raised(plan)).toEqual(['raise    metadata.version to 4.3-IV0']);
    expect(heldIn(plan)).toContain('raise kraft.version to 1 features are raised one by one; metadata.version goes first');
  });
});

describe('what the status says of features', () => {
  const said = (world: World, plan: Plan = { actions: [], held: [], wakeAfter: undefined }): ClusterStatus =>
    report(wanting, { world, plan, outcomes: [], now: NOW });
  const restarting: Plan = { actions: [], held: [{ what: 'restart  node 1', reasons: [] }], wakeAfter: undefined };

  it('is what is finalised and what could be raised', () => {
    expect(said(after(levels(OLD, NEW)))).toMatchObject({ metadataVersion: '4.2-IV1', couldRaise: ['metadata.version to 4.3-IV0'] });
  });

  it('nothing when there is nothing to raise', () => {
    const before = withStatus(after(levels(NEW, NEW)), { couldRaise: ['metadata.version to 4.3-IV0'] });
    expect(said(before).couldRaise).toBeUndefined();
    expect(said(before).metadataVersion).toBe('4.3-IV0');
  });

  it('stays while nodes are restarted, and while Kafka cannot be seen', () => {
    const before = withStatus(after(levels(OLD, NEW)), { couldRaise: ['x'], metadataVersion: '4.2-IV1' });
    expect(said(before, restarting).couldRaise).toEqual(['x']);
    expect(said(happened(before, wanting, { kafkaUnknown: 'x' }))).toMatchObject({ couldRaise: ['x'], metadataVersion: '4.2-IV1' });
  });

  it.each<[string, FeaturesView, readonly string[]]>([
    [
      'levels that were never finalised count from 0',
      { finalized: {}, supported: { 'share.version': { min: 0, max: 1 } } },
      ['share.version to 1'],
    ],
    ['kraft.version is never suggested', { finalized: {}, supported: { 'kraft.version': { min: 0, max: 1 } } }, []],
    [
      'a metadata level without a name is a number',
      { finalized: { 'metadata.version': 98 }, supported: { 'metadata.version': { min: 7, max: 99 } } },
      ['metadata.version to level 99'],
    ],
  ])('%s', (_, features, expected) => expect(raisable(features)).toEqual(expected));
});
