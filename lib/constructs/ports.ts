/** Ports of containers and Services: one for each listener, the user's additional ones, and the one of the metrics. */
import type { ContainerPort, ServicePort } from 'kubernetes-types/core/v1';
import type { RawObject, ResolvedCluster, ResolvedListener } from '../api/resolved-cluster';
import { asWritten, type Draft } from './draft';
import { shortHash } from './naming';

export const METRICS_PORT = 9020;

/** A port name may have at most 15 characters in a container. */
const LONGEST_NAME = 15;

/** `tcp-<listener>`: the prefix tells a mesh that the bytes are not HTTP. A name that Kubernetes would refuse is shortened to a hash. */
export function portName(listener: Pick<ResolvedListener, 'name'>): string {
  const name = `tcp-${listener.name}`;
  const fits = name.length <= LONGEST_NAME && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
  return fits ? name : `tcp-${shortHash(listener.name)}`;
}

/** Ports of the container `kafka`; of two with the same number the first stays. */
export function containerPorts(cluster: ResolvedCluster, listeners: readonly ResolvedListener[]): readonly Draft<ContainerPort>[] {
  return withoutDuplicates(
    [
      ...listeners.map((listener) => ({ name: portName(listener), containerPort: listener.containerPort, protocol: 'TCP' })),
      ...cluster.additionalPorts.map((port) => asWritten<ContainerPort>({ protocol: 'TCP', ...port })),
      { name: 'metrics', containerPort: METRICS_PORT, protocol: 'TCP' },
    ],
    (port) => port.containerPort,
  );
}

/** Ports of a Service that leads to these listeners. */
export function servicePorts(
  cluster: ResolvedCluster,
  listeners: readonly ResolvedListener[],
  options: { readonly metrics: boolean },
): readonly Draft<ServicePort>[] {
  const metrics = options.metrics ? [servicePort('metrics', METRICS_PORT, 'http')] : [];
  const listed = listeners.map((listener) => servicePort(portName(listener), listener.containerPort, 'tcp'));
  return withoutDuplicates([...listed, ...cluster.additionalPorts.map(additionalPort), ...metrics], (port) => port.port);
}

/**
 * A port of a Service. What it speaks is said to a mesh, which would otherwise have to guess from the first bytes: it would wait
 * for them, and break what it takes for HTTP. Undefined: nobody knows.
 */
export const servicePort = (name: string, port: number, appProtocol: 'tcp' | 'http' | undefined): Draft<ServicePort> => ({
  name,
  port,
  targetPort: port,
  protocol: 'TCP',
  appProtocol,
});

function additionalPort(raw: RawObject): Draft<ServicePort> {
  const {
    name,
    containerPort: port,
    protocol = 'TCP',
  } = raw as {
    readonly name?: string;
    readonly containerPort: number;
    readonly protocol?: string;
  };
  return { ...servicePort(name ?? `port-${String(port)}`, port, undefined), protocol };
}

function withoutDuplicates<P extends { readonly protocol?: string | undefined }>(
  ports: readonly P[],
  numberOf: (port: P) => unknown,
): readonly P[] {
  const key = (port: P): string => `${port.protocol ?? 'TCP'}/${String(numberOf(port))}`;
  return ports.filter((port, at) => ports.findIndex((other) => key(other) === key(port)) === at);
}
