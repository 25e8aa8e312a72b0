/**
 * What the certificates of a cluster say. The certificate of the brokers is one for all of them: a broker that is added inside
 * Kubernetes is covered by it already, and what it has to cover beyond follows the ways in.
 */
import { createHash } from 'node:crypto';
import { ONE_PORT } from '../api/external-place';
import { hostOfTemplate, isAddress } from '../api/host-name';
import type {
  KeyType,
  ResolvedCluster,
  ResolvedExternalListener,
  ResolvedIngress,
  ResolvedNode,
  ResolvedPki,
} from '../api/resolved-cluster';
import { usesTls } from '../api/resolved-security';
import { serviceHost } from '../kafka/address';
import { hasRole } from '../kafka/quorum';
import type { Facts } from './facts';
import { membersOf, waysFor } from './ingress-members';
import { allBrokerName, brokerListenerServiceName, controllerHeadlessName, headlessName, nodeServiceName } from './naming';

/** What is asked of whoever signs. */
export interface CertificateProfile {
  readonly commonName: string;
  /** Subject alternative names, sorted: `DNS:…`, `IP:…`, `URI:…`. */
  readonly names: readonly string[];
  readonly keyType: KeyType;
  readonly durationMs: number;
  /** How long before its end it is renewed. */
  readonly renewBeforeMs: number;
  readonly authority: boolean;
  /** Nobody takes it for a server's. */
  readonly clientOnly?: boolean;
}

export interface CertificateProfiles {
  readonly authority: CertificateProfile;
  readonly server: CertificateProfile;
  /** Undefined when the listener of the quorum has no TLS. */
  readonly quorum: CertificateProfile | undefined;
  readonly client: CertificateProfile;
}

/** A common name has at most 64 characters (RFC 5280, ub-common-name); longer ones become their hash, as Koperator's do. */
export const commonName = (name: string): string => (name.length <= 64 ? name : createHash('sha256').update(name).digest('hex'));

type Scope = Pick<ResolvedCluster, 'name' | 'namespace' | 'domain' | 'headless'>;

/** Common name of what nodes show. */
export const nodeCommonName = (cluster: Scope): string =>
  commonName(serviceHost(cluster, cluster.headless ? headlessName(cluster.name) : allBrokerName(cluster.name)));

/** Common name of what the operator and Cruise Control show. */
export const clientCommonName = ({ name, namespace, domain }: Scope): string => commonName(`${name}-controller.${namespace}.mgt.${domain}`);

/** A year: what Kafka reads at its start only must outlive the longest time between two restarts that anybody plans. */
const QUORUM_DURATION_MS = 365 * 24 * 3_600_000;

/**
 * What the certificates of a cluster have to say; undefined when all are the user's own. What nodes show on the listener of the quorum
 * is valid for at least a year and renewed after half of its time, since it is taken only when a node happens to restart.
 *
 * @param external where clients outside reach each node; a host that is not known yet is not in the certificate yet
 * @param kubeNodes addresses or host names of Kubernetes nodes that brokers advertise (access method NodePort)
 */
export function certificateProfiles(
  cluster: ResolvedCluster,
  external: Facts['external'],
  kubeNodes: readonly string[] = [],
): CertificateProfiles | undefined {
  const { pki } = cluster.security;
  if (pki === undefined) return undefined;
  const { keyType, durationMs, renewBeforeMs, caDurationMs, caOverlapMs } = pki;
  const leaf = { commonName: nodeCommonName(cluster), keyType, durationMs, renewBeforeMs, authority: false };
  const quorumMs = Math.min(Math.max(QUORUM_DURATION_MS, durationMs), caDurationMs);
  return {
    authority: {
      commonName: commonName(`${cluster.name}-ca.${cluster.namespace}.${cluster.domain}`),
      names: [],
      keyType,
      durationMs: caDurationMs,
      renewBeforeMs: authorityRenewalMs({ caDurationMs, caOverlapMs, durationMs }),
      authority: true,
    },
    server: { ...leaf, names: sorted([...insideNames(cluster), ...outsideNames(cluster, external, kubeNodes)]) },
    quorum: usesTls(cluster.listeners.controller)
      ? { ...leaf, names: sorted(insideNames(cluster)), durationMs: quorumMs, renewBeforeMs: Math.floor(quorumMs / 2) }
      : undefined,
    client: { ...leaf, commonName: clientCommonName(cluster), names: [] },
  };
}

/** Early enough for everything that it signed to be replaced in its ordinary time, and no earlier than half of its life. */
const authorityRenewalMs = ({
  caDurationMs,
  caOverlapMs,
  durationMs,
}: Pick<ResolvedPki, 'caDurationMs' | 'caOverlapMs' | 'durationMs'>): number =>
  Math.min(Math.max(caOverlapMs, durationMs), Math.floor(caDurationMs / 2));

/** Every name by which clients may reach nodes of a cluster, sorted; also where all certificates are the user's own. */
export const servedNames = (cluster: ResolvedCluster): readonly string[] =>
  sorted([...insideNames(cluster), ...outsideNames(cluster, undefined, [])]);

/**
 * Whether a certificate serves under every wanted name; `*.` stands for one label. More names than are wanted are welcome: Kafka
 * refuses a certificate from which names were taken, so none is reissued to lose one.
 *
 * @param shown names of a certificate, `DNS:…`, `IP:…`, `URI:…`
 */
export function covers(shown: readonly string[], wanted: readonly string[]): boolean {
  const names = new Set(shown.map(canonicalName));
  return wanted.map(canonicalName).every((name) => names.has(name) || names.has(name.replace(/^DNS:[^.*]+\./, 'DNS:*.')));
}

/** Letters of either case and short forms of IPv6 say the same. */
function canonicalName(name: string): string {
  const [, kind = '', value = ''] = /^([A-Z]+):(.*)$/s.exec(name) ?? [];
  if (kind === 'DNS') return `DNS:${value.toLowerCase()}`;
  return kind === 'IP' && value.includes(':') ? `IP:${expanded(value.toLowerCase())}` : name;
}

/** Eight groups without leading zeros. */
function expanded(address: string): string {
  const groups = (text: string): readonly string[] => (text === '' ? [] : text.split(':').flatMap(embedded));
  const [front = '', back] = address.split('::');
  const [head, tail] = [groups(front), groups(back ?? '')];
  const gap = back === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  return [...head, ...Array.from({ length: gap }, () => '0'), ...tail].map((group) => group.replace(/^0+(?=.)/, '')).join(':');
}

/** The last two groups may be written as IPv4. */
function embedded(group: string): readonly string[] {
  if (!group.includes('.')) return [group];
  const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
  return [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
}

/** Services as clients may call them, from the short name to the full one. */
function insideNames(cluster: ResolvedCluster): readonly string[] {
  const { name, domain, namespace, headless } = cluster;
  const services = [headlessName(name), controllerHeadlessName(name), allBrokerName(name)];
  const forms = (service: string) => [
    service,
    `${service}.${namespace}`,
    `${service}.${namespace}.svc`,
    `${service}.${namespace}.svc.${domain}`,
  ];
  const nodes = headless ? [] : cluster.nodes.map(({ id }) => nodeServiceName(name, id));
  const wildcards = services.slice(0, 2).flatMap((service) => forms(service).map((form) => `*.${form}`));
  return [...services, ...nodes].flatMap(forms).concat(wildcards).map(asName);
}

/** Every host by which somebody outside may reach a broker: those that are advertised, and those that the spec gives. */
function outsideNames(cluster: ResolvedCluster, external: Facts['external'] = {}, kubeNodes: readonly string[]): readonly string[] {
  const listeners = cluster.listeners.external.filter(usesTls);
  const hosts = listeners.flatMap((listener) => [
    ...Object.values(external).map((ofNode) => ofNode[listener.name]?.host ?? ''),
    ...(listener.accessMethod === 'LoadBalancer' || listener.startingPort === ONE_PORT
      ? listener.ways.flatMap((way) => hostsOfWay(cluster, listener, way))
      : cluster.nodes.filter((node) => hasRole(node, 'broker')).flatMap((node) => hostsOfNode(cluster, listener, node))),
    ...(listener.accessMethod === 'NodePort' ? kubeNodes : []),
  ]);
  return hosts.filter((host) => host !== '').map(asName);
}

/** The first contact and, where all share one port, each broker. */
function hostsOfWay(cluster: ResolvedCluster, { startingPort }: ResolvedExternalListener, way: ResolvedIngress): readonly string[] {
  const template = startingPort === ONE_PORT ? way.brokerHostnameTemplate : undefined;
  const brokers = template === undefined ? [] : membersOf(cluster, way).map(({ id }) => hostOfTemplate(template, id));
  return [way.hostnameOverride ?? '', ...brokers];
}

/** What a broker advertises that has a Service of its own: an address, or the name of the Service with what the spec puts behind it. */
function hostsOfNode(cluster: ResolvedCluster, listener: ResolvedExternalListener, node: ResolvedNode): readonly string[] {
  const { externalIPs } = node.nodePort;
  const service = `${brokerListenerServiceName(cluster.name, node.id, listener.name)}.${cluster.namespace}`;
  const inside = listener.accessMethod === 'ClusterIP' ? [`${service}.svc.${cluster.domain}`] : [];
  const overrides = waysFor(listener, node).flatMap((way) =>
    way.hostnameOverride === undefined ? [] : [`${service}${way.hostnameOverride}`],
  );
  const addresses = Object.hasOwn(externalIPs, listener.name) ? [externalIPs[listener.name] ?? ''] : [];
  return [...addresses, ...(overrides.length > 0 ? overrides : inside)];
}

const asName = (host: string): string => (isAddress(host) ? `IP:${host}` : `DNS:${host.toLowerCase()}`);

const sorted = (names: readonly string[]): readonly string[] => [...new Set(names)].sort((a, b) => (a < b ? -1 : 1));
