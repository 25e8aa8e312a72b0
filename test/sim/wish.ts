/** What is drawn of a cluster: its shape, which stays for a story, and the wishes that its user has one after the other. */
import fc from 'fast-check';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { resolve } from '../../lib/api/resolve';
import { specInLastGood } from '../../lib/constructs/last-good';
import { lastGoodName } from '../../lib/constructs/naming';
import { recordedNodes } from '../../operator/decide/configuration-backup';
import { CRASHES, HANGS, NEVER_PULLED } from '../../operator/decide/simulate-pods';
import type { World } from '../../operator/decide/world';
import { clusterFrom } from '../world/cluster-file';

export interface Shape {
  readonly combined: boolean;
  readonly controllers: number;
  /** Dedicated ones; 0 when nodes are combined. */
  readonly brokers: number;
  /** 0: rack awareness is off. */
  readonly racks: number;
  readonly concurrency: number;
  readonly threshold: number;
  readonly budgets: boolean;
  readonly approval: 'Automatic' | 'Required';
  readonly onFailure: 'Hold' | 'Rollback';
  /** The cluster has Cruise Control. */
  readonly cruiseControl: boolean;
  readonly reclaim: 'Retain' | 'Delete';
  /** Clients come in from outside, through Envoys. */
  readonly envoy: boolean;
}

/** With what no node can live. */
export type Harm = 'none' | 'hangs' | 'crashes' | 'neverPulled';

export interface Wish {
  readonly version: string;
  readonly setting: number;
  readonly harm: Harm;
  readonly gigabytes: number;
  /** Brokers (of combined nodes: none) that are left out, from the end. */
  readonly missing: number;
  /** Which nodes that hold replicas are left out, by their places. */
  readonly left: readonly number[];
  /** Nodes that hold replicas and are added. */
  readonly more: number;
  /** Controllers that are added (dedicated ones only) or, below zero, left out from the end. */
  readonly moreControllers: number;
  /** A setting that changes while Kafka runs; 0: none. */
  readonly dynamic: number;
}

const without = { cruiseControl: fc.constant(false), reclaim: fc.constantFrom('Retain' as const, 'Delete' as const) };

const shared = {
  racks: fc.constantFrom(0, 1, 2, 3),
  concurrency: fc.constantFrom(1, 2, 3),
  threshold: fc.constantFrom(1, 1, 2),
  budgets: fc.boolean(),
  approval: fc.constantFrom('Automatic' as const, 'Automatic' as const, 'Required' as const),
  onFailure: fc.constantFrom('Hold' as const, 'Rollback' as const),
  envoy: fc.constantFrom(false, false, true),
};

export const combinedShapes: fc.Arbitrary<Shape> = fc.record({
  combined: fc.constant(true),
  controllers: fc.constantFrom(1, 2, 3, 3, 3, 4, 5),
  brokers: fc.constant(0),
  ...shared,
  ...without,
});

export const dedicatedShapes: fc.Arbitrary<Shape> = fc.record({
  combined: fc.constant(false),
  controllers: fc.constantFrom(1, 1, 2, 3, 3, 3, 4, 5),
  brokers: fc.constantFrom(1, 2, 2, 3, 3, 3, 4, 4, 5, 6),
  ...shared,
  ...without,
});

/** Clusters whose brokers come and go. */
export const movingShapes: fc.Arbitrary<Shape> = fc
  .tuple(fc.oneof({ weight: 3, arbitrary: dedicatedShapes }, { weight: 1, arbitrary: combinedShapes }), fc.constantFrom(3, 4, 4, 5))
  .map(([shape, holders]) => ({
    ...shape,
    cruiseControl: true,
    ...(shape.combined ? { controllers: holders } : { controllers: Math.min(3, shape.controllers), brokers: holders }),
  }));

/** What was built once is not built again, so few different ones make many stories. */
const revisions = fc.constantFrom({ version: '4.2.1', setting: 1 }, { version: '4.2.1', setting: 2 }, { version: '4.3.1', setting: 1 });

export const wishes: fc.Arbitrary<Wish> = fc
  .tuple(
    revisions,
    fc.record({
      harm: fc.constantFrom<Harm>('none', 'none', 'none', 'hangs', 'crashes', 'neverPulled'),
      gigabytes: fc.constantFrom(1, 1, 1, 2),
      missing: fc.constantFrom(0, 0, 0, 1),
      moreControllers: fc.constantFrom(0, 0, 0, 1, -1),
      dynamic: fc.constantFrom(0, 0, 2, 3),
    }),
  )
  .map(([revision, more]) => ({ ...revision, ...more, left: [], more: 0 }));

/** Wishes for other brokers, and seldom for anything else. */
export const movingWishes: fc.Arbitrary<Wish> = fc
  .tuple(
    revisions,
    fc.constantFrom<Harm>('none', 'none', 'none', 'none', 'none', 'crashes'),
    fc.constantFrom([], [], [0], [1], [1], [2], [0, 1], [1, 3]),
    fc.constantFrom(0, 0, 1, 2),
  )
  .map(([revision, harm, left, more]) => ({ ...revision, harm, left, more, gigabytes: 1, missing: 0, moreControllers: 0, dynamic: 0 }));

const controllerIds = (shape: Shape, wish: Wish): readonly number[] => {
  if (shape.combined) return placesOf(shape.controllers, wish);
  return [...Array(Math.max(1, shape.controllers + wish.moreControllers)).keys()];
};

const brokerIds = (shape: Shape, wish: Wish): readonly number[] =>
  shape.combined ? [] : placesOf(Math.max(0, shape.brokers - wish.missing), wish).map((i) => 100 + i);

const placesOf = (count: number, { left, more }: Wish): readonly number[] =>
  [...Array(count + more).keys()].filter((place) => !left.includes(place));

/** Ids of the nodes that hold replicas. */
export const holdersIn = (shape: Shape, wish: Wish): readonly number[] =>
  shape.combined ? controllerIds(shape, wish) : brokerIds(shape, wish);

const SETTINGS: Readonly<Record<Harm, string>> = { none: '', hangs: `\\n${HANGS}=true`, crashes: `\\n${CRASHES}=true`, neverPulled: '' };

/** What changes nothing in how the rest of a spec is resolved is laid over the result. */
function withPolicy(
  cluster: ResolvedCluster,
  dynamic: number,
  { concurrency, threshold, budgets, approval, onFailure }: Shape,
): ResolvedCluster {
  return {
    ...cluster,
    clusterWideConfig: dynamic === 0 ? {} : { 'background.threads': String(dynamic) },
    disruptionBudget: { ...cluster.disruptionBudget, create: budgets },
    rollingUpgrade: { ...cluster.rollingUpgrade, failureThreshold: threshold, concurrentBrokerRestartCountPerRack: concurrency },
    changePolicy: { ...cluster.changePolicy, approval, onFailure },
  };
}

const EXTERNAL =
  '{ type: plaintext, name: external, containerPort: 9094, externalStartingPort: 19090, hostnameOverride: kafka.example.com }';

function yamlOf(shape: Shape, wish: Wish): string {
  const group = shape.combined ? 'both' : 'controllers';
  const nodes = [
    ...controllerIds(shape, wish).map((id) => `    - { id: ${String(id)}, brokerConfigGroup: ${group} }`),
    ...brokerIds(shape, wish).map((id) => `    - { id: ${String(id)}, brokerConfigGroup: brokers }`),
  ];
  const storage = `storageConfigs: [{ mountPath: /logs, pvcSpec: { resources: { requests: { storage: ${String(wish.gigabytes)}Gi } } } }]`;
  const image = wish.harm === 'neverPulled' ? `example.com/${NEVER_PULLED}` : 'example.com/kafka';
  return `
apiVersion: kafka.banzaicloud.io/v1beta1
kind: KafkaCluster
metadata: { name: sim }
spec:
  headlessServiceEnabled: true
  kafkaVersion: ${wish.version}
  clusterImage: ${image}:${wish.version}
  readOnlyConfig: "num.io.threads=${String(wish.setting)}${SETTINGS[wish.harm]}"
  disruptionBudget: { create: true, budget: "1" }
  volumeReclaim: ${shape.reclaim}
  ${shape.cruiseControl ? 'cruiseControlConfig: {}' : ''}
  ${shape.racks === 0 ? '' : 'rackAwareness: { labels: [topology.kubernetes.io/zone] }'}
  ${shape.envoy ? 'envoyConfig: { replicas: 2, disruptionBudget: { create: true, budget: "1" } }' : ''}
  listenersConfig:
    ${shape.envoy ? `externalListeners: [${EXTERNAL}]` : ''}
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
}

/** Resolving and building manifests is most of the work of a story, and stories repeat themselves. */
const resolved = new Map<string, ResolvedCluster>();
const MOST = 5_000;

function once(key: string, make: () => ResolvedCluster): ResolvedCluster {
  const known = resolved.get(key);
  if (known !== undefined) return known;
  if (resolved.size > MOST) resolved.clear();
  const made = make();
  resolved.set(key, made);
  return made;
}

/** The wish as the operator resolves it: with nodes that left the spec as they are recorded in the status. */
export function wished(shape: Shape, wish: Wish, world?: World): ResolvedCluster {
  const present = new Set([...controllerIds(shape, wish), ...brokerIds(shape, wish)].map(String));
  const left = Object.entries(world?.cluster.status.brokersState ?? {}).filter(([id]) => !present.has(id));
  const { combined, racks, concurrency, threshold, budgets, approval, onFailure, cruiseControl, reclaim, envoy } = shape;
  const { dynamic, ...rest } = wish;
  const spec = JSON.stringify([
    rest,
    combined,
    cruiseControl,
    reclaim,
    envoy,
    racks > 0,
    [...present],
    left.map(([id, { configurationBackup }]) => [id, configurationBackup]),
  ]);
  const policy = JSON.stringify([dynamic, concurrency, threshold, budgets, approval, onFailure]);
  return once(`${spec}${policy}`, () => {
    const recorded = left.length === 0 ? [] : recordedNodes({ brokersState: Object.fromEntries(left) });
    const plain = once(spec, () => clusterFrom(yamlOf(shape, wish), { recorded }));
    return withPolicy(plain, dynamic, shape);
  });
}

const kept = new Map<string, ResolvedCluster | undefined>();

/** The last spec with which every node served, as far as it is kept. */
export function lastGood(shape: Shape, world: World): ResolvedCluster | undefined {
  if (shape.onFailure !== 'Rollback') return undefined;
  const secret = world.objects.find((o) => o.kind === 'Secret' && o.metadata.name === lastGoodName(world.cluster.name));
  if (secret === undefined) return undefined;
  const recorded = recordedNodes(world.cluster.status);
  const key = `${JSON.stringify(secret.data)}${recorded.map((n) => String(n.id)).join()}`;
  if (!kept.has(key)) kept.set(key, read(secret.data as Record<string, unknown>, world));
  return kept.get(key);
}

function read(data: Readonly<Record<string, unknown>>, { cluster }: World): ResolvedCluster | undefined {
  const spec = specInLastGood(data);
  if (spec === undefined) return undefined;
  const { name, namespace, uid } = cluster;
  const object = {
    apiVersion: 'kafka.banzaicloud.io/v1beta1',
    kind: 'KafkaCluster',
    metadata: { name, namespace, uid, generation: 1 },
    spec,
  };
  return resolve(object, recordedNodes(cluster.status)).cluster;
}
