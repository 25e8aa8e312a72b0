/**
 * Tells those who replace a CA how far users are: on the Secret of the CA stand the CAs that every user's Secret trusts, and those that
 * signed a user's certificate that is still in use (ANNOTATION.usersTrust, ANNOTATION.usersSignedBy; fingerprints, comma-joined). A new CA
 * may sign when the first has it; the old one may go when the second has it no more. For no users it is told as well. Users whose
 * certificates cert-manager makes do not count, for it says itself whom they trust, nor do those that are not accepted: they get no
 * certificate, and would hold everybody up.
 */
import { authenticationOf, type KafkaUserSpec } from '../../lib/api/kafka-user';
import { ANNOTATION, authorityName } from '../../lib/constructs/naming';
import type { UserSecret } from '../decide/users/credential';
import type { UserObject } from '../decide/users/user-object';
import { SECRET } from '../kinds';
import { isConflict, isNotFound } from '../runtime/kube-error';
import type { KubeApi, KubeObject, Store } from '../runtime/kube-types';
import type { UserAuthorities } from './user-authority';

export interface UserTrustParts {
  readonly kube: KubeApi;
  readonly authorities: UserAuthorities;
  /** Those with the label of a cluster. */
  readonly clusterSecrets: Store | undefined;
}

export class UserTrust {
  constructor(private readonly parts: UserTrustParts) {}

  /** Writes only when it says something new. */
  async tell(key: string, users: readonly UserObject[], secrets: readonly UserSecret[]): Promise<void> {
    const [namespace = '', cluster = ''] = key.split('/');
    const seen = this.parts.clusterSecrets?.get(namespace, authorityName(cluster));
    const authority = seen === undefined ? undefined : await this.parts.authorities.of(key);
    if (seen === undefined || authority === undefined) return;
    const told = usersTrust(users, secrets, authority.facts.trusted);
    if (Object.entries(told).some(([annotation, value]) => seen.metadata.annotations?.[annotation] !== value)) await this.write(seen, told);
  }

  private async write(
    { metadata: { namespace = '', name, uid } }: KubeObject,
    annotations: Readonly<Record<string, string>>,
  ): Promise<void> {
    try {
      await this.parts.kube.mergePatch({ kind: SECRET, namespace, name }, { metadata: { uid, annotations } });
    } catch (error) {
      if (!isConflict(error) && !isNotFound(error)) throw error;
    }
  }
}

/** A user that has no certificate yet trusts whatever its first one will: it is made with all CAs. */
export function usersTrust(
  users: readonly UserObject[],
  secrets: readonly UserSecret[],
  trusted: readonly string[],
): Readonly<Record<string, string>> {
  const withCertificate = users.filter(({ spec }) => spec !== undefined && authenticationOf(spec) === 'tls' && isToldHere(spec));
  const uids = new Set(withCertificate.filter(isAccepted).map(({ uid }) => uid));
  const theirs = secrets.filter(({ metadata: { ownerReferences = [] } }) => ownerReferences.some(({ uid }) => uids.has(uid)));
  const all = trusted.filter((fingerprint) =>
    theirs.every(({ tls }) => tls?.certificate === undefined || tls.authorities.some((one) => one.fingerprint === fingerprint)),
  );
  const signers = [...new Set(theirs.flatMap(({ tls }) => tls?.certificate?.signedBy ?? []))].sort();
  return { [ANNOTATION.usersTrust]: all.join(','), [ANNOTATION.usersSignedBy]: signers.join(',') };
}

/** Whom it trusts the operator writes. */
const isToldHere = ({ pkiBackendSpec = {} }: KafkaUserSpec): boolean =>
  (pkiBackendSpec.pkiBackend ?? (pkiBackendSpec.issuerRef === undefined ? 'operator' : 'cert-manager')) !== 'cert-manager';

const isAccepted = ({ status: { conditions = [] } }: UserObject): boolean =>
  !conditions.some(({ type, status }) => type === 'SpecAccepted' && status === 'False');
