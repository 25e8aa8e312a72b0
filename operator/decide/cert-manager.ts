/**
 * What cert-manager is asked for, as long as it makes the certificates of a cluster. Kafka loads a certificate while it runs only when
 * that has all names of the one before: so names are only added, until a renewal is asked for by annotation.
 */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import type { AskedLeaf } from '../../lib/constructs/cert-manager';
import { certificateManifests } from '../../lib/constructs/cluster';
import type { Manifest } from '../../lib/constructs/manifest';
import { ANNOTATION } from '../../lib/constructs/naming';
import { isOfCertManager, withoutCertManager } from './absent-kinds';
import { secretOf } from './certificate-sight';
import { stamped } from './drift';
import { leafsOf, namesWithFormer } from './leafs';
import type { World } from './world';

const NONE: readonly Manifest[] = [];

/** The last ones of each cluster: what they depend on hardly ever changes. */
const made = new WeakMap<ResolvedCluster, { readonly key: string; readonly manifests: readonly Manifest[] }>();

export function certificatesFor(cluster: ResolvedCluster, world: World): readonly Manifest[] {
  if (cluster.security.pki?.backend !== 'cert-manager') return NONE;
  const leafs = leafsOf(cluster, world).map((leaf) => withFormerNames(leaf, world));
  const key = JSON.stringify(leafs);
  const known = made.get(cluster);
  if (known?.key === key) return known.manifests;
  const manifests = certificateManifests(cluster, leafs).map(stamped);
  made.set(cluster, { key, manifests });
  return manifests;
}

function withFormerNames({ secret, profile }: AskedLeaf, world: World): AskedLeaf {
  const names = secretOf(world, secret)?.tls?.certificate?.names ?? [];
  const renewed = world.cluster.annotations[ANNOTATION.renewCertificates] !== undefined;
  return { secret, profile: renewed ? profile : { ...profile, names: namesWithFormer(profile.names, names) } };
}

/** What cert-manager's certificates of this cluster wait for, and what to do; undefined: cert-manager is installed, or not needed. */
export function whyNoCertManager({ security }: Pick<ResolvedCluster, 'security'>, { absentKinds = [] }: World): string | undefined {
  const missing = absentKinds.filter((key) => security.pki?.backend === 'cert-manager' && isOfCertManager(key));
  return missing.length === 0 ? undefined : withoutCertManager(missing);
}
