/**
 * Which resources of a running Pod Kubernetes can change (in-place resize, from 1.33): how much CPU and memory the container
 * `kafka` has. Not which of them are set at all, and not such that the quality of service of the Pod becomes another.
 */
import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import { nanosOf } from '../api/quantity';

export const RESIZABLE: readonly string[] = ['cpu', 'memory'];

type Amounts = Readonly<Record<string, unknown>>;

/** Resources with the amounts that can change left out. */
export function fixedResources(resources: Container['resources']): unknown {
  const { limits, requests, ...others } = (resources ?? {}) as Readonly<Record<string, unknown>>;
  const fixed = (part: unknown) =>
    part === undefined
      ? undefined
      : Object.fromEntries(Object.entries(part as Amounts).map(([key, value]) => [key, RESIZABLE.includes(key) ? 'any' : value]));
  return { ...others, limits: fixed(limits), requests: fixed(requests) };
}

/** As Kubernetes reckons it when the Pod is made. */
export function qosClass(spec: Pick<PodSpec, 'containers' | 'initContainers'>): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const all = [...(spec.initContainers ?? []), ...spec.containers];
  if (all.every((c) => RESIZABLE.every((key) => amount(c, 'limits', key) === undefined && amount(c, 'requests', key) === undefined)))
    return 'BestEffort';
  return all.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

const isGuaranteed = (container: Container): boolean =>
  RESIZABLE.every((key) => {
    const limit = amount(container, 'limits', key);
    return limit !== undefined && (amount(container, 'requests', key) ?? limit) === limit;
  });

function amount(container: Container, part: 'limits' | 'requests', key: string): string | undefined {
  const value = (container.resources?.[part] as Amounts | undefined)?.[key];
  return typeof value === 'string' || typeof value === 'number' ? (nanosOf(value) ?? value).toString() : undefined;
}
