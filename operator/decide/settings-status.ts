/** What is remembered of dynamic settings: which keys are ours, what was sent of those that Kafka does not tell, and how it stands. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import type { AlterConfigs, Outcome } from './action';
import { isBroker, settingsWishes, type SettingsTarget, type SettingsWish } from './dynamic-settings';
import type { NodeView } from './node-view';
import type { Pass } from './report';
import { fingerprintOf } from './setting-value';
import type { BrokerStatus, ClusterStatus, OwnedSettings } from './world';

/** The status with what this pass tells of dynamic settings laid over it. */
export function withSettings(
  { clusterWideConfig: _before, ...status }: ClusterStatus,
  cluster: ResolvedCluster,
  views: readonly NodeView[],
  pass: Pick<Pass, 'world' | 'outcomes'>,
): ClusterStatus {
  const wishes = settingsWishes(cluster, views, pass.world);
  const clusterId = pass.world.cluster.status.clusterID ?? '';
  const outcomeOf = lastOutcomes(pass.outcomes);
  const owned = (wish: SettingsWish | undefined) => (wish === undefined ? undefined : ownedAfter(wish, outcomeOf(wish.target), clusterId));
  const shared = owned(wishes.find((wish) => wish.target.kind === 'clusterDefault'));
  const sameSpec = pass.world.cluster.status.observedGeneration === cluster.generation;
  const brokers = views.map((view): readonly [string, BrokerStatus] => {
    const { dynamicConfig: _owned, ...rest } = status.brokersState?.[String(view.node.id)] ?? {};
    const wish = wishes.find(({ target }) => target.kind === 'broker' && target.id === view.node.id);
    const keys = owned(wish);
    const outcome = wish === undefined ? undefined : outcomeOf(wish.target);
    const stuck = sameSpec && view.status.perBrokerConfigurationState === 'PerBrokerConfigError';
    const state = isBroker(view) ? stateOf(wish, outcome, stuck) : stateOfController(view);
    return [String(view.node.id), { ...rest, perBrokerConfigurationState: state, ...(keys === undefined ? {} : { dynamicConfig: keys }) }];
  });
  return { ...status, brokersState: Object.fromEntries(brokers), ...(shared === undefined ? {} : { clusterWideConfig: shared }) };
}

type State = NonNullable<BrokerStatus['perBrokerConfigurationState']>;

/** An error stays until Kafka takes the settings, or the spec is another one. */
function stateOf(wish: SettingsWish | undefined, outcome: Outcome | undefined, stuck: boolean): State {
  if (wish === undefined || isAsWanted(wish)) return 'PerBrokerConfigInSync';
  if (outcome?.result === 'failed') return 'PerBrokerConfigError';
  return stuck && outcome?.result !== 'done' ? 'PerBrokerConfigError' : 'PerBrokerConfigOutOfSync';
}

const isAsWanted = ({ live, wanted, changes, kept }: SettingsWish): boolean =>
  live === undefined ? Object.keys(wanted).length === 0 : changes.length === 0 && kept.length === 0;

const stateOfController = ({ node }: NodeView): State =>
  Object.keys(node.dynamicConfig).length === 0 ? 'PerBrokerConfigInSync' : 'PerBrokerConfigOutOfSync';

type Altered = Outcome & { readonly action: AlterConfigs };

function lastOutcomes(outcomes: readonly Outcome[]): (target: SettingsTarget) => Altered | undefined {
  const name = (target: SettingsTarget): string => (target.kind === 'broker' ? String(target.id) : target.kind);
  const found = new Map(outcomes.filter(isAlteration).map((outcome) => [name(outcome.action.resource), outcome] as const));
  return (target) => found.get(name(target));
}

const isAlteration = (outcome: Outcome): outcome is Altered => outcome.action.kind === 'alterConfigs';

/** A key is ours until the spec does not name it and Kafka is seen without it. */
function ownedAfter({ owned, wanted, live }: SettingsWish, outcome: Altered | undefined, clusterId: string): OwnedSettings | undefined {
  const keys = owned.keys.filter((key) => Object.hasOwn(wanted, key) || live === undefined || live.some((setting) => setting.key === key));
  if (keys.length === 0) return undefined;
  const sent = outcome?.result === 'done' ? outcome.action.changes : [];
  const prints = new Map(Object.entries(owned.fingerprints ?? {}));
  for (const { key, value, sensitive } of sent) {
    if (sensitive && value !== undefined) prints.set(key, fingerprintOf(clusterId, key, value));
    else prints.delete(key);
  }
  const kept = [...prints].filter(([key]) => keys.includes(key)).sort(([a], [b]) => (a < b ? -1 : 1));
  return { keys, ...(kept.length === 0 ? {} : { fingerprints: Object.fromEntries(kept) }) };
}
