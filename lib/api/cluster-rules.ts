/**
 * What a KafkaCluster as a whole must obey. The API server runs these at apply; spec-checks.ts says the same in TypeScript
 * for plans made without an API server. ZooKeeper clusters pass here, because their objects must apply unchanged; they are
 * refused by `resolve` instead.
 */
import type { CelRule } from './field';
import { hasRole, zooKeeper } from './node-rules';

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
  ...ROLE_CHANGES.map(([what, rule]) => ({
    rule: `(${zooKeeper}) || (${unchanged}) || ${rule}`,
    message: `${what}, but ${rolesFixed}`,
    fieldPath: '.brokers',
  })),
];
