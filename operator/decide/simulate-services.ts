/** The toy's load balancers and node ports: every Service that asks for an address has one a moment later, and the same for ever. */
import { shortHash } from '../../lib/constructs/naming';
import type { LiveObject } from './world';

interface Port {
  readonly port: number;
  readonly nodePort?: number;
}

interface ServiceSpec {
  readonly type?: string;
  readonly ports?: readonly Port[];
}

/** @param silent load balancers give no addresses */
export function withAddresses(service: LiveObject, silent: boolean): LiveObject {
  const { type = 'ClusterIP', ports = [] } = (service.spec ?? {}) as ServiceSpec;
  if (type === 'ClusterIP') return service;
  const picked = ports.every((p) => p.nodePort !== undefined) ? service : withNodePorts(service, ports);
  return type === 'LoadBalancer' && !silent && !hasAddress(service) ? { ...picked, status: balanced(service) } : picked;
}

const withNodePorts = (service: LiveObject, ports: readonly Port[]): LiveObject => ({
  ...service,
  spec: { ...(service.spec as object), ports: ports.map((p) => ({ nodePort: 30_000 + drawn(service, String(p.port), 2_768), ...p })) },
});

function hasAddress({ status = {} }: LiveObject): boolean {
  const { loadBalancer } = status as { loadBalancer?: { ingress?: readonly object[] } };
  return (loadBalancer?.ingress ?? []).length > 0;
}

/** Of the addresses that are for documentation (RFC 5737). */
const balanced = (service: LiveObject): object => ({
  loadBalancer: { ingress: [{ ip: `203.0.113.${String(1 + drawn(service, '', 254))}` }] },
});

const drawn = ({ metadata }: LiveObject, what: string, below: number): number =>
  Number.parseInt(shortHash(`${metadata.name}/${what}`), 16) % below;
