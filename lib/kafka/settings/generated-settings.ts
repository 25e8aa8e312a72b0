/**
 * Settings that this operator writes itself. In readOnlyConfig they are overridden; in a dynamic field they would win over the
 * file that the node starts with, and make it another node than the spec says.
 */

/** Where the user says the same. */
const GENERATED: Readonly<Record<string, string>> = {
  'advertised.listeners': 'listenersConfig',
  'broker.id': 'the id of the broker',
  'controller.listener.names': 'listenersConfig',
  'controller.quorum.auto.join.enable': 'the processRoles of the brokers',
  'controller.quorum.bootstrap.servers': 'the processRoles of the brokers',
  'inter.broker.listener.name': 'listenersConfig',
  'listener.security.protocol.map': 'listenersConfig',
  listeners: 'listenersConfig',
  'log.dir': 'storageConfigs',
  'log.dirs': 'storageConfigs',
  'metadata.log.dir': 'storageConfigs',
  'node.id': 'the id of the broker',
  'process.roles': 'processRoles',
};

/** Made from what stands in readOnlyConfig and what must be there besides, or decided by it. */
const COMPLETED: Readonly<Record<string, string>> = {
  'broker.rack': 'rackAwareness, or readOnlyConfig of the broker',
  'controller.quorum.voters': 'readOnlyConfig of the cluster',
  'metric.reporters': 'readOnlyConfig, where the reporters that readiness depends on are added',
  'super.users': 'readOnlyConfig, where the users of the operator are added',
};

/** Changed by the operator while it takes a broker or a volume away (KIP-1066). */
const OPERATED: Readonly<Record<string, string>> = { 'cordoned.log.dirs': 'storageConfigs, or leave the broker out of the spec' };

const lookUp = (table: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** Where to say what a key of readOnlyConfig says; undefined when the key is the user's. */
export const overriddenBy = (key: string): string | undefined => lookUp(GENERATED, key) ?? lookUp(OPERATED, key);

/** Where to say what a key of a dynamic field says; undefined when the key is the user's. */
export const ownedInDynamic = (key: string): string | undefined => overriddenBy(key) ?? lookUp(COMPLETED, key);

/** Whether a dynamic change would go past what is added to the user's value. */
export const isCompleted = (key: string): boolean => lookUp(COMPLETED, key) !== undefined;
