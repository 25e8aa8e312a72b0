/** Secrets of the user's own that a spec names, read once for the command line; of their values nothing is kept. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { namedSecretsOf } from '../decide/certificate-sight';
import type { SecretObject } from '../decide/certificate-view';
import type { Observed, World } from '../decide/world';
import { SECRET } from '../kinds';
import { publicFacts } from '../observe/secret-transform';
import { isNotFound } from '../runtime/kube-error';
import type { KubeApi } from '../runtime/kube-types';

export async function lookAtNamedSecrets(kube: Pick<KubeApi, 'get'>, cluster: ResolvedCluster): Promise<Pick<World, 'namedSecrets'>> {
  const names = namedSecretsOf(cluster);
  if (names.length === 0) return {};
  const seen = await Promise.all(names.map(async (name) => [name, await look(kube, cluster.namespace, name)] as const));
  return { namedSecrets: Object.fromEntries(seen) };
}

async function look(kube: Pick<KubeApi, 'get'>, namespace: string, name: string): Promise<Observed<SecretObject | undefined>> {
  try {
    return { state: 'known', value: publicFacts(await kube.get({ kind: SECRET, namespace, name })) };
  } catch (error) {
    if (isNotFound(error)) return { state: 'known', value: undefined };
    return { state: 'unknown', why: error instanceof Error ? error.message : String(error) };
  }
}
