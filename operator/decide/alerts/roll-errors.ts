/** Alerts that speak against a roll: those with the label `rollingupgrade`, with a command or without (decision 29). */
import type { World } from '../world';

/** Where alerts are not looked at, the status says what was known last. */
export function rollErrors({ alerts, cluster }: Pick<World, 'alerts' | 'cluster'>): number {
  if (alerts === undefined) return cluster.status.rollingUpgradeStatus?.errorCount ?? 0;
  return alerts.firing.filter(({ labels }) => labels.rollingupgrade !== undefined).length;
}
