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

const idsWith = (role: string, spec: string): string => `${spec}.brokers.filter(b, ${hasRole(role, spec, 'b')}).map(b, b.id)`;
const idsWithout = (role: string, spec: string): string => `${spec}.brokers.filter(b, !${hasRole(role, spec, 'b')}).map(b, b.id)`;
/** No node that had the role lost it, and none that had it not gained it; set functions keep this linear for the API server. */
const keepsRole = (role: string): string =>
  `!sets.intersects(${idsWith(role, 'oldSelf')}, ${idsWithout(role, 'self')}) && !sets.intersects(${idsWithout(role, 'oldSelf')}, ${idsWith(role, 'self')})`;

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
  { rule: `(${zooKeeper}) || (${keepsRole('controller')})`, message: rolesFixed, fieldPath: '.brokers' },
  { rule: `(${zooKeeper}) || (${keepsRole('broker')})`, message: rolesFixed, fieldPath: '.brokers' },
];
