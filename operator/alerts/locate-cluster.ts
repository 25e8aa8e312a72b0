/** Which cluster an alert is about: by its labels `kafka_cr` and `namespace`, or by the volume that it names. */
import { LABEL } from '../../lib/constructs/naming';
import { ownerKey } from '../observe/kube';
import type { Store } from '../runtime/kube-types';

export interface LocateStores {
  readonly clusters: Pick<Store, 'get' | 'list'>;
  readonly claims: Pick<Store, 'get'>;
}

/** `namespace/name`; undefined: of none that is known, or of several. */
export type Locate = (labels: Readonly<Record<string, string>>) => string | undefined;

export function locateIn({ clusters, claims }: LocateStores): Locate {
  return (labels) => {
    const { namespace, persistentvolumeclaim: claim } = labels;
    const name = labels[LABEL.cluster];
    if (name !== undefined && name !== '') return namespace === undefined ? only(clusters, name) : existing(clusters, namespace, name);
    if (claim === undefined || namespace === undefined) return undefined;
    const found = claims.get(namespace, claim);
    const key = found === undefined ? undefined : ownerKey(found);
    return key === undefined ? undefined : existing(clusters, namespace, key.slice(namespace.length + 1));
  };
}

const existing = (clusters: Pick<Store, 'get'>, namespace: string, name: string): string | undefined =>
  clusters.get(namespace, name) === undefined ? undefined : `${namespace}/${name}`;

function only(clusters: Pick<Store, 'list'>, name: string): string | undefined {
  const found = clusters.list().filter(({ metadata }) => metadata.name === name);
  return found.length === 1 ? `${found[0]?.metadata.namespace ?? ''}/${name}` : undefined;
}
