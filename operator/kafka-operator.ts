/** The operator: one controller on the runtime. */
import type { ConnectAdmin } from './clients/kafka/connect-admin';
import type { ConnectKafka } from './clients/kafka/connection';
import { ClusterMetrics } from './controllers/cluster-metrics';
import { runKafkaClusters, type KafkaClustersOptions } from './controllers/kafka-clusters';
import { operationsOf, runKafkaTopics } from './controllers/kafka-topics';
import { TopicMetrics } from './controllers/topic-metrics';
import { OperatorRuntime, type OperatorRuntimeOptions } from './runtime/operator-runtime';

export interface KafkaOperatorOptions extends OperatorRuntimeOptions {
  readonly connect: ConnectKafka;
  /** For KafkaTopics and KafkaUsers; without it nobody looks after them. */
  readonly connectAdmin?: ConnectAdmin;
  /** Empty: all namespaces. */
  readonly namespaces: readonly string[];
  /** Passes of different clusters that run at once. */
  readonly workers: number;
  /** What the status page shows; nobody by default. */
  readonly board?: KafkaClustersOptions['board'];
  readonly looks?: KafkaClustersOptions['looks'];
  readonly connectCruiseControl?: KafkaClustersOptions['connectCruiseControl'];
}

export class KafkaOperator extends OperatorRuntime {
  readonly #options: KafkaOperatorOptions;
  #clusters: { stop(): void } = { stop: () => undefined };
  #topics: { stop(): Promise<void> } = { stop: () => Promise.resolve() };

  constructor(options: KafkaOperatorOptions) {
    super(options);
    this.#options = options;
  }

  protected init(): Promise<void> {
    const { connect, connectCruiseControl, namespaces, workers, looks, log, version, board } = this.#options;
    const runtime = {
      watchKind: this.watchKind.bind(this),
      controller: this.controller.bind(this),
    };
    const registry = this.#options.metrics?.registry;
    const counted = registry === undefined ? {} : { metrics: new ClusterMetrics(registry, () => Date.now()) };
    const told = {
      ...(board === undefined ? {} : { board }),
      ...(looks === undefined ? {} : { looks }),
      ...(connectCruiseControl === undefined ? {} : { connectCruiseControl }),
      userAgent: `kafka-operator/${version}`,
    };
    const own = { kube: this.client, connect, log, now: () => Date.now(), namespaces, workers };
    const running = runKafkaClusters(runtime, { ...own, ...counted, ...told });
    this.#clusters = running;
    const { connectAdmin } = this.#options;
    if (connectAdmin === undefined) return Promise.resolve();
    const shared = { kube: this.client, connect: connectAdmin, log, now: own.now, namespaces, workers };
    const known = { places: running.places, clusters: running.clusters, operations: operationsOf(running) };
    this.#topics = runKafkaTopics(runtime, {
      ...shared,
      ...known,
      ...(registry === undefined ? {} : { metrics: new TopicMetrics(registry) }),
    });
    return Promise.resolve();
  }

  override async stop(limit?: number): Promise<void> {
    await super.stop(limit);
    this.#clusters.stop();
    await this.#topics.stop();
  }
}
