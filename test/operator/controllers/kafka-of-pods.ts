/**
 * A simulated Kafka whose state follows the Pods of the fake API server: a broker answers while its process runs, it is
 * unfenced and in sync while its Pod is ready, a controller leads while a majority of them runs. As the real one, brokers
 * never say who leads the quorum while nobody does.
 */
import { connectKafka } from '../../../operator/clients/kafka/connect';
import type { ConnectKafka } from '../../../operator/clients/kafka/connection';
import { POD } from '../../../operator/kinds';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import type { FakeApiServer } from '../../runtime/fake-api-server';
import { SimKafka } from '../../sim-kafka/sim-kafka';
import { FEATURES_4_3, healthyState, without } from '../../sim-kafka/state';
import type { SimState } from '../../sim-kafka/state';
import { idOf, isReady, runs } from './stand-in-kubelet';

const QUORUM = 55;
/** A follower is always caught up: the state stands still while the clock goes on. */
const SOON = 3_600_000;

export class KafkaOfPods {
  readonly sim: SimKafka;
  /** Cluster ids that were written to a volume, by node; a second one is what must never happen. */
  readonly diskIds = new Map<number, Set<string>>();
  /** Partitions besides those that every cluster has; `follow` tells of them. */
  extra: SimState['partitions'] = [];
  /** Nobody is reached, whatever the Pods do. */
  unreachable = false;
  /** Nodes whose process runs and answers nothing. */
  hangs: (pod: KubeObject) => boolean = () => false;
  readonly #whole: SimState;
  /** Of the brokers that hold nothing those that have registered, and were not taken off since. */
  readonly #registered = new Set<number>();
  #work: Promise<void> = Promise.resolve();

  private constructor(
    private readonly server: FakeApiServer,
    private readonly ids: readonly number[],
    address: (id: number) => string,
    private readonly empty: readonly number[],
  ) {
    const base = healthyState({ brokers: 0, partitions: 0 });
    const brokers = [...ids, ...empty].map((id) => ({ id, host: address(id), port: 29092, rack: undefined, fenced: false }));
    const partitions = ids.map((_, partition) => {
      const replicas = ids.map((__, at) => ids[(partition + at) % ids.length] ?? 0);
      return { topic: 'orders', partition, leader: replicas[0] ?? -1, replicas, isr: replicas, offline: [], elr: [] };
    });
    // All brokers show the same directories.
    const logDirs = base.logDirs.map((dir) => (empty.length === 0 ? dir : { ...dir, replicas: [] }));
    this.#whole = { ...base, brokers, partitions, logDirs };
    this.sim = new SimKafka(this.#whole);
  }

  /** @param empty brokers that hold nothing and have no vote */
  static async start(
    server: FakeApiServer,
    ids: readonly number[],
    address: (id: number) => string,
    empty: readonly number[] = [],
  ): Promise<KafkaOfPods> {
    const kafka = new KafkaOfPods(server, ids, address, empty);
    await kafka.sim.listen();
    kafka.follow();
    server.objects.onEvent((event) => {
      if (event.resource === 'v1/pods') kafka.follow();
    });
    return kafka;
  }

  readonly connect: ConnectKafka = (target) =>
    connectKafka({ resolve: this.sim.resolve, connectTimeoutMs: 150, requestTimeoutMs: 150 })(target);

  async close(): Promise<void> {
    await this.#work;
    await this.sim.close();
  }

  /** Takes over what the Pods are like now. */
  follow(): void {
    const pods = new Map(this.server.list(POD).map((pod) => [idOf(pod), pod] as const));
    const answers = (pod: KubeObject | undefined): boolean => pod !== undefined && runs(pod) && !this.hangs(pod);
    const all = [...this.ids, ...this.empty];
    const running = all.filter((id) => !this.unreachable && answers(pods.get(id)));
    const dead = all.filter((id) => !running.includes(id) || !isReady(pods.get(id) ?? ({} as KubeObject)));
    for (const id of running) this.#writeDisk(id, pods.get(id));
    const voting = running.filter((id) => this.ids.includes(id));
    const leader = voting.length > this.ids.length / 2 ? (voting[0] ?? -1) : -1;
    const listed = new Set(this.sim.state.brokers.map(({ id }) => id));
    for (const id of this.empty) {
      if (running.includes(id)) this.#registered.add(id);
      else if (!listed.has(id)) this.#registered.delete(id);
    }
    const brokers = this.#whole.brokers.filter(({ id }) => this.ids.includes(id) || this.#registered.has(id));
    const { configs, features = FEATURES_4_3 } = this.sim.state;
    this.sim.state = {
      ...without({ ...this.#whole, brokers, partitions: [...this.#whole.partitions, ...this.extra] }, dead),
      configs,
      features,
      clusterId: this.#clusterId(),
      quorum: this.#quorum(leader, running),
    };
    this.#work = this.#work.then(async () => {
      for (const id of all) await this.#port(id, running.includes(id), leader >= 0);
    });
  }

  async #port(id: number, running: boolean, led: boolean): Promise<void> {
    if (!running) return this.sim.fail(id, { kind: 'refuse' });
    await this.sim.heal(id);
    if (!led) await this.sim.fail(id, { kind: 'hang', key: QUORUM });
  }

  #quorum(leaderId: number, running: readonly number[]): SimState['quorum'] {
    const now = Date.now();
    const voters = this.ids.map((id) => {
      const caughtUp = running.includes(id) ? now + SOON : -1;
      const directoryId = Buffer.alloc(16, id + 1).toString('base64url');
      return { id, directoryId, logEndOffset: 100, lastFetchAt: caughtUp, lastCaughtUpAt: caughtUp };
    });
    return { leaderId, leaderEpoch: 1, highWatermark: 100, voters, observers: [] };
  }

  #writeDisk(id: number, pod: KubeObject | undefined): void {
    const spec = pod?.['spec'] as { containers?: { name: string; env?: { name: string; value?: string }[] }[] } | undefined;
    const clusterId = spec?.containers?.find((c) => c.name === 'kafka')?.env?.find((e) => e.name === 'CLUSTER_ID')?.value ?? '';
    this.diskIds.set(id, (this.diskIds.get(id) ?? new Set<string>()).add(clusterId));
  }

  #clusterId(): string {
    return [...this.diskIds.values()].flatMap((ids) => [...ids])[0] ?? '';
  }
}
