/**
 * Random clusters, edits and faults against `decide`, played in the simulator: whatever happens, the operator never does
 * what must never happen, and when the faults end it converges and then plans nothing.
 */
import fc from 'fast-check';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import type { Action } from '../../operator/decide/action';
import { recordedNodes } from '../../operator/decide/configuration-backup';
import { decide } from '../../operator/decide/decide';
import { nodeViews, serves } from '../../operator/decide/node-view';
import { report } from '../../operator/decide/report';
import { HANGS, settle, simulate, withStatus } from '../../operator/decide/simulate';
import type { World } from '../../operator/decide/world';
import { clusterFrom } from '../world/cluster-file';
import { converged, emptyWorld, NOW, withoutPod } from '../world/makers';

const RUNS = Number(process.env.RUNS ?? 150);

interface Shape {
  readonly combined: boolean;
  readonly controllers: number;
  readonly brokers: number;
}

interface Wish {
  readonly version: string;
  /** 0: one with which a node starts, runs and never serves. */
  readonly setting: number;
  readonly gigabytes: number;
  readonly missing: number;
}

function spec(shape: Shape, wish: Wish, generation: number, world?: World): ResolvedCluster {
  const ids = [...Array(shape.controllers).keys()];
  const brokers = [...Array(shape.brokers).keys()].map((i) => 100 + i).slice(0, shape.brokers - wish.missing);
  const nodes = shape.combined
    ? ids.map((id) => `    - { id: ${id}, brokerConfigGroup: both }`)
    : [
        ...ids.map((id) => `    - { id: ${id}, brokerConfigGroup: controllers }`),
        ...brokers.map((id) => `    - { id: ${id}, brokerConfigGroup: brokers }`),
      ];
  const storage = `storageConfigs: [{ mountPath: /logs, pvcSpec: { resources: { requests: { storage: ${wish.gigabytes}Gi } } } }]`;
  const yaml = `
apiVersion: kafka.banzaicloud.io/v1beta1
kind: KafkaCluster
metadata: { name: sim }
spec:
  kafkaVersion: ${wish.version}
  readOnlyConfig: "${wish.setting === 0 ? `${HANGS}=true` : `num.io.threads=${wish.setting}`}"
  disruptionBudget: { create: true, budget: "1" }
  listenersConfig:
    internalListeners:
      - { type: plaintext, name: internal, containerPort: 29092, usedForInnerBrokerCommunication: true }
      - { type: plaintext, name: controller, containerPort: 29093, usedForControllerCommunication: true }
  brokerConfigGroups:
    both: { processRoles: [controller, broker], ${storage} }
    controllers: { processRoles: [controller], ${storage} }
    brokers: { processRoles: [broker], ${storage} }
  brokers:
${nodes.join('\n')}
`;
  return clusterFrom(yaml, { generation, recorded: world === undefined ? [] : recordedNodes(world.cluster.status) });
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  combined: fc.boolean(),
  controllers: fc.constantFrom(1, 2, 3, 5),
  brokers: fc.integer({ min: 1, max: 5 }),
});
const wishes: fc.Arbitrary<Wish> = fc.record({
  version: fc.constantFrom('4.2.1', '4.3.1'),
  setting: fc.integer({ min: 0, max: 3 }),
  gigabytes: fc.integer({ min: 1, max: 3 }),
  missing: fc.constantFrom(0, 0, 1),
});

type Fault =
  | { readonly kind: 'podGone'; readonly at: number }
  | { readonly kind: 'broken'; readonly at: number }
  | { readonly kind: 'blind' }
  | { readonly kind: 'killed'; readonly after: number }
  | { readonly kind: 'edit'; readonly wish: Wish }
  | { readonly kind: 'statusLost' }
  | { readonly kind: 'calm' };

const faults: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Fault>({ kind: 'calm' }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('podGone' as const), at: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('broken' as const), at: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.constant<Fault>({ kind: 'blind' }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('killed' as const), after: fc.nat(8) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('edit' as const), wish: wishes }) },
  { weight: 1, arbitrary: fc.constant<Fault>({ kind: 'statusLost' }) },
);

interface Game {
  readonly shape: Shape;
  readonly wish: Wish;
  readonly generation: number;
  readonly world: World;
}

/** What must hold for every single action, judged in the world right before it. */
function mustBeSafe(cluster: ResolvedCluster, world: World, action: Action): void {
  if (action.kind === 'restartNode' && action.running) mustBeSafeToStop(cluster, world, action.node);
  else mustKeepData(world, action);
}

function mustKeepData(world: World, action: Action): void {
  const { status } = world.cluster;
  if (action.kind === 'delete') expect(['ConfigMap', 'Secret', 'Service', 'PodDisruptionBudget']).toContain(action.target.kind);
  if (action.kind === 'mint' && world.objects.some((o) => o.kind === 'PersistentVolumeClaim')) expect(action.clusterId).toBeDefined();
  if (action.kind === 'createPod' && status.quorum === 'Formed') expect(JSON.stringify(action.manifest)).not.toContain('"initial"');
  if (action.kind === 'apply' && action.manifest.kind === 'PersistentVolumeClaim' && !action.creates) {
    expect(action.reasons[0]?.message).toContain('storage');
  }
}

/** A process that serves is stopped only in plain sight and while everything else serves; one that serves nobody at any time. */
function mustBeSafeToStop(cluster: ResolvedCluster, world: World, node: number): void {
  const views = nodeViews(cluster, world);
  if (views.find((v) => v.node.id === node)?.pod?.ready === false) return;
  if (views.some((v) => v.node.roles.includes('broker'))) expect(world.kafka.state).toBe('known');
  if (world.kafka.state === 'known') expect(world.kafka.value.quorum.leaderId).toBeGreaterThanOrEqual(0);
  const others = views.filter((v) => v.node.id !== node);
  expect(others.filter((v) => !serves(v)).map((v) => v.node.id)).toEqual([]);
}

/** What the fault does to the world before the operator looks. */
function struck(world: World, fault: Fault): World {
  const ids = world.objects.filter((o) => o.kind === 'Pod').map((o) => Number(o.metadata.labels?.brokerId));
  const victim = 'at' in fault && ids.length > 0 ? ids[fault.at % ids.length] : undefined;
  if (fault.kind === 'podGone' && victim !== undefined) return settle(withoutPod(world, victim));
  if (fault.kind === 'broken' && victim !== undefined) return settle(world, [victim]);
  if (fault.kind === 'blind') return { ...world, kafka: { state: 'unknown', why: 'nobody answers' } };
  return fault.kind === 'statusLost' ? { ...world, cluster: { ...world.cluster, status: {} } } : world;
}

function play(game: Game, fault: Fault): Game {
  const wish = fault.kind === 'edit' ? fault.wish : game.wish;
  const generation = fault.kind === 'edit' ? game.generation + 1 : game.generation;
  let world = struck({ ...game.world, cluster: { ...game.world.cluster, generation } }, fault);
  const cluster = spec(game.shape, wish, generation, world);
  const plan = decide(cluster, world, NOW);
  expect(decide(cluster, structuredClone(world), NOW)).toEqual(plan);
  expect(plan.actions.filter((a) => a.kind === 'restartNode' && a.running).length).toBeLessThanOrEqual(1);
  const actions = fault.kind === 'killed' ? plan.actions.slice(0, fault.after) : plan.actions;
  for (const action of actions) {
    mustBeSafe(cluster, world, action);
    world = simulate(world, action);
  }
  const settled = fault.kind === 'blind' || fault.kind === 'broken' ? world : settle(world);
  const outcomes = actions.map((action) => ({ action, result: 'done' as const }));
  const status = report(cluster, { world: settled, plan, outcomes, now: NOW });
  return { ...game, wish, generation, world: fault.kind === 'killed' ? settled : withStatus(settled, status) };
}

/** The user takes back what no node can live with. */
const mended = ({ wish, ...game }: Game): Game => ({
  ...game,
  generation: game.generation + 1,
  wish: { ...wish, setting: wish.setting || 1 },
});

function tell(shape: Shape, wish: Wish, story: readonly Fault[]): void {
  const start: Game = { shape, wish, generation: 1, world: emptyWorld(spec(shape, wish, 1)) };
  const end = mended(story.reduce(play, start));
  const calm = settle(end.world);
  const cluster = spec(end.shape, end.wish, end.generation, calm);
  const world = converged(cluster, calm);
  const { actions, held } = decide(cluster, world, NOW);
  expect(actions).toEqual([]);
  const codes = held.flatMap((h) => h.reasons.map((r) => r.code));
  const standing = ['LeftTheSpec', 'VolumeShrink', ...(isForgotten(cluster, world) ? ['UnderReplicated'] : [])];
  expect(codes.filter((code) => !standing.includes(code))).toEqual([]);
}

/** A broker left the spec, lost its Pod, and what was remembered of it is lost with the status: its replicas stay missing. */
function isForgotten(cluster: ResolvedCluster, { kafka }: World): boolean {
  return kafka.state === 'known' && kafka.value.brokers.some((b) => !cluster.nodes.some((node) => node.id === b.id));
}

const fine: Wish = { version: '4.2.1', setting: 1, gigabytes: 1, missing: 0 };
const hanging: Wish = { ...fine, setting: 0 };
const edit = (wish: Wish): Fault => ({ kind: 'edit', wish });
const [calm, blind]: readonly Fault[] = [{ kind: 'calm' }, { kind: 'blind' }];

describe('whatever happens', () => {
  it('does nothing that must never happen, and converges when the faults end', () => {
    const property = fc.property(shapes, wishes, fc.array(faults, { minLength: 3, maxLength: 14 }), tell);
    fc.assert(property, { numRuns: RUNS });
  });

  const sizes = [1, 2, 3];
  const dedicated = sizes.flatMap((controllers) => sizes.map((brokers): Shape => ({ combined: false, controllers, brokers })));
  const every: readonly Shape[] = [...sizes.map((controllers): Shape => ({ combined: true, controllers, brokers: 0 })), ...dedicated];

  describe.each(every)('$controllers controllers, $brokers brokers, combined: $combined', (shape) => {
    it.each<[string, Wish, readonly Fault[]]>([
      ['was made with a setting with which no process serves', hanging, [calm!, calm!]],
      ['was given a setting with which no process serves', fine, [calm!, calm!, calm!, edit(hanging), calm!, calm!, calm!]],
      ['was given it out of sight', fine, [calm!, calm!, calm!, blind!, edit(hanging), blind!, calm!]],
    ])('is mended by taking back the setting when it %s', (_, wish, story) => tell(shape, wish, story));
  });

  it('restarts the only controller of a cluster that has no broker to ask', () => {
    const lone = { ...fine, missing: 1 };
    tell({ combined: false, controllers: 1, brokers: 1 }, lone, [calm!, { kind: 'podGone', at: 0 }, edit({ ...lone, setting: 2 }), calm!]);
  });
});
