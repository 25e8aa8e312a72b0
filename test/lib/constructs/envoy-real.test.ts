/** The generated files in a real Envoy, brokers coming and going as they do in a cluster. */
import { connect } from 'node:net';
import { envoyConfigMaps } from '../../../lib/constructs/envoy-config';
import { addressOf, brokerAt, Brokers, Client, until } from './envoy-brokers';
import { Envoy, envoyBinary, filesOf, freePorts, get, place, type Files, type Place } from './envoy-process';
import { broker, cluster } from './small-cluster';

interface Ports {
  readonly start: number;
  readonly target: number;
  readonly health: number;
  readonly kafka: number;
  readonly metrics: number;
}

let ports: Ports;
let brokers: Brokers;
let at: Place;
let envoy: Envoy;

interface Wish {
  readonly ids: readonly number[];
  readonly withdrawn?: readonly number[];
  readonly shift?: number;
}

function files({ ids, withdrawn = [], shift = 0 }: Wish): Files {
  const listenersConfig = {
    internalListeners: [
      { name: 'internal', type: 'plaintext', containerPort: 29092, usedForInnerBrokerCommunication: true },
      { name: 'controller', type: 'plaintext', containerPort: 29093, usedForControllerCommunication: true },
    ],
    externalListeners: [
      {
        name: 'external',
        type: 'plaintext',
        containerPort: ports.kafka,
        externalStartingPort: ports.start + shift,
        ingressControllerTargetPort: ports.target,
        anyCastPort: 29094,
      },
    ],
  };
  const of = cluster(
    ids.map((id) => broker(id, ['broker', 'controller'])),
    { listenersConfig, envoyConfig: { healthCheckPort: ports.health, enableHealthCheckHttp10: true } },
  );
  return at.here(filesOf(envoyConfigMaps(of, new Set(withdrawn))[0]!));
}

const health = (path: string, method = 'GET') => get({ port: ports.health, path, method });

beforeAll(async () => {
  const binary = envoyBinary();
  const first = await freePorts(10);
  ports = { start: first, target: first + 6, health: first + 7, kafka: first + 8, metrics: first + 9 };
  brokers = await Brokers.start([0, 1, 2], { kafka: ports.kafka, health: ports.metrics });
  at = place([
    ...[0, 1, 2].map((id): [RegExp, string] => [
      new RegExp(`orders-${id}\\.orders-headless\\.kafka\\.svc\\.cluster\\.local`, 'g'),
      addressOf(id),
    ]),
    [/"port_value":9020\b/g, `"port_value":${ports.metrics}`],
  ]);
  at.config.put(files({ ids: [0, 1] }));
  envoy = Envoy.start(binary, at);
  await until(() =>
    health('/ready').then(
      ({ status }) => status === 200,
      () => false,
    ),
  );
}, 120_000);

afterAll(async () => {
  await envoy.stop();
  await brokers.stop();
});

/** Puts the files there and waits until the Envoy listens as they say. */
async function put(wish: Wish): Promise<void> {
  at.config.put(files(wish));
  const shift = wish.shift ?? 0;
  const wanted = [...wish.ids.map((id) => ports.start + shift + id), ports.target, ports.health].sort((a, b) => a - b);
  await until(() => JSON.stringify(envoy.listening()) === JSON.stringify(wanted));
}

const anyCast = (count: number): Promise<readonly (string | undefined)[]> =>
  Promise.all(Array.from({ length: count }, () => brokerAt(ports.target)));

jest.setTimeout(20_000);

const inHttp10 = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(ports.health, '127.0.0.1');
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    socket.on('error', reject).on('close', () => resolve(heard));
    socket.write(`GET ${path} HTTP/1.0\r\n\r\n`);
  });

describe('in a real Envoy', () => {
  test('each broker answers at its port, and nothing but brokers and health checks is at any port', async () => {
    await put({ ids: [0, 1] });
    expect(await brokerAt(ports.start)).toBe('broker-0');
    expect(await brokerAt(ports.start + 1)).toBe('broker-1');
    expect(await envoy.figure('listener_manager.lds.update_rejected')).toBe(0);
    expect(await envoy.figure('cluster_manager.cds.update_rejected')).toBe(0);
  });

  test('connections to a broker and by the any-cast port live on while others come, go, and are withdrawn', async () => {
    await put({ ids: [0, 1] });
    const own = Client.to(ports.start);
    const any = Client.to(ports.target);
    expect(await own.broker()).toBe('broker-0');
    expect(await any.broker()).toBeDefined();
    const wishes: readonly Wish[] = [
      { ids: [0, 1, 2] },
      { ids: [0, 1, 2], withdrawn: [0] },
      { ids: [0, 1, 2], withdrawn: [1, 2] },
      { ids: [0, 2] },
      { ids: [0, 1] },
    ];
    for (const wish of wishes) {
      await put(wish);
      for (const id of wish.ids) expect(await brokerAt(ports.start + id)).toBe(`broker-${id}`);
      expect(await own.answers(`own ${JSON.stringify(wish)}`)).toBe(true);
      expect(await any.answers(`any ${JSON.stringify(wish)}`)).toBe(true);
    }
    own.close();
    any.close();
  });

  test('a broker that is withdrawn gets no new client by the any-cast port and answers at its own', async () => {
    await put({ ids: [0, 1, 2] });
    await until(async () => new Set(await anyCast(12)).size === 3);
    await put({ ids: [0, 1, 2], withdrawn: [1] });
    await until(async () => !(await anyCast(6)).includes('broker-1'));
    const met = new Set(await anyCast(40));
    expect([...met].sort()).toEqual(['broker-0', 'broker-2']);
    expect(await brokerAt(ports.start + 1)).toBe('broker-1');
  });

  test('a broker that hangs gets no new client by the any-cast port, and delays no change', async () => {
    await put({ ids: [0, 1, 2] });
    await until(async () => new Set(await anyCast(12)).size === 3);
    brokers.hanging.add(2);
    const before = Date.now();
    await put({ ids: [0, 1, 2], withdrawn: [1] });
    const healthy = 'cluster\\.all-brokers\\.membership_healthy';
    await until(async () => (await envoy.figure(healthy)) === 1);
    expect(Date.now() - before).toBeLessThan(3000);
    expect([...new Set(await anyCast(20))]).toEqual(['broker-0']);
    brokers.hanging.delete(2);
  });

  test('a load balancer hears whether a broker is there, in HTTP/1.0 too', async () => {
    await put({ ids: [0, 1] });
    await until(async () => (await health('/healthcheck')).status === 200);
    expect(await inHttp10('/healthcheck')).toMatch(/^HTTP\/1\.[01] 200 /);
    [0, 1].forEach((id) => brokers.hanging.add(id));
    // A changed any-cast set is looked at anew at once.
    await put({ ids: [0, 1], withdrawn: [0] });
    await until(async () => (await health('/healthcheck')).status === 503);
    expect((await health('/ready')).status).toBe(200);
    brokers.hanging.clear();
    await put({ ids: [0, 1] });
    await until(async () => (await health('/healthcheck')).status === 200);
  });

  test('brokers that change ports among themselves are all taken', async () => {
    await put({ ids: [0, 1, 2] });
    await put({ ids: [0, 1, 2], shift: 1 });
    for (const id of [0, 1, 2]) expect(await brokerAt(ports.start + 1 + id)).toBe(`broker-${id}`);
    await put({ ids: [0, 1, 2] });
    for (const id of [0, 1, 2]) expect(await brokerAt(ports.start + id)).toBe(`broker-${id}`);
    expect(await envoy.figure('listener_manager.lds.update_rejected')).toBe(0);
  });

  test.each([
    ['/ready', 'GET', 200],
    ['/stats/prometheus', 'GET', 200],
    ['/healthcheck', 'GET', 200],
    ['/', 'GET', 404],
    ['/stats', 'GET', 404],
    ['/config_dump', 'GET', 404],
    ['/quitquitquit', 'POST', 404],
    ['/healthcheck/fail', 'POST', 404],
    ['/ready/../quitquitquit', 'POST', 404],
    ['/ready%2f..%2fquitquitquit', 'POST', 404],
    ['//quitquitquit', 'POST', 404],
    ['/ready/quitquitquit', 'POST', 404],
  ])('of the admin interface nothing but two answers is to be had: %s (%s) is %i', async (path, method, status) => {
    expect((await health(path, method)).status).toBe(status);
    if (path === '/stats/prometheus') expect((await health(path)).body).toContain('envoy_cluster_upstream_cx_total');
  });
});
