/**
 * What can be wrong with external access. Proxies and clients would find it out one connection at a time, long after the spec was
 * applied; so it is refused with the spec, and the proxies that run keep what they have.
 */
import { addressHints, checkExternalAddresses } from './external-address-checks';
import { checkExternalHosts, hostHints } from './external-host-checks';
import { checkExternalNames } from './external-name-checks';
import { externalView } from './external-place';
import { checkExternalPorts, nodePortHints } from './external-port-checks';
import { checkExternalWays, reachHints } from './external-way-checks';
import { checkGateways } from './gateway-checks';
import type { ClusterMetadata } from './cluster-metadata';
import type { DefaultedSpec } from './kafka-cluster';
import type { Problem } from './problem';
import type { Hint, ResolvedNode } from './resolved-cluster';

type Named = Pick<ClusterMetadata, 'name' | 'namespace'>;

/** @param nodes those of the spec */
export function checkExternal(spec: DefaultedSpec, nodes: readonly ResolvedNode[], metadata: Named): readonly Problem[] {
  const view = externalView(spec, nodes, metadata);
  return [
    ...checkExternalWays(spec, view),
    ...checkExternalAddresses(spec, view),
    ...checkExternalPorts(view),
    ...checkExternalHosts(view),
    ...checkExternalNames(view),
    ...checkGateways(view),
  ];
}

/** What is accepted and hardly ever meant. */
export function externalHints(spec: DefaultedSpec, nodes: readonly ResolvedNode[], metadata: Named): readonly Hint[] {
  const view = externalView(spec, nodes, metadata);
  return [...reachHints(view), ...nodePortHints(view), ...hostHints(view), ...addressHints(spec, view)];
}
