/**
 * A CruiseControlOperation as the operator makes it: one thing that is to be moved, as an object that a person sees, may pause,
 * delete or copy. Its name says what is asked for, so the same wish finds the same object, whoever wishes it how often.
 */
import type { OperationName } from '../api/cruise-control-operation';
import type { ResolvedCluster } from '../api/resolved-cluster';
import { childMetadata, manifest } from './draft';
import type { Manifest } from './manifest';
import { OPERATION_API_VERSION, operationName } from './naming';

export interface WantedOperation {
  readonly operation: OperationName;
  /** As Cruise Control takes them, for example `{ brokerid: '3,4' }`; what the operator sets itself (`dryrun` …) is left out. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Tells the same wish apart that is wished for once more; 0 when left out. */
  readonly serial?: number;
  /** Besides those by which everything of a cluster is found. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Named `<cluster>-<operation>-<hash of what is wanted>`; retried when it fails, kept as long as the cluster says. */
export function operationManifest(cluster: ResolvedCluster, wanted: WantedOperation): Manifest {
  const { operation, parameters, labels = {} } = wanted;
  const ttl = cluster.cruiseControl?.operationTtlSeconds;
  return manifest({
    apiVersion: OPERATION_API_VERSION,
    kind: 'CruiseControlOperation',
    metadata: childMetadata(cluster, { name: operationName(cluster.name, operation, identityOf(wanted)), labels }),
    spec: { operation, parameters, errorPolicy: 'retry', ...(ttl === undefined ? {} : { ttlSecondsAfterFinished: ttl }) },
  });
}

/** The same however the parameters are ordered. */
function identityOf({ operation, parameters, serial = 0 }: WantedOperation): string {
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([operation, sorted, serial]);
}
