/** What of Kafka changes seldom and costs a question of its own: dynamic settings, of each broker from itself, and feature levels. */
import type { ConfigResource, KafkaReader } from '../clients/kafka/connection';
import type { ConfigsView, DynamicSetting, FeaturesView } from '../decide/world';

/** A resource whose dynamic settings are of interest: a broker's id, or the default of all brokers. */
export type ConfigsOf = number | 'clusterDefault';

/** Kafka's ConfigSource: set at this resource while Kafka runs. Everything else is static, a default, or of the other resource. */
const DYNAMIC_BROKER = 2;
const DYNAMIC_DEFAULT = 3;

export interface SettingsView {
  readonly features?: FeaturesView;
  readonly configs?: ConfigsView;
}

const resourceOf = (of: ConfigsOf): ConfigResource => (of === 'clusterDefault' ? { kind: 'clusterDefault' } : { kind: 'broker', id: of });

const byKey = (a: DynamicSetting, b: DynamicSetting): number => (a.key < b.key ? -1 : 1);

/** By key. Throws KafkaError when the broker does not answer. */
export const describeDynamic = async (reader: KafkaReader, of: ConfigsOf): Promise<readonly DynamicSetting[]> => {
  const source = of === 'clusterDefault' ? DYNAMIC_DEFAULT : DYNAMIC_BROKER;
  const entries = await reader.describeConfigs(resourceOf(of));
  return entries
    .filter((entry) => entry.source === source)
    .map(({ key, value, sensitive }) => ({ key, value: sensitive ? null : value }))
    .sort(byKey);
};

/** The view of what was answered; resources that did not answer are missing. */
export const configsView = (answers: ReadonlyMap<ConfigsOf, readonly DynamicSetting[]>): ConfigsView => {
  const clusterDefault = answers.get('clusterDefault');
  const brokers = [...answers].filter(([of]) => of !== 'clusterDefault');
  return { ...(clusterDefault === undefined ? {} : { clusterDefault }), brokers: Object.fromEntries(brokers) };
};

/** Asks all at the same time. Never throws: what does not answer is missing. */
export const describeSettings = async (reader: KafkaReader, configsOf: readonly ConfigsOf[]): Promise<SettingsView> => {
  const missing = (): undefined => undefined;
  const asked = configsOf.map(async (of) => [of, await describeDynamic(reader, of).catch(missing)] as const);
  const [features, answers] = await Promise.all([reader.describeFeatures().catch(missing), Promise.all(asked)]);
  const known = answers.flatMap(([of, settings]) => (settings === undefined ? [] : [[of, settings] as const]));
  return { ...(features === undefined ? {} : { features }), configs: configsView(new Map(known)) };
};
