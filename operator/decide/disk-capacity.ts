/**
 * What Cruise Control was told of a broker's disks. The real program sees no log directory that its capacity file does not name,
 * so nothing is asked of it about a disk before the file that is applied names it. Read off the live ConfigMap: what is wished
 * for may still wait for an operation to end.
 */
import { isObject } from '../../lib/api/json';
import { logDir } from '../../lib/kafka/server-properties';
import { cruiseControlConfigName, cruiseControlName } from '../../lib/constructs/naming';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { reason, type Reason } from './reason';
import type { LiveObject, World } from './world';

/** `single`: one number for all of its disks, or none of its own; a list: the paths of its log directories (JBOD). */
export type KnownDisks = 'unknown' | 'single' | readonly string[];

interface Seen {
  readonly cluster: ResolvedCluster;
  readonly world: World;
}

/** Of a Cruise Control that was there already nobody here knows the file. */
export function knownDisks(id: number, { cluster, world }: Seen): KnownDisks {
  if (cluster.cruiseControl?.external !== undefined) return 'single';
  const entries = appliedEntries({ cluster, world });
  const entry = entries?.find((e) => brokerOf(e) === String(id)) ?? entries?.find((e) => brokerOf(e) === '-1');
  if (entry === undefined) return 'unknown';
  const disk = isObject(entry.capacity) ? entry.capacity.DISK : undefined;
  return isObject(disk) ? Object.keys(disk) : 'single';
}

/** Why Cruise Control does not see the disk yet; undefined: it does, or nobody can tell. */
export function whyDiskUnknown(id: number, mountPath: string, seen: Seen): Reason | undefined {
  const disks = knownDisks(id, seen);
  const path = logDir(mountPath);
  if (disks === 'unknown' || (disks !== 'single' && !disks.includes(path)))
    return reason(
      'CruiseControlNotReady',
      `Cruise Control's capacity file does not name ${path} of broker ${String(id)} yet${remedyFor(seen)}`,
    );
  const deployment = liveObject(seen.world, 'Deployment', cruiseControlName(seen.cluster.name));
  return disks !== 'single' && deployment !== undefined && !isRolledOut(deployment)
    ? reason('CruiseControlNotReady', 'Cruise Control is being restarted with its capacity file')
    : undefined;
}

/** Entries that a user wrote are left as they are. */
const remedyFor = ({ cluster }: Seen): string =>
  cluster.cruiseControl?.capacityConfig === undefined
    ? ''
    : '; add it to cruiseControlConfig.capacityConfig if that has an entry for the broker';

interface Rollout {
  readonly observedGeneration?: number;
  readonly updatedReplicas?: number;
  readonly unavailableReplicas?: number;
}

/** A Deployment without a status was not looked at by anybody yet. */
function isRolledOut({ metadata, status }: LiveObject): boolean {
  const { observedGeneration = 0, updatedReplicas = 0, unavailableReplicas = 0 } = (status ?? {}) as Rollout;
  return status === undefined || (observedGeneration >= (metadata.generation ?? 0) && updatedReplicas > 0 && unavailableReplicas === 0);
}

const liveObject = (world: World, kind: string, name: string): LiveObject | undefined =>
  world.objects.find((o) => o.kind === kind && o.metadata.name === name);

function appliedEntries({ cluster, world }: Seen): readonly Readonly<Record<string, unknown>>[] | undefined {
  const config = liveObject(world, 'ConfigMap', cruiseControlConfigName(cluster.name));
  const text = isObject(config?.data) ? config.data['capacity.json'] : undefined;
  return typeof text === 'string' ? entriesOf(text) : undefined;
}

const brokerOf = (entry: Readonly<Record<string, unknown>>): string => {
  const { brokerId } = entry;
  return typeof brokerId === 'string' || typeof brokerId === 'number' ? String(brokerId).trim() : '';
};

function entriesOf(text: string): readonly Readonly<Record<string, unknown>>[] | undefined {
  try {
    const root: unknown = JSON.parse(text);
    const list = isObject(root) ? root.brokerCapacities : undefined;
    return Array.isArray(list) ? list.filter(isObject) : undefined;
  } catch {
    return undefined;
  }
}
