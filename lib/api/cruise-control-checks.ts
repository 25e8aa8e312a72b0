/**
 * What can be wrong with cruiseControlConfig. Cruise Control reads its files when it starts and ends when it cannot, long after
 * the spec was applied; so what it could not read is refused with the spec.
 */
import { parseProperties } from '../kafka/properties';
import { checkCapacityConfig } from './capacity-config';
import { checkCruiseControlAccess } from './cruise-control-endpoint';
import { scheduleProblem } from './cron-fields';
import { isObject } from './json';
import type { DefaultedSpec } from './kafka-cluster';
import type { Problem, ProblemCode } from './problem';
import type { ResolvedNode } from './resolved-cluster';
import { brokersAmong, type CruiseControlSpec } from './resolved-cruise-control';

/** @param nodes those of the spec */
export function checkCruiseControl(spec: DefaultedSpec, nodes: readonly ResolvedNode[]): readonly Problem[] {
  const written = spec.cruiseControlConfig;
  if (written === undefined) return checkNetworks(spec);
  return [
    ...checkCruiseControlAccess(written),
    ...checkConfig(written),
    ...checkCapacityConfig(written.capacityConfig),
    ...checkClusterConfig(written),
    ...checkTopic(written, brokersAmong(nodes)),
    ...checkSchedule(written),
    ...checkNetworks(spec),
  ];
}

const problem = (field: string, code: ProblemCode, message: string): Problem => ({
  path: `spec.cruiseControlConfig.${field}`,
  code,
  message,
});

/** With these the operator could not speak to the Cruise Control that it deploys. */
const CLOSED_DOORS: readonly string[] = ['two.step.verification.enabled', 'webserver.security.enable', 'webserver.ssl.enable'];

/** A key that Java would read from text that is no properties text looks like a sentence or like JSON. */
const KEY = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

function checkConfig({ config = '', cruiseControlEndpoint = '' }: CruiseControlSpec): readonly Problem[] {
  const settings = parseProperties(config);
  const odd = Object.keys(settings).find((key) => !KEY.test(key));
  const closed = cruiseControlEndpoint === '' ? CLOSED_DOORS.filter((key) => settings[key]?.trim() === 'true') : [];
  return [
    ...(odd === undefined
      ? []
      : [problem('config', 'Invalid', `cannot read ${JSON.stringify(odd.slice(0, 40))} as a setting: write one key=value in each line`)]),
    ...closed.map((key) =>
      problem(
        'config',
        'NotSupported',
        `cannot set ${key}=true: the operator speaks plain HTTP to the Cruise Control that it deploys, and each request counts at once; remove it, or run Cruise Control yourself and name it in cruiseControlEndpoint`,
      ),
    ),
  ];
}

function checkClusterConfig({ clusterConfig = '' }: CruiseControlSpec): readonly Problem[] {
  if (clusterConfig.trim() === '') return [];
  const remedy = 'write a JSON object of topic settings, for example { "min.insync.replicas": 2 }';
  try {
    if (isObject(JSON.parse(clusterConfig))) return [];
    return [problem('clusterConfig', 'Invalid', `cannot use clusterConfig: it is no JSON object; ${remedy}`)];
  } catch (error) {
    return [problem('clusterConfig', 'Invalid', `cannot read clusterConfig as JSON (${(error as Error).message}): ${remedy}`)];
  }
}

function checkTopic({ topicConfig }: CruiseControlSpec, brokers: number): readonly Problem[] {
  if (topicConfig === undefined || topicConfig.replicationFactor <= brokers) return [];
  const { replicationFactor } = topicConfig;
  const message = `cannot make a topic with ${String(replicationFactor)} replicas on ${String(brokers)} brokers: lower it to ${String(Math.max(1, brokers))}, leave topicConfig out, or add brokers`;
  return [problem('topicConfig.replicationFactor', 'OutOfRange', message)];
}

function checkSchedule({ rebalanceSchedule = '' }: CruiseControlSpec): readonly Problem[] {
  const wrong = rebalanceSchedule.trim() === '' ? undefined : scheduleProblem(rebalanceSchedule);
  if (wrong === undefined) return [];
  const fields = 'write minute, hour, day of month, month and day of week, for example 0 3 * * 0';
  return [problem('rebalanceSchedule', 'Invalid', `cannot read the schedule ${rebalanceSchedule}: it ${wrong}; ${fields}`)];
}

const RATES = ['incomingNetworkThroughPut', 'outgoingNetworkThroughPut'] as const;

/** Kilobytes a second; at most what a network of today can be thought to have. */
const isRate = (text: string): boolean => /^[1-9]\d{0,11}$/.test(text.trim());

function checkNetworks({ brokers, brokerConfigGroups = {} }: DefaultedSpec): readonly Problem[] {
  const places = [
    ...brokers.map(({ brokerConfig }, index) => ({ path: `spec.brokers[${String(index)}].brokerConfig`, config: brokerConfig })),
    ...Object.entries(brokerConfigGroups).map(([name, config]) => ({ path: `spec.brokerConfigGroups[${name}]`, config })),
  ];
  return places.flatMap(({ path, config }) =>
    RATES.flatMap((field) => {
      const text = config?.networkConfig?.[field] ?? '';
      if (text === '' || isRate(text)) return [];
      const message = `cannot read ${text} as a capacity: write kilobytes a second as a whole number, for example 125000`;
      return [{ path: `${path}.networkConfig.${field}`, code: 'Invalid' as const, message }];
    }),
  );
}
