/** What a sight keeps from one look to the next, and what it asks for anew. */
import type { KafkaSight } from '../../../operator/observe/kafka-sight';
import { healthy, pass, setUp, target } from './told-kafka';

beforeEach(() => jest.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => jest.useRealTimers());

describe('settings and features', () => {
  const interests = { configsOf: ['clusterDefault', 1, 2] } as const;
  const setting = (value: string) => [{ key: 'k', value }];
  const configsOf = (sight: KafkaSight) => {
    const seen = sight.look(target.key);
    return seen.state === 'known' ? seen.value.configs : seen.state;
  };

  it('are in the first view', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 1000, interests);
    await pass(0);
    const seen = sight.look(target.key);
    expect(configsOf(sight)).toEqual({ clusterDefault: setting('first'), brokers: { 1: setting('first'), 2: setting('first') } });
    expect(seen.state === 'known' && seen.value.features?.finalized).toEqual({ 'metadata.version': 29 });
    expect(told.changes).toHaveLength(1);
  });

  it('are not asked for where nobody is interested', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 1000);
    await pass(0);
    expect([told.configsAsked, told.featuresAsked, configsOf(sight)]).toEqual([[], 1, undefined]);
  });

  it('are read every 30 s while in motion, and by each look while calm', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 1000, interests);
    await pass(28_000);
    expect([told.configsAsked.length, told.featuresAsked]).toEqual([3, 1]);
    await pass(2000);
    expect([told.configsAsked.length, told.featuresAsked]).toEqual([6, 2]);
    sight.watch(target, 30_000, interests);
    await pass(60_000);
    expect([told.configsAsked.length, told.featuresAsked]).toEqual([12, 4]);
  });

  it('are read soon after one was altered, what was known stands until then, and a difference wakes', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 30_000, interests);
    await pass(1000);
    told.settings[2] = 'second';
    sight.refreshConfigs(target.key);
    expect(configsOf(sight)).toMatchObject({ brokers: { 2: setting('first') } });
    await pass(200);
    expect(configsOf(sight)).toMatchObject({ brokers: { 1: setting('first'), 2: setting('second') } });
    expect([told.asked, told.changes.length, told.topicsAsked.length]).toEqual([2, 2, 2]);
  });

  it('that were read before an alteration do not count after it', async () => {
    const { told, sight } = setUp();
    told.silent.set(2, () => undefined);
    sight.watch(target, 30_000, interests);
    await pass(1000);
    const before = told.silent.get(2);
    told.settings[2] = 'second';
    told.silent.delete(2);
    sight.refreshConfigs(target.key);
    await pass(200);
    before?.();
    await pass(200);
    expect(configsOf(sight)).toMatchObject({ brokers: { 2: setting('second') } });
  });

  it('are read at once when another resource is of interest, and only of that one', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 30_000, interests);
    await pass(1000);
    sight.watch(target, 30_000, { configsOf: [2, 3] });
    await pass(0);
    expect(told.configsAsked).toEqual([0, 1, 2, 3]);
    expect(configsOf(sight)).toEqual({ brokers: { 2: setting('first'), 3: setting('first') } });
    sight.watch(target, 30_000, { configsOf: [2, 3] });
    await pass(1000);
    expect(told.asked).toBe(2);
  });

  it('of a broker that is silent are missing, the look goes on without them, and they are added when they come', async () => {
    const { told, sight } = setUp();
    told.silent.set(2, () => undefined);
    sight.watch(target, 30_000, interests);
    await pass(300);
    expect(configsOf(sight)).toEqual({ clusterDefault: setting('first'), brokers: { 1: setting('first') } });
    told.silent.get(2)?.();
    await pass(0);
    expect(configsOf(sight)).toMatchObject({ brokers: { 2: setting('first') } });
    expect([told.asked, told.changes.length]).toEqual([1, 2]);
  });

  it('of a broker that refuses are missing, and asked for again sooner than those of others', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 1000, interests);
    await pass(0);
    told.refusing.add(2);
    sight.refreshConfigs(target.key);
    await pass(500);
    expect(configsOf(sight)).toEqual({ clusterDefault: setting('first'), brokers: { 1: setting('first') } });
    told.refusing.clear();
    await pass(3000);
    expect(configsOf(sight)).toMatchObject({ brokers: { 2: setting('first') } });
    expect(told.configsAsked).toEqual([0, 1, 2, 0, 1, 2, 2]);
  });

  it('that were on their way when the addresses changed are asked for anew, and what was known stays', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 1000, interests);
    await pass(0);
    told.silent.set(2, () => undefined);
    sight.refreshConfigs(target.key);
    await pass(400);
    told.refusing.add(2);
    sight.watch({ ...target, bootstrap: ['b:1'] }, 1000, interests);
    told.silent.get(2)?.();
    await pass(0);
    expect(configsOf(sight)).toMatchObject({ brokers: { 2: setting('first') } });
    told.silent.clear();
    told.refusing.clear();
    await pass(1000);
    expect(told.configsAsked.filter((id) => id === 2)).toHaveLength(3);
  });

  it('once told of features are kept while nobody answers', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 30_000, interests);
    await pass(0);
    told.fails = true;
    sight.refreshConfigs(target.key);
    await pass(200);
    told.fails = false;
    sight.refresh(target.key);
    await pass(200);
    const seen = sight.look(target.key);
    expect(seen.state === 'known' && seen.value.features?.finalized).toEqual({ 'metadata.version': 29 });
  });
});

describe('min.insync.replicas', () => {
  it('of all topics is read every 10 s while in motion', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 1000);
    await pass(9000);
    expect(told.topicsAsked).toEqual(['orders']);
    await pass(1000);
    expect(told.topicsAsked).toEqual(['orders', 'orders']);
  });

  it('of a topic that appears is read at once, and of that one only', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 1000);
    await pass(0);
    told.state = { ...healthy, partitions: [...healthy.partitions, { ...healthy.partitions[0]!, topic: 'new' }] };
    await pass(3000);
    expect(told.topicsAsked).toEqual(['orders', 'new']);
  });

  it('is read afresh before a stop, with the settings', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 1000, { configsOf: [1] });
    await pass(0);
    await sight.lookNow(target.key);
    expect([told.topicsAsked, told.configsAsked]).toEqual([
      ['orders', 'orders'],
      [1, 1],
    ]);
  });
});

describe('what is written', () => {
  it('goes over the connection that looks', async () => {
    const { told, sight } = setUp();
    expect(sight.connection(target.key)).toBeUndefined();
    sight.watch(target, 1000);
    await pass(0);
    await sight.connection(target.key)?.describeCluster();
    expect([told.dialled.length, told.asked]).toEqual([1, 2]);
  });

  it('is looked at soon, once, however often that is asked', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 30_000);
    await pass(0);
    sight.refresh(target.key);
    sight.refresh(target.key);
    await pass(20_000);
    expect(told.asked).toBe(2);
  });

  it('during a look is looked at by another one after it', async () => {
    const { told, sight, answer } = setUp();
    told.hangs = true;
    sight.watch(target, 30_000);
    await pass(0);
    sight.refresh(target.key);
    await pass(1000);
    expect(told.asked).toBe(1);
    told.hangs = false;
    answer();
    await pass(0);
    expect(told.asked).toBe(2);
  });

  it('at a cluster that nobody watches changes nothing', async () => {
    const { told, sight } = setUp();
    sight.refresh('kafka/nobody');
    sight.refreshConfigs('kafka/nobody');
    await pass(1000);
    expect(told.asked).toBe(0);
  });
});
