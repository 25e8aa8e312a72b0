/**
 * Whether something disruptive may be done at all now, however safe it is: maintenance windows and approvals. What is safe,
 * what replaces a process that does not run, and what takes a change back from a node that serves nobody needs no permission
 * (decision 34).
 */
import { stepOf, whyNotApproved } from './approval';
import type { Context } from './context';
import type { Proposal } from './plan';
import type { Reason } from './reason';
import { whyClosed } from './windows';

export function whyNotPermitted(proposal: Proposal, context: Context): readonly Reason[] {
  if (stepOf(proposal, context) === undefined) return [];
  const { cluster, now } = context;
  return [whyClosed(cluster.changePolicy.windows, now), whyNotApproved(proposal, context)].filter((why) => why !== undefined);
}
