/**
 * KafkaTopics in this process: the controller on the real runtime, a scripted API server and a simulated Kafka. The passes over
 * KafkaClusters are not part of it: tests say where the cluster is.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { resolve } from '../../../lib/api/resolve';
import type { KafkaTopicSpec, KafkaTopicStatus } from '../../../lib/api/kafka-topic';
import { connectAdmin } from '../../../operator/clients/kafka/connect-admin';
import { KafkaPlaces } from '../../../operator/controllers/kafka-places';
import { runKafkaTopics } from '../../../operator/controllers/kafka-topics';
import { TopicMetrics } from '../../../operator/controllers/topic-metrics';
import { KAFKA_CLUSTER, OPERATION, TOPIC } from '../../../operator/kinds';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { createLogger } from '../../../operator/runtime/log';
import { createMetrics } from '../../../operator/runtime/metrics';
import { OperatorRuntime } from '../../../operator/runtime/operator-runtime';
import { FakeApiServer } from '../../runtime/fake-api-server';
import { until } from '../../runtime/fake-clock';
import { isWrite } from '../../runtime/fake-request';
import { SimKafka } from '../../sim-kafka/sim-kafka';
import { healthyState, type SimShape } from '../../sim-kafka/state';
import { install } from './environment';

export const CLUSTER = 'kafka/orders';
const [NAMESPACE, NAME] = ['kafka', 'orders'];

const example = parse(readFileSync(join(__dirname, '../../../examples/combined.yaml'), 'utf8')) as { spec: Record<string, unknown> };

class TopicsOperator extends OperatorRuntime {
  readonly places = new KafkaPlaces();
  stopTopics: () => Promise<void> = () => Promise.resolve();

  constructor(
    options: ConstructorParameters<typeof OperatorRuntime>[0],
    private readonly sim: SimKafka,
    private readonly clock: () => number,
    private readonly counted: TopicMetrics,
  ) {
    super(options);
  }

  protected init(): Promise<void> {
    const runtime = { watchKind: this.watchKind.bind(this), controller: this.controller.bind(this) };
    const clusters = this.watchKind(KAFKA_CLUSTER);
    const operations = this.watchKind(OPERATION, {
      indexBy: ({ metadata }) => `${metadata.namespace ?? ''}/${metadata.labels?.['kafka_cr'] ?? ''}`,
    });
    const connect = connectAdmin({ resolve: this.sim.resolve, connectTimeoutMs: 2000, requestTimeoutMs: 1000 });
    const { stop } = runKafkaTopics(runtime, {
      ...{ kube: this.client, connect, places: this.places, clusters, operations, metrics: this.counted },
      ...{ log: this.log, now: this.clock, namespaces: [], workers: 2 },
    });
    this.stopTopics = stop;
    return Promise.resolve();
  }

  override async stop(limit?: number): Promise<void> {
    await super.stop(limit);
    await this.stopTopics();
  }
}

export class TopicsEnvironment {
  readonly metrics = createMetrics({ process: false });
  /** Added to the clock of the operator; milliseconds. */
  ahead = 0;
  #operator: TopicsOperator | undefined;

  private constructor(
    readonly server: FakeApiServer,
    readonly kafka: SimKafka,
    readonly log: string[],
  ) {}

  static async start(shape: SimShape = {}): Promise<TopicsEnvironment> {
    const server = await FakeApiServer.start();
    install(server, TOPIC);
    const kafka = new SimKafka(healthyState(shape));
    await kafka.listen();
    const environment = new TopicsEnvironment(server, kafka, []);
    environment.applyCluster();
    await environment.operate();
    return environment;
  }

  /** Starts an operator that knows nothing; the one before is stopped. */
  async operate(): Promise<void> {
    await this.#operator?.stop(50);
    const write = (line: string): number => this.log.push(line);
    const options = { log: createLogger({ level: 'info', write }), version: 'test', kubeConfig: this.#kubeConfig() };
    const more = { limits: { backOff: { first: 5, most: 40 }, shortestWatch: 0 }, onLost: () => undefined };
    this.#operator = new TopicsOperator({ ...options, ...more }, this.kafka, () => Date.now() + this.ahead, this.#counted);
    await this.#operator.start();
    this.place();
  }

  /**
   * The operator dies after its k-th write, to Kubernetes or to Kafka: nothing of what it says arrives any more, until another one is
   * started. Returns how many writes there were.
   */
  killAfter(k: number): () => number {
    let writes = 0;
    const brokers = this.kafka.state.brokers.map(({ id }) => id);
    const wrote = (): void => {
      writes += 1;
      if (writes === k) for (const id of brokers) void this.kafka.fail(id, { kind: 'reset' });
    };
    this.server.intercept = (call) => {
      if (writes >= k) return 'reset';
      if (isWrite(call)) wrote();
      return undefined;
    };
    let { state } = this.kafka;
    Object.defineProperty(this.kafka, 'state', {
      configurable: true,
      get: () => state,
      set: (next: typeof state) => {
        state = next;
        wrote();
      },
    });
    return () => writes;
  }

  /** The next operator, with Kafka and Kubernetes as the one before left them. */
  async goOn(): Promise<void> {
    const { state } = this.kafka;
    Object.defineProperty(this.kafka, 'state', { configurable: true, writable: true, value: state });
    this.server.intercept = undefined;
    await Promise.all(state.brokers.map(({ id }) => this.kafka.heal(id)));
    await this.operate();
  }

  readonly #counted = new TopicMetrics(this.metrics.registry);

  async close(): Promise<void> {
    await this.#operator?.stop(50);
    await this.kafka.close();
    await this.server.close();
  }

  /** The KafkaCluster itself. */
  applyCluster(spec: Record<string, unknown> = {}, annotations: Record<string, string> = {}): void {
    const cluster = this.#cluster(spec);
    if (this.server.get(KAFKA_CLUSTER, NAMESPACE, NAME) === undefined) this.server.put(cluster);
    this.server.patch(KAFKA_CLUSTER, NAMESPACE, NAME, { spec: cluster['spec'], metadata: { annotations } });
  }

  /** What a pass over the KafkaCluster would tell. */
  place(spec: Record<string, unknown> = {}, reachable = true): void {
    const { cluster } = resolve(this.#cluster(spec));
    if (cluster === undefined) throw new Error('cannot resolve the cluster of the test');
    const target = reachable ? { key: CLUSTER, bootstrap: this.kafka.bootstrap } : undefined;
    this.#operator?.places.set(CLUSTER, { cluster, target, brokers: this.kafka.state.brokers.map(({ id }) => id) });
  }

  forgetPlace(): void {
    this.#operator?.places.forget(CLUSTER);
  }

  #cluster(spec: Record<string, unknown>): KubeObject {
    const metadata = { name: NAME, namespace: NAMESPACE, uid: 'c1', resourceVersion: '1', creationTimestamp: '2024-01-01T00:00:00Z' };
    return { apiVersion: KAFKA_CLUSTER.apiVersion, kind: 'KafkaCluster', metadata, spec: { ...example.spec, ...spec } };
  }

  apply(name: string, spec: Partial<KafkaTopicSpec> = {}, metadata: Record<string, unknown> = {}): void {
    const namespace = (metadata['namespace'] as string | undefined) ?? NAMESPACE;
    const whole = { name, partitions: 2, replicationFactor: 2, clusterRef: { name: NAME, namespace: NAMESPACE }, ...spec };
    const live = this.server.get(TOPIC, namespace, name);
    if (live === undefined)
      this.server.put({ apiVersion: TOPIC.apiVersion, kind: TOPIC.kind, metadata: { name, namespace, ...metadata }, spec: whole });
    else this.server.patch(TOPIC, namespace, name, { spec: whole, metadata });
  }

  object(name: string, namespace = NAMESPACE): KubeObject | undefined {
    return this.server.get(TOPIC, namespace, name);
  }

  status(name: string, namespace = NAMESPACE): KafkaTopicStatus {
    return this.object(name, namespace)?.['status'] ?? {};
  }

  /** `Ready True TopicReady`. */
  condition(name: string, type: string, namespace = NAMESPACE): string {
    const found = this.status(name, namespace).conditions?.find((c) => c.type === type);
    return found === undefined ? '' : `${found.status} ${found.reason}`;
  }

  message(name: string, type: string, namespace = NAMESPACE): string {
    return this.status(name, namespace).conditions?.find((c) => c.type === type)?.message ?? '';
  }

  async becomes(name: string, type: string, wanted: string, namespace = NAMESPACE): Promise<void> {
    await until(() => this.#is(name, type, wanted, namespace), 40_000).catch(() => {
      throw new Error(
        `${name}: ${type} is ${this.condition(name, type, namespace)}, not ${wanted}: ${JSON.stringify(this.object(name, namespace))}`,
      );
    });
  }

  #is(name: string, type: string, wanted: string, namespace: string): boolean {
    const { generation } = this.object(name, namespace)?.metadata ?? {};
    return this.condition(name, type, namespace) === wanted && this.status(name, namespace).observedGeneration === generation;
  }

  isReady(name: string): boolean {
    return this.#is(name, 'Ready', 'True TopicReady', NAMESPACE);
  }

  ready(name: string, namespace?: string): Promise<void> {
    return this.becomes(name, 'Ready', 'True TopicReady', namespace);
  }

  delete(name: string, namespace = NAMESPACE): void {
    this.server.remove(TOPIC, namespace, name);
  }

  async gone(name: string, namespace = NAMESPACE): Promise<void> {
    await until(() => this.object(name, namespace) === undefined, 40_000).catch(() => {
      throw new Error(`${name} is still there: ${JSON.stringify(this.object(name, namespace))}`);
    });
  }

  /** In Kafka: replicas of each partition. */
  topic(name: string): readonly (readonly number[])[] {
    return this.kafka.state.partitions.filter(({ topic }) => topic === name).map(({ replicas }) => replicas);
  }

  setting(topic: string, key: string): string | null | undefined {
    return this.kafka.state.configs[topic]?.find((entry) => entry.key === key)?.value;
  }

  /** Somebody else changes a setting in Kafka. */
  set(topic: string, key: string, value: string): void {
    const { configs } = this.kafka.state;
    const rest = (configs[topic] ?? []).filter((entry) => entry.key !== key);
    const entry = { key, value, sensitive: false, readOnly: false, source: 1 };
    this.kafka.state = { ...this.kafka.state, configs: { ...configs, [topic]: [...rest, entry] } };
  }

  #kubeConfig(): KubeConfig {
    const config = new KubeConfig();
    config.loadFromOptions({
      clusters: [{ name: 'test', server: this.server.url, skipTLSVerify: true }],
      users: [{ name: 'test' }],
      contexts: [{ name: 'test', cluster: 'test', user: 'test' }],
      currentContext: 'test',
    });
    return config;
  }
}
