/**
 * Which version of the Secrets that people write passwords into is there. They carry no label of ours, so they are not watched: they are
 * read when the KafkaUser changes, and every few minutes; one with the label of users' Secrets is seen at once.
 */
import type { PasswordFacts } from '../decide/users/credential';
import type { UserObject } from '../decide/users/user-object';
import { SECRET } from '../kinds';
import { isNotFound } from '../runtime/kube-error';
import type { KubeApi, Store } from '../runtime/kube-types';
import { dataOf, textOf } from './user-secrets';

const EVERY = 300_000;
/** One that is missing is waited for. */
const MISSING_EVERY = 10_000;

interface Known {
  readonly facts: PasswordFacts;
  readonly generation: number;
  readonly at: number;
}

export class UserPasswords {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly kube: KubeApi,
    private readonly store: Store,
    private readonly now: () => number,
  ) {}

  of({ key }: UserObject): PasswordFacts | undefined {
    return this.known.get(key)?.facts;
  }

  /** Whether it has to be read (again). */
  isDue(user: UserObject): boolean {
    if (user.spec?.passwordSecret === undefined || user.deleting) return false;
    const known = this.known.get(user.key);
    if (known?.generation !== user.generation || this.isOutdated(known.facts, user)) return true;
    return this.now() - known.at >= ('missing' in known.facts ? MISSING_EVERY : EVERY);
  }

  private isOutdated(facts: PasswordFacts, { namespace, spec }: UserObject): boolean {
    const labelled = this.store.get(namespace, spec?.passwordSecret?.name ?? '')?.metadata.resourceVersion;
    return labelled !== undefined && !('source' in facts && facts.source.endsWith(`/${labelled}`));
  }

  /** When the next one is due, in milliseconds from now; undefined: never. */
  dueIn(users: readonly UserObject[]): number | undefined {
    const waits = users.flatMap(({ key, spec, deleting }) => {
      const known = this.known.get(key);
      if (spec?.passwordSecret === undefined || deleting || known === undefined) return [];
      return [known.at + ('missing' in known.facts ? MISSING_EVERY : EVERY) - this.now()];
    });
    return waits.length === 0 ? undefined : Math.max(0, Math.min(...waits));
  }

  async read(user: UserObject): Promise<void> {
    const { namespace, generation, key: userKey, spec } = user;
    const { name, key } = spec?.passwordSecret ?? { name: '', key: '' };
    const facts = await this.look(namespace, name, key);
    this.known.set(userKey, { facts, generation, at: this.now() });
  }

  forget(key: string): void {
    this.known.delete(key);
  }

  private async look(namespace: string, name: string, key: string): Promise<PasswordFacts> {
    try {
      const live = await this.kube.get({ kind: SECRET, namespace, name });
      const { uid, resourceVersion } = live.metadata;
      if ((textOf(dataOf(live), key) ?? '') !== '') return { source: `${name}/${uid}/${resourceVersion}` };
      return { missing: `Secret ${namespace}/${name} has no password under the key ${key}: put it there` };
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return { missing: `Secret ${namespace}/${name} does not exist: make it, with the password under the key ${key}` };
    }
  }
}
