/** What ten thousand KafkaTopics cost while nothing happens: the memory of a process that holds them, and what it asks of Kafka. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { KAFKA_CLUSTER, TOPIC } from '../operator/kinds';
import { FakeApiServer } from '../test/runtime/fake-api-server';
import { DEFINITION, definitionName } from '../operator/runtime/optional-kinds';
import { healthyState } from '../test/sim-kafka/state';
import { SimKafka } from '../test/sim-kafka/sim-kafka';
import { kafkaCluster } from './cluster-specs';
import { pause, until } from './kubernetes';
import { processFigures } from './process-figures';
import { parameter, rounded, type Findings } from './result';

const NAMESPACE = 'bench';

export async function topicsHeld(): Promise<Findings> {
  const count = parameter('HELD_TOPICS', 10_000);
  const seconds = parameter('HELD_SECONDS', 130);
  const server = await FakeApiServer.start();
  const kafka = new SimKafka(healthyState({ partitions: 1 }));
  await kafka.listen();
  fill(server, count);
  const [first] = kafka.state.brokers;
  const port = String(kafka.resolve({ host: first?.host ?? '', port: first?.port ?? 0 }).port);
  const operator = fork(join(__dirname, 'operator-of-topics.js'), [server.url, port]);
  const began = Date.now();
  await until('all topics are made', () => server.list(TOPIC, NAMESPACE).every(isMade), 900);
  const made = (Date.now() - began) / 1000;
  await pause(5_000);
  const before = { kafka: kafka.requests(), kube: server.requests.length, process: processFigures(operator.pid ?? 0) };
  await pause(seconds * 1000);
  const after = { kafka: kafka.requests(), kube: server.requests.length, process: processFigures(operator.pid ?? 0) };
  operator.disconnect();
  await kafka.close();
  await server.close();
  const minutes = seconds / 60;
  return {
    title: `${String(count)} KafkaTopics held`,
    standIns: ['a scripted API server', 'a simulated Kafka', 'no passes over KafkaClusters'],
    parameters: { HELD_TOPICS: count, HELD_SECONDS: seconds },
    figures: [
      { what: 'requests to Kafka a minute', value: rounded((after.kafka - before.kafka) / minutes), unit: 'requests', wanted: 1 },
      { what: 'requests to the API server beyond open watches', value: after.kube - before.kube, unit: 'requests', wanted: 0 },
      { what: 'resident memory at the end', value: rounded(after.process.rss), unit: 'MiB', wanted: 256 },
      { what: 'the most that was ever resident', value: rounded(after.process.peak), unit: 'MiB' },
      { what: 'CPU a minute', value: rounded(((after.process.cpu - before.process.cpu) * 1000) / minutes), unit: 'ms' },
      { what: 'all of them made', value: rounded(made), unit: 's', note: 'the scripted API server takes most of it' },
    ],
  };
}

const isMade = (object: object): boolean => (object as { status?: { appliedGeneration?: number } }).status?.appliedGeneration === 1;

function fill(server: FakeApiServer, count: number): void {
  const { apiVersion, kind } = DEFINITION;
  server.put({ apiVersion, kind, metadata: { name: definitionName(TOPIC) }, spec: { versions: [{ name: 'v1alpha1', served: true }] } });
  const cluster = kafkaCluster({ name: 'held', combined: [1, 2, 3] });
  server.put({ ...cluster, apiVersion: KAFKA_CLUSTER.apiVersion, kind: KAFKA_CLUSTER.kind });
  for (let i = 0; i < count; i += 1) {
    const name = `topic-${String(i)}`;
    const config = { 'retention.ms': '3600000', 'min.insync.replicas': '2' };
    const spec = { name, partitions: 1, replicationFactor: 3, config, clusterRef: { name: 'held' }, driftPolicy: 'Correct' };
    server.put({ apiVersion: TOPIC.apiVersion, kind: TOPIC.kind, metadata: { name, namespace: NAMESPACE }, spec });
  }
}
