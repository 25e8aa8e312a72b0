/** When something about certificates is due next: what is past is wished for already, or waits for something else. */
import { authorityDueAt, authorityIn } from './authority';
import { whyNotDropped } from './authority-steps';
import { secretOf, sighted, sourcesOf } from './certificate-sight';
import type { Context } from './context';
import { dueAt, leafsOf } from './leafs';

/** Milliseconds since the epoch, none before now. */
export function certificateTimes(context: Context): readonly number[] {
  const { cluster, world, now } = context;
  const authority = authorityIn(cluster, world);
  const leafs = leafsOf(cluster, world).flatMap((leaf) => {
    const certificate = secretOf(world, leaf.secret)?.tls?.certificate;
    return certificate === undefined ? [] : [dueAt(certificate, leaf.profile)];
  });
  const ends = sourcesOf(cluster).flatMap((source) => {
    const seen = sighted(world, source, now);
    return seen.state === 'usable' ? [seen.certificate.notAfter] : [];
  });
  const replaced = authority === undefined ? [] : [authorityDueAt(authority, cluster) ?? 0];
  const overlap = authority?.phase === 'switched' ? whyNotDropped(context, authority).map(({ until = 0 }) => until) : [];
  return [...leafs, ...ends, ...replaced, ...overlap].filter((time) => time > now);
}
