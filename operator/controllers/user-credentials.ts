/**
 * Writes the Secrets of KafkaUsers: the only place where their keys and passwords are drawn, read and written. Keys that others added to
 * a Secret stay; each write is conditional on the version that was seen.
 */
import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { ANNOTATION } from '../../lib/constructs/naming';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import type { ScramUpsertion } from '../clients/kafka/user-admin';
import * as credential from '../decide/users/credential';
import { nameOfSecret, type UserStep } from '../decide/users/decide-users';
import type { ScramMechanism } from '../../lib/kafka/scram';
import type { UserConditionReason } from '../decide/users/user-conditions';
import type { UserObject } from '../decide/users/user-object';
import { SECRET, USER } from '../kinds';
import { issueLeaf, type KeyPair } from '../pki/issue';
import { clientStores, drawPassword } from '../pki/keystore-secret';
import { certificateView } from '../pki/pem';
import { secretContents } from '../pki/secret-contents';
import { isAlreadyExists } from '../runtime/kube-error';
import type { KubeApi, Store } from '../runtime/kube-types';
import type { UserAuthority } from './user-authority';
import { dataOf, jaasLine, textOf } from './user-secrets';

const { CERTIFICATE_SECRET_KEYS, PASSWORD_SECRET_KEYS, STORE_KEYS, USER_ANNOTATION } = credential;
const ALL_KEYS = [...new Set<string>([...CERTIFICATE_SECRET_KEYS, ...STORE_KEYS, ...PASSWORD_SECRET_KEYS])];

/** Of drawn passwords, which nobody guesses; Kafka takes no fewer. */
const FEW_ITERATIONS = 4096;
const MANY_ITERATIONS = 8192;
const HASHES = { 'SCRAM-SHA-256': ['sha256', 32], 'SCRAM-SHA-512': ['sha512', 64] } as const;
const derive = promisify(pbkdf2);

/** What of a Secret is to be as it is here; values in base64. */
interface Contents {
  readonly data: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What stands in the way until somebody does something about it. */
export class UserProblem extends Error {
  constructor(
    readonly reason: UserConditionReason,
    message: string,
  ) {
    super(message);
  }
}

export interface WriteFacts {
  readonly cluster: ResolvedCluster;
  readonly authority: UserAuthority | undefined;
  readonly now: number;
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

export class UserCredentials {
  /** Passwords that were just written, so that they are not read again to tell Kafka; by user. */
  private readonly fresh = new Map<string, string>();

  constructor(
    private readonly kube: KubeApi,
    private readonly store: Store,
  ) {}

  /** Carries out the credential step. Throws what Kubernetes says, and a sentence when something cannot be used. */
  async write(step: UserStep, facts: WriteFacts): Promise<void> {
    const { kind } = step.credential;
    if (kind === 'label') await this.put(step, facts, undefined);
    if (kind === 'issue' || kind === 'complete') await this.put(step, facts, await this.certificate(step, facts));
    if (kind === 'password') await this.put(step, facts, await this.password(step));
  }

  async dropStrayed({ strayed }: UserStep): Promise<void> {
    if (strayed === undefined) return;
    const { namespace = '', name, uid } = strayed.metadata;
    await this.kube.delete({ kind: SECRET, namespace, name }, { uid });
    const known = this.store.get(namespace, name);
    if (known !== undefined) this.store.forget(known);
  }

  /** What Kafka is told: salted, never the password itself. */
  async salted(user: UserObject, mechanism: ScramMechanism): Promise<ScramUpsertion> {
    const password = this.fresh.get(user.key) ?? (await this.readPassword(user));
    const iterations = user.spec?.passwordSecret === undefined ? FEW_ITERATIONS : MANY_ITERATIONS;
    const salt = randomBytes(32);
    const [hash, length] = HASHES[mechanism];
    const saltedPassword = await derive(password, salt, iterations, length, hash);
    return { user: user.name, mechanism, iterations, salt, saltedPassword };
  }

  forgetFresh(): void {
    this.fresh.clear();
  }

  private async readPassword({ namespace, spec, name: user }: UserObject): Promise<string> {
    const { name, key } = spec?.passwordSecret ?? { name: spec?.secretName ?? '', key: 'password' };
    const live = await this.kube.get({ kind: SECRET, namespace, name });
    const password = textOf(dataOf(live), key) ?? '';
    if (password === '') throw new Error(`cannot tell Kafka the password of ${user}: Secret ${namespace}/${name} has no ${key}`);
    return password;
  }

  private async certificate(step: UserStep, { authority, now }: WriteFacts): Promise<Contents> {
    const { credential: wish, secret, user } = step;
    if (authority === undefined || (wish.kind !== 'issue' && wish.kind !== 'complete'))
      throw new Error('cannot issue a certificate: there is no CA');
    refuseEnded(authority, now);
    const withStores = user.spec?.includeJKS === true;
    const reads = secret !== undefined && (wish.kind === 'complete' || withStores);
    const old = reads ? await this.live(secret) : {};
    const pair = wish.kind === 'issue' ? await issueLeaf(wish.profile, authority.signer, now) : pairIn(old);
    const { data, annotations } = withStores ? storesFor(pair, authority, textOf(old, 'password')) : { data: {}, annotations: {} };
    return {
      data: { 'ca.crt': base64(authority.trusted.join('')), 'tls.crt': base64(pair.certificate), 'tls.key': base64(pair.key), ...data },
      annotations: { [ANNOTATION.profileHash]: credential.profileHash(wish.profile), ...annotations },
    };
  }

  private async password(step: UserStep): Promise<Contents> {
    const { user, credential: wish } = step;
    const taken = user.spec?.passwordSecret;
    const draws = wish.kind === 'password' && wish.draw;
    const password = draws ? drawPassword() : taken === undefined ? await this.ownPassword(step) : await this.readPassword(user);
    this.fresh.set(user.key, password);
    const data = { username: base64(user.name), password: base64(password), 'sasl.jaas.config': base64(jaasLine(user.name, password)) };
    const source = wish.kind === 'password' ? wish.source : undefined;
    return { data, annotations: source === undefined ? {} : { [USER_ANNOTATION.passwordOf]: source } };
  }

  private async ownPassword({ user, secret }: UserStep): Promise<string> {
    const password = secret === undefined ? undefined : textOf(await this.live(secret), 'password');
    if (password === undefined || password === '') throw new Error(`cannot complete the Secret of ${user.key}: its password is gone`);
    return password;
  }

  private async live({
    metadata: { namespace = '', name },
  }: {
    readonly metadata: { readonly namespace?: string; readonly name: string };
  }) {
    return dataOf(await this.kube.get({ kind: SECRET, namespace, name }));
  }

  private async put(step: UserStep, { cluster }: WriteFacts, contents: Contents | undefined): Promise<void> {
    const { user, secret } = step;
    const { spec } = user;
    const name = spec === undefined ? undefined : nameOfSecret(spec);
    if (spec === undefined || name === undefined) return;
    const labels = credential.labelsOf(user, cluster);
    const annotations = { ...credential.annotationsOf(spec, cluster), ...contents?.annotations };
    if (secret === undefined) {
      await this.create(user, name, { labels, annotations, data: contents?.data ?? {} });
      return;
    }
    const { uid, resourceVersion } = secret.metadata;
    const stray =
      contents === undefined ? [] : ALL_KEYS.filter((key) => secret.tls?.keys.includes(key) === true && contents.data[key] === undefined);
    const data = contents === undefined ? {} : { data: { ...contents.data, ...Object.fromEntries(stray.map((key) => [key, null])) } };
    const patch = { metadata: { uid, resourceVersion, labels, annotations }, ...data };
    this.store.record(await this.kube.mergePatch({ kind: SECRET, namespace: user.namespace, name }, patch));
  }

  /** One that is there without being known is ours when it says so (its label was taken away), else somebody's. */
  private async create(
    user: UserObject,
    name: string,
    { labels, annotations, data }: { readonly labels: object; readonly annotations: object; readonly data: object },
  ): Promise<void> {
    const { namespace, uid } = user;
    const owner = { apiVersion: USER.apiVersion, kind: USER.kind, name: user.name, uid, controller: true, blockOwnerDeletion: true };
    const metadata = { name, namespace, labels, annotations, ownerReferences: [owner] };
    try {
      this.store.record(await this.kube.create(SECRET, { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata, data }));
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const live = await this.kube.get({ kind: SECRET, namespace, name });
      if (!credential.isOwnedBy(live, user)) throw new UserProblem('SecretTaken', credential.secretTaken(user, name));
      this.store.record(live);
    }
  }
}

/** What it signs nobody accepts. */
function refuseEnded({ signer }: UserAuthority, now: number): void {
  const { notAfter } = certificateView(signer.certificate);
  const when = new Date(notAfter).toISOString();
  if (notAfter <= now)
    throw new UserProblem('AuthorityMissing', `the CA of its cluster ended ${when}: replace it, see the conditions of the KafkaCluster`);
}

/** The password stays: clients have it in their configuration. */
function storesFor(pair: KeyPair, { trusted, facts }: UserAuthority, password = drawPassword()): Contents {
  const { fingerprint } = certificateView(pair.certificate);
  return {
    data: { ...clientStores(pair, trusted, password) },
    annotations: { [USER_ANNOTATION.storesOf]: credential.storesOf(fingerprint, facts.trusted) },
  };
}

function pairIn(data: Readonly<Record<string, string>>): KeyPair {
  const { certificate } = secretContents(data);
  if (certificate === undefined) throw new Error('cannot complete the Secret: its certificate is gone');
  return certificate;
}
