/** The rules of cluster-rules.ts once more, for specs that no API server has seen and for API servers that are older. */
import { checkChanges } from './change-checks';
import type { DefaultedSpec } from './kafka-cluster';
import type { Problem } from './problem';
import { checkListeners } from './resolved-listeners';
import { checkSecurity } from './security-checks';
import { groupOf, rolesOf } from './resolved-node';
import { mergedBrokerConfig } from './group-merge';

/** Everything that is wrong with a KRaft spec as a whole; what is wrong with single volumes is found while they are resolved. */
export function checkSpec(spec: DefaultedSpec): readonly Problem[] {
  return [
    ...checkIds(spec),
    ...checkGroups(spec),
    ...checkRoles(spec),
    ...checkRepeatedRoles(spec),
    ...checkListeners(spec.listenersConfig),
    ...checkSecurity(spec),
    ...checkEnvs(spec),
    ...checkChanges(spec),
  ];
}

/** `NotSupported` when the spec is of a ZooKeeper cluster. */
export function checkMode(spec: DefaultedSpec): readonly Problem[] {
  if (!spec.zkAddresses?.length) return [];
  const message =
    'cannot run a cluster with ZooKeeper: remove zkAddresses to make a KRaft cluster; clusters that live in ZooKeeper stay with the operator they have';
  return [{ path: 'spec.zkAddresses', code: 'NotSupported', message }];
}

function checkIds({ brokers }: DefaultedSpec): readonly Problem[] {
  const ids = brokers.map(({ id }) => id);
  return ids.flatMap((id, index) =>
    ids.indexOf(id) === index
      ? []
      : [
          {
            path: `spec.brokers[${String(index)}].id`,
            code: 'Duplicate' as const,
            message: `cannot have two nodes with id ${String(id)}: give this one another id`,
          },
        ],
  );
}

function checkGroups(spec: DefaultedSpec): readonly Problem[] {
  return spec.brokers.flatMap((entry, index) => {
    const name = entry.brokerConfigGroup ?? '';
    if (name === '' || groupOf(spec, entry) !== undefined) return [];
    const message = `cannot find the group ${name}: add it to brokerConfigGroups or correct the name`;
    return [{ path: `spec.brokers[${String(index)}].brokerConfigGroup`, code: 'UnknownReference' as const, message }];
  });
}

function checkRoles(spec: DefaultedSpec): readonly Problem[] {
  const isController = spec.brokers.some((entry) =>
    rolesOf(mergedBrokerConfig(groupOf(spec, entry), entry.brokerConfig)).includes('controller'),
  );
  if (isController) return [];
  const message =
    'cannot form a quorum without a controller: give at least one node (better three) processRoles [controller], or [controller, broker] for a combined node';
  return [{ path: 'spec.brokers', code: 'Required', message }];
}

function checkRepeatedRoles({ brokers, brokerConfigGroups = {} }: DefaultedSpec): readonly Problem[] {
  const places = [
    ...brokers.map(({ brokerConfig }, index) => ({ path: `spec.brokers[${String(index)}].brokerConfig`, config: brokerConfig })),
    ...Object.entries(brokerConfigGroups).map(([name, config]) => ({ path: `spec.brokerConfigGroups[${name}]`, config })),
  ];
  return places
    .filter(({ config }) => new Set(config?.processRoles).size < (config?.processRoles?.length ?? 0))
    .map(({ path }) => ({ path: `${path}.processRoles`, code: 'Duplicate', message: 'cannot have a role twice: write each of them once' }));
}

/** Variables that the start script takes from the operator alone. */
const OPERATORS_OWN = ['FORMAT_MODE', 'INITIAL_CONTROLLERS', 'NODE_ID', 'NODE_NAME'];

function checkEnvs({ envs, brokers, brokerConfigGroups = {} }: DefaultedSpec): readonly Problem[] {
  const places = [
    { path: 'spec.envs', list: envs },
    ...brokers.map(({ brokerConfig }, index) => ({ path: `spec.brokers[${String(index)}].brokerConfig.envs`, list: brokerConfig?.envs })),
    ...Object.entries(brokerConfigGroups).map(([name, config]) => ({ path: `spec.brokerConfigGroups[${name}].envs`, list: config.envs })),
  ];
  return places.flatMap(({ path, list }) =>
    (list ?? []).flatMap(({ name }) =>
      OPERATORS_OWN.includes(name)
        ? [
            {
              path: `${path}[${name}]`,
              code: 'Invalid' as const,
              message: `cannot set ${name}: the operator sets it for each node; remove it`,
            },
          ]
        : [],
    ),
  );
}
