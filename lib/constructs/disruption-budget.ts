/**
 * PodDisruptionBudgets (decision 23): one node may go while the cluster could spare it, none while it could not; the caller
 * says which. It is written as `minAvailable`, a whole number: for Pods whose controller has no scale subresource Kubernetes
 * cannot work out `maxUnavailable` and lets nothing go at all, for ever (docs/decisions/0009). The spec's budget is an upper
 * bound, and at least one however small its percentage is: "20%" of three brokers must not mean that no Kubernetes node can
 * ever be drained.
 *
 * A Pod that two budgets select cannot be evicted at all (the API server answers 500), so a combined node counts as a
 * broker and the controllers' budget is for dedicated controllers.
 */
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import type { Construct } from 'constructs';
import type { ResolvedCluster } from '../api/resolved-cluster';
import { hasRole } from '../kafka/quorum';
import { childMetadata, manifest, ManifestObject } from './draft';
import type { Manifest } from './manifest';
import { brokerBudgetName, controllerBudgetName, LABEL } from './naming';

/** The budgets of a cluster; `allowed` is how many nodes could be spared now. None when the spec asks for none. */
export function disruptionBudgets(cluster: ResolvedCluster, allowed: number): readonly Manifest[] {
  if (!cluster.disruptionBudget.create) return [];
  const brokers = cluster.nodes.filter((node) => hasRole(node, 'broker')).length;
  const dedicated = cluster.nodes.length - brokers;
  const spared = Math.max(0, Math.min(allowed, 1));
  const bound = Math.min(spared, budgetBound(cluster.disruptionBudget.budget, brokers));
  return [
    ...(brokers > 0
      ? [budget(cluster, { name: brokerBudgetName(cluster.name), selects: { [LABEL.isBroker]: 'true' }, min: brokers - bound })]
      : []),
    ...(dedicated > 0
      ? [budget(cluster, { name: controllerBudgetName(cluster.name), selects: { [LABEL.isBroker]: 'false' }, min: dedicated - spared })]
      : []),
  ];
}

/** How many of `nodes` a budget text (`1`, `20%`) lets go at once. A share of more than nothing is at least one; no text is one. */
export function budgetBound(text: string, nodes: number): number {
  const match = /^(\d+)(%?)$/.exec(text.trim());
  if (match === null) return 1;
  const value = Number(match[1]);
  if (match[2] === '' || value === 0) return value;
  return Math.max(1, Math.floor((nodes * value) / 100));
}

interface BudgetOptions {
  readonly name: string;
  readonly selects: Readonly<Record<string, string>>;
  /** Pods that must stay. */
  readonly min: number;
}

function budget(cluster: ResolvedCluster, { name, selects, min }: BudgetOptions): Manifest {
  return manifest<PodDisruptionBudget>({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: childMetadata(cluster, { name, annotations: cluster.listeners.serviceAnnotations }),
    spec: { minAvailable: min, selector: { matchLabels: { [LABEL.app]: 'kafka', [LABEL.cluster]: cluster.name, ...selects } } },
  });
}

/** A PodDisruptionBudget as a construct. */
export class DisruptionBudget extends ManifestObject {
  public constructor(scope: Construct, content: Manifest) {
    super(scope, `budget-${content.metadata.name}`, content);
  }
}
