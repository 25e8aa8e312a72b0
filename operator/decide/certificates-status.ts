/** Whether every certificate is what it should be, and the one that is served; nothing is said of a cluster without TLS. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { authorityIn, leadOf, ownAuthorityIn, type Authority } from './authority';
import { whyNoCertManager } from './cert-manager';
import { sighted, tlsListeners } from './certificate-sight';
import type { CertificateView } from './certificate-view';
import type { Judgement } from './conditions';
import { entriesOf, type Entry } from './keystores';
import type { NodeView } from './node-view';
import { isoSeconds } from './rfc3339';
import { securityFacts } from './security-facts';
import type { World } from './world';

type Said = Omit<Judgement, 'type'>;

interface Seen {
  readonly cluster: ResolvedCluster;
  readonly world: World;
  readonly views: readonly NodeView[];
  readonly now: number;
}

/** @param notTaken nodes that go on showing a certificate that is no longer the one in their files */
export function certificatesValid(seen: Seen, notTaken: readonly number[]): readonly Judgement[] {
  const { cluster, world, now } = seen;
  if (tlsListeners(cluster).length === 0) return [];
  const entries = entriesOf(cluster, world, now);
  const said =
    whyEnded(seen, entries) ??
    whyUnusable(seen, entries) ??
    whyNoKind(seen) ??
    whyPending(seen, entries) ??
    whyNotTaken(notTaken) ??
    whyEnding(entries, now);
  return [{ type: 'CertificatesValid', ...(said ?? fine(seen, entries)) }];
}

const no = (reason: Said['reason'], message: string): Said => ({ status: 'False', reason, message });

const endOf = ({ notAfter }: CertificateView): string => isoSeconds(notAfter);

/** Of what is seen whatever else is wrong with it. */
function ended(seen: Seen, { source }: Entry): boolean {
  const other = sighted(seen.world, source, 0);
  return other.state === 'usable' && other.certificate.notAfter <= seen.now;
}

function whyEnded(seen: Seen, entries: readonly Entry[]): Said | undefined {
  const found = entries.filter((entry) => ended(seen, entry)).flatMap(({ seen: view }) => ('why' in view ? [view.why] : []));
  return found.length === 0 ? undefined : no('CertificateExpired', [...new Set(found)].join('; '));
}

function whyUnusable({ cluster, world, now }: Seen, entries: readonly Entry[]): Said | undefined {
  const name = cluster.security.pki?.ownAuthority;
  const authority = name === undefined ? undefined : ownAuthorityIn(world, name, now);
  const found = [
    ...(authority?.state === 'waits' && authority.unusable ? [authority.why] : []),
    ...entries.flatMap(({ seen }) => (seen.state === 'unusable' ? [seen.why] : [])),
  ];
  return found.length === 0 ? undefined : no('CertificateUnusable', [...new Set(found)].join('; '));
}

/** Also while everything is there: nobody would renew it. */
function whyNoKind({ cluster, world }: Seen): Said | undefined {
  const why = whyNoCertManager(cluster, world);
  return why === undefined ? undefined : no('KindNotInstalled', why);
}

function whyPending(seen: Seen, entries: readonly Entry[]): Said | undefined {
  const found = entries.flatMap(({ seen: view, source, held, distrusted }) => {
    if (view.state === 'pending') return [view.why];
    if (view.state !== 'usable' || view.certificate.fingerprint === held) return [];
    return [distrusted.length === 0 ? `the key store of ${source.entry} is being written` : whyDistrusted(source.secret, distrusted)];
  });
  if (found.length > 0) return no('CertificatePending', [...new Set(found)].join('; '));
  return securityFacts(seen).security === undefined ? no('CertificatePending', 'whom nodes are to trust is not known yet') : undefined;
}

export const whyDistrusted = (secret: string, who: readonly string[]): string =>
  `the certificate in Secret ${secret} is put to use when everybody trusts its signer: ${who.slice(0, 5).join(', ')}${who.length > 5 ? ' …' : ''} not yet`;

const whyNotTaken = (nodes: readonly number[]): Said | undefined =>
  nodes.length === 0
    ? undefined
    : no('CertificateNotTaken', `nodes ${nodes.join(', ')} serve another certificate than the one in their files and restart`);

/** What the operator does not renew itself: told when the last third of its life begins, at the latest a month before its end. */
const MONTH_MS = 30 * 86_400_000;

function whyEnding(entries: readonly Entry[], now: number): Said | undefined {
  const soon = entries.flatMap(({ source, seen }) => {
    if (!source.own || seen.state !== 'usable') return [];
    const { certificate } = seen;
    const lead = Math.min(leadOf(certificate, MONTH_MS), (certificate.notAfter - certificate.notBefore) / 3);
    return now < certificate.notAfter - lead ? [] : [`the certificate in Secret ${source.secret} ends at ${endOf(certificate)}; renew it`];
  });
  return soon.length === 0 ? undefined : no('CertificateExpires', [...new Set(soon)].join('; '));
}

const PHASES: Readonly<Record<Authority['phase'], string | undefined>> = {
  single: undefined,
  prepared: 'the CA is being replaced: both are trusted, and the new one signs as soon as everybody trusts it',
  switched:
    'the CA is being replaced: the new one signs, and the old one is dropped when nothing that it signed is in use and caOverlap is over',
};

function fine({ cluster, world }: Seen, entries: readonly Entry[]): Said {
  const phase = PHASES[authorityIn(cluster, world)?.phase ?? 'single'];
  if (phase !== undefined) return { status: 'True', reason: 'AuthorityReplaced', message: phase };
  const ends = entries.flatMap(({ seen }) => (seen.state === 'usable' ? [seen.certificate.notAfter] : []));
  return {
    status: 'True',
    reason: 'AllCertificatesValid',
    message: `every certificate is valid; the first one ends at ${isoSeconds(Math.min(...ends))}`,
  };
}
