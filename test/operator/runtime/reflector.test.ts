import type { ListWatch, ReflectorOptions } from '../../../operator/runtime/reflector';
import type { Reflector } from '../../../operator/runtime/reflector';
import { KubeError } from '../../../operator/runtime/kube-error';
import { FakeApiServer } from '../../runtime/fake-api-server';
import { configMaps, connect } from '../../runtime/fake-client';
import type { Connected } from '../../runtime/fake-client';
import { FakeClock, settle, until } from '../../runtime/fake-clock';
import { quick, watching } from './watching';
import type { Watching } from './watching';

// Real sockets: on a busy machine everything takes longer.
jest.setTimeout(20_000);

describe('a reflector against a server', () => {
  let server: FakeApiServer;
  let connected: Connected;
  let open: Reflector[];

  const put = (name: string, data = {}): void =>
    void server.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'kafka' }, data });
  const watch = (options: Partial<ReflectorOptions> = {}): Watching => {
    const made = watching(connected.client, options);
    open.push(made.reflector);
    return made;
  };
  /** Lists of one object, by which a reflector makes sure of the server, are not counted. */
  const real = () => server.requests.filter((request) => request.query['limit'] !== '1');
  const verbs = (): string[] => real().map((request) => request.verb);
  const isOpen = (count = 1) => until(() => server.openWatches === count);

  beforeEach(async () => {
    server = await FakeApiServer.start();
    connected = connect(server, { retries: 0 });
    open = [];
    put('a');
  });

  afterEach(async () => {
    await Promise.all(open.map((reflector) => reflector.stop()));
    connected.transport.close();
    await server.close();
  });

  it('lists, then watches from the version of the list, asking for bookmarks', async () => {
    const { events, store } = watch();
    await isOpen();
    expect(events).toEqual(['set a']);
    expect(store.synced).toBe(true);
    const query = server.requests[1]?.query;
    expect(query).toMatchObject({ watch: 'true', allowWatchBookmarks: 'true', resourceVersion: String(server.objects.version) });
    expect(Number(query?.['timeoutSeconds'])).toBeGreaterThanOrEqual(240);
    expect(Number(query?.['timeoutSeconds'])).toBeLessThanOrEqual(360);
  });

  it('follows what happens', async () => {
    const { events } = watch();
    await isOpen();
    put('b');
    put('a', { x: '1' });
    server.remove(configMaps, 'kafka', 'b');
    await until(() => events.length === 4);
    expect(events).toEqual(['set a', 'set b', 'set a', 'gone b']);
  });

  it('goes on after a graceful end from the last version, without a new list', async () => {
    const { events, restarts } = watch();
    await isOpen();
    put('b');
    await until(() => events.length === 2);
    server.endWatches();
    await until(() => restarts.length === 1);
    await isOpen();
    expect(verbs()).toEqual(['list', 'watch', 'watch']);
    expect(real()[2]?.query['resourceVersion']).toBe(String(server.objects.version));
    expect([events, restarts]).toEqual([['set a', 'set b'], ['ended']]);
  });

  it('goes on from a bookmark', async () => {
    watch();
    await isOpen();
    for (let i = 0; i < 5; i += 1) server.put({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `p${String(i)}`, namespace: 'kafka' } });
    server.bookmark();
    await settle();
    server.compact();
    server.endWatches();
    await until(() => verbs().length === 3);
    expect(verbs()).toEqual(['list', 'watch', 'watch']);
    expect(real()[2]?.query['resourceVersion']).toBe(String(server.objects.version));
  });

  it('comes back after a reset and misses nothing', async () => {
    const { events, lines } = watch();
    await isOpen();
    server.resetWatches();
    put('b');
    await until(() => events.length === 2);
    await until(() => lines.length === 2);
    expect(verbs()).toEqual(['list', 'watch', 'watch']);
    expect(lines).toEqual(['lost sight of a kind; trying again', 'sees a kind again']);
  });

  it.each(['http', 'event'] as const)('lists again after a 410 (%s) and tells what is gone', async (form) => {
    const { events, restarts } = watch();
    await isOpen();
    server.freezeWatches();
    put('b');
    server.remove(configMaps, 'kafka', 'a');
    server.compact(form);
    server.resetWatches();
    await until(() => events.length === 3);
    expect(events).toEqual(['set a', 'gone a', 'set b']);
    expect(restarts).toContain('expired');
    expect(verbs().filter((verb) => verb === 'list')).toHaveLength(2);
  });

  it('lists again when an open watch is told that its version is too old', async () => {
    const { events } = watch();
    await isOpen();
    server.expireWatches();
    put('b');
    await until(() => events.length === 2);
    await isOpen();
    expect(verbs()).toEqual(['list', 'watch', 'list', 'watch']);
  });

  it('tells an object that was made anew while it did not look as gone and set', async () => {
    const { events } = watch();
    await isOpen();
    server.freezeWatches();
    server.remove(configMaps, 'kafka', 'a');
    put('a');
    server.compact();
    server.resetWatches();
    await until(() => events.length === 3);
    expect(events).toEqual(['set a', 'gone a', 'set a']);
  });

  it('survives 500, 503 and 500 on the way, and says so once', async () => {
    const { events, lines } = watch();
    await isOpen();
    server.fault({ verb: 'watch' }, { status: 500 });
    server.fault({ verb: 'watch' }, { status: 503 });
    server.fault({ verb: 'watch' }, { status: 500 });
    server.endWatches();
    await until(() => verbs().filter((verb) => verb === 'watch').length === 5);
    await isOpen();
    put('b');
    await until(() => events.length === 2);
    await until(() => lines.length === 2);
    expect(lines).toEqual(['lost sight of a kind; trying again', 'sees a kind again']);
  });

  it('keeps trying while the first list fails', async () => {
    server.fault({ verb: 'list' }, { status: 500 }, 3);
    const { store, events } = watch();
    await until(() => store.synced);
    expect(events).toEqual(['set a']);
  });

  it('answers a 410 in the middle of its pages with a new list', async () => {
    for (let i = 0; i < 6; i += 1) put(`c${String(i)}`);
    const { client } = connected;
    let pages = 0;
    const source: ListWatch = {
      watch: client.watch.bind(client),
      listPage: async (kind, options) => {
        pages += 1;
        if (pages === 2) server.expirePages();
        return client.listPage(kind, options);
      },
    };
    const { store, reflector } = watching(source, { limits: { ...quick, pageSize: 3 } });
    await until(() => store.synced);
    expect([store.size, pages]).toEqual([7, 5]);
    await reflector.stop();
  });

  it('cuts a watch on which nothing ends, and catches up', async () => {
    const { events, restarts } = watch({ limits: { ...quick, watchSeconds: 1, stallGrace: -950 }, random: () => 0.5 });
    await isOpen();
    server.freezeWatches();
    put('b');
    await until(() => events.length === 2);
    expect(restarts).toContain('stalled');
  });

  it('sees only what the selectors let through, one watch for each namespace', async () => {
    server.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'one', labels: { app: 'kafka' } } });
    server.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'y', namespace: 'one' } });
    const { events } = watch({ namespace: 'one', labelSelector: 'app=kafka' });
    await isOpen();
    server.patch(configMaps, 'one', 'y', { metadata: { labels: { app: 'kafka' } } });
    server.patch(configMaps, 'one', 'x', { metadata: { labels: { app: 'other' } } });
    await until(() => events.length === 3);
    expect(events).toEqual(['set x', 'set y', 'gone x']);
    expect(server.requests[0]?.url).toContain('/api/v1/namespaces/one/configmaps?labelSelector=app%3Dkafka');
  });

  it('takes the objects of a server that was restored from a backup', async () => {
    const { store, events } = watch();
    await isOpen();
    put('b');
    await until(() => events.length === 2);
    server.freezeWatches();
    server.remove(configMaps, 'kafka', 'b');
    server.restoreBackup(50);
    put('a', { restored: 'yes' });
    server.resetWatches();
    await until(() => events.length === 4);
    expect(store.get('kafka', 'a')?.['data']).toEqual({ restored: 'yes' });
  });

  it('asks nothing but the next watch when one ends at its time', async () => {
    watch({ limits: { ...quick, watchSeconds: 1 }, random: () => 0 });
    await until(() => server.requests.filter((request) => request.verb === 'watch').length === 2);
    expect(server.requests.map((request) => request.verb)).toEqual(['list', 'watch', 'watch']);
  });

  it('makes no request while nothing happens', async () => {
    watch();
    await isOpen();
    const before = server.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(server.requests).toHaveLength(before);
  });

  it('stops at once, while it watches or waits', async () => {
    const first = watch();
    await isOpen();
    await first.reflector.stop();
    await until(() => server.openWatches === 0);
    server.fault({}, { status: 500 }, 100);
    const second = watch({ limits: { ...quick, backOff: { first: 60_000, most: 60_000 } } });
    await until(() => second.lines.length === 1);
    await second.reflector.stop();
    expect(second.store.synced).toBe(false);
  });
});

describe('the back-off of a reflector', () => {
  const failing = (): ListWatch => ({
    listPage: async () => ({ items: [], resourceVersion: '1' }),
    watch: async () => {
      throw new KubeError({ status: 500, reason: 'InternalError', said: 'no', verb: 'watch', ref: { kind: configMaps } });
    },
  });

  it('doubles up to its limit', async () => {
    const clock = new FakeClock();
    const { reflector } = watching(failing(), { clock, random: () => 1, limits: { backOff: { first: 200, most: 1_000 } } });
    const waits: (number | undefined)[] = [];
    for (let i = 0; i < 5; i += 1) {
      await settle();
      waits.push(clock.next);
      await clock.advance(clock.next ?? 0);
    }
    expect(waits).toEqual([200, 400, 800, 1_000, 1_000]);
    await reflector.stop();
    expect(clock.pending).toBe(0);
  });

  it('takes a watch that ends at once for a failure, so that it never spins', async () => {
    const clock = new FakeClock();
    let watches = 0;
    const source: ListWatch = { ...failing(), watch: async () => void (watches += 1) };
    const { reflector } = watching(source, { clock, random: () => 1, limits: {} });
    await clock.advance(1_000);
    expect(watches).toBeLessThan(5);
    await reflector.stop();
  });

  it('resets on the first event', async () => {
    const clock = new FakeClock();
    let watches = 0;
    const source: ListWatch = {
      ...failing(),
      watch: async (_, __, onEvent) => {
        watches += 1;
        const metadata = { name: 'a', namespace: 'kafka', uid: 'u', resourceVersion: String(watches), creationTimestamp: '' };
        if (watches === 4) onEvent({ type: 'ADDED', object: { apiVersion: 'v1', kind: 'ConfigMap', metadata } });
        throw new Error('broken');
      },
    };
    const { reflector } = watching(source, { clock, random: () => 1, limits: { backOff: { first: 200, most: 10_000 } } });
    const waits: (number | undefined)[] = [];
    for (let i = 0; i < 5; i += 1) {
      await settle();
      waits.push(clock.next);
      await clock.advance(clock.next ?? 0);
    }
    expect(waits).toEqual([200, 400, 800, 200, 400]);
    await reflector.stop();
  });

  it('spreads its attempts by chance', async () => {
    const clock = new FakeClock();
    const { reflector } = watching(failing(), { clock, random: () => 0, limits: {} });
    await settle();
    expect(clock.next).toBe(100);
    await reflector.stop();
  });
});
