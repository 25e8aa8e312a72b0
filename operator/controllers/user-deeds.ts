/** Carries out what is to change in Kafka for many users at once: each kind of change is one batch of all of them. */
import type { Refused } from '../clients/kafka/topic-admin';
import type { AclBinding, ScramUpsertion, UserAdmin } from '../clients/kafka/user-admin';
import type { UserStep } from '../decide/users/decide-users';
import { forEachBounded } from './for-each-bounded';
import type { UserCredentials } from './user-credentials';
import type { UserView } from './user-view';

/** By key of the user, what Kafka or the Secret said against it. */
export type Refusals = ReadonlyMap<string, string>;

/** Threads of Node's pool that salt passwords. */
const SALTING = 4;

interface Hands {
  readonly admin: UserAdmin;
  readonly view: UserView;
  readonly credentials: UserCredentials;
}

/** Throws what is wrong with a whole request. */
export async function doAtKafka(steps: readonly UserStep[], hands: Hands): Promise<Refusals> {
  const refused = new Map<string, string>();
  await changeAcls(steps, hands, refused);
  await changeQuotas(steps, hands, refused);
  await changePasswords(steps, hands, refused);
  return refused;
}

async function changeAcls(steps: readonly UserStep[], { admin, view }: Hands, refused: Map<string, string>): Promise<void> {
  const ofEach = (part: 'createAcls' | 'deleteAcls') =>
    steps.flatMap(({ user, changes }) => changes[part].map((acl) => ({ key: user.key, acl })));
  const settle = (asked: ReturnType<typeof ofEach>, answers: readonly (Refused | undefined)[], done: (acl: AclBinding) => void): void => {
    asked.forEach(({ key, acl }, i) => {
      const answer = answers[i];
      if (answer === undefined) done(acl);
      else refused.set(key, `the ACL of ${acl.resource} ${acl.name}: ${answer.message}`);
    });
  };
  // What is taken away first: a right that was withdrawn must not wait for others.
  const [gone, wanted] = [ofEach('deleteAcls'), ofEach('createAcls')];
  const deleted = await admin.deleteAcls(gone.map(({ acl }) => acl));
  settle(gone, deleted, (acl) => view.deleted(acl));
  const created = await admin.createAcls(wanted.map(({ acl }) => acl));
  settle(wanted, created, (acl) => view.created(acl));
}

async function changeQuotas(steps: readonly UserStep[], { admin, view }: Hands, refused: Map<string, string>): Promise<void> {
  const changes = new Map(steps.flatMap(({ changes: { quotas } }) => [...quotas]));
  if (changes.size === 0) return;
  const answers = await admin.alterUserQuotas(changes);
  for (const [entity, change] of changes) {
    const answer = answers.get(entity);
    if (answer === undefined) view.limited(entity, change);
    else
      steps.filter((step) => step.changes.quotas.has(entity)).forEach(({ user }) => refused.set(user.key, `its quotas: ${answer.message}`));
  }
}

async function changePasswords(
  steps: readonly UserStep[],
  { admin, view, credentials }: Hands,
  refused: Map<string, string>,
): Promise<void> {
  const salted = new Map<string, ScramUpsertion>();
  const telling = steps.flatMap(({ user, changes: { tellPassword } }) => (tellPassword === undefined ? [] : [{ user, tellPassword }]));
  await forEachBounded(
    telling,
    async ({ user, tellPassword }) => {
      try {
        salted.set(user.key, await credentials.salted(user, tellPassword));
      } catch (error) {
        refused.set(user.key, error instanceof Error ? error.message : 'cannot read its password');
      }
    },
    SALTING,
  );
  const gone = steps.flatMap(({ user, changes }) =>
    changes.forgetPasswords.map((mechanism) => ({ key: user.key, user: user.name, mechanism })),
  );
  if (salted.size + gone.length === 0) return;
  const answers = await admin.alterScram([...salted.values()], gone);
  for (const [key, { user, mechanism }] of salted) {
    const answer = answers.get(user);
    if (answer === undefined) view.told(user, mechanism);
    else refused.set(key, `its password: ${answer.message}`);
  }
  for (const { key, user, mechanism } of gone) {
    const answer = answers.get(user);
    if (answer === undefined) view.forgot(user, mechanism);
    else refused.set(key, `its password: ${answer.message}`);
  }
}
