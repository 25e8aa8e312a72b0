/**
 * What is next for a KafkaUser whose certificate cert-manager makes: its Secret, so that it belongs to the user from the beginning and
 * has the password of its key stores; then the Certificate; then cert-manager's answer.
 */
import type { Manifest } from '../../../lib/constructs/manifest';
import { PASSWORD_KEY, userCertificate, type CertManagerUser, type UserCluster } from '../../../lib/constructs/user-certificate';
import { certificateState, whyNotIssued } from '../certificate-state';
import type { SecretObject } from '../certificate-view';
import { driftOf, stamped } from '../drift';
import type { LiveObject } from '../world';

export type CertManagerStep =
  /** Somebody has to change something. */
  | { readonly step: 'blocked'; readonly why: string }
  /** Make the Secret, or draw the password into it. */
  | { readonly step: 'prepare' }
  | { readonly step: 'apply'; readonly manifest: Manifest; /** Undefined: there is none. */ readonly live: LiveObject | undefined }
  | { readonly step: 'wait'; readonly why: string }
  | { readonly step: 'done' };

export interface CertManagerSight {
  readonly secret: SecretObject | undefined;
  /** The Certificate of the user's name; somebody else's too. */
  readonly certificate: LiveObject | undefined;
  /** cert-manager is not installed. */
  readonly absent: boolean;
}

export function certManagerStep(wish: CertManagerUser, cluster: UserCluster, seen: CertManagerSight): CertManagerStep {
  const { secret, certificate } = seen;
  if (seen.absent)
    return {
      step: 'blocked',
      why: 'Kubernetes does not know Certificate.cert-manager.io: install cert-manager, or choose another pkiBackend',
    };
  const wanted = userCertificate(wish, cluster);
  if ('problem' in wanted) return { step: 'blocked', why: wanted.problem };
  if (secret === undefined || lacksPassword(wish, secret)) return { step: 'prepare' };
  const manifest = stamped(wanted.manifest);
  return certificate === undefined ? { step: 'apply', manifest, live: undefined } : stepOfLive(certificate, wish, manifest);
}

const lacksPassword = ({ includeJks }: CertManagerUser, { tls }: SecretObject): boolean =>
  includeJks && tls?.keys.includes(PASSWORD_KEY) !== true;

function stepOfLive(certificate: LiveObject, { user }: CertManagerUser, manifest: Manifest): CertManagerStep {
  if (certificate.metadata.ownerReferences?.some(({ uid }) => uid === user.uid) !== true)
    return { step: 'blocked', why: `Certificate ${user.namespace}/${user.name} belongs to somebody else: rename or delete it` };
  if (driftOf(manifest, certificate).length > 0) return { step: 'apply', manifest, live: certificate };
  const state = certificateState(certificate);
  return state.state === 'ready' ? { step: 'done' } : { step: 'wait', why: whyNotIssued(certificate, state) };
}
