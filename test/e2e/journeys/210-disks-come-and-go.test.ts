import { CLAIM } from '../../../operator/kinds';
import { claimName } from '../../../lib/constructs/naming';
import { objectsOf, running } from '../cluster';
import { figure, seconds } from '../figures';
import { until } from '../kubernetes';
import { ensureMoved, NAME, operations, volumeState, withBrokers } from '../moved';
import { connectTo } from '../partitions';
import { bootstrapOf, createTopic } from '../records';
import { expectUnharmed, tell, underLoad } from '../roll';

const BUSY = { seconds: 200 };
const BROKER = 100;
/** Its name begins with that of the first one. */
const SECOND = '/kafka-logs2';
const BROKERS = [100, 102, 103];

beforeAll(async () => {
  await ensureMoved();
  await createTopic(bootstrapOf(NAME), 'records');
});

const volume = (mountPath: string) => ({
  mountPath,
  pvcSpec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});

/** Replicas in each log directory of the broker, by Kafka's word. */
async function replicasIn(): Promise<Readonly<Record<string, number>>> {
  const connection = connectTo(NAME, [BROKER]);
  try {
    return Object.fromEntries((await connection.describeLogDirs(BROKER)).map((dir) => [dir.path, dir.replicas.length]));
  } finally {
    await connection.close();
  }
}

const storage = (...paths: readonly string[]) =>
  withBrokers((spec) => {
    const broker = spec.brokers.find(({ id }) => id === BROKER);
    if (broker !== undefined) broker.brokerConfig = { ...broker.brokerConfig, storageConfigs: paths.map(volume) };
  });

const claims = async (): Promise<readonly string[]> => {
  const all = (await objectsOf(NAME, CLAIM)).filter((c) => c.metadata.deletionTimestamp === undefined);
  return all.filter((c) => c.metadata.labels?.brokerId === String(BROKER)).map((c) => c.metadata.name);
};

describe('a volume more', () => {
  it('is made, mounted by one safe restart, and gets its share of what the broker holds', async () => {
    const began = Date.now();
    const grown = await underLoad(NAME, BROKERS, async () => {
      await storage(SECOND);
      await until('the volume is filled', async () => (await volumeState(BROKER, SECOND)) === 'GracefulDiskRebalanceSucceeded', BUSY);
      await running(NAME);
    });
    figure('a volume added and filled', seconds(Date.now() - began));
    tell('a volume more', grown);
    expectUnharmed(grown);
    expect((await replicasIn())[`${SECOND}/kafka`]).toBeGreaterThan(0);
    expect(await claims()).toContain(claimName(NAME, BROKER, SECOND));
  });
});

describe('a volume less', () => {
  it('goes once Kafka says that its directory is empty, by one safe restart, and its claim goes last, with volumeReclaim Delete', async () => {
    const shrunk = await underLoad(NAME, BROKERS, async () => {
      await withBrokers((spec) => (spec.volumeReclaim = 'Delete'));
      await storage();
      await until(
        'its replicas are moved away',
        async () => (await operations()).some((o) => o.operation === 'remove_disks' && o.state === 'Completed'),
        BUSY,
      );
      await until('Kafka does not use it any more', async () => !Object.keys(await replicasIn()).includes(`${SECOND}/kafka`), BUSY);
      await running(NAME);
    });
    tell('a volume less', shrunk);
    expectUnharmed(shrunk);
    await until('its claim is gone', async () => !(await claims()).includes(claimName(NAME, BROKER, SECOND)));
    expect(await claims()).toEqual([claimName(NAME, BROKER, '/kafka-logs')]);
    await until('the status has forgotten it', async () => (await volumeState(BROKER, SECOND)) === undefined);
  });
});
