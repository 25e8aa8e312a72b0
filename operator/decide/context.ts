/** What every rule sees: the wish (cluster, manifests) and the world. A rule never sees other rules' proposals. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import type { Manifest } from '../../lib/constructs/manifest';
import type { NodeManifests } from '../../lib/constructs/cluster';
import type { Approval } from './approval';
import type { Identity } from './identity';
import type { NodeView } from './node-view';
import type { Proposal } from './plan';
import type { LiveObject, World } from './world';

export interface Context {
  readonly cluster: ResolvedCluster;
  readonly identity: Extract<Identity, { kind: 'known' }>;
  readonly world: World;
  readonly views: readonly NodeView[];
  readonly shared: readonly Manifest[];
  readonly nodes: ReadonlyMap<number, NodeManifests>;
  /** The last spec with which every node served; undefined when none is kept, or nobody needs it. */
  readonly past: ResolvedCluster | undefined;
  /** Nodes that did not come back with the spec as it is now and run as before. */
  readonly rejected: ReadonlySet<number>;
  /** Live objects by `kind/name`. */
  readonly live: ReadonlyMap<string, LiveObject>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Of everything disruptive that is wished for in this pass; rules do not see it, the gate does. */
  readonly approval?: Approval | undefined;
}

export type Rule = (context: Context) => readonly Proposal[];

/** The live object that a manifest is about. */
export const liveOf = (context: Context, manifest: Manifest): LiveObject | undefined =>
  context.live.get(`${manifest.kind}/${manifest.metadata.name}`);

export const indexOf = (world: World): ReadonlyMap<string, LiveObject> =>
  new Map(world.objects.map((o) => [`${o.kind}/${o.metadata.name}`, o] as const));

export function targetOf(object: LiveObject): {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
  uid: string;
  resourceVersion: string;
} {
  const { namespace = '', name, uid, resourceVersion } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, namespace, name, uid, resourceVersion };
}
