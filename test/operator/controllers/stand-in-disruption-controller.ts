/** A stand-in for Kubernetes' disruption controller: it works out how many Pods a budget lets go. */
import { BUDGET, POD } from '../../../operator/kinds';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import type { FakeApiServer } from '../../runtime/fake-api-server';
import { isReady } from './stand-in-kubelet';

interface BudgetSpec {
  readonly minAvailable: number;
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
}

export function startDisruptionController(server: FakeApiServer): void {
  const judge = (): void => {
    for (const budget of server.list(BUDGET)) judgeBudget(server, budget);
  };
  server.objects.onEvent((event) => {
    if (event.resource === 'v1/pods' || event.resource.endsWith('/poddisruptionbudgets')) setImmediate(judge);
  });
}

function judgeBudget(server: FakeApiServer, budget: KubeObject): void {
  const { minAvailable, selector } = budget['spec'] as BudgetSpec;
  const labels = Object.entries(selector.matchLabels);
  const isMeant = (pod: KubeObject): boolean => labels.every(([key, value]) => pod.metadata.labels?.[key] === value);
  const healthy = server.list(POD).filter((pod) => isMeant(pod) && isReady(pod) && pod.metadata.deletionTimestamp === undefined);
  const status = {
    observedGeneration: budget.metadata.generation ?? 0,
    currentHealthy: healthy.length,
    disruptionsAllowed: Math.max(0, healthy.length - minAvailable),
  };
  const { namespace, name } = budget.metadata;
  if (JSON.stringify(budget['status']) !== JSON.stringify(status)) server.patch(BUDGET, namespace, name, { status });
}
