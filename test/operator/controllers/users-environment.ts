/**
 * KafkaUsers in this process: the controller on the real runtime, a scripted API server and a simulated Kafka. The passes over
 * KafkaClusters are not part of it: tests say where the cluster is, and make its CA.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import type { KafkaUserStatus } from '../../../lib/api/kafka-user';
import { resolve } from '../../../lib/api/resolve';
import { connectAdmin } from '../../../operator/clients/kafka/connect-admin';
import { KafkaPlaces } from '../../../operator/controllers/kafka-places';
import { runKafkaUsers } from '../../../operator/controllers/kafka-users';
import { KAFKA_CLUSTER, SECRET, USER } from '../../../operator/kinds';
import { issueAuthority, type KeyPair } from '../../../operator/pki/issue';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { createLogger } from '../../../operator/runtime/log';
import { OperatorRuntime } from '../../../operator/runtime/operator-runtime';
import { FakeApiServer } from '../../runtime/fake-api-server';
import { until } from '../../runtime/fake-clock';
import { SimKafka } from '../../sim-kafka/sim-kafka';
import { healthyState, type SimState } from '../../sim-kafka/state';
import { install } from './environment';

export const CLUSTER = 'kafka/orders';
const [NAMESPACE, NAME] = ['kafka', 'orders'];
const CA = `${NAME}-ca-certificate`;
const YEAR = 365 * 24 * 3_600_000;

const example = parse(readFileSync(join(__dirname, '../../../examples/combined.yaml'), 'utf8')) as { spec: Record<string, unknown> };
const base64 = (text: string): string => Buffer.from(text).toString('base64');

class UsersOperator extends OperatorRuntime {
  readonly places = new KafkaPlaces();
  private end: () => Promise<void> = () => Promise.resolve();

  constructor(
    options: ConstructorParameters<typeof OperatorRuntime>[0],
    private readonly sim: SimKafka,
    private readonly clock: () => number,
  ) {
    super(options);
  }

  protected init(): Promise<void> {
    const runtime = { watchKind: this.watchKind.bind(this), controller: this.controller.bind(this) };
    const clusters = this.watchKind(KAFKA_CLUSTER);
    const clusterSecrets = this.watchKind(SECRET, { labelSelector: 'kafka_cr' });
    const connect = connectAdmin({ resolve: this.sim.resolve, connectTimeoutMs: 150, requestTimeoutMs: 1000 });
    const { stop } = runKafkaUsers(runtime, {
      ...{ kube: this.client, connect, places: this.places, clusters, clusterSecrets },
      ...{ log: this.log, now: this.clock, namespaces: [], workers: 2 },
    });
    this.end = stop;
    return Promise.resolve();
  }

  override async stop(limit?: number): Promise<void> {
    await super.stop(limit);
    await this.end();
  }
}

export class UsersEnvironment {
  /** Added to the clock of the operator; milliseconds. */
  ahead = 0;
  #operator: UsersOperator | undefined;

  private constructor(
    readonly server: FakeApiServer,
    readonly kafka: SimKafka,
    readonly log: string[],
  ) {}

  static async start(more: Partial<SimState> = { acls: [] }): Promise<UsersEnvironment> {
    const server = await FakeApiServer.start();
    install(server, USER);
    const kafka = new SimKafka({ ...healthyState(), ...more });
    await kafka.listen();
    const environment = new UsersEnvironment(server, kafka, []);
    server.put(environment.cluster({}));
    await environment.operate();
    return environment;
  }

  /** Starts an operator that knows nothing; the one before is stopped. */
  async operate(): Promise<void> {
    await this.#operator?.stop(50);
    const options = { log: createLogger({ level: 'info', write: (line: string) => this.log.push(line) }), version: 'test' };
    const more = { kubeConfig: this.#kubeConfig(), limits: { backOff: { first: 5, most: 40 }, shortestWatch: 0 }, onLost: () => undefined };
    this.#operator = new UsersOperator({ ...options, ...more }, this.kafka, () => Date.now() + this.ahead);
    await this.#operator.start();
    this.place();
  }

  async close(): Promise<void> {
    await this.#operator?.stop(50);
    await this.kafka.close();
    await this.server.close();
  }

  /** What a pass over the KafkaCluster would tell. */
  place(spec: Record<string, unknown> = {}, reachable = true): void {
    const { cluster } = resolve(this.cluster(spec));
    if (cluster === undefined) throw new Error('cannot resolve the cluster of the test');
    const target = reachable ? { key: CLUSTER, bootstrap: this.kafka.bootstrap } : undefined;
    this.#operator?.places.set(CLUSTER, { cluster, target, brokers: [1, 2, 3] });
  }

  /** Makes the CA, or gives it other contents. */
  async authority(name = 'ca', trusted: readonly KeyPair[] = []): Promise<KeyPair> {
    const profile = { commonName: name, names: [], keyType: 'ECDSA-P256', durationMs: YEAR, renewBeforeMs: 0, authority: true } as const;
    const pair = await issueAuthority(profile, Date.now());
    this.putAuthority(pair, [pair, ...trusted]);
    return pair;
  }

  putAuthority({ certificate, key }: KeyPair, trusted: readonly KeyPair[]): void {
    const data = {
      'tls.crt': base64(certificate),
      'tls.key': base64(key),
      'ca.crt': base64(trusted.map((one) => one.certificate).join('')),
    };
    const live = this.server.get(SECRET, NAMESPACE, CA);
    const metadata = { name: CA, namespace: NAMESPACE, labels: { kafka_cr: NAME } };
    if (live === undefined) this.server.put({ apiVersion: 'v1', kind: 'Secret', metadata, data });
    else this.server.patch(SECRET, NAMESPACE, CA, { data });
  }

  authorityAnnotation(name: string): string | undefined {
    return this.server.get(SECRET, NAMESPACE, CA)?.metadata.annotations?.[name];
  }

  cluster(spec: Record<string, unknown>): KubeObject {
    const metadata = { name: NAME, namespace: NAMESPACE, uid: 'c1', resourceVersion: '1', creationTimestamp: '2024-01-01T00:00:00Z' };
    return { apiVersion: KAFKA_CLUSTER.apiVersion, kind: 'KafkaCluster', metadata, spec: { ...example.spec, ...spec } };
  }

  apply(name: string, spec: Record<string, unknown> = {}, namespace = NAMESPACE): void {
    const whole = { secretName: `${name}-credential`, clusterRef: { name: NAME, namespace: NAMESPACE }, ...spec };
    if (this.object(name, namespace) === undefined)
      this.server.put({ apiVersion: USER.apiVersion, kind: USER.kind, metadata: { name, namespace }, spec: whole });
    else this.server.patch(USER, namespace, name, { spec: whole });
  }

  object(name: string, namespace = NAMESPACE): KubeObject | undefined {
    return this.server.get(USER, namespace, name);
  }

  status(name: string, namespace = NAMESPACE): KafkaUserStatus {
    return this.object(name, namespace)?.['status'] ?? {};
  }

  condition(name: string, type: string, namespace = NAMESPACE): string {
    const found = this.status(name, namespace).conditions?.find((c) => c.type === type);
    return found === undefined ? '' : `${found.status} ${found.reason}`;
  }

  async becomes(name: string, type: string, wanted: string, namespace = NAMESPACE): Promise<void> {
    await until(() => {
      const { generation } = this.object(name, namespace)?.metadata ?? {};
      return this.condition(name, type, namespace) === wanted && this.status(name, namespace).observedGeneration === generation;
    }, 8_000).catch(() => {
      throw new Error(`${name}: not ${type} ${wanted}: ${JSON.stringify(this.object(name, namespace))} ${this.log.slice(-5).join('\n')}`);
    });
  }

  ready(name: string, namespace?: string): Promise<void> {
    return this.becomes(name, 'Ready', 'True UserReady', namespace);
  }

  /** In clear text. */
  secret(name: string, namespace = NAMESPACE): Readonly<Record<string, string>> {
    const data = (this.server.get(SECRET, namespace, `${name}-credential`)?.['data'] ?? {}) as Record<string, string>;
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
  }

  delete(name: string, namespace = NAMESPACE): void {
    this.server.remove(USER, namespace, name);
  }

  async gone(name: string, namespace = NAMESPACE): Promise<void> {
    await until(() => this.object(name, namespace) === undefined, 8_000).catch(() => {
      throw new Error(`${name} is still there: ${JSON.stringify(this.object(name, namespace))}`);
    });
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
