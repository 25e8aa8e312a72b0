/** A change in words, for example `add broker 3`. */
import type { AlertChange } from '../../../lib/alerts/alert-action';

export function changeText(change: AlertChange): string {
  switch (change.kind) {
    case 'addBroker':
      return `add broker ${String(change.broker.id)}`;
    case 'removeBroker':
      return `remove broker ${String(change.id)}`;
    case 'addStorage':
      return `add volume ${change.storage.mountPath} to broker ${String(change.broker)}`;
    case 'growClaim':
      return `grow volume ${change.claim} to ${change.size}`;
  }
}
