/** The operator: one controller on the runtime. */
import type { ConnectKafka } from './clients/kafka/connection';
import { ClusterMetrics } from './controllers/cluster-metrics';
import { runKafkaClusters, type KafkaClustersOptions } from './controllers/kafka-clusters';
import { OperatorRuntime, type OperatorRuntimeOptions } from './runtime/operator-runtime';

export interface KafkaOperatorOptions extends OperatorRuntimeOptions {
  readonly connect: ConnectKafka;
  /** Empty: all namespaces. */
  readonly namespaces: readonly string[];
  /** Passes of different clusters that run at once. */
  readonly workers: number;
  readonly looks?: KafkaClustersOptions['looks'];
}

export class KafkaOperator extends OperatorRuntime {
  readonly #options: KafkaOperatorOptions;
  #clusters: { stop(): void } = { stop: () => undefined };

  constructor(options: KafkaOperatorOptions) {
    super(options);
    this.#options = options;
  }

  protected init(): Promise<void> {
    const { connect, namespaces, workers, looks, log } = this.#options;
    const runtime = {
      watchKind: this.watchKind.bind(this),
      controller: this.controller.bind(this),
    };
    const registry = this.#options.metrics?.registry;
    const counted = registry === undefined ? {} : { metrics: new ClusterMetrics(registry, () => Date.now()) };
    const more = { ...counted, ...(looks === undefined ? {} : { looks }) };
    this.#clusters = runKafkaClusters(runtime, { kube: this.client, connect, log, now: () => Date.now(), namespaces, workers, ...more });
    return Promise.resolve();
  }

  override async stop(limit?: number): Promise<void> {
    await super.stop(limit);
    this.#clusters.stop();
  }
}
