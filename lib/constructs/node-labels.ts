/** The labels of a Kafka node, on its Pod and on everything else made for it; Services and budgets select by them. */
import type { ResolvedNode } from '../api/resolved-cluster';
import type { NodeRole } from '../kafka/node-role';
import { hasRole } from '../kafka/quorum';
import { LABEL } from './naming';

export const nodeLabels = (node: Pick<ResolvedNode, 'id'>): Readonly<Record<string, string>> => ({ [LABEL.nodeId]: String(node.id) });

export const roleLabels = (node: Pick<ResolvedNode, 'roles'>): Readonly<Record<string, string>> => ({
  [LABEL.roles]: rolesText(node),
  [LABEL.isBroker]: String(hasRole(node, 'broker')),
  [LABEL.isController]: String(hasRole(node, 'controller')),
});

/** For example `broker_controller`. */
export const rolesText = (node: Pick<ResolvedNode, 'roles'>): string => [...node.roles].sort().join('_');

/** The label that marks the nodes of a role. */
export const roleLabel = (role: NodeRole): string => (role === 'broker' ? LABEL.isBroker : LABEL.isController);
