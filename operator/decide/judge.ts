/** The judgements behind the conditions, one function each. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { ANNOTATION } from '../../lib/constructs/naming';
import { certificatesValid } from './certificates-status';
import type { Judgement } from './conditions';
import { cruiseControlReady } from './cruise-control-status';
import { because, heldLine } from './explain';
import { externalAccessReady } from './external-status';
import { notServing, partitionsOf, unhealthyPartitions } from './health';
import { isUnderWay } from './leaving-broker';
import { nodeViews, type NodeView } from './node-view';
import { inFlight, operationsIn } from './operation-view';
import type { Plan } from './plan';
import type { Reason, ReasonCode } from './reason';
import type { Pass } from './report';
import type { KafkaView, World } from './world';

export function judge(cluster: ResolvedCluster, views: readonly NodeView[], pass: Pass): readonly Judgement[] {
  const ready = readiness(views, pass.world, pass.plan);
  return [
    { type: 'SpecAccepted', status: 'True', reason: 'Accepted', message: 'the spec is accepted' },
    idleFields(cluster),
    adoption(pass.plan),
    ready,
    progress(cluster, ready, pass),
    trouble(pass),
    holding(pass.plan),
    ...cruiseControlReady(cluster, pass.world),
    ...externalAccessReady(cluster, views, pass.world),
    ...certificatesValid({ cluster, views, world: pass.world, now: pass.now }, notTaken(pass.plan)),
  ];
}

/** Nodes that did not load a new certificate while they run. */
const notTaken = ({ actions, held }: Plan): readonly number[] =>
  [...actions, ...held].flatMap(({ node, reasons }) =>
    node !== undefined && reasons.some((r) => r.code === 'CertificateNotTaken') ? [node] : [],
  );

function idleFields({ fieldsNotActedUpon: paths }: ResolvedCluster): Judgement {
  if (paths.length === 0)
    return { type: 'FieldsNotActedUpon', status: 'False', reason: 'AllFieldsAct', message: 'every field of the spec acts' };
  const message = `accepted, but without effect in this version: ${paths.join(', ')}`;
  return { type: 'FieldsNotActedUpon', status: 'True', reason: 'SomeFieldsDoNotAct', message };
}

function adoption(plan: Plan): Judgement {
  const foreign = plan.held.flatMap((h) => h.reasons).find((r) => r.code === 'AdoptionRequired');
  if (foreign === undefined)
    return { type: 'AdoptionRequired', status: 'False', reason: 'NothingForeign', message: 'every Pod and claim of this cluster is ours' };
  return { type: 'AdoptionRequired', status: 'True', reason: 'ForeignObjects', message: foreign.message };
}

/** Ready: every node serves, somebody leads the quorum, every replica is in sync, and nothing waits to be applied. */
function readiness(views: readonly NodeView[], world: World, plan: Plan): Judgement {
  const no = (reason: Judgement['reason'], message: string): Judgement => ({ type: 'Ready', status: 'False', reason, message });
  const down = notServing(views);
  if (down.length > 0)
    return no('NodesNotReady', `${String(down.length)} of ${String(views.length)} nodes do not serve yet: ${names(down)}`);
  if (world.kafka.state !== 'known')
    return no('KafkaUnreachable', world.kafka.state === 'unknown' ? world.kafka.why : 'Kafka was not asked yet');
  const why = kafkaTrouble(world.kafka.value);
  if (why !== undefined) return why;
  if (world.cluster.status.clusterID === undefined) return no('NodesNotReady', 'nothing is created yet');
  const open = plan.actions.filter((a) => a.kind === 'restartNode' || a.kind === 'createPod');
  if (open.length > 0) return no('NodesNotReady', `nodes ${open.map((a) => String(a.node)).join(', ')} are being started`);
  return {
    type: 'Ready',
    status: 'True',
    reason: 'AllNodesServe',
    message: `all ${String(views.length)} nodes serve and every replica is in sync`,
  };
}

function kafkaTrouble(kafka: KafkaView): Judgement | undefined {
  const no = (reason: Judgement['reason'], message: string): Judgement => ({ type: 'Ready', status: 'False', reason, message });
  if (kafka.quorum.leaderId < 0) return no('NoQuorumLeader', 'no controller leads the quorum');
  const unhealthy = unhealthyPartitions(kafka);
  const first = unhealthy[0];
  if (first === undefined) return undefined;
  const count = unhealthy.length === 1 ? '1 partition' : `${String(unhealthy.length)} partitions`;
  return no(
    'PartitionsNotInSync',
    `${count} of ${String(partitionsOf(kafka).length)} miss a replica in sync, first ${first.topic}-${String(first.partition)}`,
  );
}

const names = (views: readonly NodeView[]): string =>
  views
    .slice(0, 10)
    .map((v) => String(v.node.id))
    .join(', ') + (views.length > 10 ? ' …' : '');

/** What the operator is doing; what only waits for people is not progress. */
function progress(cluster: ResolvedCluster, ready: Judgement, pass: Pass): Judgement {
  const { plan, world } = pass;
  const restarting = plan.held.some((h) => h.what.startsWith('restart'));
  const idle = isPaused(world) ? PAUSED : whyIdle(ready, pass, { restarting, leaving: isLeaving(cluster, world) });
  if (idle !== undefined) return { type: 'Progressing', status: 'False', ...idle };
  const born = world.cluster.status.clusterID !== undefined;
  const changing = ready.status === 'True' ? 'applying changes' : ready.message;
  const moving = movesReplicas(world) ? 'moving replicas' : changing;
  const message = !born ? 'creating the cluster' : restarting ? 'restarting nodes one by one' : moving;
  return { type: 'Progressing', status: 'True', reason: 'InMotion', message };
}

const PAUSED = { reason: 'Paused', message: 'paused by annotation; nothing is touched' } as const;

interface Motion {
  /** A node waits for its restart. */
  readonly restarting: boolean;
  /** A broker that left the spec is on its way out. */
  readonly leaving: boolean;
}

const movesReplicas = (world: World): boolean => operationsIn(world).some(inFlight);

function isLeaving(cluster: ResolvedCluster, world: World): boolean {
  if (!cluster.nodes.some((node) => node.departing)) return false;
  const views = nodeViews(cluster, world);
  return views.some((view) => isUnderWay(view, { cluster, world, views }));
}

/** Why nothing is being done; undefined: something is. */
function whyIdle(
  ready: Judgement,
  { plan, world }: Pass,
  { restarting, leaving }: Motion,
): Pick<Judgement, 'reason' | 'message'> | undefined {
  const stuck = plan.held.some((h) => h.reasons.some((r) => ['AdoptionRequired', 'IdentityConflict'].includes(r.code)));
  if (stuck) return { reason: 'Waiting', message: 'waiting for you: see the condition Held' };
  if (ready.status !== 'True' || plan.actions.length > 0 || movesReplicas(world)) return undefined;
  const awaited = permissionAwaited(plan);
  if (awaited !== undefined) return { reason: 'Waiting', message: `waiting: ${awaited.message}` };
  return restarting || leaving ? undefined : { reason: 'AsWanted', message: 'everything is as the spec wants it' };
}

/** What ends only when somebody does something, or when a maintenance window opens. */
const AWAITED: readonly ReasonCode[] = [
  'ApprovalNeeded',
  'WindowClosed',
  'RolledBack',
  'Unprotected',
  'MetadataForbids',
  'ImageUnavailable',
];

/** What every disruption that is wished for waits for, when the operator itself does nothing about it. */
function permissionAwaited({ held }: Plan): Reason | undefined {
  const awaited = held.map((h) => h.reasons.find((r) => AWAITED.includes(r.code)));
  const others = held.some((h, at) => awaited[at] === undefined && h.what.startsWith('restart'));
  return others ? undefined : awaited.find((r) => r !== undefined);
}

/** Also while there is nothing that could be done: who paused a cluster wants to be told that it is. */
const isPaused = ({ cluster }: World): boolean => cluster.annotations[ANNOTATION.pause] === 'true';

const TROUBLES: readonly (readonly [ReasonCode, Judgement['reason']])[] = [
  ['VolumeLost', 'VolumesLost'],
  ['CanaryFailed', 'RollStopped'],
  ['RolledBack', 'RolledBack'],
  ['CrashLoop', 'CrashLoop'],
  ['PodPending', 'PodsPending'],
  ['RackUnknown', 'PodsPending'],
  ['AddressPending', 'PodsPending'],
];

/** Something is wrong that the operator cannot mend alone. */
function trouble({ plan, outcomes }: Pass): Judgement {
  for (const [code, reason] of TROUBLES) {
    // What waits for such a node has the same reason; the trouble is the node's own. What ends by the clock is none.
    const found = plan.held.filter((h) => !h.what.startsWith('restart') && h.reasons.some((r) => r.code === code && r.until === undefined));
    if (found.length > 0) return { type: 'Degraded', status: 'True', reason, message: found.map(heldSentence).join('; ') };
  }
  const failed = outcomes.filter((o) => o.result === 'failed');
  if (failed.length > 0)
    return {
      type: 'Degraded',
      status: 'True',
      reason: 'WritesFailed',
      message: failed.map((o) => o.message ?? 'a write failed').join('; '),
    };
  return { type: 'Degraded', status: 'False', reason: 'NothingWrong', message: 'nothing is wrong that you would have to mend' };
}

const heldSentence = (held: Plan['held'][number]): string =>
  `${held.node === undefined ? '' : `node ${String(held.node)}: `}${because(held.reasons)}`;

function holding(plan: Plan): Judgement {
  if (plan.held.length === 0) return { type: 'Held', status: 'False', reason: 'NothingHeld', message: 'nothing is held back' };
  return {
    type: 'Held',
    status: 'True',
    reason: 'ActionsHeld',
    message: plan.held
      .slice(0, 10)
      .map((h) => heldLine(h).replace(/ {2,}/g, ' '))
      .join('; '),
  };
}
