import { operationManifest, type WantedOperation } from '../../../lib/constructs/cruise-control-operation';
import { clusterFrom } from '../../world/cluster-file';

const YAML = (cruiseControl: string) => `
apiVersion: kafka.banzaicloud.io/v1beta1
kind: KafkaCluster
metadata: { name: orders, namespace: kafka }
spec:
  brokers:
    - { id: 0, brokerConfig: { processRoles: [controller, broker], storageConfigs: [{ mountPath: /kafka-logs, pvcSpec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }] } }
  cruiseControlConfig: ${cruiseControl}
  listenersConfig:
    internalListeners:
      - { type: plaintext, name: internal, containerPort: 29092, usedForInnerBrokerCommunication: true }
      - { type: plaintext, name: controller, containerPort: 29093, usedForInnerBrokerCommunication: false, usedForControllerCommunication: true }
`;

const cluster = clusterFrom(YAML('{}'));
const nameOf = (wanted: WantedOperation): string => operationManifest(cluster, wanted).metadata.name;
const drain: WantedOperation = { operation: 'remove_broker', parameters: { brokerid: '3,4', goals: 'RackAwareGoal' } };

test('an operation says what to do in its spec and belongs to its cluster', () => {
  const made = operationManifest(cluster, { ...drain, labels: { team: 'payments', kafka_cr: 'somebody-elses' } });
  expect(made).toMatchObject({
    apiVersion: 'kafka.banzaicloud.io/v1alpha1',
    kind: 'CruiseControlOperation',
    metadata: { namespace: 'kafka', labels: { kafka_cr: 'orders', team: 'payments', 'app.kubernetes.io/managed-by': 'kafka-operator' } },
    spec: { operation: 'remove_broker', parameters: { brokerid: '3,4', goals: 'RackAwareGoal' }, errorPolicy: 'retry' },
  });
  expect(made.metadata.ownerReferences).toMatchObject([{ kind: 'KafkaCluster', name: 'orders' }]);
  expect(made.metadata.name).toMatch(/^orders-remove-broker-[0-9a-f]{8}$/);
});

test('the same wish has the same name, however it is written down', () => {
  expect(nameOf({ ...drain, parameters: { goals: 'RackAwareGoal', brokerid: '3,4' } })).toBe(nameOf(drain));
  expect(nameOf({ ...drain, serial: 0 })).toBe(nameOf(drain));
});

test.each<[string, WantedOperation]>([
  ['other parameters', { ...drain, parameters: { brokerid: '3' } }],
  ['another operation', { ...drain, operation: 'add_broker' }],
  ['the same once more', { ...drain, serial: 1 }],
])('%s have another name', (_what, other) => {
  expect(nameOf(other)).not.toBe(nameOf(drain));
});

test('how long it is kept is what the cluster says of its operations', () => {
  const kept = clusterFrom(YAML('{ cruiseControlOperationSpec: { ttlSecondsAfterFinished: 300 } }'));
  expect(operationManifest(kept, drain).spec).toMatchObject({ ttlSecondsAfterFinished: 300 });
  expect(operationManifest(cluster, drain).spec).not.toHaveProperty('ttlSecondsAfterFinished');
});
