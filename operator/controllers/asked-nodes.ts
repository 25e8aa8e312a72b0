/** Which nodes are asked something beside the passes, and where. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { METRICS_PORT } from '../../lib/constructs/ports';
import { networkThreads } from '../../lib/kafka/listener-threads';
import { isAsked } from '../decide/may-stop';
import type { NodeView } from '../decide/node-view';
import type { Unserved } from '../decide/served-certificates';
import type { World } from '../decide/world';
import type { AskedListener } from '../observe/certificate-sight';
import type { AskedProcess } from '../observe/process-sight';

/** Ids of brokers that Kafka knows and that are not fenced. */
export const brokersIn = ({ kafka }: World): readonly number[] =>
  kafka.state === 'known' ? kafka.value.brokers.filter(({ fenced }) => !fenced).map(({ id }) => id) : [];

/** A broker that is to load certificates: which ones it serves. */
export function askedListeners(cluster: ResolvedCluster, { view, pod, listeners }: Unserved, byName: string): readonly AskedListener[] {
  if (pod.ip === '') return [];
  const { readOnlyConfig, dynamicConfig } = view.node;
  const parts = [cluster.readOnlyConfig, cluster.clusterWideConfig, readOnlyConfig, dynamicConfig];
  const of = { node: view.node.id, uid: pod.object.metadata.uid, host: pod.ip, byName };
  return listeners.map(({ name, containerPort }) => ({
    ...of,
    listener: name,
    port: containerPort,
    threads: networkThreads(parts, name),
  }));
}

/** A broker that is not ready: whether it recovers its log only its process can say. */
export function askedProcess(view: NodeView, name: string): readonly AskedProcess[] {
  const { pod } = view;
  if (pod === undefined || !isAsked(view)) return [];
  const { uid, namespace = '', name: podName } = pod.object.metadata;
  const at = (host: string): string => `${host}:${String(METRICS_PORT)}`;
  const address = at(pod.ip.includes(':') ? `[${pod.ip}]` : pod.ip);
  return [{ node: view.node.id, uid, namespace, pod: podName, address, byName: at(name), hasRun: view.hasRun }];
}
