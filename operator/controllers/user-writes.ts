/** Writes of KafkaUsers to Kubernetes, each conditional on the object that was seen. */
import type { KafkaUserStatus } from '../../lib/api/kafka-user';
import { INTENT_ANNOTATION, USER_FINALIZER, type UserObject } from '../decide/users/user-object';
import { USER } from '../kinds';
import type { KubeApi, Store } from '../runtime/kube-types';

export class UserWrites {
  constructor(
    private readonly kube: KubeApi,
    private readonly store: Store,
  ) {}

  /** The finalizer, and what is about to be made, in one write. */
  async claim(user: UserObject, intent: string | undefined): Promise<void> {
    const finalizers = [...user.finalizers.filter((finalizer) => finalizer !== USER_FINALIZER), USER_FINALIZER];
    await this.patch(user, { finalizers, ...(intent === undefined ? {} : { annotations: { [INTENT_ANNOTATION]: intent } }) });
  }

  async release(user: UserObject): Promise<void> {
    if (!user.finalizers.includes(USER_FINALIZER)) return;
    await this.patch(user, { finalizers: user.finalizers.filter((finalizer) => finalizer !== USER_FINALIZER) });
  }

  async status({ namespace, name, uid }: UserObject, status: KafkaUserStatus): Promise<void> {
    const draft = { apiVersion: USER.apiVersion, kind: USER.kind, metadata: { namespace, name, uid }, status };
    this.store.record(await this.kube.applyStatus(USER, draft, { force: true }));
  }

  private async patch({ namespace, name, uid, resourceVersion }: UserObject, metadata: Readonly<Record<string, unknown>>): Promise<void> {
    const patch = { metadata: { uid, resourceVersion, ...metadata } };
    this.store.record(await this.kube.mergePatch({ kind: USER, namespace, name }, patch));
  }
}
