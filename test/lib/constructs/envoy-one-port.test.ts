/** One port for all brokers in a real Envoy: told apart by host name, with TLS that Envoy ends and with TLS that it passes through. */
import { connect as connectPlain } from 'node:net';
import { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { envoyConfigMaps } from '../../../lib/constructs/envoy-config';
import { addressOf, Brokers, Client, until } from './envoy-brokers';
import { certificate, Envoy, envoyBinary, filesOf, freePorts, get, place, type Files, type Place } from './envoy-process';
import { broker, cluster } from './small-cluster';

jest.setTimeout(20_000);

interface Ports {
  readonly target: number;
  readonly health: number;
  readonly kafka: number;
  readonly metrics: number;
}

interface Running {
  readonly at: Place;
  readonly envoy: Envoy;
  readonly ports: Ports;
  readonly files: (ids: readonly number[]) => Files;
}

let binary: string;
const stops: (() => Promise<void>)[] = [];

beforeAll(() => {
  binary = envoyBinary();
}, 120_000);

afterAll(async () => {
  for (const stop of stops) await stop();
});

function filesFor(ports: Ports, ids: readonly number[], tlsSecretName: string | undefined): Files {
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
        externalStartingPort: -1,
        ingressControllerTargetPort: ports.target,
        hostnameOverride: 'kafka.example.com',
        tlsSecretName: 'certificate',
      },
    ],
  };
  const of = cluster(
    ids.map((id) => broker(id, ['broker', 'controller'])),
    { listenersConfig, envoyConfig: { healthCheckPort: ports.health, brokerHostnameTemplate: 'kafka-%id.example.com' } },
  );
  // What is passed through is for a listener of Kafka that speaks TLS itself.
  const external = of.listeners.external.map((listener) => ({ ...listener, tlsSecretName }));
  return filesOf(envoyConfigMaps({ ...of, listeners: { ...of.listeners, external } }, new Set())[0]!);
}

async function start(tlsSecretName: string | undefined): Promise<Running> {
  const first = await freePorts(4);
  const ports = { target: first, health: first + 1, kafka: first + 2, metrics: first + 3 };
  const brokers = await Brokers.start([0, 1, 2], { kafka: ports.kafka, health: ports.metrics });
  stops.push(() => brokers.stop());
  const at = place([
    ...[0, 1, 2].map((id): [RegExp, string] => [
      new RegExp(`orders-${id}\\.orders-headless\\.kafka\\.svc\\.cluster\\.local`, 'g'),
      addressOf(id),
    ]),
    [/"port_value":9020\b/g, `"port_value":${ports.metrics}`],
  ]);
  const files = (ids: readonly number[]): Files => at.here(filesFor(ports, ids, tlsSecretName));
  if (tlsSecretName !== undefined) at.certificates.put(certificate(at, 'first'));
  at.config.put(files([0, 1]));
  const envoy = Envoy.start(binary, at);
  stops.push(() => envoy.stop());
  await until(() =>
    get({ port: ports.health, path: '/ready' }).then(
      ({ status }) => status === 200,
      () => false,
    ),
  );
  return { at, envoy, ports, files };
}

const tlsTo = (port: number, servername: string): TLSSocket => connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false });

async function brokerBy(port: number, servername: string): Promise<string | undefined> {
  const client = new Client(tlsTo(port, servername));
  const name = await client.broker();
  client.close();
  return name;
}

describe('one port with TLS that Envoy ends', () => {
  let running: Running;
  beforeAll(async () => {
    running = await start('certificate');
  });

  test('leads to the broker that is asked for by name, and to any by the name of all', async () => {
    const { target } = running.ports;
    expect(await brokerBy(target, 'kafka-0.example.com')).toBe('broker-0');
    expect(await brokerBy(target, 'KAFKA-1.example.com')).toBe('broker-1');
    expect(await brokerBy(target, 'kafka.example.com')).toMatch(/^broker-[01]$/);
  });

  test('refuses a name that nobody has', async () => {
    expect(await brokerBy(running.ports.target, 'kafka-7.example.com')).toBeUndefined();
  });

  test('a connection lives on while a broker and its name are added', async () => {
    const { ports, at, files, envoy } = running;
    const own = new Client(tlsTo(ports.target, 'kafka-0.example.com'));
    expect(await own.broker()).toBe('broker-0');
    at.config.put(files([0, 1, 2]));
    await until(async () => (await brokerBy(ports.target, 'kafka-2.example.com')) === 'broker-2');
    at.config.put(files([0, 2]));
    await until(async () => (await brokerBy(ports.target, 'kafka-1.example.com')) === undefined);
    expect(await own.answers('still here')).toBe(true);
    expect(await envoy.figure('listener_manager.lds.update_rejected')).toBe(0);
    expect(envoy.listening()).toEqual([ports.target, ports.health]);
    own.close();
  });

  test('a renewed certificate is taken without a restart, and no connection notices', async () => {
    const { ports, at } = running;
    const own = new Client(tlsTo(ports.target, 'kafka-0.example.com'));
    expect(await own.broker()).toBe('broker-0');
    const shown = (): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const socket = tlsTo(ports.target, 'kafka-0.example.com').on('error', reject);
        socket.on('secureConnect', () => {
          resolve(socket.getPeerCertificate().subject.CN);
          socket.destroy();
        });
      });
    expect(await shown()).toBe('first');
    at.certificates.put(certificate(at, 'second'));
    await until(async () => (await shown()) === 'second');
    expect(await own.answers('still here')).toBe(true);
    own.close();
  });
});

test('one port with TLS that is passed through leads by name as well, and to nobody without TLS', async () => {
  const { ports } = await start(undefined);
  // What stands for a broker says who it is in clear, which no TLS client takes: so the first bytes of a client are sent by hand.
  const hello = await clientHello('kafka-1.example.com');
  const asked = connectPlain(ports.target, '127.0.0.1');
  asked.write(hello);
  expect(await new Client(asked).broker()).toBe('broker-1');
  asked.destroy();
  const plain = connectPlain(ports.target, '127.0.0.1');
  plain.write('no TLS at all, and long enough to be seen as such\n');
  expect(await new Client(plain).broker()).toBeUndefined();
});

/** The first bytes of a TLS client that asks for a name. */
function clientHello(servername: string): Promise<Buffer> {
  return new Promise((resolve) => {
    const wire = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        resolve(chunk);
        done();
      },
    });
    connect({ servername, socket: wire }).on('error', () => undefined);
  });
}
