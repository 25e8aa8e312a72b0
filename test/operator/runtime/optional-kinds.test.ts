import { Engine } from '../../../operator/runtime/engine';
import type { Kind } from '../../../operator/runtime/kube-types';
import { silentLogger } from '../../../operator/runtime/log';
import { DEFINITION, definitionName } from '../../../operator/runtime/optional-kinds';
import type { KindStore } from '../../../operator/runtime/store';
import { FakeApiServer } from '../../runtime/fake-api-server';
import { connect } from '../../runtime/fake-client';
import type { Connected } from '../../runtime/fake-client';
import { pause, until } from '../../runtime/fake-clock';

// Real sockets: on a busy machine everything takes longer.
jest.setTimeout(20_000);

const things: Kind = { apiVersion: 'example.com/v1', kind: 'Thing', plural: 'things', namespaced: true };
const others: Kind = { apiVersion: 'example.com/v1', kind: 'Other', plural: 'others', namespaced: true };

describe('optional kinds', () => {
  let server: FakeApiServer;
  let connected: Connected;
  let engine: Engine;
  let store: KindStore;
  let told: string[];

  const install = (kind: Kind, version = 'v1') => {
    const spec = { versions: [{ name: version, schema: 'x'.repeat(1_000) }] };
    server.put({ apiVersion: DEFINITION.apiVersion, kind: DEFINITION.kind, metadata: { name: definitionName(kind) }, spec });
  };
  const uninstall = (kind: Kind) => {
    for (const { metadata } of server.list(kind)) server.remove(kind, metadata.namespace, metadata.name);
    server.remove(DEFINITION, undefined, definitionName(kind));
    server.resetWatches();
  };
  const put = (name: string, namespace = 'kafka') =>
    server.put({ apiVersion: things.apiVersion, kind: 'Thing', metadata: { name, namespace } });
  const asked = (resource: string) =>
    server.requests.filter((r) => r.resource === resource).map(({ verb, status }) => `${verb} ${String(status)}`);
  const begin = async (namespaces?: readonly string[]) => {
    store = engine.watchKind(things, { optional: true, namespaces });
    engine.watchKind(others, { optional: true, namespaces });
    store.onEvent(({ type, object }) => told.push(`${type} ${object.metadata.name}`));
    store.onPresence(() => told.push(store.absent ? 'absent' : 'present'));
    engine.start();
    await until(() => store.synced);
  };

  beforeEach(async () => {
    server = await FakeApiServer.start();
    for (const kind of [things, others]) server.custom.add(`${kind.apiVersion}/${kind.plural}`);
    connected = connect(server, { retries: 0 });
    engine = new Engine({
      api: connected.client,
      log: silentLogger,
      onLost: () => undefined,
      limits: { backOff: { first: 5, most: 20 }, shortestWatch: 0 },
    });
    told = [];
  });

  afterEach(async () => {
    await engine.stop(100);
    connected.transport.close();
    await server.close();
  });

  it('are held by several stores, each by a selector of its own', async () => {
    const labelled = engine.watchKind(things, { optional: true, labelSelector: 'of=me' });
    await begin();
    expect([labelled.absent, store.absent]).toEqual([true, true]);
    install(things);
    const metadata = { name: 'mine', namespace: 'kafka', labels: { of: 'me' } };
    server.put({ apiVersion: things.apiVersion, kind: 'Thing', metadata });
    put('other');
    await until(() => labelled.list().length === 1 && store.list().length === 2);
    uninstall(things);
    await until(() => labelled.absent && store.absent);
  });

  it('that are not installed are absent, and never asked for', async () => {
    await begin();
    await pause(100);
    expect([store.absent, store.list(), told]).toEqual([true, [], ['absent']]);
    expect(engine.view.stores).toEqual({ things: true, others: true });
    expect([asked('things'), asked('others'), asked('customresourcedefinitions')]).toEqual([[], [], ['list 200', 'watch 200']]);
  });

  it('let handlers run although none of them is installed', async () => {
    engine.controller('test', async (key) => void told.push(key)).add('a');
    await begin();
    await until(() => told.includes('a'));
  });

  it('are known by metadata alone: the schema of a definition is never sent', async () => {
    install(others);
    await begin();
    await until(() => asked('customresourcedefinitions').length === 2);
    const accepts = server.requests.filter((r) => r.resource === 'customresourcedefinitions').map((r) => r.headers.accept);
    expect(accepts).toEqual([
      'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
      'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
    ]);
  });

  it('that were there before are watched from the start', async () => {
    install(things);
    put('a');
    await begin();
    expect([store.absent, told]).toEqual([false, ['set a']]);
  });

  it('are watched when their definition comes, and the store is empty when it goes', async () => {
    await begin();
    install(things);
    await until(() => !store.absent);
    put('a');
    await until(() => store.list().length === 1);
    uninstall(things);
    await until(() => store.absent);
    expect(told).toEqual(['absent', 'present', 'set a', 'gone a', 'absent']);
    install(things);
    await until(() => !store.absent);
    put('b');
    await until(() => store.list().length === 1);
    await pause(50);
    expect(asked('others')).toEqual([]);
  });

  it('are absent in another version than the wanted one, and the server is left alone until the definition changes', async () => {
    install(things, 'v1alpha1');
    await begin();
    expect(store.absent).toBe(true);
    await until(() => asked('things').length === 9);
    await pause(100);
    expect(new Set(asked('things'))).toEqual(new Set(['list 404']));
    expect(asked('things')).toHaveLength(9);
    install(things, 'v1');
    await until(() => !store.absent);
  });

  it('are asked for one by one where definitions may not be read, and seldom', async () => {
    server.fault({ resource: 'customresourcedefinitions' }, { status: 403 }, 1e6);
    install(things);
    put('a');
    await begin();
    await until(() => store.list().length === 1);
    await pause(100);
    expect([asked('customresourcedefinitions'), asked('others')]).toEqual([['list 403'], ['list 404']]);
    expect([store.absent, engine.view.stores]).toEqual([false, { things: true, others: true }]);
  });

  it('stay as they are while the definitions cannot be seen for a time', async () => {
    install(things);
    put('a');
    await begin();
    server.fault({ resource: 'customresourcedefinitions' }, { status: 403 }, 1e6);
    server.expireWatches();
    await until(() => asked('customresourcedefinitions').filter((answer) => answer === 'list 403').length > 2);
    expect([store.absent, store.list().length, told]).toEqual([false, 1, ['set a']]);
  });

  it('hold everything while the server does not say whether they are there', async () => {
    server.fault({ resource: 'customresourcedefinitions' }, { status: 500 }, 5);
    store = engine.watchKind(things, { optional: true });
    engine.controller('test', async (key) => void told.push(key)).add('a');
    engine.start();
    await until(() => asked('customresourcedefinitions').length === 3);
    expect([store.synced, told]).toEqual([false, []]);
    await until(() => told.length === 1);
  });

  it('are absent as a whole when one of several namespaces does not let them be seen', async () => {
    install(things);
    server.intercept = (call) => (call.resource === 'things' && call.namespace === 'two' ? { status: 403 } : undefined);
    put('a', 'one');
    await begin(['one', 'two']);
    expect([store.absent, store.list().length]).toEqual([true, 1]);
  });

  it('end their watches with the engine', async () => {
    install(things);
    await begin();
    await until(() => server.openWatches === 2);
    await engine.stop(100);
    await until(() => server.openWatches === 0);
  });
});
