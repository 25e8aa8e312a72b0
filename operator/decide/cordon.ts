/**
 * Cordoned log directories (KIP-1066): Kafka puts nothing new there. A broker that is being emptied is cordoned as a whole, so that
 * it stays empty once it is; the setting is one of ours like any other dynamic one, and goes back to its default when nobody
 * wishes for it any more (rules/alter-configs.ts). Paths are absolute, as Kafka names them.
 */
import { metadataLevelOf } from '../../lib/kafka/metadata-versions';
import { isAtLeast } from '../../lib/kafka/version';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { cordonedDirs } from './cordoned';
import { featuresIn, METADATA } from './features';
import { isJoining } from './joining-broker';
import { isBegun } from './leaving-broker';
import type { NodeView } from './node-view';
import type { OwnedSettings, World } from './world';

export const CORDONED = 'cordoned.log.dirs';

interface Seen {
  readonly cluster: ResolvedCluster;
  readonly world: World;
  readonly views: readonly NodeView[];
}

/** The software knows of cordons. */
export const canCordon = ({ kafkaVersion }: Pick<ResolvedCluster, 'kafkaVersion'>): boolean => isAtLeast(kafkaVersion, '4.3');

const LEVEL = metadataLevelOf('4.3-IV0') ?? Number.POSITIVE_INFINITY;

/** What is wished for on a broker besides the settings of the spec. */
export function cordonOf(view: NodeView, seen: Seen): Readonly<Record<string, string>> {
  if (!canCordon(seen.cluster)) return {};
  const finalised = featuresIn(seen.world)?.finalized[METADATA];
  if (finalised === undefined) return asItIs(view, seen.world);
  if (finalised < LEVEL) return {};
  const dirs = cordonedDirs(view, isBegun(view, seen), seen);
  return dirs.length === 0 ? {} : { [CORDONED]: dirs.join() };
}

/** While Kafka does not say what it has finalised, nothing is lifted either. */
function asItIs({ node }: NodeView, { kafka }: World): Readonly<Record<string, string>> {
  const settings = kafka.state === 'known' ? (kafka.value.configs?.brokers[String(node.id)] ?? []) : [];
  const value = settings.find(({ key }) => key === CORDONED)?.value;
  return typeof value === 'string' && value !== '' ? { [CORDONED]: value } : {};
}

/** A broker that joins may come back under the cordon with which it left; nobody remembers that it was ours. */
export function withOldCordon(owned: OwnedSettings, view: NodeView, cluster: ResolvedCluster): OwnedSettings {
  if (!isJoining(view) || !canCordon(cluster) || owned.keys.includes(CORDONED)) return owned;
  return { ...owned, keys: [...owned.keys, CORDONED].sort() };
}
