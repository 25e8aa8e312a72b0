/** When a certificate of a user has to be renewed by us, by the same rule by which it then is: an earlier look would find nothing to do. */
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { profileOf, renewalOf } from './credential';
import type { UserStep } from './decide-users';

/** The first one, in milliseconds from now; undefined: none. What is due and was not done is no part of it: something stands in its way. */
export function nextRenewal(steps: readonly UserStep[], cluster: ResolvedCluster, now: number): number | undefined {
  const waits = steps.flatMap(({ credential, secret, user }) => {
    const certificate = secret?.tls?.certificate;
    const isOurs = credential.kind === 'keep' || credential.kind === 'label';
    if (!isOurs || certificate === undefined || user.spec === undefined) return [];
    return [renewalOf(certificate, profileOf(user, user.spec, cluster)) - now];
  });
  const ahead = waits.filter((wait) => wait > 0);
  return ahead.length === 0 ? undefined : Math.min(...ahead);
}
