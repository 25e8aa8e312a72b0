/** Small specs to start from. */
type Json = Record<string, unknown>;

export const claim = (mountPath: string, storage = '10Gi') => ({
  mountPath,
  pvcSpec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
});

export const internal = (changes: Json = {}): Json => ({
  name: 'internal',
  type: 'plaintext',
  containerPort: 29092,
  usedForInnerBrokerCommunication: true,
  ...changes,
});
export const controller = (changes: Json = {}): Json => ({
  name: 'controller',
  type: 'plaintext',
  containerPort: 29093,
  usedForControllerCommunication: true,
  ...changes,
});
export const external = (changes: Json = {}): Json => ({
  name: 'external',
  type: 'plaintext',
  containerPort: 9094,
  externalStartingPort: 19090,
  ...changes,
});

/** A combined node with a volume of its own. */
export const combined = (id: number, config: Json = {}): Json => ({
  id,
  brokerConfig: { processRoles: ['controller', 'broker'], storageConfigs: [claim('/kafka-logs')], ...config },
});

/** A KRaft cluster of one combined node. */
export const spec = (changes: Json = {}): Json => ({
  brokers: [combined(0)],
  listenersConfig: { internalListeners: [internal(), controller()] },
  ...changes,
});

/** Groups `controllers` and `brokers`, nodes 0 and 100. */
export const groupedSpec = (changes: Json = {}): Json =>
  spec({
    brokerConfigGroups: {
      controllers: { processRoles: ['controller'], storageConfigs: [claim('/kafka-logs')] },
      brokers: { processRoles: ['broker'], storageConfigs: [claim('/kafka-logs'), claim('/kafka-logs-2')] },
    },
    brokers: [
      { id: 0, brokerConfigGroup: 'controllers' },
      { id: 100, brokerConfigGroup: 'brokers' },
    ],
    ...changes,
  });

export const listeners = (internalListeners: readonly Json[], externalListeners?: readonly Json[]): Json => ({
  listenersConfig: { internalListeners, ...(externalListeners ? { externalListeners } : {}) },
});

export const cluster = (of: Json = spec(), metadata: Json = {}): Json => ({
  apiVersion: 'kafka.banzaicloud.io/v1beta1',
  kind: 'KafkaCluster',
  metadata: { name: 'kafka', namespace: 'default', uid: 'u', generation: 3, ...metadata },
  spec: of,
});
