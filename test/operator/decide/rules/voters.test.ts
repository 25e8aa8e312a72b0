import fc from 'fast-check';
import { majorityOf } from '../../../../lib/kafka/quorum';
import { ANNOTATION } from '../../../../lib/constructs/naming';
import { decide } from '../../../../operator/decide/decide';
import { caughtUpVoters } from '../../../../operator/decide/health';
import { heldLine } from '../../../../operator/decide/explain';
import type { Action } from '../../../../operator/decide/action';
import type { Plan } from '../../../../operator/decide/plan';
import { simulate } from '../../../../operator/decide/simulate';
import type { KafkaView, QuorumMember, World } from '../../../../operator/decide/world';
import { happened, type Happening } from '../../../world/happenings';
import { withControllers } from '../../../world/controllers';
import { claimsOf, converged, NOW, pass, podOf, withAnnotation, withKafka, withoutClaims, withoutPod } from '../../../world/makers';

type VoterChange = Extract<Action, { kind: 'addVoter' | 'removeVoter' }>;

const changesIn = (plan: Plan): readonly VoterChange[] => plan.actions.filter((a) => a.kind === 'addVoter' || a.kind === 'removeVoter');
const said = (plan: Plan): readonly string[] => changesIn(plan).map((a) => `${a.kind} ${String(a.node)}`);
const heldIn = (plan: Plan): readonly string[] => plan.held.map((h) => heldLine(h).replace(/ +/g, ' ')).filter((l) => l.includes('voter'));

const four = converged(withControllers([0, 1, 2, 3]));
const after = (...story: readonly Happening[]): World =>
  story.reduce((world, what) => happened(world, withControllers([0, 1, 2, 3]), what), four);
const planOf = (wanted: readonly number[], world: World): Plan => decide(withControllers(wanted, { world }), world, NOW);

describe('a controller of the spec that does not vote', () => {
  it('is made a voter with its directory, at the address at which the quorum finds it', () => {
    const [change] = changesIn(planOf([0, 1, 2, 3], after({ observes: 3 })));
    expect(change).toMatchObject({
      kind: 'addVoter',
      risk: 'safe',
      node: 3,
      directoryId: expect.stringMatching(/^[\w-]{22}$/),
      listener: 'CONTROLLER',
      host: 'orders-3.orders-controller-headless.kafka.svc.cluster.local',
      port: 29093,
    });
  });

  it.each<[string, readonly Happening[], string]>([
    ['has not caught up', [{ observes: 3, behind: true }], 'it has not caught up with the quorum yet'],
    ['does not serve', [{ observes: 3 }, { podNotReady: 3 }], 'node 3 does not serve'],
    [
      'comes to a quorum without a majority',
      [{ observes: 3 }, { behind: 1 }, { behind: 2 }],
      'only 1 of 3 voters are caught up, 2 are needed',
    ],
  ])('waits while it %s', (_, story, why) => {
    const plan = planOf([0, 1, 2, 3], after(...story));
    expect(said(plan)).toEqual([]);
    expect(heldIn(plan).join()).toContain(`add voter 3 ${why}`);
  });

  it.each<[string, readonly Happening[]]>([
    ['Kafka cannot be seen', [{ observes: 3 }, { kafkaUnknown: 'x' }]],
    ['nobody leads', [{ observes: 3 }, { noLeader: true }]],
    ['the voters have no directories', [{ observes: 3 }, { staticAtKafka: true }]],
  ])('is left alone while %s', (_, story) => {
    expect(said(planOf([0, 1, 2, 3], after(...story)))).toEqual([]);
  });

  it('waits for the one before it: the quorum changes by one at a time', () => {
    const plan = planOf([0, 1, 2, 3], after({ observes: 2 }, { observes: 3 }));
    expect(said(plan)).toEqual(['addVoter 2']);
    expect(heldIn(plan)).toEqual(['add voter 3 one change of the quorum at a time; voter 2 goes first']);
  });
});

describe('a voter whose volume was made anew', () => {
  it('is taken out with the old directory before the new one is taken in', () => {
    const world = after({ directoryMadeAnew: 3 });
    const old = world.kafka.state === 'known' ? world.kafka.value.quorum.voters.find((v) => v.id === 3)?.directoryId : '';
    const plan = planOf([0, 1, 2, 3], world);
    expect(changesIn(plan)).toMatchObject([{ kind: 'removeVoter', node: 3, directoryId: old, risk: 'safe' }]);
    const next = planOf([0, 1, 2, 3], plan.actions.reduce(simulate, world));
    expect(changesIn(next)).toMatchObject([{ kind: 'addVoter', node: 3, directoryId: 'anewAAAAAAAAAAAAAAAAAA' }]);
  });

  it('stays while the others are no majority without it', () => {
    const plan = planOf([0, 1, 2, 3], after({ directoryMadeAnew: 3 }, { behind: 2 }));
    expect(said(plan)).toEqual([]);
    expect(heldIn(plan)).toEqual(['remove voter 3 only 2 of 4 voters would be caught up without it, 3 are needed']);
  });

  it('stays while it is caught up: then it is the observer that is a memory', () => {
    const seen = after({ directoryMadeAnew: 3 });
    const world = seen.kafka.state !== 'known' ? seen : withKafka(seen, { quorum: { ...seen.kafka.value.quorum, voters: votersOf(four) } });
    expect(said(planOf([0, 1, 2, 3], world))).toEqual([]);
  });

  it('votes again after the whole way, on the word of the user', () => {
    const cluster = withControllers([0, 1, 2]);
    const lost = withAnnotation(withoutClaims(withoutPod(converged(cluster), 2), 2), ANNOTATION.recreateVolumes, '2');
    const before = votersOf(lost).find((v) => v.id === 2)?.directoryId;
    const waits = pass(cluster, lost);
    expect(heldIn(decide(cluster, waits, NOW))).toEqual(['remove voter 2 it voted with that directory a moment ago']);
    const end = [...Array(15)].reduce<World>((world) => pass(cluster, world), waits);
    expect(votersOf(end).map((v) => v.id)).toEqual([0, 1, 2]);
    expect(votersOf(end).find((v) => v.id === 2)?.directoryId).not.toBe(before);
  });
});

describe('a controller that left the spec', () => {
  it('is taken out of the quorum first, while its Pod runs', () => {
    const plan = planOf([0, 1, 2], four);
    expect(said(plan)).toEqual(['removeVoter 3']);
    expect(heldLine(plan.held[0]!).replace(/ +/g, ' ')).toBe('delete pod/orders-3 its controller has a vote, which goes first');
    expect(changesIn(plan)[0]).toMatchObject({ risk: 'disruptive' });
    expect(plan.actions.filter((a) => a.kind === 'delete')).toEqual([]);
  });

  it('is told when it leaves an even number', () => {
    const three = converged(withControllers([0, 1, 2]));
    const change = changesIn(decide(withControllers([0, 1], { world: three }), three, NOW))[0];
    expect(change?.reasons.map((r) => r.message)).toEqual(['it left the spec; 2 voters stay, which survive no more losses than 1 would']);
  });

  it.each<[string, readonly number[], readonly Happening[], string]>([
    [
      'too few would be caught up',
      [0, 1, 2],
      [{ behind: 1 }],
      'remove voter 3 only 2 of 4 voters would be caught up without it, 3 are needed',
    ],
    [
      'another one of the spec does not vote yet',
      [0, 1, 2],
      [{ observes: 2, behind: true }],
      'remove voter 3 controller 2 of the spec is to vote first',
    ],
  ])('stays while %s', (_, wanted, story, why) => {
    const plan = planOf(wanted, after(...story));
    expect(said(plan)).toEqual([]);
    expect(heldIn(plan)).toContain(why);
  });

  it('stays with what is said when the quorum cannot change', () => {
    expect(heldLine(planOf([0, 1, 2], after({ kafkaUnknown: 'x' })).held.at(-1)!)).toContain('Kafka cannot be asked for the voters');
    expect(heldLine(planOf([0, 1, 2], after({ noLeader: true })).held.at(-1)!)).toContain(
      'no controller leads that could change the quorum',
    );
    expect(heldLine(planOf([0, 1, 2], after({ staticAtKafka: true })).held.at(-1)!)).toContain('still a static one');
  });

  it('goes, one after the other, down to one voter, and the last one never', () => {
    const cluster = withControllers([0], { world: four });
    const end = converged(cluster, four);
    expect(votersOf(end).map((v) => v.id)).toEqual([0]);
    const alone = decide(withControllers([7], { world: end }), end, NOW);
    expect(said(alone)).toEqual([]);
    expect(heldIn(alone).join()).toContain('it is the only voter; nobody would hold the metadata');
  });
});

describe('what is left of a controller that was voted out', () => {
  const out = (spec = ''): World => {
    const start = converged(withControllers([0, 1, 2, 3], { spec }));
    return converged(withControllers([0, 1, 2], { spec, world: start }), start);
  };
  const left = (world: World): readonly string[] =>
    world.objects.filter((o) => o.metadata.labels?.['brokerId'] === '3').map((o) => `${o.kind} ${o.metadata.name.split('-')[1]!}`);

  it('is its claim, and the status forgets it', () => {
    const end = out();
    expect(left(end)).toEqual(['PersistentVolumeClaim 3']);
    expect(Object.keys(end.cluster.status.brokersState ?? {})).toEqual(['0', '1', '2', '100', '101']);
    expect(end.cluster.status.initialControllers).toEqual([0, 1, 2, 3]);
  });

  it('is nothing when volumes are to be deleted', () => {
    expect(left(out('  volumeReclaim: Delete'))).toEqual([]);
  });

  it('its Pod goes before its claims, and each of them passes as destructive', () => {
    const spec = '  volumeReclaim: Delete';
    const start = converged(withControllers([0, 1, 2, 3], { spec }));
    const voted = happened(start, withControllers([0, 1, 2, 3]), { voterGone: 3 });
    const cluster = withControllers([0, 1, 2], { spec, world: start });
    const deletions = (world: World) => decide(cluster, world, NOW).actions.filter((a) => a.kind === 'delete');
    expect(deletions(voted)).toMatchObject([{ target: { kind: 'Pod' }, risk: 'destructive' }]);
    const next = deletions(withoutPod(voted, 3));
    expect(next.map((d) => `${d.target.kind} ${d.risk}`).sort()).toEqual(['ConfigMap safe', 'PersistentVolumeClaim destructive']);
  });

  it('is not touched while Kafka cannot be seen', () => {
    expect(planOf([0, 1, 2], after({ voterGone: 3 }, { kafkaUnknown: 'x' })).actions.filter((a) => a.kind === 'delete')).toEqual([]);
  });

  it('a controller that comes back to its kept claim votes again with the directory that is on it', () => {
    const end = out();
    const directory = votersOf(four).find((v) => v.id === 3)?.directoryId;
    const kept = claimsOf(end, 3)[0]!;
    const again = converged(withControllers([0, 1, 2, 3], { world: end }), end);
    expect(podOf(again, 3)).toBeDefined();
    expect(claimsOf(again, 3)[0]?.metadata.uid).toBe(kept.metadata.uid);
    expect(votersOf(again).find((v) => v.id === 3)?.directoryId).toBe(directory);
  });
});

it('an added controller of a new number becomes a voter after its Pod serves', () => {
  const three = converged(withControllers([0, 1, 2]));
  const cluster = withControllers([0, 1, 2, 5], { world: three });
  const started = pass(cluster, three);
  expect(votersOf(started).map((v) => v.id)).toEqual([0, 1, 2]);
  expect(votersOf(converged(cluster, three)).map((v) => v.id)).toEqual([0, 1, 2, 5]);
});

function votersOf(world: World): readonly QuorumMember[] {
  if (world.kafka.state !== 'known') throw new Error('Kafka is not known');
  return world.kafka.value.quorum.voters;
}

describe('whatever the quorum looks like', () => {
  const world = converged(withControllers([0, 1, 2, 3, 4, 5]));
  const kafka = world.kafka.state === 'known' ? world.kafka.value : undefined;
  const at = kafka?.at ?? 0;
  const member = fc.record({
    id: fc.integer({ min: 0, max: 6 }),
    directoryId: fc.constantFrom('directoryA', 'directoryB', 'directoryC'),
    logEndOffset: fc.constant(10),
    lastCaughtUpAt: fc.constantFrom(at, at, at, at - 5_000, at - 60_000, -1),
  });
  const quorums = fc.record({
    voters: fc.uniqueArray(member, { selector: (m) => m.id, minLength: 1, maxLength: 6 }),
    observers: fc.uniqueArray(member, { selector: (m) => `${m.id}${m.directoryId}`, maxLength: 6 }),
    leader: fc.nat(),
    wanted: fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 6 }),
  });
  type Drawn = typeof quorums extends fc.Arbitrary<infer T> ? T : never;

  const wishes = new Map<string, ReturnType<typeof withControllers>>();
  /** The same value for the same wish, as in the operator: its manifests are built once. */
  function wish(ids: readonly number[]): ReturnType<typeof withControllers> {
    const sorted = [...ids].sort();
    const known = wishes.get(sorted.join()) ?? withControllers(sorted, { world });
    wishes.set(sorted.join(), known);
    return known;
  }

  function drawnView({ voters, observers, leader }: Drawn, base: KafkaView): KafkaView {
    const leaderId = voters[leader % voters.length]?.id ?? -1;
    return { ...base, quorum: { ...base.quorum, leaderId, voters, observers } };
  }

  it('at most one voter changes, and a majority of the voters that are then is caught up', () => {
    let changes = 0;
    fc.assert(
      fc.property(quorums, (drawn) => {
        if (kafka === undefined) throw new Error('Kafka is not known');
        const view = drawnView(drawn, kafka);
        const seen: World = { ...world, kafka: { state: 'known', value: view } };
        const found = changesIn(decide(wish(drawn.wanted), seen, NOW));
        expect(found.length).toBeLessThanOrEqual(1);
        const [change] = found;
        if (change === undefined) return;
        changes += 1;
        const then = simulate({ ...world, kafka: { state: 'known', value: view } }, change).kafka;
        if (then.state !== 'known') throw new Error('Kafka is not known');
        const { voters } = then.value.quorum;
        // The one that led may be the one that left: another one leads then, if a majority is there.
        const caughtUp = caughtUpVoters({ ...then.value, quorum: { ...then.value.quorum, leaderId: ledBy(view, change) } }, []);
        expect(voters.length).toBeGreaterThan(0);
        expect(caughtUp.length).toBeGreaterThanOrEqual(majorityOf(voters.length));
      }),
      { numRuns: 300 },
    );
    expect(changes).toBeGreaterThan(20);
  });

  const ledBy = (view: KafkaView, change: VoterChange): number => {
    const gone = change.kind === 'removeVoter' && change.node === view.quorum.leaderId;
    return gone ? -1 : view.quorum.leaderId;
  };
});
