/**
 * `nodePortExternalIP`: addresses at which brokers are reached beside those of the Kubernetes nodes. Two brokers at one address and port
 * would get each other's clients, one connection here and the next one there.
 */
import { isAddress } from './host-name';
import { problem, type ExternalPlace, type ExternalView } from './external-place';
import type { DefaultedSpec } from './kafka-cluster';
import type { Problem } from './problem';
import type { Hint } from './resolved-cluster';

export const checkExternalAddresses = (spec: DefaultedSpec, view: ExternalView): readonly Problem[] => [
  ...writtenIn(spec).flatMap(({ path, address }) =>
    isAddress(address)
      ? []
      : [problem(path, 'Invalid', `cannot read ${JSON.stringify(address.slice(0, 60))} as an address: write an IPv4 or IPv6 address`)],
  ),
  ...byNodePort(view).flatMap((place) => checkShared(view, place)),
];

interface Written {
  readonly path: string;
  readonly listener: string;
  readonly address: string;
}

function writtenIn(spec: DefaultedSpec): readonly Written[] {
  const configs = [
    ...spec.brokers.map(({ brokerConfig }, index) => ({ at: `spec.brokers[${String(index)}].brokerConfig`, config: brokerConfig })),
    ...Object.entries(spec.brokerConfigGroups ?? {}).map(([name, config]) => ({ at: `spec.brokerConfigGroups[${name}]`, config })),
  ];
  return configs.flatMap(({ at, config }) =>
    Object.entries(config?.nodePortExternalIP ?? {}).map(([listener, address]) => ({
      path: `${at}.nodePortExternalIP[${listener}]`,
      listener,
      address,
    })),
  );
}

const byNodePort = ({ places }: ExternalView): readonly ExternalPlace[] =>
  places.filter(({ listener }) => listener.accessMethod === 'NodePort');

/** Where a host name is advertised, it comes with the node port, which nobody else has. */
function checkShared({ brokers }: ExternalView, { path, listener }: ExternalPlace): readonly Problem[] {
  if (listener.ways.some(({ hostnameOverride }) => hostnameOverride !== undefined)) return [];
  const taken = new Map<string, number>();
  for (const { id, nodePort } of brokers) {
    const address = Object.hasOwn(nodePort.externalIPs, listener.name) ? nodePort.externalIPs[listener.name] : undefined;
    const earlier = taken.get(address ?? '');
    if (address !== undefined && earlier !== undefined) {
      const where = `${address} at port ${String(listener.containerPort)}`;
      const message = `cannot reach brokers ${String(earlier)} and ${String(id)} both at ${where} (nodePortExternalIP of ${listener.name}): give each broker an address of its own`;
      return [problem(`${path}.containerPort`, 'Duplicate', message)];
    }
    if (address !== undefined) taken.set(address, id);
  }
  return [];
}

/** Addresses for a listener that is not there, or that has no node ports. */
export function addressHints(spec: DefaultedSpec, view: ExternalView): readonly Hint[] {
  const known = byNodePort(view).map(({ listener }) => listener.name);
  return writtenIn(spec)
    .filter(({ listener }) => !known.includes(listener))
    .map(({ path, listener }) => ({
      path,
      message: `no external listener with accessMethod NodePort is called ${listener}, so nobody uses this address`,
    }));
}
