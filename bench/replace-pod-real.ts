/** The same as replace-pod with nothing simulated: Kafka stops and starts, so each one takes its time. */
import { KAFKA_CLUSTER, POD } from '../operator/kinds';
import { kafkaCluster } from './cluster-specs';
import { isRunning, kube, kubectl, NAMESPACE, pause, until, watching } from './kubernetes';
import { figuresOf, replace, type Replacement } from './replacement';
import { parameter, type Findings } from './result';

const NAME = 'replaced';

export async function replacePodReal(): Promise<Findings> {
  const times = parameter('REAL_REPLACEMENTS', 6);
  const api = await kube();
  const clusters = await watching(KAFKA_CLUSTER);
  const pods = await watching(POD);
  await api.apply(KAFKA_CLUSTER, kafkaCluster({ name: NAME, combined: [0, 1, 2] }));
  const running = (): boolean => {
    const cluster = clusters.now.get(NAME);
    return cluster !== undefined && isRunning(cluster);
  };
  await until('the cluster is ClusterRunning', running);
  await pause(5_000);
  const all: Replacement[] = [];
  for (let at = 0; at < times; at += 1) {
    const pod = pods.now.get(`${NAME}-${at % 3}`);
    if (pod === undefined) throw new Error(`cannot delete Pod ${at % 3}: it is not there`);
    all.push(await replace({ pods, clusters, quiet: 4_000 }, pod, NAME));
  }
  pods.stop();
  clusters.stop();
  await kubectl(['-n', NAMESPACE, 'delete', 'kafkacluster', NAME, '--wait=true', '--timeout=180s']);
  await kubectl([
    '-n',
    NAMESPACE,
    'delete',
    'pods,pvc',
    '-l',
    `kafka_cr=${NAME}`,
    '--grace-period=1',
    '--ignore-not-found',
    '--timeout=180s',
  ]);
  return {
    title: 'a Pod of real Kafka is deleted',
    standIns: [],
    parameters: { REAL_REPLACEMENTS: times },
    figures: figuresOf('three combined nodes', all),
  };
}
