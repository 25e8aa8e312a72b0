/** Where replicas are, as a sight sees it beside its looks. */
import type { KafkaSight } from '../../../operator/observe/kafka-sight';
import type { KafkaView } from '../../../operator/decide/world';
import { pass, setUp, target } from './told-kafka';

beforeEach(() => jest.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => jest.useRealTimers());

const viewOf = (sight: KafkaSight): Partial<KafkaView> => {
  const seen = sight.look(target.key);
  return seen.state === 'known' ? seen.value : {};
};

const dir = (replicas: number) => [
  { path: '/kafka-logs/kafka', offline: false, replicas, topics: replicas === 0 ? [] : ['orders'], bytes: replicas * 5 },
];
const interests = { logDirsOf: [1, 2], reassignments: true };
const move = { topic: 'orders', partition: 0, replicas: [1, 2, 3], adding: [3], removing: [1] };

describe('log directories and reassignments', () => {
  it('are not asked for where nobody is interested', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 1000, { configsOf: ['clusterDefault'] });
    await pass(5000);
    expect([told.dirsAsked, told.movesAsked]).toEqual([[], 0]);
    expect(viewOf(sight)).not.toHaveProperty('logDirs');
    expect(viewOf(sight)).not.toHaveProperty('reassigning');
  });

  it('are in the first view, and asked for anew by each look', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 1000, interests);
    await pass(0);
    expect(viewOf(sight)).toMatchObject({ logDirs: { 1: dir(2), 2: dir(2) }, reassigning: [] });
    await pass(2000);
    expect([told.dirsAsked, told.movesAsked, told.asked]).toEqual([[1, 2, 1, 2, 1, 2], 3, 3]);
  });

  it('are asked for at once when a broker is of interest that was not before, and dropped when it is not any more', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 30_000, { logDirsOf: [1] });
    await pass(1000);
    sight.watch(target, 30_000, interests);
    await pass(0);
    expect([told.dirsAsked, told.movesAsked]).toEqual([[1, 1, 2], 1]);
    sight.watch(target, 1000);
    await pass(1000);
    expect(viewOf(sight).logDirs).toBeUndefined();
    expect([told.dirsAsked.length, told.movesAsked]).toEqual([3, 1]);
  });

  it('that change wake, and their bytes alone do not', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 300, interests);
    await pass(0);
    told.replicas = 0;
    await pass(300);
    expect([viewOf(sight).logDirs?.['1'], told.changes.length]).toEqual([dir(0), 2]);
    told.moves = [move];
    await pass(300);
    expect([viewOf(sight).reassigning, told.changes.length]).toEqual([[{ topic: 'orders', partition: 0, adding: [3], removing: [1] }], 3]);
  });

  it('of a broker that is silent delay no look; they are added when they come', async () => {
    const { told, sight } = setUp();
    told.dirsAfterMs[2] = 3000;
    sight.watch(target, 30_000, interests);
    await pass(150);
    expect(viewOf(sight).logDirs).toEqual({ 1: dir(2) });
    await pass(3000);
    expect(viewOf(sight).logDirs).toEqual({ 1: dir(2), 2: dir(2) });
    expect(told.asked).toBe(1);
  });

  it('of a slow broker stand until its next answer, and not longer than five seconds', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 1000, interests);
    await pass(0);
    told.dirsAfterMs[2] = 60_000;
    await pass(4500);
    expect(viewOf(sight).logDirs).toHaveProperty('2');
    await pass(2000);
    expect(viewOf(sight).logDirs).toEqual({ 1: dir(2) });
  });

  it('of a broker that refuses are missing at once, whatever it said before', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 1000, interests);
    await pass(0);
    told.refusing.add(2);
    await pass(1000);
    expect(viewOf(sight).logDirs).toEqual({ 1: dir(2) });
  });

  it('are waited for by the last check, and what was known before does not count in it', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 30_000, interests);
    await pass(0);
    told.replicas = 0;
    told.dirsAfterMs = { 1: 1500, 2: 60_000 };
    const checking = sight.lookNow(target.key);
    await pass(2500);
    const seen = await checking;
    expect(seen.state === 'known' && seen.value.logDirs).toEqual({ 1: dir(0) });
  });
});
