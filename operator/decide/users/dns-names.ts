/**
 * Which hosts a KafkaUser may not bear in its certificate. Clients trust the CA of the cluster to tell them that they reached a broker, and
 * the same CA signs users: a user with a name under which clients look for a broker could stand in its place. A name is refused when it
 * meets one of the cluster's, whichever of the two has the wildcard, and when only a number makes the difference: that may be the next
 * broker's, and a certificate that was issued before it came would still be valid.
 */
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { covers, servedNames } from '../../../lib/constructs/certificate-profiles';
import { nodeServiceName } from '../../../lib/constructs/naming';

/** A host as a certificate has it: letters, digits, hyphens and underscores; a wildcard is the whole first label. */
const HOST = /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/i;

/** Why these cannot stand in a certificate; undefined: they can. */
export function dnsNamesProblem(names: readonly string[] = []): string | undefined {
  const bad = names.find((name) => !HOST.test(name));
  return bad === undefined
    ? undefined
    : `spec.dnsNames: ${JSON.stringify(bad.slice(0, 80))} is no host name; write letters, digits, hyphens and dots, and a wildcard as *. in front`;
}

/** Of one kind: some clients look for an address among the DNS names as well. */
const comparable = (name: string): string =>
  `DNS:${name
    .replace(/^(?:DNS|IP):/, '')
    .toLowerCase()
    .replace(/\.+$/, '')}`;

const withoutNumbers = (names: readonly string[]): readonly string[] => [...new Set(names.map((name) => name.replace(/\d+/g, '0')))];

const hostsIn = (names: readonly string[]): readonly string[] => names.filter((name) => /^(?:DNS|IP):/.test(name)).map(comparable);

interface Served {
  readonly exact: readonly string[];
  /** With one number for all, and with a Service for each node, which there may be some day. */
  readonly alike: readonly string[];
}

const known = new WeakMap<ResolvedCluster, Served>();

/** Read once: a thousand users ask for one cluster. */
function servedBy(cluster: ResolvedCluster): Served {
  const before = known.get(cluster);
  if (before !== undefined) return before;
  const exact = hostsIn(servedNames(cluster));
  const served = { exact, alike: withoutNumbers([...exact, ...hostsIn(serviceNames(cluster))]) };
  known.set(cluster, served);
  return served;
}

function serviceNames({ name, namespace, domain }: ResolvedCluster): readonly string[] {
  const service = nodeServiceName(name, 0);
  return ['', `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.${domain}`].map((rest) => `DNS:${service}${rest}`);
}

/**
 * Whether a client that looks for a node of the cluster may take this host for it.
 *
 * @param host may begin with a wildcard
 * @param shown names in the certificates that nodes show (`DNS:…`), for what only they know
 */
export function mayPose(host: string, cluster: ResolvedCluster, shown: readonly string[] = []): boolean {
  const names = [...servedBy(cluster).alike, ...withoutNumbers(hostsIn(shown))];
  const wanted = withoutNumbers([comparable(host)]);
  return covers(names, wanted) || (host.startsWith('*.') && names.some((name) => covers(wanted, [name])));
}

/** Whether the cluster itself is found at exactly this host. */
export const isServed = (host: string, cluster: ResolvedCluster, shown: readonly string[] = []): boolean =>
  covers([...servedBy(cluster).exact, ...hostsIn(shown)], [comparable(host)]);
