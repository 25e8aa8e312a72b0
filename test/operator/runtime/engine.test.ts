import { Engine } from '../../../operator/runtime/engine';
import type { EngineOptions } from '../../../operator/runtime/engine';
import type { KubeDraft } from '../../../operator/runtime/kube-types';
import { silentLogger } from '../../../operator/runtime/log';
import { FakeApiServer } from '../../runtime/fake-api-server';
import { configMaps, connect, pods } from '../../runtime/fake-client';
import type { Connected } from '../../runtime/fake-client';
import { until } from '../../runtime/fake-clock';
import { isWrite } from '../../runtime/fake-request';

// Real sockets: on a busy machine everything takes longer.
jest.setTimeout(20_000);

const quickLease = { namespace: 'kafka', name: 'operator', leaseDuration: 8_000, renewDeadline: 6_000, retryPeriod: 30 };
const draft = (name: string, data: Record<string, string> = {}): KubeDraft => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'kafka' },
  data,
});

describe('the engine', () => {
  let server: FakeApiServer;
  let connected: Connected[];
  let engines: Engine[];
  let told: string[];

  beforeEach(async () => {
    server = await FakeApiServer.start();
    [connected, engines, told] = [[], [], []];
  });

  afterEach(async () => {
    await Promise.all(engines.map((engine) => engine.stop(100)));
    for (const one of connected) one.transport.close();
    await server.close();
  });

  const engineOf = (identity: string, options: Partial<EngineOptions> = {}): { engine: Engine; client: Connected['client'] } => {
    const one = connect(server, { retries: 0 });
    connected.push(one);
    const engine = new Engine({
      api: one.client,
      log: silentLogger,
      onLost: (why) => told.push(`${identity} lost: ${why}`),
      limits: { backOff: { first: 5, most: 40 } },
      ...options,
    });
    engines.push(engine);
    return { engine, client: one.client };
  };

  it('runs no handler before every store is synced', async () => {
    const { engine } = engineOf('one');
    engine.watchKind(pods);
    engine.watchKind(configMaps);
    engine.controller('test', async (key) => void told.push(key)).add('early');
    engine.whenLeading(() => void told.push('leading'));
    server.fault({ verb: 'list', resource: 'pods' }, { status: 500 }, 3);
    engine.start();
    await until(() => engine.view.stores['configmaps'] === true);
    expect([told, engine.view.stores['pods']]).toEqual([[], false]);
    await until(() => told.length === 2);
    expect(told).toEqual(['leading', 'early']);
    expect(engine.view).toEqual({ stopped: false, role: 'leading', stores: { pods: true, configmaps: true } });
  });

  it('runs handlers although what was to be done before failed, and says so', async () => {
    const { engine } = engineOf('one', { log: { ...silentLogger, error: (message) => told.push(message) } });
    engine.controller('test', async (key) => void told.push(key)).add('a');
    engine.whenLeading(() => Promise.reject(new Error('no')));
    engine.start();
    await until(() => told.length === 2);
    expect(told[1]).toBe('a');
  });

  it('keeps the stores of a standby warm and runs its handlers only after the take-over', async () => {
    const handlers: string[] = [];
    const instance = (identity: string) => {
      const made = engineOf(identity, { lease: { ...quickLease, identity } });
      const store = made.engine.watchKind(configMaps);
      const queue = made.engine.controller('test', async (key) => void handlers.push(`${identity} ${key}`));
      store.onEvent((event) => {
        queue.add(event.object.metadata.name);
      });
      made.engine.start();
      return { ...made, store };
    };
    server.put(draft('a'));
    const one = instance('one');
    await until(() => handlers.length === 1);
    const two = instance('two');
    await until(() => two.store.synced);
    server.put(draft('b'));
    await until(() => two.store.size === 2);
    expect(two.engine.view.role).toBe('standing by');
    await one.engine.stop();
    await until(() => handlers.includes('two a') && handlers.includes('two b'));
    expect(handlers.slice(0, 2)).toEqual(['one a', 'one b']);
    expect(handlers.filter((line) => line.startsWith('one'))).toHaveLength(2);
  });

  it('closes its queues when leadership is lost, before it says so', async () => {
    const { engine } = engineOf('one', { lease: { ...quickLease, identity: 'one', leaseDuration: 600, renewDeadline: 400 } });
    const queue = engine.controller('test', async (key) => void told.push(key));
    engine.start();
    queue.add('a');
    await until(() => told.length === 1);
    server.fault({ resource: 'leases' }, { status: 500 }, 1_000);
    await until(() => told.length === 2);
    queue.add('b');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(told).toEqual(['a', 'one lost: the lease could not be renewed for 400 ms']);
    expect(engine.view.role).toBe('lost');
  });

  it('makes no request when it is converged, and is not woken by its own writes', async () => {
    const { engine, client } = engineOf('one');
    let passes = 0;
    const store = engine.watchKind(configMaps);
    const queue = engine.controller('test', async () => {
      passes += 1;
      for (const name of ['a', 'b', 'c']) {
        if (store.get('kafka', name) === undefined) store.record(await client.apply(configMaps, draft(name)));
      }
      return undefined;
    });
    store.onEvent(() => {
      queue.add('all');
    });
    engine.start();
    queue.add('all');
    await until(() => server.requests.filter(isWrite).length === 3 && server.openWatches === 1);
    const requests = server.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([passes, server.requests.length]).toEqual([1, requests]);
    server.remove(configMaps, 'kafka', 'b');
    await until(() => passes === 2);
    await until(() => server.get(configMaps, 'kafka', 'b') !== undefined);
    expect(server.requests.length).toBe(requests + 1);
  });

  it('tries a handler that throws again', async () => {
    const { engine } = engineOf('one');
    const queue = engine.controller(
      'test',
      async (key) => {
        told.push(key);
        if (told.length < 3) throw new Error('not yet');
        return undefined;
      },
      { backOff: { first: 2, most: 10 } },
    );
    engine.start();
    queue.add('a');
    await until(() => told.length === 3);
  });

  it('watches several namespaces, each on its own', async () => {
    const { engine } = engineOf('one');
    const store = engine.watchKind(configMaps, { namespaces: ['one', 'two'] });
    engine.start();
    await until(() => store.synced && server.openWatches === 2);
    for (const namespace of ['one', 'two', 'three']) server.put({ ...draft('a'), metadata: { name: 'a', namespace } });
    await until(() => store.size === 2);
    expect(
      store
        .list()
        .map((one) => one.metadata.namespace ?? '')
        .sort(),
    ).toEqual(['one', 'two']);
  });

  it('stops: handlers end, the Lease is released, watches close, and nothing is asked any more', async () => {
    const { engine } = engineOf('one', { lease: { ...quickLease, identity: 'one' } });
    engine.watchKind(configMaps);
    const queue = engine.controller('test', async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      told.push('ended');
      return undefined;
    });
    engine.start();
    queue.add('a');
    await until(() => queue.running === 1 && server.openWatches === 1);
    await engine.stop();
    await engine.stop();
    expect(told).toEqual(['ended']);
    const last = server.requests.at(-1);
    expect(last).toMatchObject({ verb: 'update', resource: 'leases', body: { spec: { holderIdentity: '' } } });
    await until(() => server.openWatches === 0);
    const requests = server.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(server.requests).toHaveLength(requests);
    expect(engine.view.stopped).toBe(true);
  });

  it('keeps the Lease when a handler does not end in time', async () => {
    const { engine } = engineOf('one', { lease: { ...quickLease, identity: 'one' } });
    const queue = engine.controller('test', () => new Promise(() => undefined));
    engine.start();
    queue.add('a');
    await until(() => queue.running === 1);
    await engine.stop(20);
    expect(server.requests.some((request) => JSON.stringify(request.body ?? '').includes('"holderIdentity":""'))).toBe(false);
  });
});
