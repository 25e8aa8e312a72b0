/**
 * Settings that change while Kafka runs: what the spec wants of them beside what Kafka has (decision 14).
 *
 * A dynamic setting at Kafka may be anybody's: a throttle of a reassignment, something that a person set at night. So only two
 * kinds of keys are touched: those that the spec names, and those that this operator set and the spec does not name any more.
 * What was not seen is not changed: a broker is asked for its settings itself, and one that did not answer has none to compare.
 */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import type { AlterConfigs } from './action';
import { losesVolume } from './disk-operation';
import { canCordon, cordonOf, withOldCordon } from './cordon';
import { isJoiningBy } from './joining-broker';
import { whyKept } from './min-in-sync-setting';
import { compareText, type NodeView } from './node-view';
import type { Reason } from './reason';
import { fingerprintOf, isHidden, sameValue } from './setting-value';
import type { ClusterStatus, DynamicSetting, KafkaView, OwnedSettings, World } from './world';

export type SettingsTarget = AlterConfigs['resource'];

/** One key that is not as it should be. */
export interface Difference {
  readonly key: string;
  /** At Kafka; undefined when it is not set there, or hidden. */
  readonly from: string | undefined;
  /** Undefined: back to its default. */
  readonly to: string | undefined;
  /** Its value is never printed. */
  readonly hidden: boolean;
}

/** The settings of one broker, or the cluster's default. */
export interface SettingsWish {
  readonly target: SettingsTarget;
  readonly wanted: Readonly<Record<string, string>>;
  readonly owned: OwnedSettings;
  /** Undefined: not known. */
  readonly live: readonly DynamicSetting[] | undefined;
  /** What is to be changed now; by key. */
  readonly changes: readonly Difference[];
  /** What is to be changed and stays, with the reason; by key. */
  readonly kept: readonly (Difference & { readonly why: Reason })[];
}

/** The cluster's default first, then brokers by id; only where the spec names something, or once did. */
export function settingsWishes(cluster: ResolvedCluster, views: readonly NodeView[], world: World): readonly SettingsWish[] {
  const kafka = world.kafka.state === 'known' ? world.kafka.value : undefined;
  const { status } = world.cluster;
  const shared = { wanted: cluster.clusterWideConfig, owned: status.clusterWideConfig ?? NONE, live: kafka?.configs?.clusterDefault };
  const wishes = [
    { target: { kind: 'clusterDefault' } as const, ...shared },
    ...views.filter(isBroker).map((v) => ofBroker(v, kafka, { cluster, views, world })),
  ];
  const facts = { version: cluster.kafkaVersion, clusterId: status.clusterID ?? '' };
  return wishes.filter(isOfInterest).map((wish) => ({ ...wish, ...sortedOut(wish, differences(wish, facts), kafka) }));
}

const NONE: OwnedSettings = { keys: [] };

type Compared = Pick<SettingsWish, 'target' | 'wanted' | 'owned' | 'live'>;

export const isBroker = (view: NodeView): boolean => view.node.roles.includes('broker');

const isOfInterest = ({ wanted, owned }: Pick<Compared, 'wanted' | 'owned'>): boolean =>
  Object.keys(wanted).length > 0 || owned.keys.length > 0;

function ofBroker(view: NodeView, kafka: KafkaView | undefined, seen: Parameters<typeof cordonOf>[1]): Compared {
  const { node, status, registered } = view;
  const live = registered?.fenced === false ? kafka?.configs?.brokers[String(node.id)] : undefined;
  const wanted = { ...node.dynamicConfig, ...cordonOf(view, seen) };
  return { target: { kind: 'broker', id: node.id }, wanted, owned: withOldCordon(status.dynamicConfig ?? NONE, view, seen.cluster), live };
}

/** Of which resources the dynamic settings are to be looked at: of brokers by id, and of the cluster's default. */
export function settingsToSee(cluster: ResolvedCluster, status: ClusterStatus): readonly (number | 'clusterDefault')[] {
  const shared = { wanted: cluster.clusterWideConfig, owned: status.clusterWideConfig ?? NONE };
  const brokers = cluster.nodes.filter((node) => {
    const known = status.brokersState?.[String(node.id)];
    const cordon = canCordon(cluster) && (node.departing || isJoiningBy(known) || losesVolume(known));
    return node.roles.includes('broker') && (cordon || isOfInterest({ wanted: node.dynamicConfig, owned: known?.dynamicConfig ?? NONE }));
  });
  return [...(isOfInterest(shared) ? (['clusterDefault'] as const) : []), ...brokers.map((node) => node.id)];
}

interface Facts {
  readonly version: string | undefined;
  readonly clusterId: string;
}

function differences({ wanted, owned, live }: Compared, facts: Facts): readonly Difference[] {
  if (live === undefined) return [];
  const found = new Map(live.map((setting) => [setting.key, setting] as const));
  const changed = Object.entries(wanted).flatMap(([key, to]) => {
    const at = found.get(key);
    const hidden = isHidden(key, to, facts.version) || at?.value === null;
    const fingerprint = owned.fingerprints?.[key];
    const same = hidden ? at !== undefined && fingerprint === fingerprintOf(facts.clusterId, key, to) : isSame(key, to, at);
    return same ? [] : [{ key, from: hidden ? undefined : (at?.value ?? undefined), to, hidden }];
  });
  const gone = owned.keys.filter((key) => !Object.hasOwn(wanted, key) && found.has(key));
  const reset = gone.map((key) => ({ key, from: undefined, to: undefined, hidden: false }));
  return [...changed, ...reset].sort((a, b) => compareText(a.key, b.key));
}

const isSame = (key: string, wanted: string, at: DynamicSetting | undefined): boolean =>
  typeof at?.value === 'string' && sameValue(key, wanted, at.value);

function sortedOut({ target }: Compared, all: readonly Difference[], kafka: KafkaView | undefined): Pick<SettingsWish, 'changes' | 'kept'> {
  if (kafka === undefined) return { changes: [], kept: [] };
  const kept = all.flatMap((difference) => {
    const why = whyKept(target, difference, kafka);
    return why === undefined ? [] : [{ ...difference, why }];
  });
  return { changes: all.filter(({ key }) => !kept.some((k) => k.key === key)), kept };
}
