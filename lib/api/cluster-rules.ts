/**
 * What a KafkaCluster as a whole must obey. The API server runs these at apply; spec-checks.ts says the same in TypeScript
 * for plans made without an API server. ZooKeeper clusters pass here, because their objects must apply unchanged; they are
 * refused by `resolve` instead.
 */
import type { CelRule } from './field';

const zooKeeper = 'has(self.zkAddresses) && self.zkAddresses.size() > 0';

/** Whether node `node` of `spec` has a role: its own processRoles, else those of its group, else broker. */
function hasRole(role: string, spec: string, node: string): string {
  const own = `${node}.brokerConfig.processRoles`;
  const group = `${spec}.brokerConfigGroups[${node}.brokerConfigGroup]`;
  const hasOwn = `has(${node}.brokerConfig) && has(${own}) && ${own}.size() > 0`;
  const named = `has(${spec}.brokerConfigGroups) && has(${node}.brokerConfigGroup) && ${node}.brokerConfigGroup in ${spec}.brokerConfigGroups`;
  const fromGroup = `${named} && has(${group}.processRoles) && ${group}.processRoles.size() > 0`;
  return `(${hasOwn} ? '${role}' in ${own} : (${fromGroup} ? '${role}' in ${group}.processRoles : ${String(role === 'broker')}))`;
}

/** The API server runs every rule at every write, of the status too, and each field a rule looks at costs it microseconds; equality is cheap. */
const unchanged =
  'self.brokers == oldSelf.brokers && has(self.brokerConfigGroups) == has(oldSelf.brokerConfigGroups) && (!has(self.brokerConfigGroups) || self.brokerConfigGroups == oldSelf.brokerConfigGroups)';

/**
 * No node gains or loses a role. Each rule looks a node up on the other side only when it belongs to the smaller part (the
 * controllers, the nodes that are no brokers), and none builds a list: that costs the API server the cube of its length.
 */
const ROLE_CHANGES: readonly (readonly [what: string, rule: string])[] = [
  [
    'a node stops being a controller',
    `oldSelf.brokers.all(o, !${hasRole('controller', 'oldSelf', 'o')} || self.brokers.all(b, b.id != o.id || ${hasRole('controller', 'self', 'b')}))`,
  ],
  [
    'a node becomes a controller',
    `self.brokers.all(b, !${hasRole('controller', 'self', 'b')} || oldSelf.brokers.all(o, o.id != b.id || ${hasRole('controller', 'oldSelf', 'o')}))`,
  ],
  [
    'a node becomes a broker',
    `oldSelf.brokers.all(o, ${hasRole('broker', 'oldSelf', 'o')} || self.brokers.all(b, b.id != o.id || !${hasRole('broker', 'self', 'b')}))`,
  ],
  [
    'a node stops being a broker',
    `self.brokers.all(b, ${hasRole('broker', 'self', 'b')} || oldSelf.brokers.all(o, o.id != b.id || !${hasRole('broker', 'oldSelf', 'o')}))`,
  ],
];

const rolesFixed = 'the roles of a node cannot change in place: add a node with a new id and the wanted processRoles, then remove this one';

export const clusterRules: readonly CelRule[] = [
  {
    rule: "self.brokers.all(b, !has(b.brokerConfigGroup) || b.brokerConfigGroup == '' || (has(self.brokerConfigGroups) && b.brokerConfigGroup in self.brokerConfigGroups))",
    message: 'a broker names a brokerConfigGroup that does not exist: add the group to brokerConfigGroups or correct the name',
    fieldPath: '.brokers',
  },
  {
    rule: `(${zooKeeper}) || self.brokers.exists(b, ${hasRole('controller', 'self', 'b')})`,
    message:
      'no node is a controller: give at least one broker (better three) processRoles [controller], or [controller, broker] for a combined node',
    fieldPath: '.brokers',
  },
  {
    rule: `(${zooKeeper}) || self.listenersConfig.internalListeners.exists(l, l.usedForControllerCommunication)`,
    message: 'no listener is for the controllers: add an internal listener with usedForControllerCommunication: true',
    fieldPath: '.listenersConfig',
  },
  {
    rule: `(${zooKeeper}) || !self.listenersConfig.internalListeners.exists(l, l.usedForControllerCommunication && (l.usedForInnerBrokerCommunication || l.usedForKafkaAdminCommunication))`,
    message:
      'the listener of the controllers cannot serve brokers or administration too: add another internal listener and move usedForInnerBrokerCommunication or usedForKafkaAdminCommunication to it',
    fieldPath: '.listenersConfig',
  },
  {
    rule: `(${zooKeeper}) || self.listenersConfig.internalListeners.exists(l, !l.usedForControllerCommunication)`,
    message: 'all internal listeners are for the controllers: add one for brokers and clients',
    fieldPath: '.listenersConfig',
  },
  {
    rule: '!has(self.listenersConfig.externalListeners) || self.listenersConfig.externalListeners.all(l, l.externalStartingPort <= 0 || self.brokers.all(b, l.externalStartingPort + b.id <= 65535))',
    message: 'externalStartingPort plus a broker id is larger than 65535: choose a lower externalStartingPort or lower ids',
    fieldPath: '.listenersConfig.externalListeners',
  },
  ...ROLE_CHANGES.map(([what, rule]) => ({
    rule: `(${zooKeeper}) || (${unchanged}) || ${rule}`,
    message: `${what}, but ${rolesFixed}`,
    fieldPath: '.brokers',
  })),
];
