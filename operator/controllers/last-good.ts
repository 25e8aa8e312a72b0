/**
 * The last spec with which every node served, read when a node may have to go back to it (`changePolicy.onFailure: Rollback`).
 * The store of Secrets keeps no data, so it costs one request, once for each version of the Secret.
 */
import { resolve } from '../../lib/api/resolve';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { specInLastGood } from '../../lib/constructs/last-good';
import { lastGoodName } from '../../lib/constructs/naming';
import { recordedNodes } from '../decide/configuration-backup';
import { nodeViews, serves } from '../decide/node-view';
import type { World } from '../decide/world';
import { SECRET } from '../kinds';
import type { KubeApi, KubeObject } from '../runtime/kube-types';

export class LastGood {
  private readonly known = new Map<string, { readonly of: string; readonly cluster: ResolvedCluster | undefined }>();

  constructor(private readonly kube: Pick<KubeApi, 'get'>) {}

  /** Undefined when nobody needs it, when none was kept, or when it cannot be read now. */
  async of(key: string, object: KubeObject, cluster: ResolvedCluster, world: World): Promise<ResolvedCluster | undefined> {
    if (cluster.changePolicy.onFailure !== 'Rollback' || !isNeeded(cluster, world)) return undefined;
    const secret = world.objects.find((o) => o.kind === 'Secret' && o.metadata.name === lastGoodName(cluster.name));
    if (secret === undefined) return undefined;
    const of = `${secret.metadata.uid}/${secret.metadata.resourceVersion}/${object.metadata.uid}`;
    const before = this.known.get(key);
    if (before?.of === of) return before.cluster;
    const read = await this.read(object, secret.metadata.name).catch(() => undefined);
    if (read !== undefined) this.known.set(key, { of, cluster: read });
    return read;
  }

  forget(key: string): void {
    this.known.delete(key);
  }

  private async read(object: KubeObject, name: string): Promise<ResolvedCluster | undefined> {
    const namespace = object.metadata.namespace ?? '';
    const live = await this.kube.get({ kind: SECRET, namespace, name });
    const spec = specInLastGood(live.data as Record<string, unknown> | undefined);
    return spec === undefined ? undefined : resolve({ ...object, spec }, recordedNodes(object.status ?? {})).cluster;
  }
}

/** A node went back already, or does not serve and may have to. */
const isNeeded = (cluster: ResolvedCluster, world: World): boolean =>
  nodeViews(cluster, world).some((v) => v.status.rejectedRevision !== undefined || (v.hasRun && !serves(v)));
