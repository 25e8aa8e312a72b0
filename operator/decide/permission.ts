/**
 * Whether something disruptive may be done at all now, however safe it is: maintenance windows and approvals. What is safe,
 * and what replaces a process that does not run, needs no permission (decision 34).
 */
import type { Context } from './context';
import type { Proposal } from './plan';
import type { Reason } from './reason';

export function whyNotPermitted(proposal: Proposal, _context: Context): readonly Reason[] {
  if (proposal.risk === 'safe') return [];
  return [];
}
