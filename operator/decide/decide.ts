/**
 * From what is wished and what is seen to what is done next. Pure: the same input gives the same plan, here, in the
 * tests, in the simulator and in `kafka-operator plan`.
 */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { ANNOTATION } from '../../lib/constructs/naming';
import { approvalOf, recordApproval } from './approval';
import { certificatesFor } from './cert-manager';
import { certificateTimes } from './certificate-times';
import { alertTimes } from './alerts/verdict';
import type { Context, Rule } from './context';
import { indexOf } from './context';
import { describe } from './explain';
import { externalFacts } from './external-addresses';
import { factsIn } from './facts';
import { withFormerIngress } from './former-ingress';
import { gate } from './gate';
import { identityIn, type Identity } from './identity';
import { withoutVotedOut } from './leaving-controller';
import { withLeavingVolumes } from './leaving-volume';
import { manifestsFor } from './manifests';
import { nodeViews } from './node-view';
import { operationTimes } from './operation-times';
import { inOrder } from './order';
import type { Held, Plan, Proposal } from './plan';
import { previewOf } from './preview';
import { withoutPutDown } from './put-down';
import { reason, type Reason } from './reason';
import { oneRecord } from './recorded';
import { actOnAlerts, waitingAlerts } from './rules/act-on-alerts';
import { alterConfigs } from './rules/alter-configs';
import { applyNodeServices, applyShared } from './rules/apply-drift';
import { issueCertificates } from './rules/certificates';
import { checkImages } from './rules/check-images';
import { createPods } from './rules/create-pod';
import { applyCruiseControl } from './rules/cruise-control';
import { moveDisks } from './rules/disks';
import { followGate } from './rules/disruption-budgets';
import { electLeaders } from './rules/elect-leaders';
import { applyEnvoyFiles, guardAnyCast } from './rules/envoy';
import { fillBrokers } from './rules/fill-brokers';
import { finalizer } from './rules/finalizer';
import { keepCredentials } from './rules/credentials';
import { loadCertificates } from './rules/load-certificates';
import { keepLastGood } from './rules/keep-last-good';
import { writeKeystores } from './rules/keystores';
import { makeMetricsTopic } from './rules/metrics-topic';
import { placeRacks } from './rules/place-rack';
import { prune } from './rules/prune';
import { markQuorumMode } from './rules/quorum-mode';
import { raiseFeatures } from './rules/raise-features';
import { removeBrokers, withdrawOperations } from './rules/remove-brokers';
import { removeControllers } from './rules/remove-controllers';
import { removeLostPods } from './rules/remove-lost-pods';
import { nextRebalance, rebalanceOnSchedule } from './rules/rebalance-schedule';
import { replaceAuthority } from './rules/replace-authority';
import { resizePods } from './rules/resize-pods';
import { restartOutdated } from './rules/restart-outdated';
import { runOperations } from './rules/run-operations';
import { tellScrapes } from './rules/scrape';
import { createVolumes, markVolumes } from './rules/volumes';
import { changeVoters } from './rules/voters';
import { rejectedNodes, rollBack, withRollback } from './rollback';
import { loadTimes } from './served-certificates';
import { standing } from './standing';
import { admitted, notAdmitted } from './static-quorum';
import { guardBudgets } from './wave-budget';
import type { World } from './world';

/** In the order in which a reader meets them; order.ts decides what is done first. */
const RULES: readonly Rule[] = [
  finalizer,
  issueCertificates,
  replaceAuthority,
  writeKeystores,
  keepCredentials,
  applyShared,
  applyEnvoyFiles,
  applyCruiseControl,
  applyNodeServices,
  createVolumes,
  createPods,
  placeRacks,
  markVolumes,
  markQuorumMode,
  followGate,
  alterConfigs,
  loadCertificates,
  makeMetricsTopic,
  keepLastGood,
  rollBack,
  electLeaders,
  resizePods,
  checkImages,
  removeLostPods,
  restartOutdated,
  changeVoters,
  removeControllers,
  fillBrokers,
  removeBrokers,
  withdrawOperations,
  moveDisks,
  raiseFeatures,
  rebalanceOnSchedule,
  runOperations,
  tellScrapes,
  actOnAlerts,
  prune,
];

const NOTHING: Plan = { actions: [], held: [], wakeAfter: undefined };

/**
 * @param now milliseconds since the epoch
 * @param past the last spec with which every node served, when a node may have to go back to it
 */
export function decide(cluster: ResolvedCluster, world: World, now: number, past?: ResolvedCluster): Plan {
  const identity = identityIn(world, cluster);
  if (identity.kind === 'foreign' || identity.kind === 'conflict') return { ...NOTHING, held: [everything(identity.reason)] };
  if (identity.kind === 'mint') return pausedOr(world, { ...NOTHING, actions: [mint(identity)], wakeAfter: 0 });
  const context = contextFor(cluster, world, identity, { now, past });
  const wishes = RULES.flatMap((rule) => rule(context));
  const judged: Context = { ...context, approval: approvalOf(wishes, context) };
  const proposals = oneRecord([...recordApproval(judged.approval), ...wishes]);
  const verdict = guardAnyCast(guardBudgets(gate(proposals, judged), judged), judged, proposals);
  const held = [...verdict.held, ...standing(context), ...waitingAlerts(context), ...notAdmitted(cluster, identity)];
  const plan = { actions: inOrder(verdict.allowed), held, wakeAfter: wakeAfter(verdict.allowed, held, context) };
  return pausedOr(world, { ...plan, ...ahead(proposals, judged) });
}

/** What people are told besides what is done and held now. */
function ahead(proposals: readonly Proposal[], context: Context): Pick<Plan, 'preview' | 'hints'> {
  const { hints } = context.cluster;
  const preview = previewOf(proposals, context);
  return { ...(preview === undefined ? {} : { preview }), ...(hints.length === 0 ? {} : { hints }) };
}

/** A timer cannot be set further ahead than 24 days. */
const DAY_MS = 86_400_000;

/** At once after what is recorded for a next step; else at the earliest time that a reason names. */
function wakeAfter(actions: readonly Proposal[], held: readonly Held[], context: Context): number | undefined {
  if (actions.some((a) => a.kind === 'record')) return 0;
  const untils = held.flatMap((h) => h.reasons.flatMap((r) => (r.until === undefined ? [] : [r.until])));
  const times = [
    ...untils,
    ...operationTimes(context),
    ...nextRebalance(context),
    ...alertTimes(context),
    ...certificateTimes(context),
    ...loadTimes(context),
  ];
  return times.length === 0 ? undefined : Math.max(1000, Math.min(DAY_MS, ...times.map((t) => t - context.now)));
}

export function contextFor(
  wish: ResolvedCluster,
  world: World,
  identity: Extract<Identity, { kind: 'known' }>,
  { now, past }: { readonly now: number; readonly past?: ResolvedCluster | undefined },
): Context {
  const cluster = withFormerIngress(withLeavingVolumes(admitted(wish, identity), world), world);
  const views = nodeViews(cluster, world);
  const facts = factsIn(identity, views, { cluster, world, now });
  const { shared, nodes: wanted } = manifestsFor(cluster, facts);
  const rejected = rejectedNodes(wanted, views);
  const nodes = withRollback(wanted, rejected, past && { cluster: past, facts: { ...facts, ...externalFacts(past, world) } });
  return {
    cluster,
    identity,
    world,
    views,
    now,
    past,
    rejected,
    live: indexOf(world),
    shared: [...shared, ...certificatesFor(cluster, world)],
    nodes: withoutPutDown(withoutVotedOut(nodes, views, { cluster, world }), views, { world }),
  };
}

const everything = (why: Reason): Held => ({ what: 'everything', reasons: [why] });

/** The id itself is drawn by the executor; nothing uses it before it is seen in the status. */
function mint(identity: Extract<Identity, { kind: 'mint' }>): Proposal {
  const { clusterId, quorum, initialControllers } = identity;
  const why =
    clusterId === undefined
      ? 'no volume and no Pod of this cluster exists'
      : 'found on its volumes or given in the spec, missing in the status';
  return { kind: 'mint', risk: 'safe', clusterId, quorum, initialControllers, reasons: [reason('Identity', why)] };
}

/** With the annotation `pause` everything is observed and reported, nothing is touched. */
function pausedOr(world: World, plan: Plan): Plan {
  if (world.cluster.annotations[ANNOTATION.pause] !== 'true') return plan;
  return { ...plan, actions: [], held: [...plan.actions.map(paused), ...plan.held], wakeAfter: undefined };
}

const paused = (action: Proposal): Held => ({
  what: describe(action),
  reasons: [...action.reasons, reason('Paused', `annotation ${ANNOTATION.pause} is set`)],
  ...(action.node === undefined ? {} : { node: action.node }),
});
