/**
 * Cruise Control as the spec wants it: one that the operator deploys, or one that is there already. A cluster whose spec has no
 * cruiseControlConfig has none, and nothing is moved between its brokers.
 */
import { hasRole } from '../kafka/quorum';
import { metricsTopicName, overruledSettings } from '../kafka/cruise-control-properties';
import { parseProperties } from '../kafka/properties';
import { cruiseControlAccess } from './cruise-control-endpoint';
import {
  DEFAULT_CRUISE_CONTROL_IMAGE,
  DEFAULT_CRUISE_CONTROL_RESOURCES,
  DEFAULT_METRICS_PARTITIONS,
  DEFAULT_METRICS_REPLICAS,
  DEFAULT_SERVICE_ACCOUNT,
} from './defaults';
import type { DefaultedSpec } from './kafka-cluster';
import type { CruiseControlPod, Hint, ResolvedCruiseControl, ResolvedNode } from './resolved-cluster';

export type CruiseControlSpec = NonNullable<DefaultedSpec['cruiseControlConfig']>;

/** Undefined when the spec has no cruiseControlConfig; an empty one is one with defaults. */
export function resolveCruiseControl(spec: DefaultedSpec, nodes: readonly ResolvedNode[]): ResolvedCruiseControl | undefined {
  const written = spec.cruiseControlConfig;
  if (written === undefined) return undefined;
  const config = withSelfHealing(parseProperties(written.config ?? ''), written.selfHealing);
  return {
    external: cruiseControlAccess(written),
    config,
    capacityConfig: filled(written.capacityConfig),
    clusterConfig: filled(written.clusterConfig),
    log4jConfig: filled(written.log4jConfig),
    topic: topicOf(spec, written, brokersAmong(nodes)),
    operationTtlSeconds: written.cruiseControlOperationSpec?.ttlSecondsAfterFinished,
    selfHealing: healsItself(config),
    rebalanceSchedule: filled(written.rebalanceSchedule)?.trim(),
    pod: podOf(spec, written),
  };
}

/** What is written and means nothing, worth a word. */
export function cruiseControlHints(cruiseControl: ResolvedCruiseControl | undefined): readonly Hint[] {
  const keys = cruiseControl === undefined || cruiseControl.external !== undefined ? [] : overruledSettings(cruiseControl.config);
  if (keys.length === 0) return [];
  const message = `the operator itself sets ${keys.join(', ')}; what is written there has no effect`;
  return [{ path: 'spec.cruiseControlConfig.config', message }];
}

/** Brokers of the spec; those that left it do not count for what is to fit the cluster. */
export const brokersAmong = (nodes: readonly ResolvedNode[]): number =>
  nodes.filter((node) => hasRole(node, 'broker') && !node.departing).length;

/** The text; undefined when it says nothing. */
const filled = (text: string | undefined): string | undefined => (text === undefined || text.trim() === '' ? undefined : text);

const HEALING = /^self\.healing\.(?:[a-z.]+\.)?enabled$/;

/** The field switches all of it on; left off, what is written in the settings themselves stays, kind by kind. */
function withSelfHealing(config: Readonly<Record<string, string>>, selfHealing: boolean): Readonly<Record<string, string>> {
  return { ...config, 'self.healing.enabled': selfHealing ? 'true' : (config['self.healing.enabled'] ?? 'false') };
}

const healsItself = (config: Readonly<Record<string, string>>): boolean =>
  Object.entries(config).some(([key, value]) => HEALING.test(key) && value.trim().toLowerCase() === 'true');

function topicOf(spec: DefaultedSpec, { topicConfig }: CruiseControlSpec, brokers: number): ResolvedCruiseControl['topic'] {
  const readOnlyConfig = parseProperties(spec.readOnlyConfig ?? '');
  if (readOnlyConfig['cruise.control.metrics.topic.auto.create']?.trim().toLowerCase() === 'true') return undefined;
  return {
    name: metricsTopicName(readOnlyConfig),
    partitions: topicConfig?.partitions ?? DEFAULT_METRICS_PARTITIONS,
    replicationFactor: topicConfig?.replicationFactor ?? Math.max(1, Math.min(DEFAULT_METRICS_REPLICAS, brokers)),
  };
}

function podOf(spec: DefaultedSpec, written: CruiseControlSpec): CruiseControlPod {
  return {
    image: written.image || DEFAULT_CRUISE_CONTROL_IMAGE,
    resources: written.resourceRequirements ?? DEFAULT_CRUISE_CONTROL_RESOURCES,
    serviceAccountName: written.serviceAccountName || DEFAULT_SERVICE_ACCOUNT,
    affinity: written.affinity,
    podSecurityContext: written.podSecurityContext,
    securityContext: written.securityContext,
    priorityClassName: written.priorityClassName,
    jmxExporterConfig: filled(spec.monitoringConfig?.cCJMXExporterConfig),
    ...listsOf(written),
  };
}

function listsOf(written: CruiseControlSpec) {
  const { imagePullSecrets = [], nodeSelector = {}, tolerations = [], cruiseControlAnnotations: annotations = {} } = written;
  const { initContainers = [], volumes = [], volumeMounts = [] } = written;
  return { imagePullSecrets, nodeSelector, tolerations, annotations, initContainers, volumes, volumeMounts };
}
