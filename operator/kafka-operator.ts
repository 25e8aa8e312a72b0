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
  /** What the status page shows; nobody by default. */
  readonly board?: KafkaClustersOptions['board'];
  readonly looks?: KafkaClustersOptions['looks'];
  readonly connectCruiseControl?: KafkaClustersOptions['connectCruiseControl'];
}

export class KafkaOperator extends OperatorRuntime {
  readonly #options: KafkaOperatorOptions;
  #clusters: { stop(): void } = { stop: () => undefined };

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
    this.#clusters = runKafkaClusters(runtime, { ...own, ...counted, ...told });
    return Promise.resolve();
  }

  override async stop(limit?: number): Promise<void> {
    await super.stop(limit);
    this.#clusters.stop();
  }
}
