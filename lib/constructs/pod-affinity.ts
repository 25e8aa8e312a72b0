/**
 * Where a node's Pod may run. Nodes of the same role keep apart, so that one Kubernetes node takes one voter and one replica
 * with it at most; a broker and a controller may share, so that three of each fit on three machines. With racks known, nodes
 * of a role spread over them as far as there is room. A user's affinity replaces all of it.
 */
import type { Affinity, PodAffinityTerm, TopologySpreadConstraint } from 'kubernetes-types/core/v1';
import type { ResolvedCluster, ResolvedNode } from '../api/resolved-cluster';
import type { NodeRole } from '../kafka/node-role';
import { hasRole } from '../kafka/quorum';
import { asWritten, type Draft } from './draft';
import { LABEL } from './naming';
import { roleLabel } from './node-labels';

export interface PodPlacing {
  readonly affinity: Draft<Affinity>;
  readonly topologySpreadConstraints: readonly Draft<TopologySpreadConstraint>[] | undefined;
}

export function podPlacing(cluster: ResolvedCluster, node: ResolvedNode): PodPlacing {
  if (node.affinity !== undefined) return { affinity: asWritten(node.affinity), topologySpreadConstraints: undefined };
  const roles = [...node.roles].sort();
  const apart = roles.map((role) => awayFrom(cluster, role));
  const [rackLabel] = cluster.rackLabels;
  const spread = rackLabel === undefined ? undefined : [spreadOver(cluster, spreadBy(node), rackLabel)];
  return {
    affinity: { podAntiAffinity: cluster.oneBrokerPerNode ? required(apart) : preferred(apart) },
    topologySpreadConstraints: spread,
  };
}

/**
 * Server-side apply refuses two constraints for one topology key, so a combined node has one: a zone that takes most of the
 * voters with it stops the cluster, a zone that takes most of the brokers does not.
 */
const spreadBy = (node: ResolvedNode): NodeRole => (hasRole(node, 'controller') ? 'controller' : 'broker');

const required = (terms: readonly Draft<PodAffinityTerm>[]) => ({ requiredDuringSchedulingIgnoredDuringExecution: terms });

const preferred = (terms: readonly Draft<PodAffinityTerm>[]) => ({
  preferredDuringSchedulingIgnoredDuringExecution: terms.map((podAffinityTerm) => ({ weight: 100, podAffinityTerm })),
});

const awayFrom = (cluster: ResolvedCluster, role: NodeRole): Draft<PodAffinityTerm> => ({
  topologyKey: 'kubernetes.io/hostname',
  labelSelector: { matchLabels: nodesOf(cluster, role) },
});

const spreadOver = (cluster: ResolvedCluster, role: NodeRole, topologyKey: string): Draft<TopologySpreadConstraint> => ({
  topologyKey,
  maxSkew: 1,
  whenUnsatisfiable: 'ScheduleAnyway',
  labelSelector: { matchLabels: nodesOf(cluster, role) },
});

const nodesOf = (cluster: ResolvedCluster, role: NodeRole): Readonly<Record<string, string>> => ({
  [LABEL.app]: 'kafka',
  [LABEL.cluster]: cluster.name,
  [roleLabel(role)]: 'true',
});
