/**
 * Writes of KafkaUsers to Kubernetes, each conditional on the object that was seen: an operator that was slow to end must not write its
 * status over the records of the one that follows it.
 */
import type { KafkaUserStatus } from '../../lib/api/kafka-user';
import { USER_FINALIZER, userObject, type UserObject } from '../decide/users/user-object';
import { USER } from '../kinds';
import type { KubeApi, Store } from '../runtime/kube-types';

export class UserWrites {
  constructor(
    private readonly kube: KubeApi,
    private readonly store: Store,
  ) {}

  /** The finalizer, then what is about to be made: in this order, for an object that goes in between leaves nothing behind. */
  async claim(user: UserObject, intended: KafkaUserStatus['intended']): Promise<void> {
    const { finalizers } = user;
    const held = finalizers.includes(USER_FINALIZER) ? user : await this.patch(user, [...finalizers, USER_FINALIZER]);
    if (intended !== undefined) await this.status(held, { ...held.status, intended });
  }

  async release(user: UserObject): Promise<void> {
    if (!user.finalizers.includes(USER_FINALIZER)) return;
    await this.patch(
      user,
      user.finalizers.filter((finalizer) => finalizer !== USER_FINALIZER),
    );
  }

  async status({ namespace, name, uid, resourceVersion }: UserObject, status: KafkaUserStatus): Promise<void> {
    const draft = { apiVersion: USER.apiVersion, kind: USER.kind, metadata: { namespace, name, uid, resourceVersion }, status };
    this.store.record(await this.kube.applyStatus(USER, draft, { force: true }));
  }

  private async patch({ namespace, name, uid, resourceVersion }: UserObject, finalizers: readonly string[]): Promise<UserObject> {
    const object = await this.kube.mergePatch({ kind: USER, namespace, name }, { metadata: { uid, resourceVersion, finalizers } });
    this.store.record(object);
    return userObject(object);
  }
}
