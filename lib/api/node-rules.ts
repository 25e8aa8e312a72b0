/** What several CEL rules about the nodes of a spec ask. */

/** ZooKeeper clusters pass at apply, because their objects must apply unchanged. */
export const zooKeeper = 'has(self.zkAddresses) && self.zkAddresses.size() > 0';

/** Whether node `node` of `spec` has a role: its own processRoles, else those of its group, else broker. */
export function hasRole(role: string, spec: string, node: string): string {
  const own = `${node}.brokerConfig.processRoles`;
  const group = groupOf(spec, node);
  const hasOwn = `has(${node}.brokerConfig) && has(${own}) && ${own}.size() > 0`;
  const fromGroup = `${inGroup(spec, node)} && has(${group}.processRoles) && ${group}.processRoles.size() > 0`;
  return `(${hasOwn} ? '${role}' in ${own} : (${fromGroup} ? '${role}' in ${group}.processRoles : ${String(role === 'broker')}))`;
}

/** Whether node `node` of `spec` names an ingress configuration, by itself or by its group. */
export function hasMapping(spec: string, node: string): string {
  const own = `${node}.brokerConfig.brokerIngressMapping`;
  const group = groupOf(spec, node);
  const hasOwn = `has(${node}.brokerConfig) && has(${own}) && ${own}.size() > 0`;
  return `((${hasOwn}) || (${inGroup(spec, node)} && has(${group}.brokerIngressMapping) && ${group}.brokerIngressMapping.size() > 0))`;
}

const groupOf = (spec: string, node: string): string => `${spec}.brokerConfigGroups[${node}.brokerConfigGroup]`;

const inGroup = (spec: string, node: string): string =>
  `has(${spec}.brokerConfigGroups) && has(${node}.brokerConfigGroup) && ${node}.brokerConfigGroup in ${spec}.brokerConfigGroups`;
