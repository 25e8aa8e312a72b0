import { CLAIM, POD } from '../../../operator/kinds';
import { clusterObject, podsOf, running, statusOf } from '../cluster';
import { deletedWithReplicas, watchHoldings } from '../holdings';
import { mustKubectl, NAMESPACE, pause, until, watching } from '../kubernetes';
import { addBrokers, ensureMoved, faults, gracefulState, NAME, operations, removeBrokers } from '../moved';
import { connectTo } from '../partitions';
import { bootstrapOf, createTopic } from '../records';
import { expectUnharmed, tell, underLoad } from '../roll';

const BUSY = { seconds: 240 };
const STAYING = [100, 102, 103];

/** Every fault of the stand-in, two or three to a removal, so that each has to be got over before the broker may go. */
const TROUBLES: readonly { readonly what: string; readonly faults: readonly Readonly<Record<string, unknown>>[] }[] = [
  {
    what: 'says that all is moved and moved nothing, and answers nothing but errors for a while',
    faults: [{ ignoreMoves: 1, answer500: 5 }],
  },
  {
    what: 'stops half-way with an error, after it said it was ready and was not',
    faults: [{ completeWithError: 1, lieReady: true }, { lieReady: false }],
  },
  {
    what: 'ends in the middle, forgets the task, and is silent for a while',
    faults: [{ restart: true }, { hangMs: 15_000 }, { hangMs: 0 }],
  },
];

/** Each takes one to two minutes: every run has the first one, `make test-full` (FULL=1) all of them. */
const told = process.env.FULL === '1' ? TROUBLES : TROUBLES.slice(0, 1);

beforeAll(async () => {
  await ensureMoved();
  await createTopic(bootstrapOf(NAME), 'troubled');
});

async function replicasOn(id: number): Promise<number> {
  const connection = connectTo(NAME, STAYING);
  try {
    return (await connection.describePartitions()).filter((p) => p.replicas.includes(id)).length;
  } finally {
    await connection.close();
  }
}

const isGone = async (id: number): Promise<boolean> =>
  (await podsOf(NAME)).every((p) => p.metadata.labels?.brokerId !== String(id)) &&
  statusOf(await clusterObject(NAME)).brokersState?.[String(id)] === undefined;

describe('Cruise Control that', () => {
  it.each(told)('$what delays the removal of a broker, and nothing that holds a replica is deleted', async ({ what, faults: troubles }) => {
    await addBrokers(105);
    await until('broker 105 is filled', async () => (await gracefulState(105)) === 'GracefulUpscaleSucceeded', BUSY);
    await running(NAME);
    expect(await replicasOn(105)).toBeGreaterThan(0);
    const [pods, claims] = await Promise.all([watching(POD), watching(CLAIM)]);
    const holdings = watchHoldings(NAME, STAYING);
    const done = (await operations()).length;
    const evidence = await underLoad(NAME, STAYING, async () => {
      await faults(troubles[0] ?? {});
      await removeBrokers(105);
      await until('an operation was made', async () => (await operations()).length > done, BUSY);
      for (const next of troubles.slice(1)) {
        await pause(4_000);
        await faults(next);
      }
      await until('broker 105 is gone', () => isGone(105), BUSY);
      await running(NAME);
    });
    await faults({ reset: true });
    pods.stop();
    claims.stop();
    await holdings.stop();
    tell(`Cruise Control that ${what}`, evidence);
    expectUnharmed(evidence);
    expect(deletedWithReplicas([105], [...pods.seen, ...claims.seen], holdings.looks)).toEqual([]);
  });

  it('is away altogether keeps nobody from bringing a dead broker back', async () => {
    await mustKubectl(['-n', NAMESPACE, 'scale', `deployment/${NAME}-cruisecontrol`, '--replicas=0']);
    const evidence = await underLoad(NAME, STAYING, async () => {
      const before = (await podsOf(NAME)).find((p) => p.metadata.labels?.brokerId === '102');
      await mustKubectl(['-n', NAMESPACE, 'delete', 'pod', `${NAME}-102`, '--grace-period=1']);
      await until('broker 102 is back', async () => {
        const now = (await podsOf(NAME)).find((p) => p.metadata.labels?.brokerId === '102');
        return now !== undefined && now.metadata.uid !== before?.metadata.uid;
      });
      await running(NAME);
    });
    tell('a broker killed while Cruise Control is away', evidence);
    expect(evidence.lost).toEqual([]);
  });
});
