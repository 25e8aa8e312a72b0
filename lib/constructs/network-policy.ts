/** One NetworkPolicy: who may connect to the Pods of a selector, at which ports. */
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from 'kubernetes-types/networking/v1';
import type { ResolvedCluster } from '../api/resolved-cluster';
import { childMetadata, manifest, type Draft } from './draft';
import type { Manifest } from './manifest';
import { isInMesh } from './mesh';

export type Peers = readonly Draft<NetworkPolicyPeer>[];

/** Undefined peers: anybody. */
export interface Admission {
  readonly ports: readonly Draft<NetworkPolicyPort>[];
  readonly from: Peers | undefined;
}

export const tcp = (port: number): Draft<NetworkPolicyPort> => ({ port, protocol: 'TCP' });

/** Pods of any namespace, as opposed to anybody, who may be outside of Kubernetes. */
export const ANY_POD: Peers = [{ namespaceSelector: {} }];

/**
 * Ports of Istio's own in Pods that it injects into: tunnels of an ambient mesh, merged metrics, readiness, and metrics of the proxy.
 * To a sidecar connections come at the ports of what it stands before.
 */
export const MESH_PORTS: readonly number[] = [15008, 15020, 15021, 15090];

export const mesh = (cluster: ResolvedCluster): readonly Admission[] =>
  isInMesh(cluster) ? [{ ports: MESH_PORTS.map(tcp), from: ANY_POD }] : [];

export interface PolicyOptions {
  readonly name: string;
  readonly app: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Labels of the Pods that it is for. */
  readonly selector: Readonly<Record<string, string>>;
  readonly admissions: readonly Admission[];
}

export function policy(cluster: ResolvedCluster, { name, app, labels = {}, selector, admissions }: PolicyOptions): Manifest {
  return manifest<NetworkPolicy>({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: childMetadata(cluster, { name, app, labels }),
    spec: {
      podSelector: { matchLabels: selector },
      policyTypes: ['Ingress'],
      ingress: admissions.map(({ ports, from }) => ({ ports, from })),
    },
  });
}
