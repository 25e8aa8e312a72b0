/** The Kubernetes kinds that the operator reads and writes. */
import { CLUSTER_API_VERSION, GROUP } from '../lib/constructs/naming';
import type { Kind } from './runtime/kube-types';

const kind = (apiVersion: string, name: string, plural: string, namespaced = true): Kind => ({
  apiVersion,
  kind: name,
  plural,
  namespaced,
});

export const KAFKA_CLUSTER = kind(CLUSTER_API_VERSION, 'KafkaCluster', 'kafkaclusters');
export const OPERATION = kind(`${GROUP}/v1alpha1`, 'CruiseControlOperation', 'cruisecontroloperations');
export const POD = kind('v1', 'Pod', 'pods');
export const CLAIM = kind('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims');
export const CONFIG_MAP = kind('v1', 'ConfigMap', 'configmaps');
export const SECRET = kind('v1', 'Secret', 'secrets');
export const SERVICE = kind('v1', 'Service', 'services');
export const BUDGET = kind('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets');
export const DEPLOYMENT = kind('apps/v1', 'Deployment', 'deployments');
export const NODE = kind('v1', 'Node', 'nodes', false);
export const EVENT = kind('v1', 'Event', 'events');
export const LEASE = kind('coordination.k8s.io/v1', 'Lease', 'leases');

/** Kinds that belong to one cluster, found by its labels. */
export const OWNED: readonly Kind[] = [POD, CLAIM, CONFIG_MAP, SECRET, SERVICE, BUDGET, OPERATION, DEPLOYMENT];

export function kindOf(name: string): Kind {
  const found = [...OWNED, KAFKA_CLUSTER, NODE, EVENT].find((k) => k.kind === name);
  if (found === undefined)
    throw new Error(`cannot write a ${name}: it is not among the kinds that this operator knows (operator/kinds.ts)`);
  return found;
}
