/**
 * What Kafka is known to have of users: everything in one request each for ACLs, SCRAM and quotas, kept for a minute, and put right by
 * every change of ours. So a thousand users cost three requests a minute, and a burst of changes is seen without asking.
 */
import type { UserAdmin } from '../clients/kafka/user-admin';
import type { AclBinding, Quotas, ScramMechanism } from '../clients/kafka/user-admin';
import { aclText } from '../decide/users/acl-text';
import type { UsersInKafka } from '../decide/users/kafka-changes';

export const LOOK_EVERY = 60_000;

type Credentials = readonly { readonly mechanism: ScramMechanism }[];

export class UserView {
  private acls: Map<string, AclBinding> | 'none' | undefined;
  private scram: Map<string, Credentials> | undefined;
  private quotas: Map<string, Quotas> | undefined;
  private at = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly admin: UserAdmin,
    private readonly now: () => number,
  ) {}

  get view(): UsersInKafka {
    return { acls: this.acls, scram: this.scram, quotas: this.quotas };
  }

  /** Milliseconds until the next look. */
  get dueIn(): number {
    return Math.max(0, this.at + LOOK_EVERY - this.now());
  }

  /** What was asked for may have happened or not: look again. */
  doubt(): void {
    this.at = Number.NEGATIVE_INFINITY;
  }

  /** Asks for what is needed and not known, or known for too long. */
  async refresh(needed: { readonly acls: boolean; readonly scram: boolean; readonly quotas: boolean }): Promise<void> {
    const old = this.dueIn === 0;
    const ask = async (wanted: boolean, known: unknown, look: () => Promise<void>): Promise<void> => {
      if (wanted && (old || known === undefined)) await look();
    };
    await Promise.all([
      ask(needed.acls, this.acls, async () => {
        const found = await this.admin.describeAcls();
        this.acls = found === undefined ? 'none' : new Map(found.map((acl) => [aclText(acl), acl]));
      }),
      ask(needed.scram, this.scram, async () => {
        this.scram = new Map(await this.admin.describeScram());
      }),
      ask(needed.quotas, this.quotas, async () => {
        this.quotas = new Map(await this.admin.describeUserQuotas());
      }),
    ]);
    if (old) this.at = this.now();
  }

  created(acl: AclBinding): void {
    if (this.acls !== undefined && this.acls !== 'none') this.acls.set(aclText(acl), acl);
  }

  deleted(acl: AclBinding): void {
    if (this.acls !== undefined && this.acls !== 'none') this.acls.delete(aclText(acl));
  }

  told(user: string, mechanism: ScramMechanism): void {
    const others = (this.scram?.get(user) ?? []).filter((one) => one.mechanism !== mechanism);
    this.scram?.set(user, [...others, { mechanism }]);
  }

  forgot(user: string, mechanism: ScramMechanism): void {
    this.scram?.set(
      user,
      (this.scram.get(user) ?? []).filter((one) => one.mechanism !== mechanism),
    );
  }

  limited(entity: string, changes: Readonly<Record<string, number | undefined>>): void {
    const now = Object.entries({ ...this.quotas?.get(entity), ...changes }).filter(([, value]) => value !== undefined);
    this.quotas?.set(entity, Object.fromEntries(now) as Quotas);
  }
}
