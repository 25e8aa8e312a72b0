/** The deletion of what is left of a node that left the spec: what runs or holds data is destructive, the rest is not. */
import type { Delete } from './action';
import { targetOf } from './context';
import { reason } from './reason';
import type { LiveObject } from './world';

/** @param what `controller` or `broker`, for the reason */
export const removal = (node: number, object: LiveObject, what: 'controller' | 'broker'): Delete => ({
  kind: 'delete',
  risk: holdsSomething(object) ? 'destructive' : 'safe',
  node,
  target: targetOf(object),
  reasons: [reason('Unwanted', whyOf(object, what))],
});

export const holdsSomething = ({ kind }: LiveObject): boolean => kind === 'Pod' || kind === 'PersistentVolumeClaim';

function whyOf({ kind }: LiveObject, what: string): string {
  if (kind === 'Pod') return `its ${what} left the spec`;
  return kind === 'PersistentVolumeClaim' ? `its ${what} left the spec and volumeReclaim is Delete` : `its ${what} is gone`;
}
