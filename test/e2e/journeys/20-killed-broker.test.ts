import { CLAIM } from '../../../operator/kinds';
import { byOperator, counted, mark, replacementTime, requestsSince } from '../audit';
import { ensureRunning, objectsOf, podOf, replaced, running, SHARED, statusOf } from '../cluster';
import { figure, seconds } from '../figures';
import { mustKubectl, NAMESPACE, until } from '../kubernetes';
import { bootstrapOf, createTopic, missingRecords, produce } from '../records';

const NAME = SHARED.name;
const NODE_ID = 1;

const metaProperties = (): Promise<string> =>
  mustKubectl(['-n', NAMESPACE, 'exec', `${NAME}-${NODE_ID}`, '-c', 'kafka', '--', 'cat', '/kafka-logs/kafka/meta.properties']);

const claimUid = async (): Promise<string | undefined> =>
  (await objectsOf(NAME, CLAIM)).find((c) => c.metadata.labels?.brokerId === String(NODE_ID))?.metadata.uid;

describe('a broker Pod killed under an acks=all producer', () => {
  it('comes back with the same volume, node id and cluster id, and no acknowledged record is lost', async () => {
    const { clusterID } = statusOf(await ensureRunning(SHARED));
    const [before, claim, meta] = await Promise.all([podOf(NAME, NODE_ID), claimUid(), metaProperties()]);
    await createTopic(bootstrapOf(NAME), 'killed');
    const producing = await produce(bootstrapOf(NAME), 'killed');
    const from = mark();

    await mustKubectl(['-n', NAMESPACE, 'delete', 'pod', before.metadata.name, '--grace-period=1', '--wait=false']);
    await replaced(NAME, before);
    await running(NAME);
    const soFar = producing.count();
    await until('records are acknowledged with all nodes back', async () => producing.count() > soFar + 10);
    const { acknowledged, longestStall } = await producing.stop();

    expect(await claimUid()).toBe(claim);
    expect(await metaProperties()).toBe(meta);
    expect(meta).toContain(`cluster.id=${clusterID}`);
    expect(meta).toContain(`node.id=${NODE_ID}`);
    expect(await missingRecords(bootstrapOf(NAME), 'killed', acknowledged)).toEqual([]);

    figure('records acknowledged while a broker was killed', `${acknowledged.size}, longest stall ${seconds(longestStall)}`);
    expectQuickReplacement(from, before.metadata.name);
  });
});

function expectQuickReplacement(from: number, pod: string): void {
  const requests = requestsSince(from);
  const took = replacementTime(requests, pod);
  expect(took).toBeDefined();
  const asked = requests.filter((r) => byOperator(r) && r.resource !== 'leases' && r.verb !== 'watch');
  const made = asked.find((r) => r.resource === 'pods' && r.verb === 'patch' && r.name === pod);
  const untilMade = asked.filter((r) => r.receivedAt <= made!.receivedAt);
  figure("a Pod's end to its replacement's creation", `${took!.toFixed(1)} ms, ${untilMade.length} requests (${counted(untilMade)})`);
  expect(untilMade.length).toBeLessThanOrEqual(5);
  // Under 100 ms at the median on an idle machine; this is an upper bound for a busy one.
  expect(took).toBeLessThan(5_000);
}
