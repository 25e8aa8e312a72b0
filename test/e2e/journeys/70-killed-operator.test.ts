import { CLAIM, CONFIG_MAP, POD } from '../../../operator/kinds';
import { ANNOTATION } from '../../../lib/constructs/naming';
import { applyCluster, namesOf, objectsOf, podOf, replaced, running, statusOf, wipeCluster, type ClusterOptions } from '../cluster';
import { figure, seconds } from '../figures';
import { mustKubectl, NAMESPACE, until, watching, type Seen } from '../kubernetes';
import { killOperator, operatorContainer, operatorRestarted } from '../operator';
import { bootstrapOf, createTopic, missingRecords, produceSome } from '../records';

const NAME = 'static';
const IDS = [0, 1, 2];
const voters = IDS.map((id) => `${id}@${NAME}-${id}.${NAME}-headless.${NAMESPACE}.svc.cluster.local:29093`).join(',');
/** The other line of Kafka and the other kind of quorum than the shared cluster's. */
const STATIC: ClusterOptions = {
  name: NAME,
  kafkaVersion: '3.9.2',
  nodes: { combined: IDS },
  config: [`controller.quorum.voters=${voters}`],
};

/** One of each, and never one more, whatever happened in between; hashes in names left out. */
const WANTED = [
  ...IDS.map((id) => `ConfigMap/${NAME}-config-${id}-#`),
  `ConfigMap/${NAME}-kafka-jmx-exporter`,
  ...IDS.map((id) => `ConfigMap/${NAME}-placement-${id}`),
  `ConfigMap/${NAME}-scripts-#`,
  ...IDS.map((id) => `PersistentVolumeClaim/${NAME}-${id}-#`),
  ...IDS.map((id) => `Pod/${NAME}-${id}`),
  `PodDisruptionBudget/${NAME}-pdb`,
  `Service/${NAME}-controller-headless`,
  `Service/${NAME}-headless`,
];

const names = async (): Promise<readonly string[]> => (await namesOf(NAME)).map((n) => n.replace(/-[0-9a-f]{8}$/, '-#')).sort();

/** Kills the operator as soon as something is seen to happen; resolves when that was done. */
async function killWhen(kind: typeof POD, happened: (seen: Seen) => boolean, act: () => Promise<unknown>): Promise<void> {
  const container = await operatorContainer();
  let killed: Promise<number> | undefined;
  const news = await watching(kind, (seen) => {
    if (killed === undefined && happened(seen)) killed = killOperator(container);
  });
  await act();
  const restarts = await until('the moment for the kill came', async () => killed);
  news.stop();
  await operatorRestarted(container, restarts);
}

afterAll(() => wipeCluster(NAME));

describe('the operator killed in the middle (Kafka 3.9, static quorum)', () => {
  it('during the creation of a cluster: goes on where it was and makes the same objects', async () => {
    const began = Date.now();
    const first = (seen: Seen): boolean => seen.type === 'ADDED' && seen.object.metadata.labels?.kafka_cr === NAME;
    await killWhen(CONFIG_MAP, first, () => applyCluster(STATIC));
    const object = await running(NAME);
    figure('apply to ClusterRunning, Kafka 3.9, with the operator killed in between', seconds(Date.now() - began));

    expect(await names()).toEqual([...WANTED].sort());
    const ids = (await objectsOf(NAME, CLAIM)).map((c) => c.metadata.annotations?.[ANNOTATION.clusterId]);
    expect(new Set([...ids, statusOf(object).clusterID]).size).toBe(1);
  });

  it("during a Pod's replacement: the Pod comes back and every record is there", async () => {
    await createTopic(bootstrapOf(NAME), 'survived');
    const numbers = await produceSome(bootstrapOf(NAME), 'survived');
    const before = await podOf(NAME, 0);
    const going = ({ object }: Seen): boolean =>
      object.metadata.uid === before.metadata.uid && object.metadata.deletionTimestamp !== undefined;
    await killWhen(POD, going, () => mustKubectl(['-n', NAMESPACE, 'delete', 'pod', `${NAME}-0`, '--wait=false']));
    await replaced(NAME, before);
    await running(NAME);

    expect(await names()).toEqual([...WANTED].sort());
    expect(await missingRecords(bootstrapOf(NAME), 'survived', numbers)).toEqual([]);
  });

  it('keeps the static voters of the spec, in Kafka too', async () => {
    const file = ['-n', NAMESPACE, 'exec', `${NAME}-1`, '-c', 'kafka', '--', 'cat', '/var/run/kafka-operator/server.properties'];
    expect(await mustKubectl(file)).toContain(`controller.quorum.voters=${voters}`);
  });
});
