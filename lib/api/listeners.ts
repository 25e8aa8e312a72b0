/** What the nodes listen on inside the Kubernetes cluster, and the rules that all listeners obey together. */
import { z } from 'zod';
import { externalListeners } from './external-listeners';
import { flag, integer, keyedList, textMap, withRules } from './field';
import { commonListenerFields, MAX_LISTENERS } from './listener-fields';
import { sslSecrets } from './ssl-secrets';

const internalListener = z.object({
  ...commonListenerFields,
  usedForControllerCommunication: flag('The listener of the KRaft quorum; exactly one has it.').default(false),
  internalStartingPort: integer(
    'For brokers spread over several Kubernetes clusters: port number minus the broker id at which each broker is reached.',
    0,
    65535,
  ).optional(),
  externalListenerForHostname: z
    .string()
    .max(63)
    .describe('For brokers spread over several Kubernetes clusters: the external listener whose host is advertised.')
    .optional(),
});

const atMostOne = (flagName: string, who: string) => ({
  rule: `self.internalListeners.filter(l, l.${flagName}).size() + (has(self.externalListeners) ? self.externalListeners.filter(l, l.${flagName}).size() : 0) <= 1`,
  message: `only one listener can have ${flagName}: true; leave it on the one that ${who}`,
});

const used = (name: string): string =>
  `${name}.usedForInnerBrokerCommunication || ${name}.usedForControllerCommunication || ${name}.usedForKafkaAdminCommunication`;

const usedOutside = (name: string): string => `${name}.usedForInnerBrokerCommunication || ${name}.usedForKafkaAdminCommunication`;

export const listenersConfig = withRules(
  z.object({
    internalListeners: keyedList(
      internalListener,
      ['name'],
      'Listeners for clients inside the Kubernetes cluster, for the nodes among themselves and for the quorum.',
      MAX_LISTENERS,
    ),
    externalListeners: externalListeners.optional(),
    sslSecrets: sslSecrets.optional(),
    serviceAnnotations: textMap('Annotations of the Services of the brokers.').optional(),
  }),
  [
    {
      rule: 'self.internalListeners.all(a, self.internalListeners.all(b, a.name == b.name || a.containerPort != b.containerPort)) && (!has(self.externalListeners) || self.externalListeners.all(a, self.externalListeners.all(b, a.name == b.name || a.containerPort != b.containerPort) && self.internalListeners.all(b, a.containerPort != b.containerPort)))',
      message: 'two listeners have the same containerPort: give each internal and external listener a port of its own',
    },
    {
      rule: '!has(self.externalListeners) || self.externalListeners.all(a, self.internalListeners.all(b, a.name != b.name))',
      message: 'an internal and an external listener have the same name: Kafka knows listeners by name, so rename one of them',
    },
    atMostOne('usedForInnerBrokerCommunication', 'the brokers shall use among themselves'),
    atMostOne('usedForKafkaAdminCommunication', 'the operator and Cruise Control shall use'),
    {
      rule: 'self.internalListeners.filter(l, l.usedForControllerCommunication).size() <= 1',
      message: 'only one listener can have usedForControllerCommunication: true; leave it on the one that the controllers shall use',
      fieldPath: '.internalListeners',
    },
    {
      rule: `oldSelf.internalListeners.all(o, !(${used('o')}) || self.internalListeners.exists(n, n.name == o.name))`,
      message:
        'a listener that the cluster itself uses cannot be renamed or removed: add the new listener beside it, wait until all brokers have it, move the flag, then remove the old one',
      fieldPath: '.internalListeners',
    },
    {
      rule: `self.internalListeners.all(n, !(${used('n')}) || oldSelf.internalListeners.exists(o, o.name == n.name) || !oldSelf.internalListeners.exists(o, (o.usedForInnerBrokerCommunication && n.usedForInnerBrokerCommunication) || (o.usedForKafkaAdminCommunication && n.usedForKafkaAdminCommunication)))`,
      message:
        'a flag cannot move to a listener that is new in this change: add the listener first, wait until all brokers have it, then move the flag',
      fieldPath: '.internalListeners',
    },
    {
      rule: `!has(oldSelf.externalListeners) || oldSelf.externalListeners.all(o, !(${usedOutside('o')}) || (has(self.externalListeners) && self.externalListeners.exists(n, n.name == o.name)))`,
      message:
        'an external listener that the cluster itself uses cannot be renamed or removed: add the new listener beside it, wait until all brokers have it, move the flag, then remove the old one',
      fieldPath: '.externalListeners',
    },
    {
      rule: `!has(self.externalListeners) || self.externalListeners.all(n, !(${usedOutside('n')}) || (has(oldSelf.externalListeners) && oldSelf.externalListeners.exists(o, o.name == n.name)))`,
      message:
        'a flag cannot move to an external listener that is new in this change: add the listener first, wait until all brokers have it, then move the flag',
      fieldPath: '.externalListeners',
    },
    {
      rule: 'oldSelf.internalListeners.all(o, !o.usedForControllerCommunication || self.internalListeners.all(n, !n.usedForControllerCommunication || n.name == o.name))',
      message: 'the listener of the controllers cannot be replaced: the quorum would lose sight of itself; keep its name',
      fieldPath: '.internalListeners',
    },
  ],
).describe('What the nodes listen on.');
