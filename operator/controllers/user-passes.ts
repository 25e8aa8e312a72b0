/**
 * One pass over all KafkaUsers of one KafkaCluster. It takes everything that waits: a burst of applies is a few passes, each with one
 * batch of calls to Kafka. Within a pass the decision is made anew after everything that was done, until nothing is left to do; what it
 * came to stands in the status, written once.
 */
import type { ConnectAdmin, KafkaAdmin } from '../clients/kafka/connect-admin';
import { KafkaError, reasonOf } from '../clients/kafka/kafka-error';
import { EventTrickle } from '../act/object-events';
import { decideUsers, interestIn, type UsersSituation, type UserStep } from '../decide/users/decide-users';
import { isNothing, type ToldPassword, type UsersInKafka } from '../decide/users/kafka-changes';
import { nextRenewal } from '../decide/users/next-renewal';
import { userObject, type UserObject } from '../decide/users/user-object';
import { correctionIn, judgeUser, type Judged } from '../decide/users/user-status';
import type { UserSecret } from '../decide/users/credential';
import { sameStatus } from '../decide/same-status';
import { USER } from '../kinds';
import { isConflict, isNotFound, isUnavailable } from '../runtime/kube-error';
import type { KubeApi, KubeObject, Store } from '../runtime/kube-types';
import { signElsewhere } from './user-certificates';
import type { KafkaPlace } from './kafka-places';
import type { ActionLog } from './pass-log';
import { forEachBounded } from './for-each-bounded';
import type { UserAuthorities, UserAuthority } from './user-authority';
import { UserCredentials, UserProblem } from './user-credentials';
import { doAtKafka } from './user-deeds';
import { earliest, retryAfter, RETRY_SILENT, UserHolds, type Failed } from './user-holds';
import type { UserMetrics } from './user-metrics';
import { UserPasswords } from './user-passwords';
import type { UserTrust } from './user-trust';
import { UserView } from './user-view';
import { UserWrites } from './user-writes';

export type UserPlace = { readonly kind: 'gone' | 'deleting' | 'unknown' } | (KafkaPlace & { readonly kind: 'place' });

export interface UserPassParts {
  readonly kube: KubeApi;
  readonly users: Store;
  /** Secrets of KafkaUsers. */
  readonly secrets: Store;
  readonly authorities: UserAuthorities;
  readonly connect: ConnectAdmin;
  /** Where the cluster is, and whether it is there at all. */
  readonly place: (key: string) => UserPlace;
  readonly now: () => number;
  readonly log: ActionLog;
  readonly metrics?: UserMetrics;
  readonly trust: UserTrust;
  /** Of cert-manager; undefined: nobody watches them. */
  readonly certificates: Store | undefined;
}

interface Opened {
  readonly signature: string;
  readonly admin: KafkaAdmin;
  readonly view: UserView;
}

interface ClusterState {
  opened: Opened | undefined;
  readonly told: Map<string, ToldPassword>;
  /** What Kafka refused. */
  readonly refused: UserHolds;
  /** What could not be written to Kubernetes. */
  readonly unwritten: UserHolds;
}

interface Doing {
  readonly state: ClusterState;
  readonly pass: Pass;
}

/** What a pass knows and did. */
interface Pass {
  readonly situation: UsersSituation;
  readonly authority: UserAuthority | undefined;
  readonly attempted: Set<string>;
  readonly failures: Map<string, Failed>;
  readonly corrected: Map<string, string>;
  /** What is told in one line at the end. */
  readonly errors: unknown[];
  /** Kafka answered all that was asked, so that the next look is due when it is due. */
  looked: boolean;
  retry: number | undefined;
}

const ROUNDS = 10;
const LONGEST = 3_600_000;
/** Nothing is so urgent that one pass may follow upon the other. */
const SHORTEST = 1_000;
/** Keys are made on threads; more at once would only wait. */
const ISSUED_AT_ONCE = 16;

export class UserPasses {
  private readonly states = new Map<string, ClusterState>();
  private readonly writes: UserWrites;
  private readonly events: EventTrickle;
  private readonly credentials: UserCredentials;
  private readonly passwords: UserPasswords;

  constructor(private readonly parts: UserPassParts) {
    const { kube, users, secrets, now, log } = parts;
    this.writes = new UserWrites(kube, users);
    this.events = new EventTrickle(kube, (error) => log.warn('an Event was lost', { error: String(error) }));
    this.credentials = new UserCredentials(kube, secrets);
    this.passwords = new UserPasswords(kube, secrets, now);
  }

  /** @param key `namespace/name` of a KafkaCluster */
  async reconcile(key: string): Promise<{ readonly requeueAfter: number } | undefined> {
    const objects = this.objects(key);
    await this.parts.trust.tell(key, objects, this.secretsOf(objects));
    if (objects.length === 0) {
      this.forget(key);
      return;
    }
    const state = this.stateOf(key);
    const due = objects.filter((user) => this.passwords.isDue(user));
    const unread = await forEachBounded(due, (user) => this.passwords.read(user));
    const pass = await this.begin(key, state, objects);
    for (const error of unread) this.unexpected(pass, error);
    const steps = await this.rounds(key, state, pass);
    this.credentials.forgetFresh();
    const judged = await this.report(state, steps, pass);
    this.parts.metrics?.seen(key, judged, this.secretsOf(objects));
    await this.parts.trust.tell(key, this.objects(key), this.secretsOf(objects));
    this.complain(key, pass);
    return { requeueAfter: this.nextLook(state, steps, pass) };
  }

  async stop(): Promise<void> {
    await Promise.all([...this.states.values()].flatMap(({ opened }) => (opened === undefined ? [] : [opened.admin.close()])));
    this.states.clear();
  }

  private objects(key: string): readonly UserObject[] {
    return this.parts.users.byIndex(key).map(userObject);
  }

  private secretsOf(users: readonly UserObject[]): readonly UserSecret[] {
    return users.flatMap((user) => this.secret(user, user.spec?.secretName ?? '') ?? []);
  }

  private secret({ namespace }: UserObject, name: string): UserSecret | undefined {
    return this.parts.secrets.get(namespace, name);
  }

  private stateOf(key: string): ClusterState {
    const holds = (): UserHolds => new UserHolds(this.parts.now);
    const known = this.states.get(key) ?? { opened: undefined, told: new Map(), refused: holds(), unwritten: holds() };
    this.states.set(key, known);
    return known;
  }

  private forget(key: string): undefined {
    void this.states.get(key)?.opened?.admin.close();
    this.states.delete(key);
    this.parts.metrics?.forget(key);
    this.parts.authorities.forget(key);
    return undefined;
  }

  // ---- what is known -----------------------------------------------------------------------------------------------

  private async begin(key: string, state: ClusterState, users: readonly UserObject[]): Promise<Pass> {
    const place = this.parts.place(key);
    const keys = new Set(users.map((user) => user.key));
    state.refused.prune(keys);
    state.unwritten.prune(keys);
    const made = {
      attempted: new Set<string>(),
      failures: new Map<string, Failed>(),
      corrected: new Map<string, string>(),
      errors: [],
      looked: false,
      retry: undefined,
    };
    if (place.kind !== 'place') return { situation: { kind: place.kind }, authority: undefined, ...made };
    const authority = await this.parts.authorities.of(key);
    const kafka = await this.look(state, place, users);
    const shown = this.parts.authorities.shownBy(key);
    const situation = { kind: 'place', cluster: place.cluster, authority: authority?.facts, kafka, shown } as const;
    const silent = 'silent' in kafka;
    return { situation, authority, ...made, looked: !silent && isAsked(kafka), retry: silent ? RETRY_SILENT : undefined };
  }

  /** Never throws. */
  private async look(state: ClusterState, { target }: KafkaPlace, users: readonly UserObject[]) {
    const needed = interestIn(users);
    if (!needed.acls && !needed.scram && !needed.quotas) return { acls: undefined, scram: undefined, quotas: undefined };
    if (target === undefined) return { silent: 'no broker of it serves' };
    const opened = this.open(state, target);
    try {
      await opened.view.refresh(needed);
      return opened.view.view;
    } catch (error) {
      opened.view.doubt();
      return { silent: reasonOf(error) };
    }
  }

  private open(state: ClusterState, target: NonNullable<KafkaPlace['target']>): Opened {
    const signature = JSON.stringify(target);
    if (state.opened?.signature === signature) return state.opened;
    void state.opened?.admin.close();
    const admin = this.parts.connect(target);
    state.opened = { signature, admin, view: new UserView(admin.users, this.parts.now) };
    return state.opened;
  }

  private decide(key: string, state: ClusterState, { situation }: Pass): readonly UserStep[] {
    const kafka = state.opened?.view.view;
    const fresh = situation.kind === 'place' && kafka !== undefined && !('silent' in situation.kafka) ? { ...situation, kafka } : situation;
    return decideUsers({
      users: this.objects(key),
      situation: fresh,
      secret: (user, name) => this.secret(user, name),
      password: (user) => this.passwords.of(user),
      told: (user) => state.told.get(user.key),
      now: this.parts.now(),
    });
  }

  // ---- what is done ------------------------------------------------------------------------------------------------

  private async rounds(key: string, state: ClusterState, pass: Pass): Promise<readonly UserStep[]> {
    let steps = this.decide(key, state, pass);
    for (let round = 0; round < ROUNDS; round += 1) {
      const did = (await this.writeObjects(state, steps, pass)) || (await this.changeKafka(key, state, steps, pass));
      if (!did) break;
      steps = this.decide(key, state, pass);
    }
    return steps;
  }

  /** Records and credentials; true when anything was tried. */
  private async writeObjects(state: ClusterState, steps: readonly UserStep[], pass: Pass): Promise<boolean> {
    const once = (what: string) => (step: UserStep) => this.first(pass, `${what} ${step.user.key}`);
    const mayWrite = (step: UserStep): boolean => state.unwritten.of(step.user.key, writtenBy(step, pass)) === undefined;
    const claims = steps.filter((step) => step.release === undefined && (step.claim || step.intent !== undefined)).filter(once('claim'));
    const releases = steps.filter((step) => step.release !== undefined).filter(once('release'));
    const secrets = steps
      .filter(({ credential }) => ['issue', 'complete', 'password', 'label'].includes(credential.kind))
      .filter((step) => mayWrite(step) && once('secret')(step));
    const strayed = steps.filter((step) => step.strayed !== undefined).filter(once('stray'));
    const elsewhere = steps
      .filter(({ credential }) => credential.kind === 'elsewhere')
      .filter((step) => mayWrite(step) && once('elsewhere')(step));
    const to = { state, pass };
    await Promise.all([
      this.each(claims, to, ({ user, intent }) => this.writes.claim(user, intent)),
      this.each(releases, to, (step) => this.release(step)),
      this.each(strayed, to, (step) => this.credentials.dropStrayed(step)),
      this.each(secrets, to, (step) => this.writeSecret(step, pass)),
      this.each(elsewhere, to, (step) => this.askElsewhere(step, pass)),
    ]);
    return claims.length + releases.length + secrets.length + strayed.length > 0;
  }

  private async writeSecret(step: UserStep, { situation, authority }: Pass): Promise<void> {
    if (situation.kind !== 'place') return;
    await this.credentials.write(step, { cluster: situation.cluster, authority, now: this.parts.now() });
  }

  /** cert-manager and signing requests: one step a pass, since its effect is seen by the next one. */
  private async askElsewhere(step: UserStep, pass: Pass): Promise<void> {
    const { situation, authority } = pass;
    if (situation.kind !== 'place') return;
    const { kube, certificates, secrets, now } = this.parts;
    const sight = { cluster: situation.cluster, trust: authority?.trusted.join('') ?? '', now: now(), certificates };
    const wrote = (object: KubeObject): void => (object.kind === 'Secret' ? secrets : certificates)?.record(object);
    const progress = await signElsewhere(step, sight, { kube, wrote });
    if (progress === undefined) return;
    if (progress.state !== 'blocked') pass.retry = earliest(pass.retry, progress.again);
    if (progress.state !== 'done') pass.failures.set(step.user.key, { reason: 'CredentialPending', message: progress.why });
  }

  private first({ attempted }: Pass, what: string): boolean {
    if (attempted.has(what)) return false;
    attempted.add(what);
    return true;
  }

  private async each(steps: readonly UserStep[], to: Doing, run: (step: UserStep) => Promise<void>): Promise<void> {
    await forEachBounded(
      steps,
      async (step) => {
        try {
          await run(step);
        } catch (error) {
          this.failed(step, to, error);
        }
      },
      ISSUED_AT_ONCE,
    );
  }

  private failed(step: UserStep, { state, pass }: Doing, error: unknown): void {
    const { user } = step;
    const reason = error instanceof UserProblem ? error.reason : 'Pending';
    if (!(error instanceof UserProblem)) this.unexpected(pass, error);
    if (isConflict(error) || isNotFound(error)) return;
    const failed = { reason, message: reasonOf(error) };
    pass.failures.set(user.key, failed);
    if (!isUnavailable(error)) state.unwritten.hold(user.key, writtenBy(step, pass), failed);
  }

  private unexpected(pass: Pass, error: unknown): void {
    pass.retry = earliest(pass.retry, retryAfter(error));
    pass.errors.push(error);
  }

  /** In one line. That the world has moved on is nothing to tell. */
  private complain(cluster: string, { errors }: Pass): void {
    const serious = errors.filter((error) => !isConflict(error) && !isNotFound(error));
    if (serious.length > 0)
      this.parts.log.warn('cannot write what belongs to KafkaUsers', { cluster, count: serious.length, first: reasonOf(serious[0]) });
  }

  private async release({ user, release }: UserStep): Promise<void> {
    await this.writes.release(user);
    this.passwords.forget(user.key);
    if (release?.why === undefined) return;
    const event = { type: 'Warning', reason: 'Released', message: release.why } as const;
    this.events.add({ kind: USER, ...user }, event, this.parts.now());
  }

  /** One batch of all; true when anything was tried. */
  private async changeKafka(key: string, state: ClusterState, steps: readonly UserStep[], pass: Pass): Promise<boolean> {
    const { opened } = state;
    const due = steps.filter(
      (step) => isDue(step) && refusalOf(state, step) === undefined && this.first(pass, `kafka ${step.user.key} ${sourceIn(step)}`),
    );
    if (opened === undefined || due.length === 0) return false;
    try {
      const refused = await doAtKafka(due, { admin: opened.admin.users, view: opened.view, credentials: this.credentials });
      for (const step of due) this.settle(step, state, pass, refused.get(step.user.key));
      this.parts.log.info('users', { cluster: key, changed: due.length, ...(refused.size === 0 ? {} : { refused: refused.size }) });
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      opened.view.doubt();
      pass.looked = false;
      pass.retry = earliest(pass.retry, RETRY_SILENT);
      for (const { user } of due) pass.failures.set(user.key, { reason: 'KafkaUnreachable', message: error.message });
      this.parts.log.warn('cannot bring users to what is wanted', { cluster: key, error: error.message });
    }
    return true;
  }

  private settle(step: UserStep, state: ClusterState, pass: Pass, refusal: string | undefined): void {
    const { user, wanted, changes } = step;
    if (refusal !== undefined) {
      state.refused.hold(user.key, String(user.generation), { reason: 'RefusedByKafka', message: refusal });
      return;
    }
    state.refused.free(user.key);
    if (changes.tellPassword !== undefined && wanted.scram?.source !== undefined)
      state.told.set(user.key, { mechanism: wanted.scram.mechanism, source: wanted.scram.source });
    const missing = correctionIn(step);
    if (missing !== undefined) pass.corrected.set(user.key, missing);
  }

  // ---- what is told ------------------------------------------------------------------------------------------------

  private async report(state: ClusterState, steps: readonly UserStep[], pass: Pass): Promise<readonly Judged[]> {
    const told = steps.filter(({ release, user }) => release === undefined && !(user.deleting && user.finalizers.length === 0));
    const judged = told.map((step) => {
      const { user } = step;
      const failed = pass.failures.get(user.key) ?? state.unwritten.of(user.key, writtenBy(step, pass)) ?? refusalOf(state, step);
      const corrected = pass.corrected.get(user.key);
      const outcome = { ...(failed === undefined ? {} : { failed }), ...(corrected === undefined ? {} : { corrected }) };
      return { user, ...judgeUser(step, outcome, this.parts.now()) };
    });
    const fresh = judged.filter(({ user, status }) => !sameStatus(status, user.status));
    const errors = await forEachBounded(fresh, ({ user, status }) => this.writes.status(user, status));
    for (const error of errors) this.unexpected(pass, error);
    return judged;
  }

  private nextLook(state: ClusterState, steps: readonly UserStep[], { situation, looked, retry }: Pass): number {
    const renewal = situation.kind === 'place' ? nextRenewal(steps, situation.cluster, this.parts.now()) : undefined;
    const view = looked ? state.opened?.view.dueIn : undefined;
    const passwords = this.passwords.dueIn(steps.map(({ user }) => user));
    return Math.max(SHORTEST, earliest(renewal, view, passwords, retry, state.refused.dueIn, state.unwritten.dueIn, LONGEST) ?? LONGEST);
  }
}

const isAsked = (view: UsersInKafka): boolean => Object.values(view).some((part) => part !== undefined);

const refusalOf = ({ refused }: ClusterState, { user }: UserStep): Failed | undefined => refused.of(user.key, String(user.generation));

/** What a Secret of a user is made by: of another it is tried at once. */
const writtenBy = ({ user, secret }: UserStep, { authority }: Pass): string =>
  [user.generation, secret?.metadata.resourceVersion, authority?.facts.fingerprint].join('/');

/** Whatever is to be made is recorded first. */
const isDue = ({ claim, intent, changes }: UserStep): boolean => !claim && intent === undefined && !isNothing(changes);

const sourceIn = ({ wanted, changes }: UserStep): string => (changes.tellPassword === undefined ? '' : (wanted.scram?.source ?? ''));
