/** Where a cluster's Cruise Control is: the Service of the one that the operator deploys, or the one that the spec names. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { cruiseControlServiceName } from '../../lib/constructs/naming';
import { serviceHost } from '../../lib/kafka/address';
import { CRUISE_CONTROL_PORT } from '../../lib/kafka/cruise-control-properties';
import type { CruiseControlPlace } from '../observe/cruise-control-credentials';

/** Undefined: the cluster has none. */
export function cruiseControlPlace(cluster: ResolvedCluster): CruiseControlPlace | undefined {
  const { cruiseControl, namespace, name } = cluster;
  if (cruiseControl === undefined) return undefined;
  const { external } = cruiseControl;
  if (external !== undefined) return { ...external, namespace };
  const origin = `http://${serviceHost(cluster, cruiseControlServiceName(name))}:${String(CRUISE_CONTROL_PORT)}`;
  return { origin, namespace, insecureSkipVerify: false, caSecret: undefined, basicSecret: undefined, tokenSecret: undefined };
}
