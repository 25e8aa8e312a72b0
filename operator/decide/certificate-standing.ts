/** What about certificates is not done, and for whom or what it waits. */
import { authorityIn, ownAuthorityIn } from './authority';
import { whyNotDropped, whyNotSwitched } from './authority-steps';
import { whyDistrusted } from './certificates-status';
import type { Context } from './context';
import { entriesOf, type Entry } from './keystores';
import type { Held } from './plan';
import { reason, type Reason } from './reason';

export const waitingCertificates = (context: Context): readonly Held[] => [...unusable(context), ...waitingAuthority(context)];

function unusable({ cluster, world, now }: Context): readonly Held[] {
  return entriesOf(cluster, world, now).flatMap((entry): readonly Held[] => {
    const why = whyNotWritten(entry);
    return why === undefined ? [] : [{ what: `write    key store ${entry.source.entry}`, reasons: [why] }];
  });
}

/** What is being made needs no words: it is there in a moment. */
function whyNotWritten({ source, seen, distrusted }: Entry): Reason | undefined {
  if (seen.state === 'unusable') return reason('CertificateUnusable', seen.why);
  if (seen.state === 'pending') return source.own ? reason('CertificatePending', seen.why) : undefined;
  return distrusted.length === 0 ? undefined : reason('AuthorityOverlap', whyDistrusted(source.secret, distrusted));
}

function waitingAuthority(context: Context): readonly Held[] {
  const { cluster, world } = context;
  const own = waitingOwn(context);
  if (own.length > 0) return own;
  const authority = cluster.security.pki?.backend === 'operator' ? authorityIn(cluster, world) : undefined;
  if (authority === undefined || authority.phase === 'single') return [];
  const isPrepared = authority.phase === 'prepared';
  const reasons = isPrepared ? whyNotSwitched(context, authority) : whyNotDropped(context, authority);
  return reasons.length === 0 ? [] : [{ what: isPrepared ? 'switch   to the next CA' : 'drop     the old CA', reasons }];
}

/** The user's own CA cannot be taken yet. */
function waitingOwn({ cluster, world, now }: Context): readonly Held[] {
  const name = cluster.security.pki?.ownAuthority;
  const own = name === undefined ? undefined : ownAuthorityIn(world, name, now);
  if (name === undefined || own?.state !== 'waits') return [];
  return [
    { what: `take     the CA of secret/${name}`, reasons: [reason(own.unusable ? 'CertificateUnusable' : 'CertificatePending', own.why)] },
  ];
}
