import { CLAIM, POD } from '../../../operator/kinds';
import { clusterObject, objectsOf, podsOf, running, statusOf } from '../cluster';
import { figure, seconds } from '../figures';
import { deletedWithReplicas, watchHoldings } from '../holdings';
import { until, watching } from '../kubernetes';
import { commandLine, edited } from '../live';
import { addBrokers, ensureMoved, FIRST_BROKERS, gracefulState, held, NAME, operations, removeBrokers } from '../moved';
import { killOperator, operatorContainer, operatorRestarted } from '../operator';
import { connectTo } from '../partitions';
import { bootstrapOf, createTopic } from '../records';
import { expectUnharmed, tell, underLoad } from '../roll';

const BUSY = { seconds: 200 };

beforeAll(async () => {
  await ensureMoved();
  for (const topic of ['orders', 'payments', 'refunds', 'returns']) await createTopic(bootstrapOf(NAME), topic);
});

/** Replicas of each broker, by Kafka's word. */
async function replicasOn(id: number): Promise<number> {
  const connection = connectTo(NAME, [100, 102]);
  try {
    return (await connection.describePartitions()).filter((p) => p.replicas.includes(id)).length;
  } finally {
    await connection.close();
  }
}

const registered = async (): Promise<readonly number[]> => {
  const connection = connectTo(NAME, [100, 102]);
  try {
    return (await connection.describeCluster()).brokers.map((b) => b.id).sort((a, b) => a - b);
  } finally {
    await connection.close();
  }
};

/** Nothing of it is left but what is kept on purpose. */
const isGone = async (id: number): Promise<boolean> =>
  (await podsOf(NAME)).every((p) => p.metadata.labels?.brokerId !== String(id)) &&
  statusOf(await clusterObject(NAME)).brokersState?.[String(id)] === undefined;

/** Removes brokers under load, with everything that could be deleted too early watched. */
async function removed(ids: readonly number[], meanwhile: () => Promise<unknown> = () => Promise.resolve()) {
  const [pods, claims] = await Promise.all([watching(POD), watching(CLAIM)]);
  const holdings = watchHoldings(NAME, [100, 102]);
  const evidence = await underLoad(NAME, [100, 102], async () => {
    await removeBrokers(...ids);
    await meanwhile();
    for (const id of ids) await until(`broker ${String(id)} is gone`, () => isGone(id), BUSY);
    await running(NAME);
  });
  pods.stop();
  claims.stop();
  await holdings.stop();
  expect(deletedWithReplicas(ids, [...pods.seen, ...claims.seen], holdings.looks)).toEqual([]);
  return evidence;
}

describe('a broker more', () => {
  it('joins and gets its share of the replicas, while records are produced and consumed', async () => {
    const began = Date.now();
    const grown = await underLoad(NAME, FIRST_BROKERS, async () => {
      await addBrokers(103);
      await until('broker 103 is filled', async () => (await gracefulState(103)) === 'GracefulUpscaleSucceeded', BUSY);
      await running(NAME);
    });
    figure('a fourth broker added and filled', seconds(Date.now() - began));
    tell('a broker more', grown);
    expectUnharmed(grown);
    expect(await replicasOn(103)).toBeGreaterThan(0);
    expect((await operations()).map((o) => [o.operation, o.state])).toEqual([['add_broker', 'Completed']]);
  });
});

describe('a broker less', () => {
  it('is told beforehand by the plan, and one of the middle goes once Kafka says that it holds nothing, although the operator is killed', async () => {
    const wanted = await edited((spec) => (spec.brokers = spec.brokers.filter(({ id }) => id !== 101)), NAME);
    const { code, text } = commandLine(['plan', '--until-done'], wanted);
    expect({ code, text }).toMatchObject({ code: 2, text: expect.stringMatching(/remove[-_]broker/) });

    const operator = await operatorContainer();
    const shrunk = await removed([101], async () => {
      await until(
        'its replicas are on their way',
        async () => (await operations()).some((o) => o.operation === 'remove_broker' && o.state !== ''),
        BUSY,
      );
      await operatorRestarted(operator, await killOperator(operator));
      await until(
        'its Pod is being stopped',
        async () => {
          const pod = (await podsOf(NAME)).find((p) => p.metadata.labels?.brokerId === '101');
          return pod === undefined || pod.metadata.deletionTimestamp !== undefined;
        },
        BUSY,
      );
      await operatorRestarted(operator, await killOperator(operator));
    });
    tell('a broker of the middle less', shrunk);
    expectUnharmed(shrunk, { mostAway: 1 });
    expect(await registered()).toEqual([100, 102, 103]);
    expect(await replicasOn(101)).toBe(0);
    const kept = (await objectsOf(NAME, CLAIM)).filter((c) => c.metadata.labels?.brokerId === '101');
    expect(kept).toHaveLength(1);
  });

  it('is refused before it begins when the others could not hold its replicas, naming the topics', async () => {
    await removeBrokers(103);
    await held(/remove +node 103 .*have up to 3 replicas/);
    expect((await podsOf(NAME)).map((p) => p.metadata.labels?.brokerId)).toContain('103');
    await addBrokers(103);
    await running(NAME);
    expect(await replicasOn(103)).toBeGreaterThan(0);
  });
});

describe('two brokers', () => {
  it('come in one operation and go in one, one of them back under an id that was there before', async () => {
    const many = (await operations()).length;
    await addBrokers(101, 104);
    for (const id of [101, 104])
      await until(`broker ${String(id)} is filled`, async () => (await gracefulState(id)) === 'GracefulUpscaleSucceeded', BUSY);
    await running(NAME);
    expect(await operations()).toHaveLength(many + 1);
    const shrunk = await removed([101, 104]);
    tell('two brokers less at once', shrunk);
    expectUnharmed(shrunk, { mostAway: 2 });
    expect(await operations()).toHaveLength(many + 2);
    expect(await registered()).toEqual([100, 102, 103]);
  });
});
