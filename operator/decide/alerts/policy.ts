/** `alertManagerConfig` as the guards read it. */
import { alertManagerConfig } from '../../../lib/api/alerts';
import { parseDuration } from '../../../lib/api/duration';
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';

export interface AlertPolicy {
  /** Never fewer brokers; undefined: no limit. */
  readonly downScaleLimit: number | undefined;
  /** Never more brokers; undefined: no limit. */
  readonly upScaleLimit: number | undefined;
  readonly dryRun: boolean;
  readonly coolDownMs: number;
  readonly budgetPerDay: number;
  readonly allowSpecEdits: boolean;
  /** Undefined: all. */
  readonly actions: readonly string[] | undefined;
}

const known = new WeakMap<object, AlertPolicy>();

export function policyOf({ written }: Pick<ResolvedCluster, 'written'>): AlertPolicy {
  const found = known.get(written) ?? read(written.alertManagerConfig);
  known.set(written, found);
  return found;
}

/** The spec was checked before: what cannot be read is left out. */
function read(value: unknown): AlertPolicy {
  const parsed = alertManagerConfig.safeParse(value ?? {});
  const config = parsed.success ? parsed.data : alertManagerConfig.parse({});
  return {
    downScaleLimit: limit(config.downScaleLimit),
    upScaleLimit: limit(config.upScaleLimit),
    dryRun: config.dryRun,
    coolDownMs: parseDuration(config.coolDown) ?? 0,
    budgetPerDay: config.budgetPerDay,
    allowSpecEdits: config.allowSpecEdits,
    actions: config.actions,
  };
}

const limit = (value: number | undefined): number | undefined => (value === undefined || value <= 0 ? undefined : value);

/** Why an action of this name changes nothing; undefined: it may. */
export function whyNotAllowed(cluster: Pick<ResolvedCluster, 'written'>, action: string): string | undefined {
  const { actions, dryRun } = policyOf(cluster);
  if (actions !== undefined && !actions.includes(action)) return 'alertManagerConfig.actions does not name it';
  return dryRun ? 'alertManagerConfig.dryRun is on' : undefined;
}
