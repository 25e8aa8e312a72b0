/** What can befall disks, and the operations that are for them, in the words of world.yaml. */
import { logDir } from '../../lib/kafka/server-properties';
import { mountPathOf } from '../../operator/decide/node-view';
import { OPERATION_KIND } from '../../operator/decide/operation-view';
import { withObject } from '../../operator/decide/simulate';
import { begun } from '../../operator/decide/simulate-execution';
import type { LiveObject, LogDirView, World } from '../../operator/decide/world';
import { claimsOf, NOW, withKafka } from './makers';

export type DiskHappening =
  /** Kafka tells this of the log directory of a volume. */
  | { readonly volume: string; readonly node: number; readonly holds: number; readonly offline?: true }
  /** It tells nothing of its log directories. */
  | { readonly logDirsUnknown: number }
  /** Somebody deletes a claim. */
  | { readonly claimDeleted: string; readonly node: number }
  /** The storage driver has lost a volume. */
  | { readonly volumeLost: string; readonly node: number }
  /** The CruiseControlOperation that does this. */
  | { readonly operation: string; readonly failed: string; readonly errorPolicy?: 'ignore' }
  | { readonly operation: string; readonly paused: true }
  | { readonly operation: string; readonly gone: true }
  /** Cruise Control repairs this by itself. */
  | { readonly heals: string; readonly because: string };

type Told = Readonly<Record<string, unknown>>;

export const DISKS_TOLD: Readonly<Record<string, (world: World, what: Told) => World>> = {
  volume: (world, what) => withDir(world, what.node as number, dirOf(what)),
  logDirsUnknown: (world, what) => {
    const { [String(what.logDirsUnknown)]: _silent, ...logDirs } = dirsIn(world);
    return withKafka(world, { logDirs });
  },
  claimDeleted: (world, what) =>
    withClaim(world, what.node as number, what.claimDeleted as string, (claim) => ({
      ...claim,
      metadata: { ...claim.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
    })),
  volumeLost: (world, what) =>
    withClaim(world, what.node as number, what.volumeLost as string, (claim) => ({ ...claim, status: { phase: 'Lost' } })),
  operation: (world, what) => ({
    ...world,
    objects: world.objects.flatMap((o) => (does(o, what.operation as string) ? changed(o, what) : [o])),
  }),
  heals: (world, what) => {
    const seen = world.cruiseControl?.state === 'known' ? world.cruiseControl.value : begun(NOW);
    const execution = { ...seen.execution, state: 'INTER_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS', idle: false, taskId: '' };
    const anomaly = {
      type: what.heals as string,
      id: 'anomaly-1',
      status: 'FIX_STARTED',
      detectedAt: NOW,
      description: what.because as string,
    };
    return { ...world, cruiseControl: { state: 'known', value: { ...seen, at: NOW, execution, anomalies: [anomaly] } } };
  },
};

function dirOf({ volume, holds, offline }: Told): LogDirView {
  const replicas = holds as number;
  return {
    path: logDir(volume as string),
    offline: offline === true,
    replicas,
    topics: replicas === 0 ? [] : ['orders'],
    bytes: replicas * 1_000_000,
  };
}

const dirsIn = ({ kafka }: World): Readonly<Record<string, readonly LogDirView[]>> =>
  kafka.state === 'known' ? (kafka.value.logDirs ?? {}) : {};

function withDir(world: World, node: number, dir: LogDirView): World {
  const before = dirsIn(world)[String(node)] ?? [];
  const dirs = before.some((d) => d.path === dir.path) ? before.map((d) => (d.path === dir.path ? dir : d)) : [...before, dir];
  return withKafka(world, { logDirs: { ...dirsIn(world), [String(node)]: dirs } });
}

function withClaim(world: World, node: number, path: string, change: (claim: LiveObject) => LiveObject): World {
  const claim = claimsOf(world, node).find((c) => mountPathOf(c) === path);
  if (claim === undefined) throw new Error(`node ${String(node)} has no claim of ${path}`);
  return withObject(world, change(claim));
}

const does = ({ kind, spec }: LiveObject, operation: string): boolean =>
  kind === OPERATION_KIND && (spec as { operation?: string } | undefined)?.operation === operation;

function changed(object: LiveObject, { gone, paused, failed, errorPolicy = 'retry' }: Told): readonly LiveObject[] {
  if (gone === true) return [];
  const { metadata } = object;
  if (paused === true) return [{ ...object, metadata: { ...metadata, labels: { ...metadata.labels, pause: 'true' } } }];
  const spec = { ...(object.spec as object), errorPolicy };
  const currentTask = { state: 'CompletedWithError', errorMessage: failed, finished: '2026-01-01T00:00:00Z' };
  return [{ ...object, spec, status: { currentTask, retryCount: 10 } }];
}
