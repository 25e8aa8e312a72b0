/** Draws passwords and tells Kafka of them. They are seen here and in the Secret, and nowhere else. */
import { ANNOTATION } from '../../lib/constructs/naming';
import { PASSWORD_OF_BROKERS, SCRAM_MECHANISMS, SCRAM_USER, scramFormatArguments } from '../../lib/kafka/scram';
import type { ScramUpsertion, UserAdmin } from '../clients/kafka/user-admin';
import type { KnowCredentials, MakeCredentials } from '../decide/action';
import { drawPassword } from '../pki/keystore-secret';
import { saltedPassword } from '../pki/scram';
import type { KubeApi, KubeObject } from '../runtime/kube-types';
import { asData, patchSecret, readSeen, requiredOf, valueOf, writeSecret } from './secret-write';

/** Opens the cluster, does this, and closes it. Throws while no broker can be reached. */
export type UseUsers = <T>(use: (users: Pick<UserAdmin, 'alterScram'>) => Promise<T>) => Promise<T>;

/** @returns the Secret as it is after the write. A password that is there stays. */
export async function makeCredentials(action: MakeCredentials, kube: KubeApi): Promise<KubeObject> {
  const { manifest, replaces, from, users, properties, formatKey } = action;
  const [live, source] = [await seenOf(kube, replaces), await seenOf(kube, from)];
  const known = (user: string): string | undefined => knownIn(source, user) ?? knownIn(live, user);
  const passwords = Object.fromEntries(users.map((user) => [user, known(user) ?? drawPassword()] as const));
  const brokers = passwords[SCRAM_USER.brokers] ?? '';
  const written = Object.fromEntries(
    Object.entries(properties).map(([key, text]) => [key, text.replaceAll(PASSWORD_OF_BROKERS, brokers)] as const),
  );
  const format = scramFormatArguments(users.flatMap((user) => salted(user, passwords[user] ?? '')).map(asText));
  const data = { ...passwords, ...written, [formatKey]: format };
  if (live === undefined) return writeSecret(kube, { manifest, live }, data);
  return patchSecret(kube, live, { annotations: { ...manifest.metadata.annotations, ...untold(users, known) }, data: asData(data) });
}

const seenOf = async (kube: KubeApi, target: MakeCredentials['from']): Promise<KubeObject | undefined> =>
  target === undefined ? undefined : readSeen(kube, target);

const knownIn = (object: KubeObject | undefined, user: string): string | undefined =>
  object === undefined ? undefined : valueOf(object, user);

/** Kafka is told again of what was drawn anew. */
const untold = (users: readonly string[], known: (user: string) => string | undefined): Readonly<Record<string, string | null>> =>
  users.every((user) => known(user) !== undefined) ? {} : { [ANNOTATION.credentialsKnown]: null };

const salted = (user: string, password: string): readonly ScramUpsertion[] =>
  SCRAM_MECHANISMS.map((mechanism) => ({ user, mechanism, ...saltedPassword(password, mechanism) }));

const asText = ({ salt, saltedPassword: password, ...rest }: ScramUpsertion) => ({
  ...rest,
  salt: salt.toString('base64'),
  saltedPassword: password.toString('base64'),
});

/** Kafka keeps the same password under another salt when it is told twice; a kill before the Secret is marked changes nothing else. */
export async function knowCredentials(
  { target, clusterId, users }: KnowCredentials,
  kube: KubeApi,
  use: UseUsers | undefined,
): Promise<KubeObject> {
  if (use === undefined) throw new Error('there is no connection to Kafka yet');
  const live = await readSeen(kube, target);
  const upsertions = users.flatMap((user) => salted(user, requiredOf(live, user)));
  const refused = await use((admin) => admin.alterScram(upsertions, []));
  const first = [...refused][0];
  if (first !== undefined) throw new Error(`Kafka refuses the user ${first[0]}: ${first[1].message}`);
  return patchSecret(kube, live, { annotations: { [ANNOTATION.credentialsKnown]: clusterId } });
}
