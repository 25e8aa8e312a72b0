/** What must never happen, whatever alerts come and whenever the operator is started anew. */
import fc from 'fast-check';
import type { ResolvedCluster } from '../../../../lib/api/resolved-cluster';
import { resolve } from '../../../../lib/api/resolve';
import type { AlertDecision } from '../../../../operator/decide/alerts/alerts-view';
import { alertFields } from '../../../../operator/decide/alerts/alerts-status';
import { NO_ALERTS, recalled, withoutExpired, withReceived, type KnownAlerts } from '../../../../operator/decide/alerts/known-alerts';
import { isAct, timeOf } from '../../../../operator/decide/alerts/trail';
import { specWith } from '../../../../operator/decide/alerts/changed-spec';
import { actOnAlerts } from '../../../../operator/decide/rules/act-on-alerts';
import { recorded } from '../../../../operator/decide/recorded';
import { simulate, withStatus } from '../../../../operator/decide/simulate';
import type { World } from '../../../../operator/decide/world';
import { contextOf, converged, NOW } from '../../../world/makers';
import { dedicatedNodes } from '../../../world/three-nodes';

const POLICY = '  cruiseControlConfig: {}\n  alertManagerConfig: { upScaleLimit: 6, downScaleLimit: 3, coolDown: 5m, budgetPerDay: 3 }';
const first = dedicatedNodes(POLICY);
const calm = converged(first);

interface State {
  readonly cluster: ResolvedCluster;
  readonly world: World;
  readonly known: KnownAlerts;
  readonly now: number;
}

/** One pass: what is recorded is recorded, what is changed is in the spec; the cluster is at rest again by the next minute. */
function pass(state: State): State {
  const seen = { ...state.world, alerts: { ...withoutExpired(state.known, state.now), plugins: [], answers: {} } };
  const proposals = actOnAlerts(contextOf(state.cluster, seen, state.now));
  expect(proposals.length).toBeLessThanOrEqual(1);
  let { cluster } = state;
  let world = seen as World;
  for (const action of proposals) {
    if (action.kind === 'record') world = withStatus(world, recorded(world.cluster.status, action.status));
    else if (action.kind === 'changeSpec') cluster = changed(cluster, action.changes);
    else world = simulate(world, action);
  }
  const said = alertFields(cluster, { world, outcomes: [], now: state.now });
  const { alerts: _, ...plain } = world;
  return { ...state, cluster, world: atRest(withStatus(plain, said), cluster) };
}

function changed(cluster: ResolvedCluster, changes: Parameters<typeof specWith>[1]): ResolvedCluster {
  const { name, namespace, uid, generation } = cluster;
  const next = resolve({ metadata: { name, namespace, uid, generation: generation + 1 }, spec: specWith(cluster.written, changes) });
  expect(next.problems).toEqual([]);
  return next.cluster!;
}

/** The nodes of the spec serve, and have their share; who left is gone. */
const rested = new Map<string, World>();
function atRest(world: World, cluster: ResolvedCluster): World {
  const ids = cluster.nodes.map(({ id }) => id);
  const found = rested.get(ids.join()) ?? converged(cluster);
  rested.set(ids.join(), found);
  const { alerts, alertCount } = world.cluster.status;
  const ours = ids.filter((id) => id > 102);
  const view = { ...found.cluster, generation: cluster.generation, brokersOfAlerts: ours };
  const status = { ...found.cluster.status, observedGeneration: cluster.generation, alerts, alertCount };
  return { ...found, cluster: { ...view, status: status as World['cluster']['status'] } };
}

const event = fc.oneof(
  fc.record({
    kind: fc.constant('fires' as const),
    name: fc.constantFrom('a', 'b', 'c'),
    command: fc.constantFrom('upScale', 'downScale'),
  }),
  fc.record({ kind: fc.constant('ends' as const), name: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ kind: fc.constant('minutes' as const), count: fc.constantFrom(1, 3, 10, 600) }),
  fc.constant({ kind: 'restart' as const }),
);
type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;

function happen(state: State, what: Event): State {
  if (what.kind === 'minutes') return { ...state, now: state.now + what.count * 60_000 };
  // Another operator knows what the status says, and it went through JSON.
  if (what.kind === 'restart') return { ...state, known: recalled(JSON.parse(JSON.stringify(state.world.cluster.status)), state.now) };
  const labels = { alertname: what.name, namespace: 'kafka', kafka_cr: 'orders' };
  const command = what.kind === 'fires' ? { command: what.command, brokerConfigGroup: 'brokers' } : {};
  const times = { startsAt: state.now, endsAt: state.now + 300_000, leased: false };
  const alert = { fingerprint: what.name, labels, annotations: command, firing: what.kind === 'fires', ...times };
  return { ...state, known: withReceived(state.known, [alert], state.now) };
}

const actsOf = ({ world }: State): readonly AlertDecision[] => (world.cluster.status.alerts?.decisions ?? []).filter(isAct);

function judgeTrail(acts: readonly AlertDecision[]): void {
  for (const [at, act] of acts.entries()) {
    const day = acts.slice(0, at + 1).filter((d) => timeOf(act) - timeOf(d) < 86_400_000);
    expect(day.length).toBeLessThanOrEqual(3);
    // Up and down undo each other: both keep the same distance.
    if (at > 0) expect(timeOf(act) - timeOf(acts[at - 1]!)).toBeGreaterThanOrEqual(300_000);
  }
}

test('never two actions at once, never beyond a limit or the budget, and never one without its distance', () => {
  fc.assert(
    fc.property(fc.array(event, { minLength: 5, maxLength: 40 }), (events) => {
      let state: State = { cluster: first, world: calm, known: NO_ALERTS, now: NOW };
      for (const what of events) {
        state = happen(state, what);
        for (let round = 0; round < 3; round += 1) {
          state = pass(state);
          expect(actsOf(state).filter(({ outcome }) => outcome === 'Begun').length).toBeLessThanOrEqual(1);
        }
        const brokers = state.cluster.nodes.filter(({ roles }) => roles.includes('broker')).length;
        expect(brokers).toBeGreaterThanOrEqual(3);
        expect(brokers).toBeLessThanOrEqual(6);
      }
      judgeTrail(actsOf(state));
    }),
    { numRuns: 25 },
  );
});

test('an alert that goes on firing acts once, whatever is repeated and however often the operator is started anew', () => {
  let state: State = { cluster: first, world: calm, known: NO_ALERTS, now: NOW };
  for (let minute = 0; minute < 60; minute += 1) {
    state = happen(state, { kind: 'fires', name: 'a', command: 'upScale' });
    for (let round = 0; round < 3; round += 1) state = pass(state);
    if (minute % 7 === 0) state = happen(state, { kind: 'restart' });
    state = { ...state, now: state.now + 60_000 };
  }
  expect(actsOf(state)).toMatchObject([{ action: 'upScale', outcome: 'Done', reason: 'Applied' }]);
  expect(state.cluster.nodes.map(({ id }) => id)).toEqual([0, 1, 2, 100, 101, 102, 103]);
  // It ends, and fires again after the cool-down.
  state = happen(state, { kind: 'ends', name: 'a' });
  state = happen(pass({ ...state, now: state.now + 60_000 }), { kind: 'fires', name: 'a', command: 'upScale' });
  for (let round = 0; round < 3; round += 1) state = pass(state);
  expect(actsOf(state)).toHaveLength(2);
});
