/** The way to single brokers, for what only the broker itself can answer (its disks) or change (its own settings). */
import type { DescribedCluster, KafkaTarget } from './connection';
import type { BrokerSettings } from './broker-connection';
import type { HostPort } from './kafkajs-internals';
import type { Link } from './link';
import { nameOf } from './broker-connection';
import { KafkaError } from './kafka-error';
import { createLink } from './link';
import { describeCluster } from './messages/describe-cluster';

/** What says nothing about where the broker is. */
const OF_ANOTHER_CAUSE: readonly KafkaError['code'][] = ['refused', 'unsupported', 'unauthenticated'];

/** The connections to single brokers, at the addresses that the cluster itself last named. */
export class BrokerLinks {
  private readonly links = new Map<number, { readonly name: string; readonly link: Link }>();
  /** The look of those who miss a broker: one for all of them. */
  private finding: Promise<DescribedCluster> | undefined;

  constructor(
    private readonly any: Link,
    private readonly target: KafkaTarget,
    private readonly settings: BrokerSettings,
  ) {}

  /** Asks the cluster and remembers the addresses; connections to brokers that left or moved are closed. */
  async look(): Promise<DescribedCluster> {
    const cluster = await this.any.ask(describeCluster, undefined);
    const names = new Map(cluster.brokers.map((broker) => [broker.id, nameOf(broker)]));
    for (const [id, { name }] of [...this.links]) if (names.get(id) !== name) this.forget(id);
    for (const { id, host, port } of cluster.brokers) {
      if (!this.links.has(id)) this.links.set(id, this.linkTo({ host, port }));
    }
    return cluster;
  }

  /** Runs with the link to that broker. A broker that is not there may have moved: the next call asks the cluster again. */
  async at<T>(id: number, run: (link: Link) => Promise<T>): Promise<T> {
    try {
      return await run(await this.find(id));
    } catch (error) {
      if (error instanceof KafkaError && !OF_ANOTHER_CAUSE.includes(error.code)) this.forget(id);
      throw error;
    }
  }

  close(): void {
    [...this.links.keys()].forEach((id) => {
      this.forget(id);
    });
  }

  private async find(id: number): Promise<Link> {
    if (!this.links.has(id)) {
      this.finding ??= this.look().finally(() => {
        this.finding = undefined;
      });
      await this.finding;
    }
    const link = this.links.get(id)?.link;
    if (link !== undefined) return link;
    throw new KafkaError('unreachable', `cannot ask broker ${String(id)} of ${this.target.key}: it is not registered, or not up`);
  }

  private linkTo(address: HostPort): { readonly name: string; readonly link: Link } {
    return { name: nameOf(address), link: createLink({ addresses: [address], key: this.target.key, settings: this.settings }) };
  }

  private forget(id: number): void {
    this.links.get(id)?.link.close();
    this.links.delete(id);
  }
}
