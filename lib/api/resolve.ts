/**
 * From what somebody wrote to what can be built: parsed with the schema that makes the CRD, groups merged, defaults filled
 * in, and checked once. After this nobody checks again. It never throws, whatever it is given: what cannot be used comes
 * back as problems with the path and the remedy.
 */
import { compareVersions, parseVersion } from '../kafka/version';
import { withCurrentAuthorizer } from '../kafka/authorizer';
import { parseProperties } from '../kafka/properties';
import { authorizerHints } from './authorizer-checks';
import { fieldsNotActedUpon } from './acting-fields';
import { checkCruiseControl } from './cruise-control-checks';
import { changesOf } from './resolved-changes';
import { DEFAULT_BUDGET, DEFAULT_JMX_IMAGE, DEFAULT_PATH_TO_JAR } from './defaults';
import { kafkaVersionOfImage } from './image-version';
import { checkExternal, externalHints } from './external-checks';
import { isObject, own, withoutNulls } from './json';
import { kafkaClusterSpec, type DefaultedSpec } from './kafka-cluster';
import { checkName, readMetadata, type ClusterMetadata } from './cluster-metadata';
import { checkMetadataVersion } from './metadata-version-check';
import type { Problem } from './problem';
import { departingNodes } from './departing-nodes';
import type { RawObject, ResolvedCluster, ResolvedNode } from './resolved-cluster';
import { resolveListeners } from './resolved-listeners';
import { cruiseControlHints, resolveCruiseControl } from './resolved-cruise-control';
import { resolveSecurity } from './resolved-security';
import { resolveNode } from './resolved-node';
import { problemsOf } from './schema-problem';
import { settingFindings } from './setting-findings';
import { checkMode, checkSpec } from './spec-checks';

/** A node that was in the spec once. */
export interface RecordedNode {
  readonly id: number;
  /** `ResolvedNode.entry` as it was last, or an entry of `spec.brokers` as Koperator kept it. */
  readonly spec: unknown;
}

export interface Resolution {
  /** Undefined exactly when there are problems. */
  readonly cluster: ResolvedCluster | undefined;
  readonly problems: readonly Problem[];
  /** Ids of recorded nodes that cannot be read any more; they are not among the nodes. */
  readonly unreadableRecords: readonly number[];
}

/**
 * Resolves a KafkaCluster object.
 * @param object the KafkaCluster as read from a file or the API server
 * @param recorded nodes that were in the spec before; those that left it become nodes with `departing: true`
 */
export function resolve(object: unknown, recorded: readonly RecordedNode[] = []): Resolution {
  const plain = withoutNulls(object);
  const root = isObject(plain) ? plain : {};
  const metadata = readMetadata(root);
  const raw = own(root, 'spec');
  const parsed = kafkaClusterSpec.safeParse(raw);
  if (!parsed.success) return refused([...checkName(metadata.name), ...problemsOf(parsed.error, raw)]);
  const outside = [...checkName(metadata.name), ...checkMode(parsed.data)];
  if (outside.length > 0) return refused(outside);
  return resolveSpec({ metadata, spec: parsed.data, raw: raw as RawObject }, recorded);
}

interface Read {
  readonly metadata: ClusterMetadata;
  readonly spec: DefaultedSpec;
  /** As written, without defaults. */
  readonly raw: RawObject;
}

const refused = (problems: readonly Problem[]): Resolution => ({ cluster: undefined, problems, unreadableRecords: [] });

function resolveSpec({ metadata, spec, raw }: Read, recorded: readonly RecordedNode[]): Resolution {
  const wanted = spec.brokers.map((entry, index) => resolveNode(spec, entry, `spec.brokers[${String(index)}]`));
  const nodes = wanted.map(({ node }) => node);
  const kafkaVersion = spec.kafkaVersion ?? oldestVersion(nodes);
  const settings = settingFindings(spec, kafkaVersion);
  const problems = unique([
    ...checkSpec(spec),
    ...wanted.flatMap((result) => result.problems),
    ...checkMetadataVersion(spec.metadataVersion, kafkaVersion),
    ...settings.problems,
    ...checkCruiseControl(spec, nodes),
    ...checkExternal(spec, nodes, metadata),
  ]);
  const listeners = resolveListeners(spec);
  if (problems.length > 0 || listeners === undefined) return refused(problems);
  const departing = departingNodes(spec, recorded);
  const cruiseControl = resolveCruiseControl(spec, nodes);
  const cluster: ResolvedCluster = {
    ...identityOf(metadata, spec),
    ...settingsOf(spec),
    kafkaVersion,
    listeners,
    security: resolveSecurity(spec, listeners),
    nodes: [...nodes, ...departing.nodes].sort((a, b) => a.id - b.id),
    metricsReporter: cruiseControl !== undefined,
    cruiseControl,
    written: raw,
    hints: [...settings.hints, ...cruiseControlHints(cruiseControl), ...externalHints(spec, nodes, metadata), ...authorizerHints(spec)],
    fieldsNotActedUpon: fieldsNotActedUpon(raw, cruiseControl),
  };
  return { cluster, problems: [], unreadableRecords: departing.unreadable };
}

/** Several brokers of one group repeat what is wrong with the group. */
function unique(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem])).values()];
}

function identityOf(metadata: ClusterMetadata, spec: DefaultedSpec) {
  const { name, namespace, uid, generation, labels } = metadata;
  const propagatedLabels = spec.propagateLabels ? labels : {};
  return { name, namespace, uid, generation, propagatedLabels };
}

function settingsOf(spec: DefaultedSpec) {
  const readOnlyConfig = withCurrentAuthorizer(parseProperties(spec.readOnlyConfig ?? ''));
  return {
    domain: spec.kubernetesClusterDomain,
    headless: spec.headlessServiceEnabled,
    oneBrokerPerNode: spec.oneBrokerPerNode,
    volumeReclaim: spec.volumeReclaim,
    quorumMode: Object.hasOwn(readOnlyConfig, 'controller.quorum.voters') ? ('static' as const) : ('dynamic' as const),
    readOnlyConfig,
    clusterWideConfig: parseProperties(spec.clusterWideConfig ?? ''),
    rackLabels: spec.rackAwareness?.labels ?? [],
    disruptionBudget: budgetOf(spec),
    rollingUpgrade: rollingUpgradeOf(spec),
    ...changesOf(spec),
    additionalPorts: spec.additionalPorts ?? [],
    ingressController: spec.ingressController,
    istioRevision: spec.istioControlPlane?.name,
    removeUnusedIngress: spec.removeUnusedIngressResources,
    networkPolicies: spec.networkPolicies,
    monitoring: monitoringOf(spec),
  };
}

const budgetOf = ({ disruptionBudget }: DefaultedSpec): ResolvedCluster['disruptionBudget'] => ({
  create: disruptionBudget?.create ?? false,
  budget: disruptionBudget?.budget ?? DEFAULT_BUDGET,
});

function rollingUpgradeOf({ rollingUpgradeConfig }: DefaultedSpec): ResolvedCluster['rollingUpgrade'] {
  const { failureThreshold, concurrentBrokerRestartCountPerRack, soakSeconds } = rollingUpgradeConfig;
  return { failureThreshold, concurrentBrokerRestartCountPerRack, soakSeconds };
}

function monitoringOf({ monitoringConfig }: DefaultedSpec): ResolvedCluster['monitoring'] {
  return {
    jmxImage: monitoringConfig?.jmxImage ?? DEFAULT_JMX_IMAGE,
    pathToJar: monitoringConfig?.pathToJar ?? DEFAULT_PATH_TO_JAR,
    kafkaJmxExporterConfig: monitoringConfig?.kafkaJMXExporterConfig,
  };
}

/**
 * The version that all nodes of the spec understand: the oldest of their images, unknown when one of them does not say.
 * Nodes that left do not count, so that their leaving never changes the configuration of the others.
 */
function oldestVersion(nodes: readonly ResolvedNode[]): string | undefined {
  const versions = nodes.map(({ image }) => kafkaVersionOfImage(image));
  const known = versions.flatMap((text) => {
    const version = text === undefined ? undefined : parseVersion(text);
    return text === undefined || version === undefined ? [] : [{ text, version }];
  });
  if (known.length < versions.length) return undefined;
  return known.reduce<(typeof known)[number] | undefined>(
    (old, each) => (old === undefined || compareVersions(each.version, old.version) < 0 ? each : old),
    undefined,
  )?.text;
}
