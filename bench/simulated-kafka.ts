/**
 * A process that stands in for COUNT Kafka clusters of three combined nodes: it speaks Kafka's protocol and stores no records
 * (test/sim-kafka). Its brokers always serve. It tells its parent where each advertised address is, and on request how
 * often it was asked.
 */
import type { DescribedQuorum } from '../operator/clients/kafka/connection';
import { SimKafka } from '../test/sim-kafka/sim-kafka';
import { healthyState, type SimState } from '../test/sim-kafka/state';
import type { FromKafka } from './kwok-processes';
import { clusterName, NODE_IDS } from './kwok-specs';
import { NAMESPACE } from './kubernetes';

const PORT = 29092;

function state(at: number): SimState {
  const name = clusterName(at);
  const healthy = healthyState({ name, brokers: NODE_IDS.length, partitions: 30 });
  const brokers = healthy.brokers.map((b) => ({
    ...b,
    host: `${name}-${b.id}.${name}-headless.${NAMESPACE}.svc.cluster.local`,
    port: PORT,
  }));
  return { ...healthy, brokers, quorum: { ...healthy.quorum, voters: healthy.quorum.voters.map(caughtUp) } };
}

/** A voter that is always up to date, however late it is asked. */
const caughtUp = (voter: DescribedQuorum['voters'][number]): DescribedQuorum['voters'][number] => ({
  ...voter,
  get lastCaughtUpAt() {
    return Date.now();
  },
});

async function serve(): Promise<void> {
  const clusters = Array.from({ length: Number(process.argv[2]) }, (_, at) => new SimKafka(state(at)));
  await Promise.all(clusters.map((cluster) => cluster.listen()));
  const routes = clusters.flatMap((cluster) =>
    cluster.state.brokers.map((broker) => [`${broker.host}:${broker.port}`, cluster.resolve(broker).port] as const),
  );
  const tell = (message: FromKafka): void => void process.send?.(message);
  process.on('message', () => {
    const sum = (value: (cluster: SimKafka) => number): number => clusters.reduce((total, cluster) => total + value(cluster), 0);
    tell({ kind: 'asked', requests: sum((c) => c.requests()), dialled: sum((c) => c.connections), open: sum((c) => c.openConnections) });
  });
  process.once('disconnect', () => process.exit(0));
  tell({ kind: 'routes', routes });
}

void serve();
