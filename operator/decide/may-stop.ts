/**
 * May these running nodes be stopped together, now? The one question behind every restart: asked when the plan is made, and
 * asked again of a fresh look at Kafka right before the stop.
 *
 * Stopped is a node that serves only while a majority of caught-up controllers stays, somebody leads them, no partition falls
 * below its minimum because of us, no other node is on trial, and the failures that are there already are fewer than
 * `failureThreshold`. A node that serves nobody hurts nobody by being restarted, and its own configuration may be why it
 * serves nobody: of a cluster whose only controller, majority of controllers or last broker hangs, Kafka can tell nothing, and
 * a gate that waited for sight would wait for ever. Only a broker that recovers its log is left alone in any case.
 */
import { majorityOf } from '../../lib/kafka/quorum';
import { rollErrors } from './alerts/roll-errors';
import { whyCutsOff } from './bootstrap-guard';
import type { Context } from './context';
import { missingFrom, partitionName, servesNobody, standingVoters, unhealthyPartitions } from './health';
import { serves, type NodeView } from './node-view';
import { whyOperationHolds } from './operation-guard';
import { judgePartitions, unprotectedSentence } from './partition-guard';
import { isOut } from './put-down';
import { reason, type Reason } from './reason';
import { backUntil, isRecovering, whyTrialHolds } from './trial';
import type { KafkaView, World } from './world';

export type StopContext = Pick<Context, 'cluster' | 'views' | 'world' | 'nodes' | 'now'>;

/** Why not; empty: they may. */
export function mayStop(wave: readonly NodeView[], context: StopContext): readonly Reason[] {
  const { kafka } = context.world;
  const recovering = wave.flatMap((v) => recovery(v, context.world) ?? []);
  if (recovering.length > 0) return recovering;
  const serving = wave.filter((v) => !servesNobody(v, context.world));
  if (kafka.state !== 'known') return serving.length === 0 ? [] : [...failures(wave, context), ...blindness(kafka, context.views)];
  const { value } = kafka;
  if (serving.length === 0) return value.quorum.leaderId < 0 ? [] : wave.flatMap((v) => quorumReasons(v, value, context));
  return [
    ...failures(wave, context),
    ...wave.flatMap((v) => quorumReasons(v, value, context)),
    ...serving.flatMap((v) => whyCutsOff(v, value.quorum.voters, context) ?? []),
    ...partitionReasons(serving, value),
    ...whyOperationHolds(serving, context),
    ...held(serving, context),
  ];
}

/** What the stop of these makes unavailable although nothing can be done about it: named, and by default let go (decision 19). */
export function unprotectedBy(wave: readonly NodeView[], { world }: Pick<StopContext, 'world'>): Reason | undefined {
  const serving = wave.filter((v) => !servesNobody(v, world));
  if (world.kafka.state !== 'known' || serving.length === 0) return undefined;
  const { voters } = world.kafka.value.quorum;
  const voter = serving.find((v) => voters.length <= 2 && voters.some((each) => each.id === v.node.id));
  const quorum =
    voter === undefined ? undefined : `${voters.length === 1 ? 'the only voter' : 'one of two voters'}: nobody leads the quorum meanwhile`;
  const partitions = unprotectedSentence(judgePartitions(world.kafka.value, idsOf(serving)).unprotected);
  const said = [quorum, partitions].filter((text) => text !== undefined);
  return said.length === 0 ? undefined : reason('Unprotected', said.join('; '));
}

function held(serving: readonly NodeView[], context: StopContext): readonly Reason[] {
  const why = context.cluster.changePolicy.unprotected === 'Hold' ? unprotectedBy(serving, context) : undefined;
  return why === undefined ? [] : [{ ...why, message: `${why.message}; changePolicy.unprotected is Hold` }];
}

const idsOf = (views: readonly NodeView[]): ReadonlySet<number> =>
  new Set(views.filter((v) => v.node.roles.includes('broker')).map((v) => v.node.id));

/** A broker whose process runs and is not ready can be asked what it does. */
export const isAsked = ({ pod, node }: NodeView): boolean =>
  node.roles.includes('broker') && pod !== undefined && pod.running && !pod.ready && !pod.terminating && pod.ip !== '';

/** Also while a broker that is not ready was not asked yet. */
function recovery(view: NodeView, world: World): Reason | undefined {
  const process = world.processes?.[String(view.node.id)];
  if (world.processes !== undefined && process === undefined && isAsked(view))
    return reason('LogRecovery', `broker ${String(view.node.id)} is asked whether it recovers its log`);
  if (!isRecovering(view, world)) return undefined;
  const left = process?.logsToRecover;
  const logs = left === undefined ? '' : `, ${String(left)} logs are left`;
  return reason('LogRecovery', `broker ${String(view.node.id)} recovers its log${logs}; stopped now it would begin again`);
}

/** Other nodes on trial, and failures that are no fewer than `failureThreshold`. */
function failures(wave: readonly NodeView[], context: StopContext): readonly Reason[] {
  const others = context.views.filter((v) => !wave.includes(v) && !isOut(v, context));
  const trials = others.flatMap((v) => whyTrialHolds(v, context) ?? []);
  if (trials.length > 0) return trials;
  const soaking = others.flatMap((v) => whySoaking(v, context) ?? []);
  if (soaking.length > 0) return soaking;
  const { failureThreshold } = context.cluster.rollingUpgrade;
  const down = others.filter((v) => !serves(v));
  const behind = behindBrokers(wave, context.world);
  const alerts = rollErrors(context.world);
  const count = new Set([...down.map((v) => v.node.id), ...behind.ids]).size + alerts;
  if (count < failureThreshold) return others.flatMap((v) => whyInFlight(v, context.now) ?? []);
  return [...down.map((v) => notServing(v, failureThreshold)), ...behind.reasons, ...thresholdReasons(count, alerts, failureThreshold)];
}

/** Failures that were there before are tolerated below the threshold; a node that is only just being started is none of them yet. */
function whyInFlight(view: NodeView, now: number): Reason | undefined {
  const until = backUntil(view, now);
  if (until === undefined) return undefined;
  return reason('WaveInFlight', `node ${String(view.node.id)} is being started and does not serve yet; one wave at a time`, until);
}

/** A node that is back serves for a while before the next one is stopped. */
function whySoaking(view: NodeView, { cluster, now }: StopContext): Reason | undefined {
  const { soakSeconds } = cluster.rollingUpgrade;
  const until = (view.pod?.readySince ?? 0) + soakSeconds * 1000;
  if (soakSeconds === 0 || until <= now) return undefined;
  return reason('Soaking', `node ${String(view.node.id)} is to serve for ${String(soakSeconds)} s before the next one is stopped`, until);
}

const notServing = (view: NodeView, threshold: number): Reason =>
  reason(
    'NodeNotReady',
    `node ${String(view.node.id)} does not serve; ${threshold > 1 ? `failureThreshold is ${String(threshold)}` : 'only one node may be down'}`,
  );

function thresholdReasons(count: number, alerts: number, threshold: number): readonly Reason[] {
  if (alerts === 0 && threshold === 1) return [];
  const firing = alerts === 0 ? '' : ` (${String(alerts)} of them alerts)`;
  return [reason('FailureThreshold', `${String(count)} failures${firing}, failureThreshold is ${String(threshold)}`)];
}

/** Other brokers with replicas that are offline or out of sync. */
function behindBrokers(
  wave: readonly NodeView[],
  { kafka }: World,
): { readonly ids: readonly number[]; readonly reasons: readonly Reason[] } {
  if (kafka.state !== 'known') return { ids: [], reasons: [] };
  const own = new Set(wave.map((v) => v.node.id));
  const hurt = unhealthyPartitions(kafka.value).filter((p) => p.leader < 0 || missingFrom(p).some((id) => !own.has(id)));
  const first = hurt[0];
  if (first === undefined) return { ids: [], reasons: [] };
  const more = hurt.length > 1 ? ` and ${String(hurt.length - 1)} more partitions` : '';
  const state = first.leader < 0 ? 'has no leader' : `has ${String(first.isr.length)} of ${String(first.replicas.length)} replicas in sync`;
  const ids = [...new Set(hurt.flatMap(missingFrom))].filter((id) => !own.has(id));
  return { ids, reasons: [reason('UnderReplicated', `${partitionName(first)} ${state}${more}`)] };
}

/** A cluster without a broker has nobody who could be asked, and nobody who could be hurt but its controllers. */
function blindness(kafka: Exclude<World['kafka'], { state: 'known' }>, views: readonly NodeView[]): readonly Reason[] {
  if (!views.some((v) => v.node.roles.includes('broker'))) return [];
  return [reason('KafkaUnknown', kafka.state === 'unknown' ? `Kafka cannot be seen: ${kafka.why}` : 'Kafka was not asked yet')];
}

function quorumReasons(view: NodeView, kafka: KafkaView, { views }: StopContext): readonly Reason[] {
  if (kafka.quorum.leaderId < 0) return [reason('NoQuorumLeader', 'no controller leads; a broker that stops now takes up to a minute')];
  const voters = kafka.quorum.voters.length;
  if (!kafka.quorum.voters.some((v) => v.id === view.node.id) || voters <= 2) return [];
  const left = standingVoters(kafka, views, [view.node.id]).length;
  if (left >= majorityOf(voters)) return [];
  return [
    reason(
      'QuorumMajority',
      `only ${String(left)} of ${String(voters)} voters would be caught up without it, ${String(majorityOf(voters))} are needed`,
    ),
  ];
}

const partitionReasons = (serving: readonly NodeView[], kafka: KafkaView): readonly Reason[] =>
  judgePartitions(kafka, idsOf(serving)).reasons;
