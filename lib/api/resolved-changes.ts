/** When and how changes are made: the part of the spec that the gate asks. */
import { parseDuration } from './duration';
import type { DefaultedSpec } from './kafka-cluster';
import type { ResolvedChangePolicy, ResolvedCluster, ResolvedLabelSelector } from './resolved-cluster';

export function changesOf(spec: DefaultedSpec): Pick<ResolvedCluster, 'changePolicy' | 'metadataVersion' | 'taintedBrokersSelector'> {
  return {
    changePolicy: policyOf(spec.changePolicy),
    metadataVersion: spec.metadataVersion || undefined,
    taintedBrokersSelector: spec.taintedBrokersSelector === undefined ? undefined : selectorOf(spec.taintedBrokersSelector),
  };
}

function policyOf(written: DefaultedSpec['changePolicy']): ResolvedChangePolicy {
  const { approval = 'Automatic', onFailure = 'Hold', unprotected = 'Restart', windows = [] } = written ?? {};
  const opened = windows.map(({ schedule, timeZone, duration }) => ({ schedule, timeZone, durationMs: parseDuration(duration) ?? 0 }));
  return { approval, onFailure, unprotected, approvedPlan: written?.approvedPlan || undefined, windows: opened };
}

function selectorOf(written: NonNullable<DefaultedSpec['taintedBrokersSelector']>): ResolvedLabelSelector {
  const matchExpressions = (written.matchExpressions ?? []).map(({ key, operator, values = [] }) => ({ key, operator, values }));
  return { matchLabels: written.matchLabels ?? {}, matchExpressions };
}
