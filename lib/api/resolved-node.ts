/** One node: its group and its own configuration merged, defaults filled in. */
import { withCurrentAuthorizer } from '../kafka/authorizer';
import { parseProperties } from '../kafka/properties';
import type { z } from 'zod';
import type { broker } from './brokers';
import {
  DEFAULT_CRUISE_CONTROL_IMAGE,
  DEFAULT_GRACE_SECONDS,
  DEFAULT_HEAP_OPTS,
  DEFAULT_JVM_PERF_OPTS,
  DEFAULT_KAFKA_VERSION,
  DEFAULT_NETWORK_RATE,
  DEFAULT_RESOURCES,
  DEFAULT_SERVICE_ACCOUNT,
  defaultKafkaImage,
} from './defaults';
import { mergedBrokerConfig, type BrokerConfig } from './group-merge';
import { own } from './json';
import type { DefaultedSpec } from './kafka-cluster';
import type { Problem } from './problem';
import type { ResolvedNode } from './resolved-cluster';
import { resolveStorage, type PathOfStorage } from './resolved-storage';

export type BrokerEntry = z.output<typeof broker>;

export interface NodeResult {
  readonly node: ResolvedNode;
  readonly problems: readonly Problem[];
}

/** The group that an entry names; undefined when it names none or one that does not exist. */
export const groupOf = (spec: DefaultedSpec, entry: BrokerEntry): BrokerConfig | undefined =>
  own(spec.brokerConfigGroups, entry.brokerConfigGroup ?? '');

/** Resolves an entry of `brokers`; `path` is where it stands, for example `spec.brokers[2]`. */
export function resolveNode(spec: DefaultedSpec, entry: BrokerEntry, path: string, departing = false): NodeResult {
  const config = mergedBrokerConfig(groupOf(spec, entry), entry.brokerConfig);
  const { storage, problems } = resolveStorage(config.storageConfigs ?? [], entry.id, pathOfStorage(spec, entry, path));
  const node: ResolvedNode = {
    id: entry.id,
    roles: rolesOf(config),
    departing,
    entry: standingAlone(entry, config),
    readOnlyConfig: withCurrentAuthorizer(parseProperties(entry.readOnlyConfig ?? '')),
    dynamicConfig: parseProperties(config.config ?? ''),
    storage,
    envs: [...(spec.envs ?? []), ...(config.envs ?? [])],
    ...imagesOf(spec, config),
    ...processOf(config),
    ...podOf(config),
  };
  return { node, problems: [...problems, ...withoutStorage(config, path)] };
}

/** The entry without need of its group. */
function standingAlone(entry: BrokerEntry, brokerConfig: BrokerConfig): ResolvedNode['entry'] {
  const { brokerConfigGroup: _merged, ...rest } = entry;
  return { ...rest, brokerConfig };
}

export const rolesOf = (config: BrokerConfig): ResolvedNode['roles'] => (config.processRoles?.length ? config.processRoles : ['broker']);

function imagesOf(spec: DefaultedSpec, config: BrokerConfig): Pick<ResolvedNode, 'image' | 'metricsReporterImage'> {
  const reporter = spec.clusterMetricsReporterImage ?? spec.cruiseControlConfig?.image;
  return {
    image: firstText(config.image, spec.clusterImage, defaultKafkaImage(spec.kafkaVersion ?? DEFAULT_KAFKA_VERSION)),
    metricsReporterImage: firstText(config.metricsReporterImage, reporter, DEFAULT_CRUISE_CONTROL_IMAGE),
  };
}

/** The first that is neither missing nor empty. */
function firstText(...texts: readonly [...(string | undefined)[], string]): string {
  return texts.find((text) => text !== undefined && text !== '') ?? '';
}

function processOf(config: BrokerConfig) {
  return {
    heapOpts: firstText(config.kafkaHeapOpts, DEFAULT_HEAP_OPTS),
    jvmPerfOpts: firstText(config.kafkaJvmPerfOpts, DEFAULT_JVM_PERF_OPTS),
    log4jConfig: config.log4jConfig,
    resources: config.resourceRequirements ?? DEFAULT_RESOURCES,
    terminationGracePeriodSeconds: config.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS,
    network: networkOf(config),
    ingress: config.brokerIngressMapping ?? [],
    nodePort: { externalIPs: config.nodePortExternalIP ?? {}, addressType: config.nodePortNodeAddressType },
  };
}

/** What is no number is refused with the spec (cruise-control-checks.ts); a node that left it is not given up for it. */
function networkOf({ networkConfig }: BrokerConfig): ResolvedNode['network'] {
  const rate = (text = ''): number => (/^\d{1,12}$/.test(text.trim()) && Number(text) > 0 ? Number(text) : DEFAULT_NETWORK_RATE);
  return { incoming: rate(networkConfig?.incomingNetworkThroughPut), outgoing: rate(networkConfig?.outgoingNetworkThroughPut) };
}

function podOf(config: BrokerConfig) {
  return {
    serviceAccountName: firstText(config.serviceAccountName, DEFAULT_SERVICE_ACCOUNT),
    priorityClassName: config.priorityClassName,
    nodeSelector: config.nodeSelector ?? {},
    affinity: config.affinity,
    annotations: config.brokerAnnotations ?? {},
    labels: config.brokerLabels ?? {},
    podSecurityContext: config.podSecurityContext,
    securityContext: config.securityContext,
    ...listsOf(config),
  };
}

function listsOf({
  imagePullSecrets = [],
  tolerations = [],
  initContainers = [],
  containers = [],
  volumes = [],
  volumeMounts = [],
}: BrokerConfig) {
  return { imagePullSecrets, tolerations, initContainers, containers, volumes, volumeMounts };
}

/** The broker's own storages are written there, the others in its group. */
function pathOfStorage(spec: DefaultedSpec, entry: BrokerEntry, path: string): PathOfStorage {
  return (mountPath) => {
    const at = (configs: BrokerConfig['storageConfigs']): number => (configs ?? []).findIndex((config) => config.mountPath === mountPath);
    const own = at(entry.brokerConfig?.storageConfigs);
    if (own >= 0) return `${path}.brokerConfig.storageConfigs[${String(own)}]`;
    return `spec.brokerConfigGroups[${entry.brokerConfigGroup ?? ''}].storageConfigs[${String(at(groupOf(spec, entry)?.storageConfigs))}]`;
  };
}

function withoutStorage(config: BrokerConfig, path: string): readonly Problem[] {
  if (config.storageConfigs?.length) return [];
  const message = 'cannot run a node without a volume: add storageConfigs to its brokerConfig or to its group';
  return [{ path: `${path}.brokerConfig.storageConfigs`, code: 'Required', message }];
}
