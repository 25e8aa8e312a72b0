/**
 * Settings that are written for one listener: `listener.name.<listener>.<setting>`, and some of SASL for one mechanism as
 * well: `listener.name.<listener>.<mechanism>.<setting>` (Kafka's DynamicBrokerConfig.brokerConfigSynonyms).
 */

const LISTENER = /^listener\.name\.[^.]+\.(.+)$/;
const MECHANISM =
  /^[^.]+\.(sasl\.jaas\.config|sasl\.login\.callback\.handler\.class|sasl\.login\.class|sasl\.server\.callback\.handler\.class|connections\.max\.reauth\.ms)$/;

export interface SettingName {
  /** The setting as Kafka documents it. */
  readonly name: string;
  readonly perListener: boolean;
}

/** Reads `listener.name.internal.scram-sha-512.sasl.jaas.config` as `sasl.jaas.config` of a listener. */
export function settingName(key: string): SettingName {
  const ofListener = LISTENER.exec(key)?.[1];
  if (ofListener === undefined) return { name: key, perListener: false };
  return { name: MECHANISM.exec(ofListener)?.[1] ?? ofListener, perListener: true };
}
