/**
 * The CA is replaced in three steps (authority.ts): prepare, switch, drop. Each waits until nobody can be hurt by it, and says for whom
 * it waits. The roll that gives every node the new trust is a roll like any other, through the gate.
 */
import type { ResolvedPki } from '../../../lib/api/resolved-cluster';
import { certificateProfiles } from '../../../lib/constructs/certificate-profiles';
import { ANNOTATION, authorityName } from '../../../lib/constructs/naming';
import { authorityIn, ownAuthorityIn, whyReplaced, type Authority } from '../authority';
import { whyNotDropped, whyNotSwitched } from '../authority-steps';
import { targetOf, type Context, type Rule } from '../context';
import type { Proposal } from '../plan';
import { reason } from '../reason';
import { authorityBase, secretDraft } from './certificates';

export const replaceAuthority: Rule = (context) => {
  const { pki } = context.cluster.security;
  const authority = pki === undefined ? undefined : authorityIn(context.cluster, context.world);
  if (pki === undefined || authority === undefined) return [];
  if (pki.backend === 'cert-manager') return copyOwn(context, pki, authority);
  if (authority.phase === 'prepared') return whyNotSwitched(context, authority).length > 0 ? [] : [step(context, authority, 'switch')];
  return [...prepare(context, pki, authority), ...drop(context, authority)].slice(0, 1);
};

function prepare(context: Context, pki: ResolvedPki, authority: Authority): readonly Proposal[] {
  const why = whyReplaced(authority, pki, context);
  if (why === undefined) return [];
  return succeed(context, pki, authority).map((made) => ({
    ...made,
    certificate: 'nextAuthority',
    reasons: [reason('AuthorityDue', `${why}; first both are trusted`)],
  }));
}

/** What follows the CA: nothing while the user's own cannot be used. */
function succeed(context: Context, pki: ResolvedPki, authority: Authority) {
  const { cluster, world, now } = context;
  const profile = certificateProfiles(cluster, undefined)?.authority;
  if (profile === undefined) return [];
  const own = pki.ownAuthority === undefined ? undefined : ownAuthorityIn(world, pki.ownAuthority, now);
  const annotations = { [ANNOTATION.renewAuthority]: world.cluster.annotations[ANNOTATION.renewAuthority] };
  return [
    {
      ...authorityBase(context, profile, authority.object),
      manifest: secretDraft(context, authorityName(cluster.name), annotations),
      ...(own?.state === 'usable' ? { own: targetOf(own.object) } : {}),
    },
  ];
}

/** cert-manager signs with what this Secret holds; what was signed before stays trusted by what runs (security-facts.ts). */
function copyOwn(context: Context, pki: ResolvedPki, authority: Authority): readonly Proposal[] {
  if (pki.ownAuthority === undefined) return [];
  const why = whyReplaced(authority, pki, context);
  if (why === undefined) return [];
  return succeed(context, pki, authority).map((made) => ({ ...made, certificate: 'authority', reasons: [reason('AuthorityDue', why)] }));
}

function drop(context: Context, authority: Authority): readonly Proposal[] {
  return authority.phase !== 'switched' || whyNotDropped(context, authority).length > 0 ? [] : [step(context, authority, 'drop')];
}

const SAYS = {
  switch: 'everybody trusts the next CA; it signs from now on',
  drop: 'nothing that it signed is in use any more',
} as const;

const step = ({ now }: Context, { object }: Authority, which: 'switch' | 'drop'): Proposal => ({
  kind: 'replaceAuthority',
  risk: 'safe',
  step: which,
  target: targetOf(object),
  at: now,
  reasons: [reason('AuthorityDue', SAYS[which])],
});
