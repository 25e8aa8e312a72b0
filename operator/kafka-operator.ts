/** The operator: one controller on the runtime. */
import type { AlertBook } from './alerts/alert-book';
import type { AlertDesk } from './alerts/alert-desk';
import type { ConnectAdmin } from './clients/kafka/connect-admin';
import type { ConnectKafka } from './clients/kafka/connection';
import { ClusterMetrics } from './controllers/cluster-metrics';
import { runKafkaClusters, type KafkaClustersOptions } from './controllers/kafka-clusters';
import { operationsOf, runKafkaTopics } from './controllers/kafka-topics';
import { TopicMetrics } from './controllers/topic-metrics';
import { runKafkaUsers } from './controllers/kafka-users';
import { UserMetrics } from './controllers/user-metrics';
import { kindKey, SECRET } from './kinds';
import { NamedSecrets } from './observe/named-secrets';
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
  /** Alerts are received (by whoever holds `alertBook`); undefined: nobody does. */
  readonly alerts?: KafkaClustersOptions['alerts'];
  readonly looks?: KafkaClustersOptions['looks'];
  readonly connectCruiseControl?: KafkaClustersOptions['connectCruiseControl'];
}

export class KafkaOperator extends OperatorRuntime {
  readonly #options: KafkaOperatorOptions;
  #clusters: { readonly alerts: AlertDesk | undefined; stop(): void } = { alerts: undefined, stop: () => undefined };
  #users: { stop(): Promise<void> } = { stop: () => Promise.resolve() };
  #topics: { stop(): Promise<void> } = { stop: () => Promise.resolve() };

  constructor(options: KafkaOperatorOptions) {
    super(options);
    this.#options = options;
  }

  /** Where alerts go; undefined until the operator has begun. */
  get alertBook(): AlertBook | undefined {
    return this.#clusters.alerts?.book;
  }

  /** This instance leads, and knows every cluster. */
  get leads(): boolean {
    const { role, stopped, stores } = this.view;
    return role === 'leading' && !stopped && Object.values(stores).every((synced) => synced);
  }

  protected init(): Promise<void> {
    const { connect, connectCruiseControl, namespaces, workers, looks, log, version, board, alerts } = this.#options;
    const runtime = {
      watchKind: this.watchKind.bind(this),
      controller: this.controller.bind(this),
    };
    const registry = this.#options.metrics?.registry;
    const counted = registry === undefined ? {} : { metrics: new ClusterMetrics(registry, () => Date.now()) };
    const told = {
      ...(board === undefined ? {} : { board }),
      ...(looks && { looks }),
      alerts,
      ...(connectCruiseControl === undefined ? {} : { connectCruiseControl }),
      userAgent: `kafka-operator/${version}`,
    };
    const { connectAdmin, limits } = this.#options;
    const secrets = {
      watchSecrets: (onChange: (key: string) => void) =>
        new NamedSecrets({ source: this.client, log, onChange, ...(limits && { limits }) }),
      ...(connectAdmin && { connectAdmin }),
    };
    const own = { kube: this.client, connect, log, now: () => Date.now(), namespaces, workers };
    const running = runKafkaClusters(runtime, { ...own, ...secrets, ...counted, ...told });
    this.#clusters = running;
    if (connectAdmin === undefined) return Promise.resolve();
    const shared = { kube: this.client, connect: connectAdmin, log, now: own.now, namespaces, workers };
    const known = { places: running.places, clusters: running.clusters, operations: operationsOf(running) };
    this.#users = runKafkaUsers(runtime, {
      ...shared,
      ...{ places: running.places, clusters: running.clusters, clusterSecrets: running.owned.get(kindKey(SECRET)) },
      ...(registry && { metrics: new UserMetrics(registry) }),
    });
    this.#topics = runKafkaTopics(runtime, {
      ...shared,
      ...known,
      ...(registry && { metrics: new TopicMetrics(registry) }),
    });
    return Promise.resolve();
  }

  override async stop(limit?: number): Promise<void> {
    await super.stop(limit);
    this.#clusters.stop();
    await this.#topics.stop();
    await this.#users.stop();
  }
}
