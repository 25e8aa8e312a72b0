import { CONFIG_MAP, KAFKA_CLUSTER, POD } from '../../../operator/kinds';
import { applyCluster, ensureRunning, mostNotReady, objectsOf, running, SHARED, statusOf } from '../cluster';
import { figure, seconds } from '../figures';
import { mustKubectl, NAMESPACE, until, watching } from '../kubernetes';
import { bootstrapOf, createTopic, missingRecords, produce } from '../records';

const NAME = SHARED.name;
const CHANGED = { ...SHARED, config: ['replica.fetch.wait.max.ms=400'] };

/** How many immutable configurations node 0 has. */
const revisions = async (): Promise<number> =>
  (await objectsOf(NAME, CONFIG_MAP)).filter((m) => m.immutable === true && m.metadata.labels?.brokerId === '0').length;

describe('a change of read-only configuration', () => {
  it('restarts one node at a time under a producer, and loses no acknowledged record', async () => {
    await ensureRunning(SHARED);
    const before = await objectsOf(NAME, POD);
    await createTopic(bootstrapOf(NAME), 'rolled');
    const producing = await produce(bootstrapOf(NAME), 'rolled');
    const [pods, clusters] = await Promise.all([watching(POD), watching(KAFKA_CLUSTER)]);
    const began = Date.now();
    try {
      await applyCluster(CHANGED);
      await until('every node was restarted', async () => {
        const uids = (await objectsOf(NAME, POD)).map((p) => p.metadata.uid);
        return uids.length === before.length && before.every((p) => !uids.includes(p.metadata.uid));
      });
      await running(NAME);
    } finally {
      pods.stop();
      clusters.stop();
    }
    figure('a rolling restart of three combined nodes', seconds(Date.now() - began));
    const { acknowledged, longestStall } = await producing.stop();
    figure('records acknowledged during a rolling restart', `${acknowledged.size}, longest stall ${seconds(longestStall)}`);

    expect(mostNotReady(before, pods.seen)).toBe(1);
    expect(clusters.seen.map((s) => statusOf(s.object).state)).toContain('ClusterRollingUpgrading');
    expect(await missingRecords(bootstrapOf(NAME), 'rolled', acknowledged)).toEqual([]);
  });

  it('reaches the file that Kafka was started with, keeps the revision before, and notes when it succeeded', async () => {
    const file = ['-n', NAMESPACE, 'exec', `${NAME}-0`, '-c', 'kafka', '--', 'cat', '/var/run/kafka-operator/server.properties'];
    expect(await mustKubectl(file)).toContain('replica.fetch.wait.max.ms=400');
    expect(await revisions()).toBe(2);
    const { rollingUpgradeStatus } = statusOf(await running(NAME));
    expect(rollingUpgradeStatus?.lastSuccess).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  });
});
