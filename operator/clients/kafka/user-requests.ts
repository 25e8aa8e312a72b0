/**
 * Carries out what user-admin.ts describes. What is changed goes out in requests of at most 500 entries: a controller writes each
 * request as one batch of records, which it bounds at 10,000, and our time-out holds for each.
 */
import type { Links } from './connect';
import type { Refused } from './topic-admin';
import type { ScramUpsertion, UserAdmin } from './user-admin';
import { alterUserQuotas } from './messages/alter-quotas';
import { alterScram } from './messages/alter-scram';
import { createAcls } from './messages/create-acls';
import { deleteAcls } from './messages/delete-acls';
import { describeAcls } from './messages/describe-acls';
import { describeUserQuotas } from './messages/describe-quotas';
import { describeScram } from './messages/describe-scram';

const ENTRIES = 500;

const portions = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / ENTRIES) }, (_, i) => items.slice(i * ENTRIES, (i + 1) * ENTRIES));

/** One portion after the other: the controller writes them one after the other too. */
const each = async <T, R>(items: readonly T[], ask: (portion: readonly T[]) => Promise<R>): Promise<readonly R[]> => {
  const answers: R[] = [];
  for (const portion of portions(items)) answers.push(await ask(portion));
  return answers;
};

/** Kafka refuses a request that names a user twice, be it for two mechanisms (DUPLICATE_RESOURCE): the second comes in the next one. */
const inTurns = <T extends { readonly user: string }>(items: readonly T[]): readonly (readonly T[])[] => {
  const turns: T[][] = [];
  const counts = new Map<string, number>();
  for (const item of items) {
    const turn = counts.get(item.user) ?? 0;
    counts.set(item.user, turn + 1);
    (turns[turn] ??= []).push(item);
  }
  return turns;
};

type Deletion = Parameters<UserAdmin['alterScram']>[1][number];

const alterEach = async ({ any }: Links, upsertions: readonly ScramUpsertion[], deletions: readonly Deletion[]) => {
  // The new one first: a user whose mechanism changes is known by one of them at any time.
  const answers: ReadonlyMap<string, Refused>[] = [];
  for (const turn of inTurns(upsertions))
    answers.push(...(await each(turn, (portion) => any.ask(alterScram, { upsertions: portion, deletions: [] }))));
  for (const turn of inTurns(deletions))
    answers.push(...(await each(turn, (portion) => any.ask(alterScram, { upsertions: [], deletions: portion }))));
  return merged(answers);
};

const merged = (answers: readonly ReadonlyMap<string, Refused>[]): ReadonlyMap<string, Refused> =>
  new Map(answers.flatMap((answer) => [...answer]));

export const userAdmin = (links: Links): UserAdmin => {
  const { any } = links;
  return {
    describeAcls: () => any.ask(describeAcls, undefined),
    createAcls: async (acls) => (await each(acls, (portion) => any.ask(createAcls, portion))).flat(),
    deleteAcls: async (acls) => (await each(acls, (portion) => any.ask(deleteAcls, portion))).flat(),
    describeScram: () => any.ask(describeScram, undefined),
    alterScram: (upsertions, deletions) => alterEach(links, upsertions, deletions),
    describeUserQuotas: () => any.ask(describeUserQuotas, undefined),
    alterUserQuotas: async (changes) => merged(await each([...changes], (portion) => any.ask(alterUserQuotas, new Map(portion)))),
  };
};
