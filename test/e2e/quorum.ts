/** Controllers that come and go: who votes, and what is left of those that went. */
import { namesOf, podsOf } from './cluster';
import { change, BROKERS, LIVE } from './live';
import { connectTo } from './partitions';

/** Ids of the voters, by the word of Kafka. */
export async function voters(cluster = LIVE.name): Promise<readonly number[]> {
  const connection = connectTo(cluster, BROKERS);
  try {
    return (await connection.describeQuorum()).voters.map((v) => v.id).sort((a, b) => a - b);
  } finally {
    await connection.close();
  }
}

export const addControllers = (ids: readonly number[]): Promise<void> =>
  change((spec) => {
    spec.brokers.push(...ids.map((id) => ({ id, brokerConfigGroup: 'controllers' })));
  });

export const removeControllers = (ids: readonly number[]): Promise<void> =>
  change((spec) => (spec.brokers = spec.brokers.filter(({ id }) => !ids.includes(id))));

/** Objects of these nodes, without what tells one volume from another. */
export async function leftOf(ids: readonly number[], cluster = LIVE.name): Promise<readonly string[]> {
  const left = (await namesOf(cluster)).filter((name) =>
    ids.some((id) => new RegExp(`${cluster}-(config-|placement-)?${id}(-|$)`).test(name)),
  );
  return left.map((name) => name.replace(/-[0-9a-f]{8}$/, ''));
}

/** No Pod is left of those that were there, and there are so many. */
export async function allRestarted(before: readonly string[], count: number, cluster = LIVE.name): Promise<boolean> {
  const now = await podUids(cluster);
  return now.length === count && before.every((uid) => !now.includes(uid));
}

export const podUids = async (cluster = LIVE.name): Promise<readonly string[]> => (await podsOf(cluster)).map((p) => p.metadata.uid);
