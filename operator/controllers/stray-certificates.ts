/**
 * Certificates of cert-manager that KafkaUsers have no use for any more, because somebody else is to sign, or nobody. They go before
 * anything else is issued: else cert-manager would see a certificate that is none of its own and write another one into the same Secret,
 * and so would the operator, without end.
 */
import { authenticationOf, type KafkaUserSpec } from '../../lib/api/kafka-user';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { credentialSource, isOwnedBy } from '../decide/users/credential';
import { userObject, type UserObject } from '../decide/users/user-object';
import { CERTIFICATE } from '../kinds';
import { isConflict } from '../runtime/kube-error';
import type { KubeApi, KubeObject, Store } from '../runtime/kube-types';
import { forEachBounded } from './for-each-bounded';
import type { ActionLog } from './pass-log';

export interface StrayCertificatesParts {
  readonly kube: Pick<KubeApi, 'delete'>;
  readonly users: Store;
  /** Of users. */
  readonly certificates: Store;
  readonly log: ActionLog;
}

const isWanted = (spec: KafkaUserSpec, cluster: ResolvedCluster): boolean =>
  authenticationOf(spec) === 'tls' && credentialSource(spec, cluster) === 'cert-manager';

/** @param key `namespace/name` of the KafkaCluster. What fails is tried again by the next pass. */
export async function dropStrayCertificates(key: string, cluster: ResolvedCluster, parts: StrayCertificatesParts): Promise<void> {
  const { users, certificates, kube, log } = parts;
  if (certificates.list().length === 0) return;
  const stray = users.byIndex(key).flatMap((object) => strayOf(userObject(object), cluster, certificates) ?? []);
  const errors = await forEachBounded(stray, async (certificate) => {
    const { namespace = '', name, uid } = certificate.metadata;
    await kube.delete({ kind: CERTIFICATE, namespace, name }, { uid });
    certificates.forget(certificate);
  });
  const serious = errors.filter((error) => !isConflict(error));
  if (serious.length > 0)
    log.warn('cannot delete Certificates of KafkaUsers', { cluster: key, count: serious.length, first: String(serious[0]) });
}

function strayOf(user: UserObject, cluster: ResolvedCluster, certificates: Store): KubeObject | undefined {
  const { spec, deleting, namespace, name } = user;
  const certificate = spec === undefined || deleting || isWanted(spec, cluster) ? undefined : certificates.get(namespace, name);
  return certificate !== undefined && isOwnedBy(certificate, user) ? certificate : undefined;
}
