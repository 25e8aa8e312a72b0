/** The operator's Deployment: away, back, killed. */
import { POD } from '../../operator/kinds';
import type { KubeObject } from '../../operator/runtime/kube-types';
import { kube, mustKubectl, until } from './kubernetes';
import { killProcess, restartsOf, type ContainerRef } from './processes';

const PLACE = 'kafka-operator';

async function pods(): Promise<readonly KubeObject[]> {
  return (await kube.list(POD, { namespace: PLACE, labelSelector: 'app.kubernetes.io/component=operator' })).items;
}

export async function operatorAway(): Promise<void> {
  await mustKubectl(['-n', PLACE, 'scale', 'deployment/kafka-operator', '--replicas=0']);
  await until('the operator is gone', async () => (await pods()).length === 0);
}

export async function operatorBack(): Promise<void> {
  await mustKubectl(['-n', PLACE, 'scale', 'deployment/kafka-operator', '--replicas=1']);
  await mustKubectl(['-n', PLACE, 'rollout', 'status', 'deployment/kafka-operator', '--timeout=180s']);
}

/** The container in which the operator runs. */
export async function operatorContainer(): Promise<ContainerRef> {
  const pod = (await pods()).find((p) => p.metadata.deletionTimestamp === undefined);
  if (pod === undefined) throw new Error('cannot find the Pod of the operator');
  return { namespace: PLACE, pod: pod.metadata.name, container: 'operator' };
}

/** Where its Pod is. */
export async function operatorAddress(): Promise<string> {
  const pod = (await pods()).find((p) => p.metadata.deletionTimestamp === undefined);
  const { podIP } = (pod?.status ?? {}) as { readonly podIP?: string };
  if (podIP === undefined) throw new Error('cannot find the address of the operator');
  return podIP;
}

/** kill -9 of the operator's process; the kubelet starts it again. Returns how often it had been started again before. */
export async function killOperator(ref: ContainerRef): Promise<number> {
  const restarts = await restartsOf(ref);
  await killProcess(ref, 'node');
  return restarts;
}

/** Waits until the operator was started again more often than `restarts` and says that it is ready. */
export async function operatorRestarted(ref: ContainerRef, restarts: number): Promise<void> {
  await until('the operator is started again', async () => (await restartsOf(ref)) > restarts);
  await mustKubectl(['-n', PLACE, 'wait', `pod/${ref.pod}`, '--for=condition=Ready', '--timeout=180s']);
}
