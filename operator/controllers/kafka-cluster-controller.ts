/**
 * One pass over one KafkaCluster: observe, decide, act, report. Nothing waits inside a pass; what takes long is observed
 * by a later one.
 */
import { resolve } from '../../lib/api/resolve';
import type { Problem } from '../../lib/api/problem';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { act } from '../act/act';
import { emit, eventsOf, type EventDraft } from '../act/events';
import { writeStatus, type Hands } from '../act/executor';
import { preflight } from '../act/preflight';
import type { Action, Outcome } from '../decide/action';
import { recordedNodes } from '../decide/configuration-backup';
import { lookAtCruiseControlEvery } from '../decide/cruise-control-interest';
import { contextFor, decide } from '../decide/decide';
import { decideDeletion } from '../decide/deletion';
import { replicasToSee } from '../decide/drain-interest';
import { settingsToSee } from '../decide/dynamic-settings';
import { describe, digest, heldLine } from '../decide/explain';
import { identityIn } from '../decide/identity';
import { presentHost } from '../decide/address-scheme';
import { bootstrapAddresses, reachOf } from '../decide/kafka-target';
import { releasedOperations } from '../decide/operation-deletion';
import { operationsIn } from '../decide/operation-view';
import { unservedIn } from '../decide/served-certificates';
import { nodeViews, serves } from '../decide/node-view';
import type { Plan } from '../decide/plan';
import { report, reportRefused, type Pass } from '../decide/report';
import { sameStatus } from '../decide/same-status';
import type { ClusterStatus, World } from '../decide/world';
import type { ConnectAdmin } from '../clients/kafka/connect-admin';
import { certificateEnds } from '../decide/certificate-ends';
import { namedSecretsOf } from '../decide/certificate-sight';
import type { CertificateSight } from '../observe/certificate-sight';
import { ownObject } from '../observe/control-plane';
import type { NamedSecrets } from '../observe/named-secrets';
import type { CruiseControlSight, MarkedRequest } from '../observe/cruise-control-sight';
import type { KafkaSight } from '../observe/kafka-sight';
import type { ProcessSight } from '../observe/process-sight';
import { absentKinds, clusterView, kubeNodes, liveObjects, type KubeStores } from '../observe/kube';
import { kindKey } from '../kinds';
import type { Kind, KubeApi, KubeObject, Store } from '../runtime/kube-types';
import { NOBODY_RECEIVES } from '../decide/alerts/alerts-view';
import type { AlertWatch } from './alert-watch';
import { AnomalyEvents } from './anomaly-events';
import { askedListeners, askedProcess, brokersIn } from './asked-nodes';
import type { ClusterMetrics } from './cluster-metrics';
import { cruiseControlPlace } from './cruise-control-place';
import { DoneAtKafka } from './done-at-kafka';
import type { KafkaPlaces } from './kafka-places';
import { HeldLong, worrying } from './held-long';
import { LastGood } from './last-good';
import { isDoneAtKafka, lookEvery, type Looks } from './looks';
import { PassLog, type ActionLog } from './pass-log';
import type { StatusBoard } from '../status-page/board';
import { StatusPace } from './status-pace';

export interface ControllerParts {
  readonly kube: KubeApi;
  readonly stores: KubeStores;
  readonly sight: KafkaSight;
  readonly processes: ProcessSight;
  readonly cruiseControl: CruiseControlSight;
  /** Secrets of the user's own that specs name; nobody looks by default. */
  readonly namedSecrets?: NamedSecrets;
  /** How users are told to Kafka; nobody tells them by default. */
  readonly connectAdmin?: ConnectAdmin;
  /** Which certificates brokers serve; nobody looks by default. */
  readonly certificates?: CertificateSight;
  readonly now: () => number;
  readonly log: ActionLog;
  readonly metrics?: ClusterMetrics;
  /** Undefined: nobody receives alerts. */
  readonly alerts?: AlertWatch;
  /** Where KafkaTopics and KafkaUsers learn of clusters. */
  readonly places: KafkaPlaces;
  /** What the status page shows; nobody by default. */
  readonly board?: StatusBoard;
  /** Kafka is looked at this often; milliseconds. */
  readonly looks: Looks;
}

/** A pass that minted goes on at once: what it wrote is in the store already. */
const ROUNDS = 3;
const RETRY_AFTER = 1_000;
/** Progress without weight is told after so many looks at a Kafka in motion: every 5 s. */
const PROGRESS_AFTER_LOOKS = 5;
const REFUSED_AFTER = 30_000;
/** The look after settings were altered is over; of values that Kafka does not tell, it shows nothing new that would wake. */
const SETTINGS_SEEN_AFTER = 500;
/** The echo of what was written is in; of what was only deleted there is none that would wake, and "in motion" would stand for ever. */
const WRITTEN_SEEN_AFTER = 200;

export class KafkaClusterController {
  private readonly resolved = new Map<
    string,
    { readonly of: string; readonly cluster: ResolvedCluster | undefined; readonly problems: readonly Problem[] }
  >();
  private readonly passes: PassLog;
  private readonly holds = new HeldLong();
  private readonly anomalies = new AnomalyEvents();
  private readonly done = new DoneAtKafka();
  /** Clusters that this operator has seen running. */
  private readonly seenRunning = new Set<string>();
  private readonly pace: StatusPace;
  private readonly lastGood: LastGood;

  constructor(private readonly parts: ControllerParts) {
    this.lastGood = new LastGood(parts.kube);
    this.passes = new PassLog(parts.log);
    this.pace = new StatusPace(PROGRESS_AFTER_LOOKS * parts.looks.moving);
  }

  /** @param key `namespace/name` */
  async reconcile(key: string): Promise<{ readonly requeueAfter: number } | undefined> {
    const outcomes: Outcome[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const object = this.clusterObject(key);
      if (object === undefined) {
        this.forget(key);
        return this.releaseOrphans(key);
      }
      if (object.metadata.deletionTimestamp !== undefined) return this.finalize(key, object);
      const { cluster, problems } = this.resolve(key, object);
      if (cluster === undefined) return this.refuse(key, object, problems);
      this.parts.namedSecrets?.watch(key, namedSecretsOf(cluster));
      const world = this.observe(key, object);
      const plan = await this.decide(key, object, cluster, world);
      outcomes.push(...(await this.carryOut(key, world, plan, cluster)));
      if (outcomes.length === 0) return this.conclude(key, cluster, { world, plan, outcomes });
      if (plan.wakeAfter !== 0 || outcomes.some((o) => o.result !== 'done')) return this.lookBack(key, cluster, outcomes);
    }
    return { requeueAfter: RETRY_AFTER };
  }

  private clusterObject(key: string): KubeObject | undefined {
    const [namespace = '', name = ''] = key.split('/');
    return ownObject(this.parts.stores.clusters.get(namespace, name));
  }

  /** The same value as long as the spec and what is remembered of departed nodes stay the same: builders keep their results by it. */
  private resolve(key: string, object: KubeObject): { cluster: ResolvedCluster | undefined; problems: readonly Problem[] } {
    const { uid, generation, labels } = object.metadata;
    const status = (object.status ?? {}) as ClusterStatus;
    const departed = recordedNodes(status);
    const of = JSON.stringify([uid, generation, labels, departed.map((d) => d.id)]);
    const known = this.resolved.get(key);
    if (known?.of === of) return known;
    const fresh = { of, ...resolve(object, departed) };
    this.resolved.set(key, fresh);
    return fresh;
  }

  private observe(key: string, object: KubeObject): World {
    const { stores, sight, processes, cruiseControl, alerts } = this.parts;
    const kube = { cluster: clusterView(object), objects: liveObjects(stores, key), kubeNodes: kubeNodes(stores) };
    const asked = { ...this.seenCertificates(key), alerts: alerts?.look(key) ?? NOBODY_RECEIVES };
    const world = { ...kube, absentKinds: absentKinds(stores), kafka: sight.look(key), processes: processes.look(key), ...asked };
    const has = this.resolved.get(key)?.cluster?.cruiseControl !== undefined;
    return has ? { ...world, cruiseControl: cruiseControl.look(key) } : world;
  }

  private seenCertificates(key: string): Pick<World, 'served' | 'namedSecrets'> {
    const served = this.parts.certificates?.look(key) ?? {};
    const namedSecrets = this.parts.namedSecrets?.look(key) ?? {};
    const isEmpty = (record: object): boolean => Object.keys(record).length === 0;
    return { ...(isEmpty(served) ? {} : { served }), ...(isEmpty(namedSecrets) ? {} : { namedSecrets }) };
  }

  private async decide(key: string, object: KubeObject, cluster: ResolvedCluster, world: World): Promise<Plan> {
    const past = await this.lastGood.of(key, object, cluster, world);
    return decide(cluster, world, this.parts.now(), past);
  }

  private async carryOut(key: string, world: World, plan: Plan, cluster?: ResolvedCluster): Promise<readonly Outcome[]> {
    const started = this.parts.now();
    const fresh = { ...plan, actions: plan.actions.filter((action) => !this.isUnseen(key, action, world)) };
    const outcomes = await act(fresh, world.cluster, this.hands(key, cluster));
    this.done.note(key, outcomes, this.parts.now());
    this.passes.pass(key, { plan: digest(fresh), held: plan.held.map(heldLine), milliseconds: this.parts.now() - started }, outcomes);
    this.parts.metrics?.acted(key, outcomes);
    this.tell(world, eventsOf(outcomes));
    if (outcomes.some(isDoneAtKafka)) this.parts.sight.refreshConfigs(key);
    return outcomes;
  }

  /** It was done at Kafka after the view that this world has of it. */
  private isUnseen(key: string, action: Action, { kafka }: World): boolean {
    return this.done.isUnseen(key, action, { kafka, now: this.parts.now() });
  }

  /** The KafkaCluster is being deleted: only what garbage collection does not do. */
  private async finalize(key: string, object: KubeObject): Promise<{ requeueAfter: number } | undefined> {
    const world = this.observe(key, object);
    const volumeReclaim = (object.spec as { volumeReclaim?: string } | undefined)?.volumeReclaim === 'Delete' ? 'Delete' : 'Retain';
    const plan = decideDeletion({ volumeReclaim }, world);
    if (plan.actions.length === 0) {
      this.forget(key);
      return;
    }
    const outcomes = await this.carryOut(key, world, plan);
    return { requeueAfter: outcomes.every((o) => o.result === 'done') ? 0 : RETRY_AFTER };
  }

  /** Operations that are being deleted after their cluster: nobody is left who would stop them. */
  private async releaseOrphans(key: string): Promise<{ requeueAfter: number } | undefined> {
    const objects = liveObjects(this.parts.stores, key).filter((o) => o.metadata.deletionTimestamp !== undefined);
    const [namespace = '', name = ''] = key.split('/');
    const metadata = { namespace, name, uid: '', resourceVersion: '', creationTimestamp: '' };
    const gone = clusterView({ apiVersion: '', kind: 'KafkaCluster', metadata });
    return this.retry(
      await act({ actions: releasedOperations({ objects }), held: [], wakeAfter: undefined }, gone, this.hands(key, undefined)),
    );
  }

  private hands(key: string, cluster: ResolvedCluster | undefined): Hands {
    const lookAgain = async () => {
      const kafka = await this.parts.sight.lookNow(key);
      const object = this.clusterObject(key);
      if (object === undefined || cluster === undefined) throw new Error('cannot look again: the KafkaCluster is gone');
      const world = { ...this.observe(key, object), kafka };
      const identity = identityIn(world, cluster);
      if (identity.kind !== 'known') throw new Error('cannot look again: the cluster lost its identity');
      const past = await this.lastGood.of(key, object, cluster, world);
      return contextFor(cluster, world, identity, { now: this.parts.now(), past });
    };
    const kafka = () => this.parts.sight.connection(key);
    const cruiseControl = () => ({ send: (request: MarkedRequest) => this.parts.cruiseControl.send(key, request) });
    const users = this.users(key);
    return { kube: this.parts.kube, store: (kind) => this.store(kind), preflight: preflight(lookAgain), kafka, cruiseControl, ...users };
  }

  /** Opens the cluster for one question about users, which is hardly ever asked. */
  private users(key: string): Pick<Hands, 'users'> {
    const { connectAdmin, places } = this.parts;
    const target = places.get(key)?.target;
    if (connectAdmin === undefined || target === undefined) return {};
    return {
      users: async (use) => {
        const admin = connectAdmin(target);
        return use(admin.users).finally(() => admin.close());
      },
    };
  }

  private store(kind: Pick<Kind, 'apiVersion' | 'kind'>): Store | undefined {
    const { clusters, nodes, owned } = this.parts.stores;
    return kind.kind === 'KafkaCluster' ? clusters : kind.kind === 'Node' ? nodes : owned.get(kindKey(kind));
  }

  /** After writes: the world as it is now, and what would be done about it. Of a spec that we changed, the next pass judges. */
  private async lookBack(
    key: string,
    cluster: ResolvedCluster,
    outcomes: readonly Outcome[],
  ): Promise<{ requeueAfter: number } | undefined> {
    const object = this.clusterObject(key);
    const isSame = object?.metadata.generation === cluster.generation && object.metadata.deletionTimestamp === undefined;
    if (object === undefined || !isSame) return this.retry(outcomes) ?? { requeueAfter: 0 };
    const world = this.observe(key, object);
    return this.conclude(key, cluster, { world, plan: await this.decide(key, object, cluster, world), outcomes });
  }

  /** Judges what was seen and done, and arranges the next look at Kafka. */
  private async conclude(key: string, cluster: ResolvedCluster, pass: Omit<Pass, 'now'>): Promise<{ requeueAfter: number } | undefined> {
    const { world, plan, outcomes } = pass;
    const status = report(cluster, { ...pass, now: this.parts.now() });
    const early = outcomes.every((o) => o.result === 'done') && awaitsFirstLook(cluster, world);
    const gathered = early ? undefined : await this.write(key, world, status);
    this.watchKafka(key, cluster, world, status);
    this.watchCruiseControl(key, cluster, world, status);
    this.count(key, cluster, { world, plan }, status);
    this.parts.board?.pass(key, { cluster, world, plan, status }, outcomes);
    const holds = this.holds.judge(key, plan.held, this.parts.now());
    this.tell(world, [...holds.events, ...this.anomalies.judge(key, world, this.parts.now())]);
    const tried = new Set(outcomes.map((o) => describe(o.action)));
    const left = plan.actions.filter((action) => !tried.has(describe(action)));
    const more = left.some((action) => !this.isUnseen(key, action, world));
    const seen =
      left.length > 0 || outcomes.some(isAlteration) ? SETTINGS_SEEN_AFTER : outcomes.length > 0 ? WRITTEN_SEEN_AFTER : undefined;
    return this.retry(outcomes) ?? (more ? { requeueAfter: 0 } : soonest(gathered, holds.lookAgainIn, plan.wakeAfter, seen));
  }

  private count(key: string, cluster: ResolvedCluster, { world, plan }: Pick<Pass, 'world' | 'plan'>, status: ClusterStatus): void {
    const { metrics, alerts, now } = this.parts;
    const views = nodeViews(cluster, world);
    if (alerts !== undefined) this.tell(world, alerts.passed(key, { cluster, world, views, now: now() }));
    if (metrics === undefined) return;
    metrics.held(key, worrying(plan.held), now());
    metrics.operations(key, operationsIn(world));
    metrics.certificates(key, certificateEnds(cluster, world));
    metrics.judged(key, status, views);
  }

  private retry(outcomes: readonly Outcome[]): { requeueAfter: number } | undefined {
    if (outcomes.some((o) => o.result === 'retry' || o.result === 'refused')) return { requeueAfter: RETRY_AFTER };
    return outcomes.some((o) => o.result === 'failed') ? { requeueAfter: REFUSED_AFTER } : undefined;
  }

  /** Returns the milliseconds after which it is to be written, when it may wait. */
  private async write(key: string, world: World, status: ClusterStatus): Promise<number | undefined> {
    const before = world.cluster.status.state;
    if (before === 'ClusterRunning') this.seenRunning.add(key);
    if (sameStatus(status, world.cluster.status)) return undefined;
    const wait = this.pace.wait(key, { from: world.cluster.status, to: status }, this.parts.now());
    if (wait > 0) return wait;
    await writeStatus(world.cluster, status, { kube: this.parts.kube, store: (kind) => this.store(kind) });
    this.pace.wrote(key, this.parts.now());
    this.tell(world, this.parts.alerts?.wrote(key, world.cluster.status, status) ?? []);
    // A recovery is told by the condition Ready; what is worth an Event is a birth or the end of a roll.
    const told = before === 'ClusterRollingUpgrading' || !this.seenRunning.has(key);
    if (status.state === 'ClusterRunning' && before !== 'ClusterRunning' && told)
      this.tell(world, [{ type: 'Normal', reason: 'ClusterRunning', message: 'all nodes serve and every replica is in sync' }]);
    return undefined;
  }

  private watchKafka(key: string, cluster: ResolvedCluster, world: World, status: ClusterStatus): void {
    const views = nodeViews(cluster, world);
    this.parts.processes.watch(
      key,
      views.flatMap((view) => askedProcess(view, presentHost(cluster, view, world))),
    );
    const toLoad = unservedIn({ cluster, views, world });
    this.parts.certificates?.watch(
      key,
      toLoad.flatMap((unserved) => askedListeners(cluster, unserved, presentHost(cluster, unserved.view, world))),
    );
    const reach = reachOf({ cluster, views, world, now: this.parts.now() });
    const target = reach === undefined || 'waitsFor' in reach ? undefined : { key, ...reach };
    this.parts.places.set(key, { cluster, target, brokers: brokersIn(world) });
    if (reach === undefined) this.parts.sight.forget(key);
    else if ('waitsFor' in reach) this.parts.sight.wait(key, reach.waitsFor);
    if (target === undefined) return;
    const interests = { configsOf: settingsToSee(cluster, status), ...replicasToSee(cluster, world) };
    this.parts.sight.watch(target, lookEvery(status, this.parts.looks), interests);
  }

  private watchCruiseControl(key: string, cluster: ResolvedCluster, world: World, status: ClusterStatus): void {
    const place = cruiseControlPlace(cluster);
    if (place === undefined) this.parts.cruiseControl.forget(key);
    else this.parts.cruiseControl.watch(key, place, lookAtCruiseControlEvery(cluster, world, status));
  }

  private async refuse(key: string, object: KubeObject, problems: readonly Problem[]): Promise<{ requeueAfter: number } | undefined> {
    const world = this.observe(key, object);
    const status = reportRefused(problems, world, world.cluster.generation, this.parts.now());
    this.parts.metrics?.judged(key, status);
    this.parts.board?.pass(key, { cluster: undefined, world, plan: { actions: [], held: [], wakeAfter: undefined }, status }, []);
    const news = !sameStatus(status, world.cluster.status);
    const gathered = await this.write(key, world, status);
    if (news && gathered === undefined)
      this.tell(
        world,
        problems.slice(0, 3).map((p) => ({ type: 'Warning', reason: 'SpecRefused', message: `${p.path}: ${p.message}` })),
      );
    return soonest(gathered);
  }

  private forget(key: string): undefined {
    this.resolved.delete(key);
    this.parts.places.forget(key);
    this.parts.board?.forget(key);
    this.parts.sight.forget(key);
    this.parts.processes.forget(key);
    this.parts.certificates?.forget(key);
    this.parts.namedSecrets?.forget(key);
    this.parts.cruiseControl.forget(key);
    this.lastGood.forget(key);
    this.parts.metrics?.forget(key);
    this.passes.forget(key);
    this.holds.forget(key);
    this.anomalies.forget(key);
    this.done.forget(key);
    this.seenRunning.delete(key);
    this.pace.forget(key);
    this.parts.alerts?.forget(key);
    return undefined;
  }

  private tell(world: World, drafts: readonly EventDraft[]): void {
    const lost = (error: unknown): void => this.parts.log.warn('an Event was lost', { error: String(error) });
    for (const draft of drafts) emit(this.parts.kube, world.cluster, draft, { now: this.parts.now(), lost });
  }
}

const isAlteration = ({ action, result }: Outcome): boolean => action.kind === 'alterConfigs' && result === 'done';

function soonest(...waits: readonly (number | undefined)[]): { requeueAfter: number } | undefined {
  const known = waits.filter((wait) => wait !== undefined);
  return known.length === 0 ? undefined : { requeueAfter: Math.min(...known) };
}

/**
 * Every Pod is ready and Kafka was not asked yet, by a new operator or of a new cluster: it is judged when the answer is there,
 * in a moment, and nobody is told of a cluster that is not ready because nobody looked.
 */
function awaitsFirstLook(cluster: ResolvedCluster, world: World): boolean {
  const views = nodeViews(cluster, world);
  return world.kafka.state === 'notAsked' && views.every(serves) && bootstrapAddresses(cluster, views, world).length > 0;
}
