/**
 * What each broker can bear, as Cruise Control reads it. With an entry for −1 the user's text is taken as it is, since it then
 * says something of every broker. Else the user's entries are kept and those of other brokers generated from what they were
 * given: the size of each disk (one that was grown beyond the spec counts with what it has, or data would be moved off it) under the
 * very path that Kafka has it under, CPU, network. Brokers that left the spec are in it
 * for as long as they are there, for their load has to be known to be moved.
 */
import { parseQuantity, nanosOf } from '../api/quantity';
import { isObject, own } from '../api/json';
import { writtenCapacities } from '../api/capacity-config';
import type { ResolvedCluster, ResolvedCruiseControl, ResolvedNode, ResolvedStorage } from '../api/resolved-cluster';
import type { GrownClaims } from './facts';
import { hasRole } from '../kafka/quorum';
import { logDir } from '../kafka/server-properties';

/** 10 GiB, for a volume whose size nobody says. */
const UNKNOWN_MB = 10_737;
const BYTES_OF_MB = 1_000_000;
/** Of one core, for a broker that was given no CPU. */
const UNKNOWN_PERCENT = 100;
const NANOS = 10n ** 9n;

const UNITS = 'DISK in MB by log directory, CPU in percent of a core, NW_IN and NW_OUT in kB/s';

/** `capacity.json`. */
export function capacityFile(
  cluster: Pick<ResolvedCluster, 'nodes'>,
  { capacityConfig }: Pick<ResolvedCruiseControl, 'capacityConfig'>,
  grown: GrownClaims = {},
): string {
  const written = writtenCapacities(capacityConfig);
  if (capacityConfig !== undefined && written.some(({ id }) => id === -1)) return capacityConfig;
  const missing = cluster.nodes.filter((node) => hasRole(node, 'broker') && !written.some(({ id }) => id === node.id));
  const entries = [...written, ...missing.map((node) => ({ id: node.id, entry: generated(node, grown[node.id] ?? {}) }))].sort(
    (a, b) => a.id - b.id,
  );
  return `${JSON.stringify({ brokerCapacities: entries.map(({ entry }) => entry) }, null, 4)}\n`;
}

function generated(node: ResolvedNode, grown: Readonly<Record<string, number>>) {
  const { incoming, outgoing } = node.network;
  const disks = node.storage.map(
    (storage) => [logDir(storage.mountPath), String(megabytesOf(storage, own(grown, storage.mountPath)))] as const,
  );
  return {
    brokerId: String(node.id),
    capacity: {
      DISK: Object.fromEntries(disks),
      CPU: String(percentOf(node)),
      NW_IN: String(incoming),
      NW_OUT: String(outgoing),
    },
    doc: UNITS,
  };
}

/** Whole decimal megabytes, at least one: with none Cruise Control would divide by it. */
function megabytesOf({ source }: ResolvedStorage, grown = 0): number {
  const bytes = source.kind === 'claim' ? Math.max(source.bytes, grown) : limitOf(source.spec);
  return bytes === undefined ? UNKNOWN_MB : Math.max(1, Math.floor(bytes / BYTES_OF_MB));
}

function limitOf(emptyDir: Readonly<Record<string, unknown>>): number | undefined {
  const limit = own(emptyDir, 'sizeLimit');
  return typeof limit === 'string' || typeof limit === 'number' ? parseQuantity(limit) || undefined : undefined;
}

/** The limit, for a broker can use no more; the request when there is no limit. */
function percentOf({ resources }: Pick<ResolvedNode, 'resources'>): number {
  const cpus = ['limits', 'requests'].map((kind) => cpuIn((resources as Readonly<Record<string, unknown>>)[kind]));
  const nanos = cpus.find((cpu) => cpu !== undefined && cpu > 0n);
  return nanos === undefined ? UNKNOWN_PERCENT : Math.max(1, Number((nanos * 100n) / NANOS));
}

function cpuIn(amounts: unknown): bigint | undefined {
  const cpu = isObject(amounts) ? own(amounts, 'cpu') : undefined;
  return typeof cpu === 'string' || typeof cpu === 'number' ? nanosOf(cpu) : undefined;
}
