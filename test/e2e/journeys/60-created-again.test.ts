import { CLAIM } from '../../../operator/kinds';
import { applyCluster, clusterObject, deleteCluster, ensureRunning, namesOf, objectsOf, running, SHARED, statusOf } from '../cluster';
import { figure, seconds } from '../figures';
import { until } from '../kubernetes';
import { bootstrapOf, createTopic, missingRecords, produceSome } from '../records';

const NAME = SHARED.name;

const claims = async (): Promise<readonly string[]> => (await objectsOf(NAME, CLAIM)).map((c) => c.metadata.uid);

describe('a KafkaCluster that is deleted', () => {
  it('leaves its volumes, and made again it has its cluster id and all its records', async () => {
    const { clusterID } = statusOf(await ensureRunning(SHARED));
    await createTopic(bootstrapOf(NAME), 'kept');
    const numbers = await produceSome(bootstrapOf(NAME), 'kept');
    const volumes = await claims();

    await deleteCluster(NAME);
    await until('only the claims are left', async () => (await namesOf(NAME)).every((name) => name.startsWith('PersistentVolumeClaim/')));
    expect(await claims()).toEqual(volumes);

    const began = Date.now();
    await applyCluster(SHARED);
    const again = statusOf(await running(NAME));
    figure('apply to ClusterRunning on volumes that were kept', seconds(Date.now() - began));
    expect(again.clusterID).toBe(clusterID);
    expect(again.quorum).toBe('Formed');
    expect(await claims()).toEqual(volumes);
    expect(await missingRecords(bootstrapOf(NAME), 'kept', numbers)).toEqual([]);
  });

  it('takes its volumes along when volumeReclaim is Delete', async () => {
    await applyCluster({ ...SHARED, spec: { volumeReclaim: 'Delete' } });
    await running(NAME);
    await until('the finalizer is set', async () => ((await clusterObject(NAME)).metadata.finalizers ?? []).length > 0);
    await deleteCluster(NAME);
    await until('nothing is left', async () => (await namesOf(NAME)).length === 0);
  });
});
