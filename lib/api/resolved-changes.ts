/** When and how changes are made: the part of the spec that the gate asks. */
import { parseDuration } from './duration';
import { isObject } from './json';
import type { DefaultedSpec } from './kafka-cluster';
import type { ResolvedChangePolicy, ResolvedCluster, ResolvedLabelSelector } from './resolved-cluster';

export function changesOf(spec: DefaultedSpec): Pick<ResolvedCluster, 'changePolicy' | 'metadataVersion' | 'taintedBrokersSelector'> {
  return {
    changePolicy: policyOf(spec.changePolicy),
    metadataVersion: spec.metadataVersion,
    taintedBrokersSelector: spec.taintedBrokersSelector === undefined ? undefined : selectorOf(spec.taintedBrokersSelector),
  };
}

function policyOf(written: DefaultedSpec['changePolicy']): ResolvedChangePolicy {
  const { approval = 'Automatic', onFailure = 'Hold', unprotected = 'Restart', approvedPlan, windows = [] } = written ?? {};
  const opened = windows.map(({ schedule, timeZone, duration }) => ({ schedule, timeZone, durationMs: parseDuration(duration) ?? 0 }));
  return { approval, onFailure, unprotected, approvedPlan, windows: opened };
}

function selectorOf(written: NonNullable<DefaultedSpec['taintedBrokersSelector']>): ResolvedLabelSelector {
  const expressions = (written.matchExpressions ?? []).flatMap((each) => {
    if (!isObject(each) || typeof each.key !== 'string' || typeof each.operator !== 'string') return [];
    const values = Array.isArray(each.values) ? each.values.filter((v) => typeof v === 'string') : [];
    return [{ key: each.key, operator: each.operator, values }];
  });
  return { matchLabels: written.matchLabels ?? {}, matchExpressions: expressions };
}
