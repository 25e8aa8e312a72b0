/**
 * What is not done for reasons that stand until somebody changes something: a broker that left the spec, a volume that
 * should shrink, a Pod that cannot be placed, a process that crashes again and again. Each is on record with the remedy.
 */
import { hasRack } from '../../lib/constructs/placement';
import { waitingForKinds } from './absent-kinds';
import { waitingCertificates } from './certificate-standing';
import { hasDirectories } from './changeable-quorum';
import type { Context } from './context';
import { waitingDisks } from './disk-standing';
import { refusedFeatures } from './features';
import { fillingOf, isJoining } from './joining-broker';
import { leavingOf } from './leaving-broker';
import { isLeavingController, whyControllerStays } from './leaving-controller';
import { keptIngress } from './kept-ingress';
import { waitingCredentials } from './lost-credentials';
import { lossOf } from './node-loss';
import { isOfEarlierLife, mountPathOf, type NodeView } from './node-view';
import { waitingOperations } from './operation-standing';
import type { Held } from './plan';
import { resizeOf } from './pod-resize';
import { reason, type Reason } from './reason';
import { keptSettings } from './rules/alter-configs';
import { whyNotBorn } from './rules/create-pod';
import { rackOf, whyNoAddress } from './rules/place-rack';
import { isTaintedAnew } from './restart-asked';
import { requestOf } from './rules/volumes';
import { whyResizing } from './volume-resize';
import { parseQuantity } from '../../lib/api/quantity';
import { rolledBack } from './rollback';
import { trialOf } from './trial';

export const standing = (context: Context): readonly Held[] => [
  ...context.views.flatMap((view) => judges.flatMap((judge) => judge(view, context))),
  ...keptSettings(context),
  ...rollStopped(context),
  ...earlierLife(context),
  ...refusedFeatures(context),
  ...staticInSpec(context),
  ...waitingOperations(context),
  ...waitingDisks(context),
  ...waitingForKinds(context),
  ...keptIngress(context),
  ...waitingCertificates(context),
  ...waitingCredentials(context),
];

/** What the user wants is not done, although nothing is broken: the change was taken back. */
function rollStopped({ rejected }: Context): readonly Held[] {
  return rejected.size === 0 ? [] : [{ what: 'change   the nodes as the spec says', reasons: [rolledBack(rejected)] }];
}

function earlierLife({ world }: Context): readonly Held[] {
  const left = world.objects.filter((o) => isOfEarlierLife(o, world.cluster.uid));
  if (left.length === 0) return [];
  const message = `${String(left.length)} objects of an earlier KafkaCluster of this name are still being removed by garbage collection`;
  return [{ what: 'replace  what is left of the earlier cluster', reasons: [reason('StillInUse', message)] }];
}

/** Kafka's quorum was made dynamic and the spec still writes it as a static one. */
function staticInSpec({ cluster, world: { kafka } }: Context): readonly Held[] {
  if (cluster.quorumMode !== 'static' || kafka.state !== 'known' || !hasDirectories(kafka.value)) return [];
  const message =
    'the quorum is a dynamic one at Kafka; take controller.quorum.voters out of spec.readOnlyConfig (docs/runbooks/dynamic-quorum.md)';
  return [{ what: 'write    the quorum as a dynamic one', reasons: [reason('IdentityConflict', message)] }];
}

type Judge = (view: NodeView, context: Context) => readonly Held[];

const hold = (view: NodeView, what: string, why: ReturnType<typeof reason>): Held => ({ what, node: view.node.id, reasons: [why] });

const departed: Judge = (view, context) => {
  if (!view.node.departing) return [];
  const why = isLeavingController(view) ? whyControllerStays(context) : whyBrokerStays(view, context);
  return why === undefined ? [] : [hold(view, `remove   node ${String(view.node.id)}`, why)];
};

/** What waits for its turn is held by the gate. */
function whyBrokerStays(view: NodeView, context: Context): Reason | undefined {
  const leaving = leavingOf(view, context);
  return 'why' in leaving && leaving.stage !== 'stopping' && leaving.stage !== 'stopped' ? leaving.why : undefined;
}

/** A broker that joined and has not got its share. */
const unfilled: Judge = (view, { cluster, world }) => {
  if (!isJoining(view)) return [];
  const what = `fill     node ${String(view.node.id)}`;
  const operation = fillingOf(view, world);
  if (operation?.state === 'CompletedWithError' && operation.final) {
    const message = `${operation.name} failed: ${operation.error}. Delete it to have another one made`;
    return [hold(view, what, reason('OperationFailed', message))];
  }
  if (cluster.cruiseControl !== undefined || operation !== undefined) return [];
  return [
    hold(view, what, reason('CruiseControlMissing', 'it joined, and nothing moves replicas to it: add cruiseControlConfig to the spec')),
  ];
};

const shrunk: Judge = (view) =>
  view.claims.flatMap((claim) => {
    const wanted = view.node.storage.find((s) => s.mountPath === mountPathOf(claim));
    const live = parseQuantity(requestOf(claim)) ?? 0;
    if (wanted?.source.kind !== 'claim' || wanted.source.bytes >= live || view.status.volumes === undefined) return [];
    const why = `it has ${requestOf(claim)}, which is larger than the ${requestOf(wanted.source)} of the spec; it stays`;
    return [hold(view, `shrink   persistentvolumeclaim/${claim.metadata.name}`, reason('VolumeShrink', why))];
  });

const growing: Judge = (view) =>
  view.claims.flatMap((claim) => {
    const why = whyResizing(claim, requestOf(claim));
    return why === undefined ? [] : [hold(view, `grow     persistentvolumeclaim/${claim.metadata.name}`, why)];
  });

const unplaced: Judge = (view, context) => {
  const { pod } = view;
  if (pod === undefined || pod.unschedulable === '') return [];
  const pending = view.claims.filter((c) => (c.status as { phase?: string } | undefined)?.phase === 'Pending').map((c) => c.metadata.name);
  const volumes = pending.length > 0 ? ` (waiting for volume ${pending.join(', ')})` : '';
  const message = `the scheduler cannot place its Pod in ${context.cluster.namespace}: ${pod.unschedulable}${volumes}`;
  return [hold(view, `start    node ${String(view.node.id)}`, reason('PodPending', message))];
};

const crashing: Judge = (view) => {
  const { pod } = view;
  if (pod === undefined || pod.restarts < 2 || pod.running || pod.lastWords === undefined) return [];
  const said = lastLines(pod.lastWords.message, 3);
  const message = `its process ended ${String(pod.restarts)} times, last with exit code ${String(pod.lastWords.exitCode)}: ${said}`;
  return [hold(view, `start    node ${String(view.node.id)}`, reason('CrashLoop', message))];
};

/** Of a process that ended its own last words, of one that runs and does not serve the end of its log. */
function lastWordsOf({ pod, node }: NodeView, { world }: Context): string {
  const process = world.processes?.[String(node.id)];
  return pod?.lastWords?.message ?? process?.lastLines?.join('\n') ?? '';
}

/** The roll stopped here: with what the node said last. */
const failedTrial: Judge = (view, context) => {
  const trial = trialOf(view, context);
  if (trial?.state !== 'failed') return [];
  const lines = lastWordsOf(view, context);
  const said = lines === '' ? '' : `. Its last lines: ${lastLines(lines, 5)}`;
  const message = `it does not come back after the change: ${trial.why}. The other nodes are left as they are${said}`;
  return [hold(view, `start    node ${String(view.node.id)}`, reason('CanaryFailed', message))];
};

const waiting: Judge = (view) => {
  const { pod } = view;
  if (pod === undefined || !['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'CreateContainerConfigError'].includes(pod.waiting))
    return [];
  return [hold(view, `start    node ${String(view.node.id)}`, reason('PodPending', `its container waits: ${pod.waiting}`))];
};

const unracked: Judge = (view, context) => {
  const { pod } = view;
  if (!hasRack(context.cluster, view.node) || pod === undefined || pod.kubeNode === '' || rackOf(context, view) !== undefined) return [];
  const labels = context.cluster.rackLabels.join(', ');
  const message = `Kubernetes node ${pod.kubeNode} lacks the label ${labels} that makes its rack; label the node, or take rackAwareness out of the spec`;
  return [hold(view, `start    node ${String(view.node.id)}`, reason('RackUnknown', message))];
};

/** Its start script waits for an address of its Kubernetes node that there is not. */
const unaddressed: Judge = (view, context) => {
  const why = view.pod?.ready === false ? whyNoAddress(view, context) : undefined;
  return why === undefined ? [] : [hold(view, `start    node ${String(view.node.id)}`, why)];
};

/** For a moment: with its address known from its first start it needs no second one. */
const unborn: Judge = (view, context) => {
  const why = whyNotBorn(view, context);
  return why === undefined ? [] : [hold(view, `create   node ${String(view.node.id)}`, why)];
};

/** Restarting would not help: the next Pod would carry the same labels. */
const taintedForEver: Judge = (view, context) => {
  const wanted = context.nodes.get(view.node.id);
  if (wanted === undefined || !isTaintedAnew(context, wanted)) return [];
  const message =
    'taintedBrokersSelector matches labels that the spec itself gives its Pod; take them out of brokerLabels or change the selector';
  return [hold(view, `recycle  node ${String(view.node.id)}`, reason('Tainted', message))];
};

const cutOff: Judge = (view, context) => {
  const loss = lossOf(view, context);
  return loss?.state === 'unreachable' ? [hold(view, `replace  node ${String(view.node.id)}`, loss.why)] : [];
};

/** Kubernetes was asked for other resources and does not give them now. */
const unresized: Judge = (view, context) => {
  const resize = view.pod === undefined || view.pod.terminating ? undefined : resizeOf(context.nodes.get(view.node.id)?.pod, view.pod);
  return resize?.how === 'waits' ? [hold(view, `resize   node ${String(view.node.id)}`, resize.why)] : [];
};

const judges: readonly Judge[] = [
  departed,
  unfilled,
  shrunk,
  growing,
  unplaced,
  crashing,
  failedTrial,
  waiting,
  unracked,
  unaddressed,
  unborn,
  taintedForEver,
  unresized,
  cutOff,
];

const FRAME = /^\s+(at |\.\.\. \d+ (more|common frames omitted))/;

/** Without the frames of a stack trace: Kafka ends with one, and what it complains of stands above it. */
export const lastLines = (text: string, count: number): string =>
  text
    .split('\n')
    .filter((l) => l.trim() !== '' && !FRAME.test(l))
    .slice(-count)
    .join(' | ')
    .slice(-600);
