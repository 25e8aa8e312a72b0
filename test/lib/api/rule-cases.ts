/** What is refused at apply and what is not, as sentences; `says` is part of the message. */
import { externalCases } from './external-rule-cases';
import { claim, combined, controller, external, groupedSpec, internal, listeners, spec } from './specs';

export interface RuleCase {
  readonly name: string;
  readonly spec: Record<string, unknown>;
  readonly old?: Record<string, unknown>;
  /** Missing: accepted. */
  readonly says?: string;
}

const storages = (...storageConfigs: readonly unknown[]) => spec({ brokers: [combined(0, { storageConfigs })] });
const group = (config: Record<string, unknown>) =>
  groupedSpec({ brokerConfigGroups: { ...(groupedSpec()['brokerConfigGroups'] as object), brokers: config } });
const disks = claim('/kafka-logs');

const identity: readonly RuleCase[] = [
  { name: 'accepts a small cluster', spec: spec() },
  { name: 'accepts groups', spec: groupedSpec() },
  { name: 'refuses two nodes with one id', spec: spec({ brokers: [combined(1), combined(1)] }), says: 'Duplicate value' },
  { name: 'refuses a negative id', spec: spec({ brokers: [combined(-1)] }), says: 'brokers' },
  {
    name: 'refuses a group that does not exist',
    spec: groupedSpec({ brokers: [combined(0), { id: 1, brokerConfigGroup: 'broker' }] }),
    says: 'add the group to brokerConfigGroups',
  },
  { name: 'accepts an empty group name', spec: spec({ brokers: [{ ...combined(0), brokerConfigGroup: '' }] }) },
];

const roles: readonly RuleCase[] = [
  {
    name: 'refuses a cluster without a controller',
    spec: spec({ brokers: [combined(0, { processRoles: ['broker'] })] }),
    says: 'no node is a controller',
  },
  {
    name: 'takes a node without roles for a broker',
    spec: spec({ brokers: [{ id: 0, brokerConfig: { storageConfigs: [disks] } }] }),
    says: 'no node is a controller',
  },
  { name: 'accepts a ZooKeeper cluster without a controller', spec: spec({ brokers: [{ id: 0 }], zkAddresses: ['zk:2181'] }) },
  { name: 'refuses a role that does not exist', spec: spec({ brokers: [combined(0, { processRoles: ['voter'] })] }), says: 'processRoles' },
  {
    name: 'refuses the same role twice',
    spec: spec({ brokers: [combined(0, { processRoles: ['controller', 'controller'] })] }),
    says: 'Duplicate value',
  },
  {
    name: 'refuses to turn a combined node into a controller',
    old: spec(),
    spec: spec({ brokers: [combined(0, { processRoles: ['controller'] })] }),
    says: 'roles of a node cannot change',
  },
  {
    name: 'refuses to move a node to a group with other roles',
    old: groupedSpec(),
    spec: groupedSpec({
      brokers: [
        { id: 0, brokerConfigGroup: 'controllers' },
        { id: 100, brokerConfigGroup: 'controllers' },
      ],
    }),
    says: 'roles of a node cannot change',
  },
  {
    name: 'refuses to change the roles of a group in use',
    old: groupedSpec(),
    spec: group({ processRoles: ['controller'], storageConfigs: [disks] }),
    says: 'roles of a node cannot change',
  },
  {
    name: 'accepts the same roles from another place',
    old: groupedSpec(),
    spec: groupedSpec({
      brokers: [
        { id: 0, brokerConfigGroup: 'controllers' },
        { id: 100, brokerConfigGroup: 'brokers', brokerConfig: { processRoles: ['broker'] } },
      ],
    }),
  },
  {
    name: 'accepts roles in another order',
    old: spec(),
    spec: spec({ brokers: [combined(0, { processRoles: ['broker', 'controller'] })] }),
  },
  { name: 'accepts a new node beside', old: spec(), spec: spec({ brokers: [combined(0), combined(1, { processRoles: ['broker'] })] }) },
];

const volumes: readonly RuleCase[] = [
  { name: 'refuses a storage without a volume', spec: storages({ mountPath: '/kafka-logs' }), says: 'write pvcSpec' },
  { name: 'accepts an emptyDir', spec: storages({ mountPath: '/kafka-logs', emptyDir: {} }) },
  { name: 'refuses a relative mount path', spec: storages(claim('kafka-logs')), says: 'must be an absolute path' },
  { name: 'refuses the root as mount path', spec: storages(claim('/')), says: 'must be an absolute path' },
  { name: 'refuses a mount path twice', spec: storages(disks, disks), says: 'Duplicate value' },
  { name: 'refuses a smaller volume', old: storages(disks), spec: storages(claim('/kafka-logs', '9Gi')), says: 'cannot shrink' },
  {
    name: 'refuses a smaller volume in other units',
    old: storages(disks),
    spec: storages(claim('/kafka-logs', '10G')),
    says: 'cannot shrink',
  },
  {
    name: 'refuses a smaller volume in a group',
    old: groupedSpec(),
    spec: group({ processRoles: ['broker'], storageConfigs: [claim('/kafka-logs', '1Gi'), claim('/kafka-logs-2')] }),
    says: 'cannot shrink',
  },
  { name: 'accepts a larger volume', old: storages(disks), spec: storages(claim('/kafka-logs', '20Gi')) },
  { name: 'accepts the same size in other words', old: storages(disks), spec: storages(claim('/kafka-logs', '10240Mi')) },
  { name: 'accepts a size that is a template', old: storages(disks), spec: storages(claim('/kafka-logs', '{{ .Size }}')) },
  {
    name: 'refuses another first storage',
    old: storages(disks, claim('/b')),
    spec: storages(claim('/b'), disks),
    says: 'first storage holds the metadata log',
  },
  {
    name: 'refuses to remove the first storage',
    old: storages(disks, claim('/b')),
    spec: storages(claim('/b')),
    says: 'first storage holds the metadata log',
  },
  {
    name: 'refuses another first storage in a group',
    old: groupedSpec(),
    spec: group({ processRoles: ['broker'], storageConfigs: [claim('/kafka-logs-2')] }),
    says: 'first storage holds the metadata log',
  },
  { name: 'accepts that another storage goes', old: storages(disks, claim('/b')), spec: storages(disks) },
  { name: 'accepts one more storage behind', old: storages(disks), spec: storages(disks, claim('/b')) },
];

const ports: readonly RuleCase[] = [
  {
    name: 'refuses a listener name twice',
    spec: spec(listeners([internal(), internal({ containerPort: 1 }), controller()])),
    says: 'Duplicate value',
  },
  {
    name: 'refuses one name inside and outside',
    spec: spec(listeners([internal(), controller()], [external({ name: 'internal' })])),
    says: 'same name',
  },
  { name: 'refuses a port twice', spec: spec(listeners([internal(), controller({ containerPort: 29092 })])), says: 'same containerPort' },
  {
    name: 'refuses a port inside and outside',
    spec: spec(listeners([internal(), controller()], [external({ containerPort: 29092 })])),
    says: 'same containerPort',
  },
  {
    name: 'refuses a port twice outside',
    spec: spec(listeners([internal(), controller()], [external(), external({ name: 'b' })])),
    says: 'same containerPort',
  },
  { name: 'refuses a port above 65535', spec: spec(listeners([internal({ containerPort: 65536 }), controller()])), says: 'containerPort' },
  { name: 'refuses an upper-case name', spec: spec(listeners([internal({ name: 'Internal' }), controller()])), says: 'name' },
];

const flags: readonly RuleCase[] = [
  {
    name: 'refuses two listeners among brokers',
    spec: spec(listeners([internal(), internal({ name: 'b', containerPort: 1 }), controller()])),
    says: 'usedForInnerBrokerCommunication',
  },
  {
    name: 'refuses a second one outside',
    spec: spec(listeners([internal(), controller()], [external({ usedForInnerBrokerCommunication: true })])),
    says: 'usedForInnerBrokerCommunication',
  },
  {
    name: 'refuses two listeners for administration',
    spec: spec(
      listeners([internal({ usedForKafkaAdminCommunication: true }), controller()], [external({ usedForKafkaAdminCommunication: true })]),
    ),
    says: 'usedForKafkaAdminCommunication',
  },
  {
    name: 'refuses two listeners for controllers',
    spec: spec(listeners([internal(), controller(), controller({ name: 'c', containerPort: 1 })])),
    says: 'usedForControllerCommunication',
  },
  { name: 'refuses a quorum without a listener', spec: spec(listeners([internal()])), says: 'no listener is for the controllers' },
  { name: 'refuses brokers without a listener', spec: spec(listeners([controller()])), says: 'add one for brokers and clients' },
  {
    name: 'refuses one listener for brokers and controllers',
    spec: spec(listeners([internal(), controller({ usedForKafkaAdminCommunication: true })])),
    says: 'cannot serve brokers or administration',
  },
  { name: 'accepts no flag for brokers', spec: spec(listeners([internal({ usedForInnerBrokerCommunication: false }), controller()])) },
];

const renames: readonly RuleCase[] = [
  {
    name: 'refuses to rename the listener of the brokers',
    old: spec(),
    spec: spec(listeners([internal({ name: 'inner' }), controller()])),
    says: 'cannot be renamed or removed',
  },
  {
    name: 'refuses to rename the listener of the controllers',
    old: spec(),
    spec: spec(listeners([internal(), controller({ name: 'quorum' })])),
    says: 'cannot be replaced',
  },
  {
    name: 'refuses to move a flag to a new listener',
    old: spec(),
    spec: spec(listeners([internal({ usedForInnerBrokerCommunication: false }), internal({ name: 'b', containerPort: 1 }), controller()])),
    says: 'flag cannot move',
  },
  {
    name: 'accepts a flag that moves to a listener that was there',
    old: spec(listeners([internal(), internal({ name: 'b', containerPort: 1, usedForInnerBrokerCommunication: false }), controller()])),
    spec: spec(listeners([internal({ usedForInnerBrokerCommunication: false }), internal({ name: 'b', containerPort: 1 }), controller()])),
  },
  {
    name: 'accepts a new listener beside',
    old: spec(),
    spec: spec(listeners([internal(), internal({ name: 'b', containerPort: 1, usedForInnerBrokerCommunication: false }), controller()])),
  },
  {
    name: 'accepts that a listener of clients goes',
    old: spec(listeners([internal(), internal({ name: 'b', containerPort: 1, usedForInnerBrokerCommunication: false }), controller()])),
    spec: spec(),
  },
];

export const ruleCases: readonly RuleCase[] = [...identity, ...roles, ...volumes, ...ports, ...flags, ...renames, ...externalCases];
