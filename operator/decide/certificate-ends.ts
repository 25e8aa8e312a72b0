/** When the certificates of a cluster end: its CA, and what is shown, also what has ended already. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { authorityIn } from './authority';
import { sighted, sourcesOf } from './certificate-sight';
import type { World } from './world';

export interface CertificateEnd {
  readonly secret: string;
  readonly kind: 'authority' | 'next-authority' | 'certificate';
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
}

export function certificateEnds(cluster: ResolvedCluster, world: World): readonly CertificateEnd[] {
  const authority = cluster.security.pki === undefined ? undefined : authorityIn(cluster, world);
  const secret = authority?.object.metadata.name ?? '';
  const leafs = new Map(
    sourcesOf(cluster).flatMap((source): readonly (readonly [string, CertificateEnd])[] => {
      const seen = sighted(world, source, 0);
      if (seen.state !== 'usable') return [];
      return [[source.secret, { secret: source.secret, kind: 'certificate', notAfter: seen.certificate.notAfter }]];
    }),
  );
  return [
    ...(authority === undefined ? [] : [{ secret, kind: 'authority', notAfter: authority.signer.notAfter } as const]),
    ...(authority?.next === undefined ? [] : [{ secret, kind: 'next-authority', notAfter: authority.next.notAfter } as const]),
    ...leafs.values(),
  ];
}
