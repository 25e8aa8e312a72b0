/** One look at a live cluster for the command line: plain lists instead of watches, the same World as the operator's. */
import { resolve } from '../../lib/api/resolve';
import type { Problem } from '../../lib/api/problem';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import type { ConnectKafka } from '../clients/kafka/connection';
import { LastGood } from '../controllers/last-good';
import { recordedNodes } from '../decide/configuration-backup';
import { replicasToSee } from '../decide/drain-interest';
import { settingsToSee } from '../decide/dynamic-settings';
import { reachOf } from '../decide/kafka-target';
import { nodeViews } from '../decide/node-view';
import type { KafkaView, Observed, World } from '../decide/world';
import { KAFKA_CLUSTER, kindKey, NODE, OPERATION, OPTIONAL, OWNED } from '../kinds';
import { clusterView, kubeNodeView, ofClusters } from '../observe/kube';
import { publicFacts } from '../observe/secret-transform';
import { describeView } from '../observe/kafka-view';
import { isForbidden, isNotFound } from '../runtime/kube-error';
import type { Kind, KubeApi, KubeObject } from '../runtime/kube-types';
import { withoutBookkeeping } from '../runtime/transform';
import { lookAtNamedSecrets } from './named-secrets';

export interface Look {
  readonly cluster: ResolvedCluster | undefined;
  readonly problems: readonly Problem[];
  readonly world: World;
  /** The last spec with which every node served, when a node may have to go back to it; never known offline. */
  readonly past?: ResolvedCluster | undefined;
}

/** @param wanted the KafkaCluster to plan for instead of the live one (`plan -f`); its status comes from the live one, if there is one */
export async function lookAt(kube: KubeApi, connect: ConnectKafka, live: KubeObject, wanted: KubeObject = live): Promise<Look> {
  const namespace = live.metadata.namespace ?? '';
  const lists = await Promise.all(
    OWNED.map((kind) => kube.list(kind, { namespace, labelSelector: ofClusters(live.metadata.name) }).catch(absent(kind))),
  );
  const objects = lists.flatMap((list) => (typeof list === 'string' ? [] : list.items.map(kept))).sort((a, b) => order(a, b));
  const nodes = await kube.list(NODE).catch(() => ({ items: [] as readonly KubeObject[] }));
  const { cluster, problems } = resolve(asIfApplied(wanted, live.metadata.uid), recordedNodes(live.status ?? {}));
  const generation = wanted === live ? (live.metadata.generation ?? 0) : (live.metadata.generation ?? 0) + 1;
  const annotations = { ...live.metadata.annotations, ...wanted.metadata.annotations };
  const blind: World = {
    cluster: { ...clusterView({ ...live, metadata: { ...live.metadata, annotations } }), generation },
    objects,
    absentKinds: lists.filter((list) => typeof list === 'string').sort(),
    kubeNodes: nodes.items.map(kubeNodeView),
    kafka: { state: 'notAsked' },
  };
  if (cluster === undefined) return { cluster, problems, world: blind };
  const seen: World = { ...blind, ...(await lookAtNamedSecrets(kube, cluster)) };
  const world: World = { ...seen, kafka: await askKafka(connect, cluster, seen), ...unasked(cluster) };
  const past = await new LastGood(kube).of('', live, cluster, world);
  return { cluster, problems, world, past };
}

/** Cruise Control is asked only by the operator, which knows what it has sent. */
const unasked = ({ cruiseControl }: ResolvedCluster): Pick<World, 'cruiseControl'> =>
  cruiseControl === undefined ? {} : { cruiseControl: { state: 'notAsked' } };

/** A file knows nothing of the live object's uid, by which Pods know whom they belong to. */
export const asIfApplied = (wanted: KubeObject, uid: string): KubeObject => ({
  ...wanted,
  metadata: { ...wanted.metadata, uid: uid === '' ? wanted.metadata.uid : uid },
});

/** A server that does not know a kind of others (which it may say by forbidding it), or that of operations, has none; its key. */
const absent =
  (kind: Kind) =>
  (error: unknown): string => {
    const optional = kind === OPERATION || OPTIONAL.includes(kind);
    if (optional && (isNotFound(error) || isForbidden(error))) return kindKey(kind);
    throw error;
  };

/** Secret values never reach the World. */
const kept = (object: KubeObject): KubeObject => (object.kind === 'Secret' ? publicFacts(object) : withoutBookkeeping(object));

const order = (a: KubeObject, b: KubeObject): number => (`${a.kind}/${a.metadata.name}` < `${b.kind}/${b.metadata.name}` ? -1 : 1);

async function askKafka(connect: ConnectKafka, cluster: ResolvedCluster, world: World): Promise<Observed<KafkaView>> {
  const reach = reachOf({ cluster, views: nodeViews(cluster, world), world, now: Date.now() });
  if (reach === undefined) return { state: 'unknown', why: 'no broker runs' };
  if ('waitsFor' in reach) return { state: 'unknown', why: reach.waitsFor };
  const connection = connect({ key: `${cluster.namespace}/${cluster.name}`, ...reach });
  const wants = { configsOf: settingsToSee(cluster, world.cluster.status), ...replicasToSee(cluster, world) };
  try {
    return { state: 'known', value: await describeView(connection, Date.now(), wants) };
  } catch (error) {
    return { state: 'unknown', why: error instanceof Error ? error.message : String(error) };
  } finally {
    await connection.close();
  }
}

/** The live KafkaCluster, or what stands for one that does not exist yet. */
export async function liveOrNew(kube: KubeApi, wanted: KubeObject): Promise<KubeObject> {
  const { name, namespace = 'default' } = wanted.metadata;
  const found = await kube.list(KAFKA_CLUSTER, { namespace, fieldSelector: `metadata.name=${name}` });
  return found.items[0] ?? newObject(wanted);
}

/** A KafkaCluster as it would be right after its first apply. */
export function newObject(wanted: KubeObject): KubeObject {
  const { name, namespace = 'default' } = wanted.metadata;
  const metadata = {
    ...wanted.metadata,
    name,
    namespace,
    uid: '',
    resourceVersion: '0',
    creationTimestamp: '1970-01-01T00:00:00Z',
    generation: 0,
  };
  return { ...wanted, metadata };
}
