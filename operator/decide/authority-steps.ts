/**
 * For whom the next step of a replacement of the CA waits. KafkaUsers live in any namespace and their Secrets are no part of the World: the
 * passes over them say on the Secret of the CA how far they are (ANNOTATION.usersTrust, ANNOTATION.usersSignedBy), for no users as well, as
 * soon as there is a CA. Where nothing is said, nobody looks after users.
 */
import { ANNOTATION } from '../../lib/constructs/naming';
import type { Authority } from './authority';
import { tlsListeners } from './certificate-sight';
import type { CertificateView, SecretObject } from './certificate-view';
import type { Context } from './context';
import { entriesOf } from './keystores';
import { showsFormer } from './loading';
import { leafsOf, whyIssued } from './leafs';
import { annotationOf, isOurs } from './node-view';
import { reason, type Reason } from './reason';
import { isoSeconds } from './rfc3339';
import { whoDoesNotTrust } from './trust-memory';

const waits = (message: string, until?: number): Reason => reason('AuthorityOverlap', message, until);

const some = (names: readonly string[]): string => `${names.slice(0, 5).join(', ')}${names.length > 5 ? ' …' : ''}`;

/** What the passes over KafkaUsers said; undefined: nothing. */
function toldOf({ object }: Authority, annotation: string): readonly string[] | undefined {
  return annotationOf(object, annotation)
    ?.split(',')
    .filter((fingerprint) => fingerprint !== '');
}

/** Secrets with a certificate that were given out for this cluster: to nodes and to the operator. */
export const givenOut = ({ cluster, world }: Pick<Context, 'cluster' | 'world'>, authority: Authority): readonly SecretObject[] =>
  (world.objects as readonly SecretObject[]).filter(
    (o) =>
      o.kind === 'Secret' &&
      isOurs(o) &&
      o.metadata.name !== authority.object.metadata.name &&
      o.metadata.namespace === cluster.namespace &&
      isLeaf(o),
  );

const isLeaf = ({ tls }: SecretObject): boolean => tls?.certificate !== undefined && tls.authorities.length > 0;

/** The next CA signs when everything that runs, and every Secret that was given out, trusts it. */
export function whyNotSwitched(context: Context, authority: Authority): readonly Reason[] {
  const { next } = authority;
  if (next === undefined) return [];
  const running = whoDoesNotTrust(context.world, next.fingerprint, generatedEntries(context));
  const unaware = givenOut(context, authority)
    .filter((o) => !namesSigner(o, next))
    .map((o) => `Secret ${o.metadata.name}`);
  return [
    ...(running.length === 0
      ? []
      : [waits(`the next CA signs when everybody trusts it: ${some(running)} ${running.length === 1 ? 'does' : 'do'} not yet`)]),
    ...(unaware.length === 0
      ? []
      : [waits(`the next CA signs when every Secret names it: ${some(unaware)} ${unaware.length === 1 ? 'does' : 'do'} not yet`)]),
    ...(toldOf(authority, ANNOTATION.usersTrust)?.includes(next.fingerprint) === false
      ? [waits('the next CA signs when the Secret of every KafkaUser names it: not all do yet')]
      : []),
  ];
}

const namesSigner = ({ tls }: SecretObject, { fingerprint }: CertificateView): boolean =>
  tls?.authorities.some((a) => a.fingerprint === fingerprint) ?? false;

/** On which the CA of the cluster counts. */
const generatedEntries = ({ cluster }: Pick<Context, 'cluster'>): readonly string[] =>
  tlsListeners(cluster).flatMap((listener) =>
    listener.ownSecret === undefined || listener.name === cluster.listeners.admin.name ? [listener.name] : [],
  );

/** The old CA goes when nothing that it signed is in use and its time has passed, so that clients elsewhere had time to learn of it. */
export function whyNotDropped(context: Context, authority: Authority): readonly Reason[] {
  const old = [...notReissued(context, authority), ...notWritten(context), ...notLoaded(context), ...usersOfOld(authority)];
  const end = (authority.switchedAt ?? context.now) + (context.cluster.security.pki?.caOverlapMs ?? 0);
  const overlap = end <= context.now ? [] : [waits(`the old CA stays trusted until ${isoSeconds(end)} (caOverlap)`, end)];
  return [
    ...(old.length === 0
      ? []
      : [waits(`the old CA stays trusted: ${some(old)} still ${old.length === 1 ? 'shows' : 'show'} what it signed`)]),
    ...overlap,
  ];
}

function notReissued(context: Context, authority: Authority): readonly string[] {
  const leafs = leafsOf(context.cluster, context.world).filter((leaf) => whyIssued(leaf, authority, context).length > 0);
  const given = givenOut(context, authority).filter((o) => wasSignedByOld(o, authority));
  return [...new Set([...leafs.map((leaf) => leaf.secret), ...given.map((o) => o.metadata.name)])].map((name) => `Secret ${name}`);
}

const wasSignedByOld = ({ tls }: SecretObject, { signer, trusted }: Authority): boolean => {
  const { signedBy } = tls?.certificate ?? {};
  return signedBy !== undefined && signedBy !== signer.fingerprint && trusted.some((t) => t.fingerprint === signedBy);
};

const usersOfOld = (authority: Authority): readonly string[] => {
  const signers = toldOf(authority, ANNOTATION.usersSignedBy) ?? [];
  const former = authority.trusted.filter(({ fingerprint }) => fingerprint !== authority.signer.fingerprint);
  return former.some(({ fingerprint }) => signers.includes(fingerprint)) ? ['a KafkaUser'] : [];
};

const notWritten = ({ cluster, world, now }: Context): readonly string[] =>
  entriesOf(cluster, world, now)
    .filter(({ source, seen, held }) => !source.own && (seen.state !== 'usable' || seen.certificate.fingerprint !== held))
    .map(({ source }) => `the key store of ${source.entry}`);

const notLoaded = (context: Context): readonly string[] =>
  context.views.filter((view) => showsFormer(view, context)).map(({ node }) => `node ${String(node.id)}`);
