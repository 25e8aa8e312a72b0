/**
 * Nothing is silently ignored: a field that is accepted and does nothing yet is named in the condition FieldsNotActedUpon.
 * This is the one table of what acts. Whoever makes a field act moves it here, and the condition goes away by itself.
 */
import { actingAccess, actingListener } from './acting-external';
import { actsOf, ENTRIES, type Acts } from './acts';
import { isObject, own } from './json';
import { kafkaClusterSpec } from './kafka-cluster';
import type { IngressController, ResolvedCruiseControl } from './resolved-cluster';
import { structuralSchema, type StructuralSchema } from './structural-schema';

const brokerConfig = actsOf([
  ...[
    'image',
    'config',
    'processRoles',
    'storageConfigs',
    'kafkaHeapOpts',
    'kafkaJvmPerfOpts',
    'log4jConfig',
    'serviceAccountName',
    'resourceRequirements',
  ],
  ...[
    'imagePullSecrets',
    'nodeSelector',
    'tolerations',
    'affinity',
    'brokerAnnotations',
    'brokerLabels',
    'podSecurityContext',
    'securityContext',
  ],
  ...['initContainers', 'containers', 'volumes', 'volumeMounts', 'envs', 'terminationGracePeriodSeconds', 'priorityClassName'],
  ...['nodePortExternalIP', 'nodePortNodeAddressType', 'brokerIngressMapping'],
]);

const internalListener = actsOf([
  ...[
    'name',
    'type',
    'containerPort',
    'usedForInnerBrokerCommunication',
    'usedForControllerCommunication',
    'usedForKafkaAdminCommunication',
    'serverSSLCertSecret',
    'sslClientAuth',
  ],
]);

/** All but the name of a password that nothing needs. */
const sslSecrets = actsOf([
  ...['tlsSecretName', 'create', 'issuerRef', 'pkiBackend', 'keyType', 'duration', 'renewBefore', 'caDuration', 'caOverlap'],
]);

const LISTENERS_CONFIG = {
  internalListeners: { [ENTRIES]: internalListener },
  externalListeners: {},
  serviceAnnotations: true,
  sslSecrets,
} as const;

/** Top-level fields of the spec that act, at least in part. */
export const ACTING_FIELDS: Readonly<Record<string, Acts>> = {
  brokers: { [ENTRIES]: { id: true, brokerConfigGroup: true, readOnlyConfig: true, brokerConfig } },
  brokerConfigGroups: { [ENTRIES]: brokerConfig },
  listenersConfig: LISTENERS_CONFIG,
  headlessServiceEnabled: true,
  oneBrokerPerNode: true,
  clusterImage: true,
  readOnlyConfig: true,
  rackAwareness: true,
  disruptionBudget: true,
  propagateLabels: true,
  additionalPorts: true,
  envs: true,
  kubernetesClusterDomain: true,
  monitoringConfig: actsOf(['jmxImage', 'pathToJar', 'kafkaJMXExporterConfig']),
  rollingUpgradeConfig: true,
  changePolicy: true,
  clusterWideConfig: true,
  taintedBrokersSelector: true,
  kRaft: true,
  kafkaVersion: true,
  metadataVersion: true,
  volumeReclaim: true,
  clientSSLCertSecret: true,
  alertManagerConfig: true,
  topicNamespaces: true,
  userNamespaces: true,
  // Which of its fields act depends on who runs it (below).
  cruiseControlConfig: {},
  // Who leads clients in from outside decides which of these act (acting-external.ts).
  ...actingAccess('envoy'),
};

/** Top-level fields of the spec of which nothing acts yet. zkAddresses is refused outright. */
export const FIELDS_NOT_YET_ACTING: readonly string[] = [...['clusterMetricsReporterImage', 'localDebugEnabled', 'zkAddresses', 'zkPath']];

/** Named by its fields, because one word for all of it would say too little. */
const NAMED_BY_FIELD: readonly string[] = [];

/** What acts only when Cruise Control's metrics reporter runs in the brokers. */
const brokerConfigWithReporter: Acts = { ...brokerConfig, metricsReporterImage: true };
const WITH_REPORTER: Readonly<Record<string, Acts>> = {
  ...ACTING_FIELDS,
  brokers: { [ENTRIES]: { id: true, brokerConfigGroup: true, readOnlyConfig: true, brokerConfig: brokerConfigWithReporter } },
  brokerConfigGroups: { [ENTRIES]: brokerConfigWithReporter },
  clusterMetricsReporterImage: true,
};

/** Fields of cruiseControlConfig that act whoever runs it; its image brings the reporter. */
const CRUISE_CONTROL = actsOf(['image', 'topicConfig', 'cruiseControlOperationSpec', 'selfHealing', 'rebalanceSchedule']);

const WITH_EXTERNAL: Readonly<Record<string, Acts>> = {
  ...WITH_REPORTER,
  cruiseControlConfig: { ...CRUISE_CONTROL, ...actsOf(['cruiseControlEndpoint', 'tls', 'auth']) },
};

/** The operator makes its files and its Pod, and tells it what brokers can bear. */
const brokerConfigWithCapacity: Acts = { ...brokerConfigWithReporter, networkConfig: true };
const WITH_DEPLOYED: Readonly<Record<string, Acts>> = {
  ...WITH_REPORTER,
  brokers: { [ENTRIES]: { id: true, brokerConfigGroup: true, readOnlyConfig: true, brokerConfig: brokerConfigWithCapacity } },
  brokerConfigGroups: { [ENTRIES]: brokerConfigWithCapacity },
  monitoringConfig: true,
  cruiseControlConfig: {
    ...CRUISE_CONTROL,
    ...actsOf(['config', 'capacityConfig', 'clusterConfig', 'log4jConfig', 'resourceRequirements', 'serviceAccountName']),
    ...actsOf(['imagePullSecrets', 'nodeSelector', 'tolerations', 'affinity', 'cruiseControlAnnotations', 'initContainers']),
    ...actsOf(['volumes', 'volumeMounts', 'podSecurityContext', 'securityContext', 'priorityClassName']),
  },
};

const SPEC_SCHEMA = structuralSchema(kafkaClusterSpec);

/** Paths of what somebody set in a spec and does not act yet, sorted; values equal to their default do not count as set. */
export function fieldsNotActedUpon(
  spec: Readonly<Record<string, unknown>>,
  cruiseControl: Pick<ResolvedCruiseControl, 'external'> | undefined,
): readonly string[] {
  const controller = controllerOf(spec);
  const acts = {
    ...Object.fromEntries(NAMED_BY_FIELD.map((name) => [name, {}])),
    ...actingWith(cruiseControl),
    ...actingAccess(controller),
    listenersConfig: { ...LISTENERS_CONFIG, externalListeners: { [ENTRIES]: actingListener(controller) } },
  };
  return unacted({ schema: SPEC_SCHEMA, value: spec, acts, path: 'spec' }).slice().sort();
}

const CONTROLLERS: readonly IngressController[] = ['envoy', 'istioingress', 'contour', 'gateway'];

const controllerOf = (spec: Readonly<Record<string, unknown>>): IngressController =>
  CONTROLLERS.find((one) => one === own(spec, 'ingressController')) ?? 'envoy';

function actingWith(cruiseControl: Pick<ResolvedCruiseControl, 'external'> | undefined): Readonly<Record<string, Acts>> {
  if (cruiseControl === undefined) return ACTING_FIELDS;
  return cruiseControl.external === undefined ? WITH_DEPLOYED : WITH_EXTERNAL;
}

interface Place {
  readonly schema: StructuralSchema;
  readonly value: unknown;
  readonly acts: Acts | undefined;
  readonly path: string;
}

function unacted({ schema, value, acts, path }: Place): readonly string[] {
  if (acts === true || !isSet(schema, value)) return [];
  if (acts === undefined) return [path];
  if (typeof acts === 'function') return unacted({ schema, value, acts: acts(isObject(value) ? value : {}), path });
  return childrenOf(schema, value, path).flatMap((child) => unacted({ ...child, acts: own(acts, child.name) }));
}

interface Child {
  readonly name: string;
  readonly schema: StructuralSchema;
  readonly value: unknown;
  readonly path: string;
}

function childrenOf(schema: StructuralSchema, value: unknown, path: string): readonly Child[] {
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => ({
      name: ENTRIES,
      schema: schema.items ?? {},
      value: item,
      path: `${path}[${keyOf(schema, item) ?? String(index)}]`,
    }));
  }
  if (!isObject(value)) return [];
  const { properties, additionalProperties } = schema;
  return Object.entries(value).flatMap(([name, field]): readonly Child[] => {
    if (properties === undefined && additionalProperties !== undefined) {
      return [{ name: ENTRIES, schema: additionalProperties, value: field, path: `${path}[${name}]` }];
    }
    const known = own(properties, name) ?? (schema['x-kubernetes-preserve-unknown-fields'] === true ? {} : undefined);
    return known === undefined ? [] : [{ name, schema: known, value: field, path: `${path}.${name}` }];
  });
}

/** The key of an entry of a keyed list, for example the name of a listener. */
function keyOf(schema: StructuralSchema, item: unknown): string | undefined {
  const keys = schema['x-kubernetes-list-map-keys'];
  const key: unknown = Array.isArray(keys) ? keys[0] : undefined;
  const value = typeof key === 'string' && isObject(item) ? own(item, key) : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Whether somebody wrote it: it differs from what the API server fills in by itself. */
function isSet(schema: StructuralSchema, value: unknown): boolean {
  if (value === undefined || value === schema.default) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (!isObject(value)) return true;
  return Object.entries(value).some(([name, field]) => isSet(own(schema.properties, name) ?? schema.additionalProperties ?? {}, field));
}
