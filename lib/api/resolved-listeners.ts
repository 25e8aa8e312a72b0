/** Which listener is for what. Nodes, operator and Cruise Control each talk over one of them, and never over another by mistake. */
import type { DefaultedSpec } from './kafka-cluster';
import type { Problem, ProblemCode } from './problem';
import { clientAuthOf, resolveExternal } from './resolved-external';
import type { ResolvedListener, ResolvedListeners } from './resolved-cluster';

type InternalListener = DefaultedSpec['listenersConfig']['internalListeners'][number];

const at = 'spec.listenersConfig';

/** The listeners; undefined when there is none for brokers or none for controllers, which `checkListeners` reports. */
export function resolveListeners(spec: DefaultedSpec): ResolvedListeners | undefined {
  const config = spec.listenersConfig;
  const all = config.internalListeners;
  const controller = all.find((listener) => listener.usedForControllerCommunication);
  const interBroker =
    all.find((listener) => listener.usedForInnerBrokerCommunication) ?? all.find((listener) => !listener.usedForControllerCommunication);
  if (controller === undefined || interBroker === undefined) return undefined;
  const admin = all.find((listener) => listener.usedForKafkaAdminCommunication) ?? interBroker;
  return {
    internal: all.map(resolved),
    interBroker: resolved(interBroker),
    controller: resolved(controller),
    admin: resolved(admin),
    external: resolveExternal(spec),
    serviceAnnotations: config.serviceAnnotations ?? {},
  };
}

const resolved = ({ name, type, containerPort, sslClientAuth, serverSSLCertSecret }: InternalListener): ResolvedListener => ({
  name,
  protocol: type,
  containerPort,
  clientAuth: clientAuthOf(type, sslClientAuth),
  ownSecret: serverSSLCertSecret?.name,
});

/** Everything that is wrong with the listeners of a KRaft cluster. */
export function checkListeners(config: DefaultedSpec['listenersConfig']): readonly Problem[] {
  return [...checkUnique(config), ...checkFlags(config), ...checkPurposes(config), ...checkAvailable(config)];
}

const problem = (path: string, code: ProblemCode, message: string): Problem => ({ path: `${at}.${path}`, code, message });

interface Placed {
  readonly path: string;
  readonly name: string;
  readonly containerPort: number;
}

function placed(config: DefaultedSpec['listenersConfig']): readonly Placed[] {
  const place = (kind: string) => (listener: Omit<Placed, 'path'>, index: number) => ({ ...listener, path: `${kind}[${String(index)}]` });
  return [...config.internalListeners.map(place('internalListeners')), ...(config.externalListeners ?? []).map(place('externalListeners'))];
}

function checkUnique(config: DefaultedSpec['listenersConfig']): readonly Problem[] {
  const listeners = placed(config);
  return listeners.flatMap((listener, index) => {
    const earlier = listeners.slice(0, index);
    const sameName = earlier.some(({ name }) => name === listener.name);
    const samePort = earlier.find(({ containerPort }) => containerPort === listener.containerPort);
    const port = String(listener.containerPort);
    return [
      ...(sameName
        ? [problem(`${listener.path}.name`, 'Duplicate', `cannot have two listeners named ${listener.name}: rename one of them`)]
        : []),
      ...(samePort
        ? [
            problem(
              `${listener.path}.containerPort`,
              'Duplicate',
              `cannot use port ${port} twice: ${samePort.name} has it already, choose another for ${listener.name}`,
            ),
          ]
        : []),
    ];
  });
}

function checkFlags(config: DefaultedSpec['listenersConfig']): readonly Problem[] {
  const common = [...config.internalListeners, ...(config.externalListeners ?? [])];
  const counts = {
    usedForInnerBrokerCommunication: common.filter((listener) => listener.usedForInnerBrokerCommunication).length,
    usedForKafkaAdminCommunication: common.filter((listener) => listener.usedForKafkaAdminCommunication).length,
    usedForControllerCommunication: config.internalListeners.filter((listener) => listener.usedForControllerCommunication).length,
  };
  return Object.entries(counts)
    .filter(([, count]) => count > 1)
    .map(([name, count]) =>
      problem('internalListeners', 'Duplicate', `cannot have ${String(count)} listeners with ${name}: true; leave it on one of them`),
    );
}

function checkPurposes({ internalListeners }: DefaultedSpec['listenersConfig']): readonly Problem[] {
  const controllers = internalListeners.filter((listener) => listener.usedForControllerCommunication);
  const mixed = controllers.some((listener) => listener.usedForInnerBrokerCommunication || listener.usedForKafkaAdminCommunication);
  return [
    ...(controllers.length === 0
      ? [
          problem(
            'internalListeners',
            'Required',
            'cannot form a quorum: add an internal listener with usedForControllerCommunication: true',
          ),
        ]
      : []),
    ...(controllers.length === internalListeners.length
      ? [problem('internalListeners', 'Required', 'cannot reach the brokers: add an internal listener that is not for the controllers')]
      : []),
    ...(mixed
      ? [
          problem(
            'internalListeners',
            'Invalid',
            'cannot use the listener of the controllers for brokers or administration too: add another one and move the flag to it',
          ),
        ]
      : []),
  ];
}

/** Who leads clients in would have to be there before the brokers are. */
function checkAvailable({ externalListeners = [] }: DefaultedSpec['listenersConfig']): readonly Problem[] {
  return externalListeners.flatMap((listener, index) =>
    listener.usedForInnerBrokerCommunication || listener.usedForKafkaAdminCommunication
      ? [
          problem(
            `externalListeners[${String(index)}]`,
            'NotAvailableYet',
            'cannot use an external listener inside the cluster yet: move the flag to an internal listener',
          ),
        ]
      : [],
  );
}
