/** Kubernetes as the stores know it: no request is made here. */
import { GROUP, LABEL } from '../../lib/constructs/naming';
import type { ClusterView, KubeNodeView, LiveObject } from '../decide/world';
import type { KubeObject, Store } from '../runtime/kube-types';

export interface KubeStores {
  readonly clusters: Store;
  readonly nodes: Store;
  /** What belongs to clusters, by `kindKey`. */
  readonly owned: ReadonlyMap<string, Store>;
}

/**
 * By which objects of clusters are watched; without a name, of all clusters. What is made for KafkaUsers bears the label of the cluster too
 * and is no part of its World: a thousand users would wake a pass over the cluster each.
 */
export const ofClusters = (name?: string): string => `${LABEL.cluster}${name === undefined ? '' : `=${name}`},!${LABEL.userSecret}`;

/** The index of owned objects: namespace and cluster. */
export const ownerKey = (object: KubeObject): string | undefined => {
  const cluster = object.metadata.labels?.[LABEL.cluster];
  return cluster === undefined ? undefined : `${object.metadata.namespace ?? ''}/${cluster}`;
};

/** Live objects of one cluster, ordered by kind, then name. */
export function liveObjects(stores: KubeStores, key: string): readonly LiveObject[] {
  const found = [...stores.owned.keys()].sort().map((kind) => stores.owned.get(kind)?.byIndex(key) ?? []);
  return found.flatMap((list) => [...list].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)));
}

/** Kinds (`kindKey`) that the API server does not know, in order. */
export const absentKinds = ({ owned }: Pick<KubeStores, 'owned'>): readonly string[] =>
  [...owned].flatMap(([kind, store]) => (store.absent ? [kind] : [])).sort();

export function clusterView(object: KubeObject): ClusterView {
  const { metadata } = object;
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    generation: metadata.generation ?? 0,
    deleting: metadata.deletionTimestamp !== undefined,
    finalizers: metadata.finalizers ?? [],
    annotations: Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => key.startsWith(GROUP))),
    status: object.status ?? {},
    ...(Array.isArray(object.brokersOfAlerts) ? { brokersOfAlerts: object.brokersOfAlerts as readonly number[] } : {}),
  };
}

interface NodeShape {
  readonly spec?: { readonly unschedulable?: boolean; readonly taints?: readonly { readonly key: string }[] };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  };
}

const isReady = (status: NodeShape['status']): boolean =>
  status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false;

const seen = new WeakMap<KubeObject, KubeNodeView>();

export function kubeNodes(stores: KubeStores): readonly KubeNodeView[] {
  return stores.nodes
    .list()
    .map((object) => {
      const view = seen.get(object) ?? kubeNodeView(object);
      seen.set(object, view);
      return view;
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function kubeNodeView(object: KubeObject): KubeNodeView {
  const { spec, status } = object as NodeShape;
  const addresses = status?.addresses;
  return {
    name: object.metadata.name,
    labels: object.metadata.labels ?? {},
    ready: isReady(status),
    unschedulable: spec?.unschedulable ?? false,
    outOfService: spec?.taints?.some((t) => t.key === 'node.kubernetes.io/out-of-service') ?? false,
    ...(addresses === undefined ? {} : { addresses }),
  };
}
