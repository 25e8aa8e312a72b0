/**
 * What lib/kafka/settings finds in the settings of a spec, with its place. Only what stands in the spec is judged: a node that
 * left it runs with what it has until it may go, and refusing the rest for its sake would help nobody.
 */
import { checkBrokerDynamicConfig, checkClusterWideConfig, checkReadOnlyConfig, type ConfigFinding } from '../kafka/settings/config-check';
import { parseProperties } from '../kafka/properties';
import type { DefaultedSpec } from './kafka-cluster';
import type { Problem } from './problem';
import type { Hint } from './resolved-cluster';

export interface SettingFindings {
  readonly problems: readonly Problem[];
  readonly hints: readonly Hint[];
}

type Check = (properties: Readonly<Record<string, string>>, version: string | undefined) => readonly ConfigFinding[];

/** A field that holds settings. */
interface Place {
  readonly path: string;
  /** The path without the number of the broker: what is said of one field of several brokers is said once. */
  readonly field: string;
  readonly text: string | undefined;
  readonly check: Check;
}

interface Found extends ConfigFinding {
  readonly path: string;
  readonly field: string;
}

/** The findings of all settings of a spec, in its order; what several brokers share is told once, at the first of them. */
export function settingFindings(spec: DefaultedSpec, version: string | undefined): SettingFindings {
  const checkOnce = remembering(version);
  const found = placesOf(spec).flatMap(({ path, field, text, check }) =>
    Object.entries(parseProperties(text ?? '')).flatMap(([key, value]) =>
      checkOnce(check, key, value).map((finding) => ({ ...finding, field, path: `${path}[${key}]` })),
    ),
  );
  const told = toldOnce(found);
  return {
    problems: told
      .filter(({ severity }) => severity === 'refuse')
      .map(({ path, message }) => ({ path, code: 'WrongSetting' as const, message })),
    hints: told.filter(({ severity }) => severity === 'hint').map(({ path, message }) => ({ path, message })),
  };
}

function placesOf({ readOnlyConfig, clusterWideConfig, brokerConfigGroups = {}, brokers }: DefaultedSpec): readonly Place[] {
  return [
    place('spec.readOnlyConfig', readOnlyConfig, checkReadOnlyConfig),
    place('spec.clusterWideConfig', clusterWideConfig, checkClusterWideConfig),
    ...Object.entries(brokerConfigGroups).map(([name, { config }]) =>
      place(`spec.brokerConfigGroups[${name}].config`, config, checkBrokerDynamicConfig),
    ),
    ...brokers.flatMap(({ readOnlyConfig: ofBroker, brokerConfig }, index) => {
      const path = `spec.brokers[${String(index)}]`;
      return [
        { path: `${path}.readOnlyConfig`, field: 'readOnlyConfig', text: ofBroker, check: checkReadOnlyConfig },
        { path: `${path}.brokerConfig.config`, field: 'config', text: brokerConfig?.config, check: checkBrokerDynamicConfig },
      ];
    }),
  ];
}

const place = (path: string, text: string | undefined, check: Check): Place => ({ path, field: path, text, check });

/** Brokers say much the same, and looking for the setting that somebody meant takes its time: each setting is judged once. */
function remembering(version: string | undefined): (check: Check, key: string, value: string) => readonly ConfigFinding[] {
  const known = new Map<Check, Map<string, readonly ConfigFinding[]>>();
  return (check, key, value) => {
    const ofCheck = known.get(check) ?? new Map<string, readonly ConfigFinding[]>();
    known.set(check, ofCheck);
    const name = `${key}=${value}`;
    const findings = ofCheck.get(name) ?? check({ [key]: value }, version);
    ofCheck.set(name, findings);
    return findings;
  };
}

function toldOnce(found: readonly Found[]): readonly Found[] {
  const alike = new Map<string, Found[]>();
  for (const each of found) {
    const same = `${each.field} ${each.message}`;
    const others = alike.get(same);
    if (others === undefined) alike.set(same, [each]);
    else others.push(each);
  }
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const more = others.length === 1 ? 'one more broker' : `${String(others.length)} more brokers`;
    return [others.length === 0 ? first : { ...first, message: `${first.message} (the same for ${more})` }];
  });
}
