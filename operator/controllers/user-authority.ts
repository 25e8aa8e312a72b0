/** The CA of one cluster, with its key: read once for each version of its Secret, kept here and nowhere else. */
import { authorityName, quorumCertificateName, serverCertificateName } from '../../lib/constructs/naming';
import type { SecretObject } from '../decide/certificate-view';
import type { AuthorityFacts } from '../decide/users/credential';
import { SECRET } from '../kinds';
import type { KeyPair } from '../pki/issue';
import { certificateView } from '../pki/pem';
import { secretContents } from '../pki/secret-contents';
import type { KubeApi, Store } from '../runtime/kube-types';
import { dataOf } from './user-secrets';

export interface UserAuthority {
  readonly facts: AuthorityFacts;
  readonly signer: KeyPair;
  /** In PEM, one each. */
  readonly trusted: readonly string[];
}

export class UserAuthorities {
  private readonly known = new Map<string, { readonly version: string; readonly authority: UserAuthority }>();

  /** @param secrets those with the label of a cluster */
  constructor(
    private readonly kube: KubeApi,
    private readonly secrets: Store | undefined,
  ) {}

  /** Undefined: there is none, or it cannot be used (which the cluster's own conditions tell). */
  async of(key: string): Promise<UserAuthority | undefined> {
    const [namespace = '', cluster = ''] = key.split('/');
    const seen = this.secrets?.get(namespace, authorityName(cluster));
    if (seen === undefined) return undefined;
    const { resourceVersion: version } = seen.metadata;
    const known = this.known.get(key);
    if (known?.version === version) return known.authority;
    const live = await this.kube.get({ kind: SECRET, namespace, name: authorityName(cluster) });
    const authority = authorityIn(dataOf(live));
    if (authority !== undefined) this.known.set(key, { version: live.metadata.resourceVersion, authority });
    return authority;
  }

  /** Names in the certificates that its nodes show, as far as they are in Secrets of the operator. */
  shownBy(key: string): readonly string[] {
    const [namespace = '', cluster = ''] = key.split('/');
    return [serverCertificateName(cluster), quorumCertificateName(cluster)].flatMap((name) => {
      const secret: SecretObject | undefined = this.secrets?.get(namespace, name);
      return secret?.tls?.certificate?.names ?? [];
    });
  }

  forget(key: string): void {
    this.known.delete(key);
  }
}

function authorityIn(data: Readonly<Record<string, string>>): UserAuthority | undefined {
  try {
    const { certificate, trusted } = secretContents(data);
    if (certificate === undefined) return undefined;
    const { fingerprint, notAfter } = certificateView(certificate.certificate);
    const all = trusted.length === 0 ? [certificate.certificate] : trusted;
    return {
      facts: { fingerprint, notAfter, trusted: all.map((pem) => certificateView(pem).fingerprint) },
      signer: certificate,
      trusted: all,
    };
  } catch {
    return undefined;
  }
}
