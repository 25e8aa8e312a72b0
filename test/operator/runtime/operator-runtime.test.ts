import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import type { ResourceEvent } from '@dot-i/k8s-operator';
import { credentialsOf } from '../../../operator/runtime/kube-config';
import { silentLogger } from '../../../operator/runtime/log';
import { OperatorRuntime } from '../../../operator/runtime/operator-runtime';
import { FakeApiServer } from '../../runtime/fake-api-server';
import { clusters, configMaps } from '../../runtime/fake-client';
import { until } from '../../runtime/fake-clock';

// Real sockets: on a busy machine everything takes longer.
jest.setTimeout(20_000);

const [group, version, plural] = ['kafka.banzaicloud.io', 'v1beta1', 'kafkaclusters'] as const;
const cluster = (name: string, spec = {}) => ({
  apiVersion: `${group}/${version}`,
  kind: 'KafkaCluster',
  metadata: { name, namespace: 'kafka' },
  spec,
});

function kubeConfigFor(url: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'fake', server: url, skipTLSVerify: true }, { name: 'me', token: 'abc' });
  return config;
}

/** Written as against the base class alone. */
class TestOperator extends OperatorRuntime {
  onEvent: (event: ResourceEvent) => Promise<void> = () => Promise.resolve();

  protected override async init(): Promise<void> {
    await this.watchResource(group, version, plural, (event) => this.onEvent(event), 'kafka');
  }

  finalize = (event: ResourceEvent, ended: () => void) => this.handleResourceFinalizer(event, 'test/finalizer', async () => ended());
  setStatus = (event: ResourceEvent, status: unknown) => this.setResourceStatus(event.meta, status);
  patchStatus = (event: ResourceEvent, status: unknown) => this.patchResourceStatus(event.meta, status);
  register = (file: string) => this.registerCustomResourceDefinition(file);
  uri = (namespace?: string) => this.getCustomResourceApiUri(group, version, plural, namespace);
  watchConfigMaps = () => this.watchKind(configMaps);
}

describe('the operator runtime on its base class', () => {
  let server: FakeApiServer;
  let operator: TestOperator;
  let seen: string[];

  beforeEach(async () => {
    server = await FakeApiServer.start();
    const limits = { backOff: { first: 5, most: 40 } };
    operator = new TestOperator({
      log: silentLogger,
      version: '1.2.3',
      kubeConfig: kubeConfigFor(server.url),
      onLost: () => undefined,
      limits,
    });
    seen = [];
    operator.onEvent = async (event) => void seen.push(`${event.type} ${event.meta.name}`);
  });

  afterEach(async () => {
    await operator.stop(200);
    await server.close();
  });

  it('gives events with the type, the kind and a copy of the object', async () => {
    server.put(cluster('orders'));
    operator.onEvent = async (event) => {
      seen.push(`${event.type} ${event.meta.kind} ${event.meta.name}`);
      Object.assign(event.object, { metadata: undefined });
    };
    await operator.start();
    await until(() => seen.length === 1);
    server.patch(clusters, 'kafka', 'orders', { spec: { brokers: [1] } });
    await until(() => seen.length === 2);
    server.remove(clusters, 'kafka', 'orders');
    await until(() => seen.length === 3);
    expect(seen).toEqual(['ADDED KafkaCluster orders', 'MODIFIED KafkaCluster orders', 'DELETED KafkaCluster orders']);
    expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer abc', 'user-agent': 'kafka-operator/1.2.3' });
  });

  it('survives resets, errors and expiry, and misses no delete', async () => {
    server.put(cluster('orders'));
    await operator.start();
    await until(() => seen.length === 1 && server.openWatches === 1);
    server.fault({ verb: 'watch' }, { status: 500 }, 2);
    server.freezeWatches();
    server.remove(clusters, 'kafka', 'orders');
    server.compact('event');
    server.resetWatches();
    await until(() => seen.length === 2);
    expect(seen).toEqual(['ADDED orders', 'DELETED orders']);
  });

  it('calls a handler that throws again', async () => {
    server.put(cluster('orders'));
    operator.onEvent = async (event) => {
      seen.push(event.type);
      if (seen.length < 2) throw new Error('not yet');
    };
    await operator.start();
    await until(() => seen.length === 2);
    expect(seen).toEqual(['ADDED', 'ADDED']);
  });

  it("sets, runs and clears a finalizer with the base's own helper, and loses nobody else's", async () => {
    const steps: string[] = [];
    operator.onEvent = async (event) => {
      const handled = await operator.finalize(event, () => void steps.push('cleaned up'));
      if (!handled) steps.push(event.type);
    };
    server.put({ ...cluster('orders'), metadata: { name: 'orders', namespace: 'kafka', finalizers: ['other/one'] } });
    await operator.start();
    await until(() => steps.length === 1);
    expect(server.get(clusters, 'kafka', 'orders')?.metadata.finalizers).toEqual(['other/one', 'test/finalizer']);
    server.remove(clusters, 'kafka', 'orders');
    await until(() => steps.includes('cleaned up'));
    await until(() => server.get(clusters, 'kafka', 'orders')?.metadata.finalizers?.length === 1);
    server.patch(clusters, 'kafka', 'orders', { metadata: { finalizers: null } });
    await until(() => steps.includes('DELETED'));
    expect(steps.filter((step) => step === 'cleaned up')).toHaveLength(1);
    const patches = server.requests.filter((request) => request.verb === 'patch');
    expect(patches.every((request) => JSON.stringify(request.body).includes('resourceVersion'))).toBe(true);
  });

  it('patches and sets the status, and a handler that leaves it as it is makes no loop', async () => {
    operator.onEvent = async (event) => {
      seen.push(event.type);
      await (seen.length === 1 ? operator.setStatus(event, { state: 'A', old: true }) : operator.patchStatus(event, { state: 'B' }));
    };
    server.put(cluster('orders'));
    await operator.start();
    await until(() => seen.length === 3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(seen).toHaveLength(3);
    expect(server.get(clusters, 'kafka', 'orders')?.['status']).toEqual({ state: 'B', old: true });
  });

  it('tells the caller when a status could not be written', async () => {
    let failure: unknown;
    operator.onEvent = async (event) => {
      await operator.patchStatus(event, { state: 'A' }).catch((error: unknown) => (failure = error));
    };
    server.fault({ subresource: 'status' }, { status: 403, reason: 'Forbidden' });
    server.put(cluster('orders'));
    await operator.start();
    await until(() => failure !== undefined);
    expect(failure).toMatchObject({ name: 'KubeError', reason: 'Forbidden' });
  });

  it('registers a CRD file, and refuses any other', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'crd-'));
    const [good, bad] = [join(folder, 'good.yaml'), join(folder, 'bad.yaml')];
    const head = 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: things.example.com }\n';
    writeFileSync(good, `${head}spec: { group: example.com, names: { plural: things, kind: Thing }, versions: [{ name: v1 }] }\n`);
    writeFileSync(bad, 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
    expect(await operator.register(good)).toEqual({ group: 'example.com', versions: [{ name: 'v1' }], plural: 'things' });
    expect(await operator.register(good)).toMatchObject({ plural: 'things' });
    await expect(operator.register(bad)).rejects.toThrow(/^cannot register/);
    rmSync(folder, { recursive: true });
  });

  it('knows the URL of a custom resource', () => {
    expect(operator.uri('kafka')).toBe(`${server.url}/apis/${group}/${version}/namespaces/kafka/${plural}`);
    expect(operator.uri()).toBe(`${server.url}/apis/${group}/${version}/${plural}`);
  });

  it('stops cleanly, twice, without ending the process, and leaves no connection', async () => {
    const exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    await operator.start();
    await until(() => server.openWatches === 1);
    await operator.stop();
    await operator.stop();
    await until(() => server.openSockets === 0);
    expect(exit).not.toHaveBeenCalled();
    exit.mockRestore();
  });

  it('says loudly that a promise was rejected unseen, and goes on', async () => {
    const lines: string[] = [];
    const log = { ...silentLogger, error: (message: string) => void lines.push(message) };
    const loud = new TestOperator({ log, version: '1', kubeConfig: kubeConfigFor(server.url), onLost: () => undefined });
    const listeners = process.listeners('unhandledRejection').length;
    await loud.start();
    const [mine] = process.listeners('unhandledRejection').slice(listeners);
    mine?.(new Error('lost'), Promise.resolve());
    expect(lines).toEqual(['BUG: a promise was rejected and nobody handled it']);
    await loud.stop();
    expect(process.listeners('unhandledRejection')).toHaveLength(listeners);
  });

  it('says which context has no cluster', () => {
    expect(() => credentialsOf(new KubeConfig()).server()).toThrow(/^cannot find the cluster of context/);
  });
});
