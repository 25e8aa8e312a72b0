/**
 * A process that looks after KafkaTopics alone, on the operator's own runtime: `node operator-of-topics.js URL PORT`, the API server
 * and the port of a simulated Kafka. The passes over KafkaClusters are not part of it: the one cluster is where it is told.
 */
import { KubeConfig } from '@kubernetes/client-node';
import { resolve } from '../lib/api/resolve';
import { connectAdmin } from '../operator/clients/kafka/connect-admin';
import { KafkaPlaces } from '../operator/controllers/kafka-places';
import { runKafkaTopics } from '../operator/controllers/kafka-topics';
import { KAFKA_CLUSTER } from '../operator/kinds';
import { createLogger } from '../operator/runtime/log';
import { OperatorRuntime } from '../operator/runtime/operator-runtime';
import { kafkaCluster } from './cluster-specs';

const [, , url = '', port = ''] = process.argv;
const KEY = 'bench/held';

class TopicsOperator extends OperatorRuntime {
  protected init(): Promise<void> {
    const runtime = { watchKind: this.watchKind.bind(this), controller: this.controller.bind(this) };
    const clusters = this.watchKind(KAFKA_CLUSTER);
    const places = new KafkaPlaces();
    const connect = connectAdmin({ requestTimeoutMs: 30_000, resolve: () => ({ host: '127.0.0.1', port: Number(port) }) });
    const own = { kube: this.client, connect, places, clusters, operations: undefined, log: this.log };
    runKafkaTopics(runtime, { ...own, now: () => Date.now(), namespaces: [], workers: 1 });
    const metadata = { name: 'held', namespace: 'bench', uid: 'c', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
    const { cluster } = resolve({ ...kafkaCluster({ name: 'held', combined: [1, 2, 3] }), metadata });
    if (cluster === undefined) throw new Error('cannot resolve the cluster of the benchmark');
    places.set(KEY, { cluster, target: { key: KEY, bootstrap: ['held:9092'] }, brokers: [1, 2, 3] });
    return Promise.resolve();
  }
}

const kubeConfig = new KubeConfig();
kubeConfig.loadFromOptions({
  clusters: [{ name: 'bench', server: url, skipTLSVerify: true }],
  users: [{ name: 'bench' }],
  contexts: [{ name: 'bench', cluster: 'bench', user: 'bench' }],
  currentContext: 'bench',
});
process.once('disconnect', () => process.exit(0));
const log = createLogger({ level: 'warn' });
void new TopicsOperator({ log, version: 'bench', kubeConfig, onLost: () => process.exit(1) }).start();
