/** Carries out one action: the only place of the operator that writes to Kubernetes for a cluster. */
import { randomBytes } from 'node:crypto';
import { ANNOTATION, CLUSTER_API_VERSION } from '../../lib/constructs/naming';
import type {
  Action,
  Annotate,
  AskCruiseControl,
  Mint,
  Outcome,
  RecordOperation,
  RecordStatus,
  ResizePod,
  RestartNode,
  SecurityAction,
  SetFinalizer,
  Target,
} from '../decide/action';
import type { KafkaConnection } from '../clients/kafka/connection';
import { KafkaError } from '../clients/kafka/kafka-error';
import { recorded } from '../decide/recorded';
import { describe } from '../decide/explain';
import { FINALIZER } from '../decide/rules/finalizer';
import type { ClusterStatus, ClusterView } from '../decide/world';
import { KAFKA_CLUSTER, kindOf, POD } from '../kinds';
import { isConflict, isInvalid, KubeError } from '../runtime/kube-error';
import type { Kind, KubeApi, KubeDraft, KubeObject, Store } from '../runtime/kube-types';
import { issueCertificate, passOnTrust, replaceAuthority, writeKeystores } from './certificates';
import { knowCredentials, makeCredentials, type UseUsers } from './credentials';
import { changeSpec, growClaim } from './change-spec';
import { atKafka } from './kafka-actions';
import type { Preflight } from './preflight';
import { ForeignSecret } from './secret-write';

export interface Hands {
  readonly kube: KubeApi;
  /** The store of a kind, which is told of every write at once. */
  readonly store: (kind: Pick<Kind, 'apiVersion' | 'kind'>) => Store | undefined;
  readonly preflight: Preflight;
  /** The connection on which Kafka is looked at; undefined while it is not looked at. */
  readonly kafka: () => KafkaConnection | undefined;
  /** Opens the cluster for what is asked of Kafka about users; left out: nobody does. */
  readonly users?: UseUsers;
  /** Who sends requests to Cruise Control; throws while there is none. */
  readonly cruiseControl: () => CruiseControlHands;
}

export interface CruiseControlHands {
  /** Returns at once; the answer is seen at a later look. A marker that was sent before is not sent again. */
  send(request: Pick<AskCruiseControl, 'marker' | 'endpoint' | 'parameters'>): void;
}

/** Never throws: what went wrong is in the outcome. */
export async function execute(action: Action, cluster: ClusterView, hands: Hands): Promise<Outcome> {
  try {
    return await perform(action, cluster, hands);
  } catch (error) {
    return failure(action, error);
  }
}

async function perform(action: Action, cluster: ClusterView, hands: Hands): Promise<Outcome> {
  switch (action.kind) {
    case 'apply':
      return written(action, hands, await hands.kube.apply(kindOf(action.manifest), action.manifest, { force: !action.creates }));
    case 'createPod':
      return written(action, hands, await hands.kube.apply(POD, action.manifest, { force: false }));
    case 'delete':
      return remove(action, action.target, hands);
    case 'restartNode':
      return markEmptied(action, hands).then(() => remove(action, action.target, hands));
    case 'mint':
      return mint(action, cluster, hands);
    case 'annotate':
      return annotate(action, hands);
    case 'setFinalizer':
      return setFinalizer(action, cluster, hands);
    case 'record':
      return record(action, cluster, hands);
    case 'resizePod':
      return resizePod(action, hands);
    case 'recordOperation':
      return recordOperation(action, hands);
    case 'askCruiseControl':
      return sent(action, hands);
    case 'issueCertificate':
    case 'passOnTrust':
    case 'replaceAuthority':
    case 'writeKeystores':
    case 'makeCredentials':
    case 'knowCredentials':
      return written(action, hands, await secure(action, hands));
    case 'changeSpec':
      return changed(action, hands, await changeSpec(action, cluster, hands.kube));
    case 'growClaim':
      return written(action, hands, await growClaim(action, hands.kube));
    default:
      await atKafka(action, hands.kafka());
      return { action, result: 'done' };
  }
}

function sent(action: AskCruiseControl, hands: Hands): Outcome {
  hands.cruiseControl().send(action);
  return { action, result: 'done' };
}

/** A text says why it was not. */
const changed = (action: Action, hands: Hands, answer: KubeObject | string): Outcome =>
  typeof answer === 'string' ? { action, result: 'refused', message: answer } : written(action, hands, answer);

/** The Secret as it is after the write. */
async function secure(action: SecurityAction, { kube, users }: Hands): Promise<KubeObject> {
  switch (action.kind) {
    case 'issueCertificate':
      return issueCertificate(action, kube);
    case 'passOnTrust':
      return passOnTrust(action, kube);
    case 'replaceAuthority':
      return replaceAuthority(action, kube);
    case 'writeKeystores':
      return writeKeystores(action, kube);
    case 'makeCredentials':
      return makeCredentials(action, kube);
    case 'knowCredentials':
      return knowCredentials(action, kube, users);
  }
}

function written(action: Action, hands: Hands, object: KubeObject): Outcome {
  hands.store(object)?.record(object);
  return { action, result: 'done', object };
}

async function remove(action: Action, target: Target, hands: Hands): Promise<Outcome> {
  const { namespace, name, uid, resourceVersion } = target;
  const store = hands.store(target);
  const grace = action.kind === 'delete' && action.force === true ? { gracePeriodSeconds: 0 } : {};
  const left = await hands.kube.delete({ kind: kindOf(target), namespace, name }, { uid, resourceVersion }, grace);
  if (left !== undefined) return written(action, hands, left);
  const known = store?.get(namespace, name);
  if (known?.metadata.uid === uid) store?.forget(known);
  return { action, result: 'done' };
}

/** The id is drawn here, once, and used by nobody before it is seen in the status: a kill in between loses nothing. */
async function mint(action: Mint, cluster: ClusterView, hands: Hands): Promise<Outcome> {
  const status: ClusterStatus = {
    ...cluster.status,
    clusterID: action.clusterId ?? drawClusterId(),
    quorum: action.quorum,
    initialControllers: action.initialControllers,
  };
  const object = await writeStatus(cluster, status, hands, cluster.resourceVersion);
  return { action, result: 'done', object, status };
}

/** Conditional on what was seen: a status that has moved on is judged anew first. */
async function record(action: RecordStatus, cluster: ClusterView, hands: Hands): Promise<Outcome> {
  const status = recorded(cluster.status, action.status);
  const object = await writeStatus(cluster, status, hands, cluster.resourceVersion);
  return { action, result: 'done', object, status };
}

/** Conditional on what was seen, as the status of the cluster is. */
async function recordOperation(action: RecordOperation, hands: Hands): Promise<Outcome> {
  const { apiVersion, kind, namespace, name, resourceVersion } = action.target;
  const metadata = { name, namespace, resourceVersion };
  const draft: KubeDraft = { apiVersion, kind, metadata, status: action.status };
  return written(action, hands, await hands.kube.applyStatus(kindOf(draft), draft, { force: true }));
}

async function resizePod(action: ResizePod, hands: Hands): Promise<Outcome> {
  const { namespace, name, uid } = action.target;
  // A list merges as a whole in a JSON merge patch, so every container is given; only `resources` may differ.
  const live = hands.store(POD)?.get(namespace, name);
  const { containers = [] } = (live?.spec ?? {}) as { containers?: readonly { name: string }[] };
  const resized = containers.map((c) => (c.name === 'kafka' ? { ...c, resources: action.resources } : c));
  const patch = { metadata: { uid }, spec: { containers: resized } };
  return written(action, hands, await hands.kube.mergePatch({ kind: POD, namespace, name }, patch, 'resize'));
}

/** 16 random bytes as Kafka prints a Uuid: unpadded base64url, not beginning with a dash. */
export function drawClusterId(): string {
  for (;;) {
    const text = randomBytes(16).toString('base64url');
    if (!text.startsWith('-')) return text;
  }
}

/** Server-side apply of the whole status; with a resourceVersion the write is conditional. */
export async function writeStatus(
  cluster: ClusterView,
  status: ClusterStatus,
  hands: Pick<Hands, 'kube' | 'store'>,
  resourceVersion?: string,
): Promise<KubeObject> {
  const { name, namespace } = cluster;
  const metadata = resourceVersion === undefined ? { name, namespace } : { name, namespace, resourceVersion };
  const draft: KubeDraft = { apiVersion: CLUSTER_API_VERSION, kind: 'KafkaCluster', metadata, status };
  const object = await hands.kube.applyStatus(KAFKA_CLUSTER, draft, { force: true });
  hands.store(KAFKA_CLUSTER)?.record(object);
  return object;
}

async function annotate(action: Annotate, hands: Hands): Promise<Outcome> {
  const { namespace, name, uid, resourceVersion } = action.target;
  const patch = { metadata: { uid, resourceVersion, annotations: action.annotations } };
  return written(action, hands, await hands.kube.mergePatch({ kind: kindOf(action.target), namespace, name }, patch));
}

/** Before the stop, right after the last look at what lies in them; while a claim cannot be marked the node is not stopped. */
async function markEmptied({ without = [], target: pod }: RestartNode, hands: Hands): Promise<void> {
  for (const { target } of without) {
    const { namespace, name, uid, resourceVersion } = target;
    const patch = { metadata: { uid, resourceVersion, annotations: { [ANNOTATION.emptiedBefore]: pod.uid } } };
    const marked = await hands.kube.mergePatch({ kind: kindOf(target), namespace, name }, patch);
    hands.store(target)?.record(marked);
  }
}

async function setFinalizer(action: SetFinalizer, cluster: ClusterView, hands: Hands): Promise<Outcome> {
  if (action.of !== undefined) {
    const { namespace, name, uid, resourceVersion } = action.of.target;
    const metadata = { uid, resourceVersion, finalizers: action.of.finalizers };
    return written(action, hands, await hands.kube.mergePatch({ kind: kindOf(action.of.target), namespace, name }, { metadata }));
  }
  const others = cluster.finalizers.filter((f) => f !== FINALIZER);
  const finalizers = action.present ? [...others, FINALIZER] : others;
  const { namespace, name, uid, resourceVersion } = cluster;
  const patch = { metadata: { uid, resourceVersion, finalizers } };
  return written(action, hands, await hands.kube.mergePatch({ kind: KAFKA_CLUSTER, namespace, name }, patch));
}

/** A conflict or a vanished object means that the world has moved on: look again. What the server refuses for good waits for a person. */
function failure(action: Action, error: unknown): Outcome {
  const said = withoutSecrets(action, error instanceof Error ? error.message : String(error));
  const message = `cannot ${describe(action).replace(/ +/g, ' ')}: ${said}`;
  const foreign = isConflict(error) && (action.kind === 'createPod' || (action.kind === 'apply' && action.creates));
  const refused = foreign || error instanceof ForeignSecret || refusedForGood(error);
  return { action, result: refused ? 'failed' : 'retry', message };
}

/** Kafka may quote what it refuses. */
function withoutSecrets(action: Action, message: string): string {
  const changes = action.kind === 'alterConfigs' ? action.changes : [];
  const secrets = changes.flatMap(({ value = '', sensitive }) => (sensitive && value !== '' ? [value] : []));
  return secrets.reduce((text, secret) => text.replaceAll(secret, '[hidden]'), message);
}

function refusedForGood(error: unknown): boolean {
  if (isInvalid(error)) return true;
  if (error instanceof KafkaError) return refusedByKafka(error);
  if (!(error instanceof KubeError)) return false;
  const { status }: KubeError = error;
  return status >= 400 && status < 500 && ![404, 409, 410, 429].includes(status);
}

/** Kafka's errors that pass: timed out, not there, not the leader, no connection, not the controller, too much at once. */
const PASSING = [5, 6, 7, 8, 13, 41, 89];

/** Anything else that Kafka answers it will answer again, as will software that does not know the call. */
const refusedByKafka = ({ code, kafkaCode = 0 }: KafkaError): boolean =>
  code === 'unsupported' || (code === 'refused' && !PASSING.includes(kafkaCode));
