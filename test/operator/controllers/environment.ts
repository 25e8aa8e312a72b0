/**
 * The whole operator in this process, against a scripted API server, a stand-in for the kubelet and a simulated Kafka. An
 * operator can be killed at any moment: no further request of it gets through, and what it knew is gone.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import type { AlertBook } from '../../../operator/alerts/alert-book';
import type { PluginHost } from '../../../operator/alerts/plugin-host';
import { CONFIG_MAP, KAFKA_CLUSTER, OPERATION, OPTIONAL, OWNED, POD } from '../../../operator/kinds';
import { KafkaOperator } from '../../../operator/kafka-operator';
import type { Kind, KubeObject } from '../../../operator/runtime/kube-types';
import { DEFINITION, definitionName } from '../../../operator/runtime/optional-kinds';
import { createLogger } from '../../../operator/runtime/log';
import type { ClusterStatus } from '../../../operator/decide/world';
import { FakeApiServer } from '../../runtime/fake-api-server';
import { until } from '../../runtime/fake-clock';
import { isWrite } from '../../runtime/fake-request';
import type { ParsedCall, RequestRecord } from '../../runtime/fake-request';
import { KafkaOfPods } from './kafka-of-pods';
import { startDisruptionController } from './stand-in-disruption-controller';
import { clusterIn, idOf, isReady, StandInKubelet } from './stand-in-kubelet';
import type { Pace } from './stand-in-kubelet';

export type Spec = Readonly<Record<string, unknown>>;

export interface EnvironmentOptions {
  /** Alerts are received: `book` takes them. */
  readonly alerts?: boolean;
  /** Actions of others for them. */
  readonly plugins?: PluginHost;
  /** Brokers that Kafka may have besides; they hold nothing. */
  readonly empty?: readonly number[];
  readonly pace?: Partial<Pace>;
}

const NAMESPACE = 'kafka';
const NAME = 'orders';
const IDS = [0, 1, 2];
/** Milliseconds; a status that only tells of progress waits for five of the latter. */
const LOOKS = { converged: 25, moving: 20 };
/** Nothing changed for this long, while Kafka was looked at many times: milliseconds; longer than an echo is waited for. */
export const QUIET = 300;
/** Turns of the event loop. */
const TURNS = 30;
/** Watches of one operator: what clusters own, the clusters themselves, Kubernetes nodes, and definitions in place of kinds of others. */
export const KINDS = OWNED.length - OPTIONAL.length + 3;
// Each operator guards the process; many live in this one.
process.setMaxListeners(100);

export const isOfInstance = (call: ParsedCall, instance: string): boolean => call.headers['user-agent'] === `kafka-operator/${instance}`;
/** A write that makes or changes something of the cluster; Events are told and forgotten. */
export const isDeed = (call: ParsedCall): boolean => isWrite(call) && call.resource !== 'events';

/** Three combined nodes with rack awareness, as the example has them. */
export function combined(change: (spec: Record<string, unknown>) => void = () => undefined): Spec {
  const example = parse(readFileSync(join(__dirname, '../../../examples/combined.yaml'), 'utf8')) as { spec: Record<string, unknown> };
  change(example.spec);
  return example.spec;
}

/** Somebody installs the definition of a kind, by default in the version that the operator wants. */
export function install(server: FakeApiServer, kind: Kind, version = kind.apiVersion.split('/')[1] ?? ''): void {
  const { apiVersion, kind: name } = DEFINITION;
  const spec = { versions: [{ name: version, served: true }] };
  server.put({ apiVersion, kind: name, metadata: { name: definitionName(kind) }, spec }, 'admin');
}

export class Environment {
  /** What the operators logged. */
  readonly log: string[] = [];
  #operators: { readonly instance: string; readonly operator: KafkaOperator }[] = [];
  readonly #dead = new Set<string>();
  readonly #ending: Promise<void>[] = [];
  #count = 0;

  private constructor(
    readonly server: FakeApiServer,
    readonly kubelet: StandInKubelet,
    readonly kafka: KafkaOfPods,
    private readonly options: EnvironmentOptions,
  ) {
    server.intercept = (call) => (this.#isDead(call) ? 'reset' : undefined);
  }

  static async start(options: EnvironmentOptions = {}): Promise<Environment> {
    const server = await FakeApiServer.start();
    for (const kind of [OPERATION, ...OPTIONAL]) server.custom.add(`${kind.apiVersion}/${kind.plural}`);
    install(server, OPERATION);
    const kubelet = new StandInKubelet(server, { start: 2, ready: 5, stagger: 0, end: 5, ...options.pace });
    startDisruptionController(server);
    const address = (id: number): string => `${NAME}-${String(id)}.${NAME}-headless.${NAMESPACE}.svc.cluster.local`;
    return new Environment(server, kubelet, await KafkaOfPods.start(server, IDS, address, options.empty), options);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#ending, ...this.#operators.map(({ operator }) => operator.stop(50))]);
    this.kubelet.stop();
    await this.kafka.close();
    await this.server.close();
  }

  /** Starts a new instance, which knows nothing of those before; returns its name. */
  async operator({ alerts = this.options.alerts === true } = {}): Promise<string> {
    this.#count += 1;
    const instance = `instance-${String(this.#count)}`;
    const operator = new KafkaOperator({
      log: createLogger({ level: 'info', write: (line) => this.log.push(line) }),
      version: instance,
      kubeConfig: this.#kubeConfig(),
      connect: this.kafka.connect,
      namespaces: [],
      workers: 4,
      looks: LOOKS,
      ...(alerts && { alerts: { ...(this.options.plugins && { plugins: this.options.plugins }) } }),
      limits: { backOff: { first: 5, most: 40 }, shortestWatch: 0 },
      onLost: () => undefined,
    });
    this.#operators.push({ instance, operator });
    await operator.start();
    return instance;
  }

  /** Where alerts go: of the instance that was started last. */
  get book(): AlertBook {
    const book = this.#operators.at(-1)?.operator.alertBook;
    if (book === undefined) throw new Error('nobody receives alerts');
    return book;
  }

  /** Names of the instances that live. */
  get instances(): readonly string[] {
    return this.#operators.map(({ instance }) => instance);
  }

  /** From now on no request of this instance gets through. */
  kill(instance: string): void {
    this.#dead.add(instance);
    const found = this.#operators.find((one) => one.instance === instance);
    this.#operators = this.#operators.filter((one) => one !== found);
    if (found !== undefined) this.#ending.push(found.operator.stop(0));
  }

  /** Kills an instance after its k-th deed from now; the deeds that follow never reach the server. Resolves when it is dead. */
  killAfter(
    instance: string,
    k: number,
    lose: 'nothing' | 'theAnswer' = 'nothing',
  ): { readonly dead: () => boolean; readonly deeds: () => number } {
    let deeds = 0;
    this.server.intercept = (call) => {
      if (this.#isDead(call)) return 'reset';
      if (!isDeed(call) || !isOfInstance(call, instance)) return undefined;
      deeds += 1;
      if (lose === 'theAnswer') return deeds === k ? 'resetAfter' : undefined;
      if (deeds !== k) return deeds > k ? 'reset' : undefined;
      setImmediate(() => {
        this.kill(instance);
      });
      return undefined;
    };
    return { dead: () => this.#dead.has(instance), deeds: () => deeds };
  }

  /** An instance was killed and none was started since. */
  get isKilled(): boolean {
    return this.#dead.size === this.#count;
  }

  #isDead(call: ParsedCall): boolean {
    return [...this.#dead].some((instance) => isOfInstance(call, instance));
  }

  #kubeConfig(): KubeConfig {
    const config = new KubeConfig();
    const context = { name: 'test', cluster: 'test', user: 'test' };
    config.loadFromOptions({
      clusters: [{ name: 'test', server: this.server.url, skipTLSVerify: true }],
      users: [{ name: 'test' }],
      contexts: [context],
      currentContext: 'test',
    });
    return config;
  }

  /** Processes whose configuration says this start, run, and serve nobody. */
  hangWith(setting: string): void {
    const hangs = (pod: KubeObject): boolean => {
      const volumes = (pod['spec'] as { volumes?: { name: string; configMap?: { name: string } }[] }).volumes;
      const name = volumes?.find((volume) => volume.name === 'broker-config')?.configMap?.name ?? '';
      return JSON.stringify(this.server.get(CONFIG_MAP, NAMESPACE, name)?.['data'] ?? {}).includes(setting);
    };
    this.kubelet.hangs = hangs;
    this.kafka.hangs = hangs;
  }

  // ---- the user ----------------------------------------------------------------------------------------------------

  /** Applies the spec; annotations and status of what exists stay. */
  apply(spec: Spec, annotations: Readonly<Record<string, string>> = {}): void {
    const live = clusterIn(this.server, NAME);
    if (live !== undefined) this.server.patch(KAFKA_CLUSTER, NAMESPACE, NAME, { spec, metadata: { annotations } });
    else {
      const metadata = { name: NAME, namespace: NAMESPACE, annotations };
      this.server.put({ apiVersion: KAFKA_CLUSTER.apiVersion, kind: KAFKA_CLUSTER.kind, metadata, spec });
    }
  }

  get status(): ClusterStatus {
    return clusterIn(this.server, NAME)?.['status'] ?? {};
  }

  /** Everything that belongs to the cluster, and the KafkaCluster itself. */
  get objects(): readonly KubeObject[] {
    return [KAFKA_CLUSTER, ...OWNED].flatMap((kind) => this.server.list(kind, NAMESPACE));
  }

  /** The deeds of all instances, in order. */
  get deeds(): readonly RequestRecord[] {
    return this.server.requests.filter(isDeed);
  }

  /** Waits until the cluster runs, the operator sees everything, and nothing has changed for a while. */
  async converged(limit = 30_000): Promise<void> {
    const rest = this.restFor(QUIET);
    await until(() => this.isConverged() && rest(), limit);
  }

  /**
   * True once nothing has changed for so long (milliseconds) while a living operator watched. Time alone proves nothing on a
   * busy machine: it counts only together with turns in which everybody had a chance.
   */
  restFor(milliseconds: number): () => boolean {
    let [version, since, turns] = [-1, Date.now(), 0];
    return () => {
      const watched = this.server.openWatches >= KINDS && !this.isKilled;
      if (!watched || this.server.objects.version !== version) [version, since, turns] = [this.server.objects.version, Date.now(), 0];
      turns += 1;
      return Date.now() - since > milliseconds && turns > TURNS;
    };
  }

  isConverged(): boolean {
    const { state, conditions = [] } = this.status;
    const is = (type: string, status: string): boolean => conditions.some((c) => c.type === type && c.status === status);
    const nodes = this.server.list(POD, NAMESPACE).filter((pod) => idOf(pod) >= 0);
    const ready = nodes.filter((pod) => isReady(pod) && pod.metadata.deletionTimestamp === undefined);
    return state === 'ClusterRunning' && is('Ready', 'True') && is('Progressing', 'False') && ready.length === IDS.length;
  }
}
