import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as tlsConnect } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envoyConfigName } from '../../../lib/constructs/naming';
import { CONFIG_MAP } from '../../../operator/kinds';
import { filesAt, membersIn, watchMembership, type MembershipWatch } from '../any-cast';
import { applyCluster, clusterObject, podsOf, running, statusOf, wipeCluster, type ClusterOptions } from '../cluster';
import { figure, seconds } from '../figures';
import { mustKubectl, NAMESPACE, until, watching, when, type Watching } from '../kubernetes';
import { change, condition } from '../live';
import { CRUISE_CONTROL, gracefulState } from '../moved';
import { killOperator, operatorContainer, operatorRestarted } from '../operator';
import {
  addressesOf,
  addressOf,
  brokersOf,
  envoyPods,
  hostOf,
  identitiesOf,
  isOpen,
  lastingConnection,
  openedAt,
  podStatus,
  serviceOf,
} from '../outside';
import { advertisedTo, createTopic, missingRecords, produceSome, type Start } from '../records';
import { expectUnharmed, stopsIn, tell, underLoad, type Evidence } from '../roll';

const NAME = 'outside';
const BROKERS = [100, 101, 102] as const;
const START = 19_000;
const ANY_CAST = 19_092;
const BUSY = { seconds: 200 };
const FILES = envoyConfigName(NAME, 'external', '');
/** The local cluster gives such a Service no address. */
const WITHHELD = { 'local-kubernetes.example/address': 'withheld' };

interface OutsideSpec {
  brokers: { id: number; brokerConfigGroup: string; brokerConfig?: Record<string, unknown> }[];
  listenersConfig: { externalListeners: Record<string, unknown>[] };
}
const changed = (how: (spec: OutsideSpec) => void): Promise<void> =>
  change((spec) => {
    how(spec as unknown as OutsideSpec);
  }, NAME);

const outside: ClusterOptions = {
  name: NAME,
  nodes: { controllers: [0], brokers: BROKERS },
  spec: {
    cruiseControlConfig: CRUISE_CONTROL,
    envoyConfig: {
      replicas: process.env.FULL === '1' ? 2 : 1,
      resourceRequirements: { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '256Mi' } },
      brokerHostnameTemplate: 'broker-%id.kafka.example',
    },
  },
};
const internal = [
  { name: 'internal', type: 'plaintext', containerPort: 29092, usedForInnerBrokerCommunication: true },
  { name: 'controller', type: 'plaintext', containerPort: 29093, usedForControllerCommunication: true },
];
const external = { name: 'external', type: 'plaintext', containerPort: 9094, externalStartingPort: START, anyCastPort: ANY_CAST };

let began: { readonly envoys: readonly string[]; readonly podIP: string; readonly balancer: string };
let files: Watching;

beforeAll(async () => {
  const spec = { ...outside.spec, listenersConfig: { internalListeners: internal, externalListeners: [external] } };
  const from = Date.now();
  await applyCluster({ ...outside, spec });
  await running(NAME);
  figure('apply to ClusterRunning with a load balancer', seconds(Date.now() - from));
  const envoys = await envoyPods(NAME, 'external');
  const balancer = hostOf(await addressOf(NAME, 'external', 'any-broker'));
  began = { envoys: identitiesOf(envoys), podIP: podStatus(envoys[0]!).podIP!, balancer };
  files = await watching(CONFIG_MAP);
});
afterAll(async () => {
  files.stop();
  await wipeCluster(NAME);
});

const bootstrap = (): string => `${began.balancer}:${String(ANY_CAST)}`;

describe('one address for all brokers', () => {
  it('is in the status with a port for each broker, and brokers send clients there', async () => {
    const ports = Object.fromEntries(BROKERS.map((id) => [`broker-${String(id)}`, `${began.balancer}:${String(START + id)}`]));
    expect(await addressesOf(NAME, 'external')).toEqual({ 'any-broker': bootstrap(), ...ports });
    expect(await advertisedTo(bootstrap())).toEqual(await brokersOf(NAME, 'external'));
    await condition('ExternalAccessReady', 'ExternalListenersServe', { name: NAME });
  });

  it('shows the admin interface of Envoy nowhere', async () => {
    const service = (await serviceOf(NAME, 'external')).spec as { readonly ports: readonly { readonly port: number }[] };
    const places = [
      ...service.ports.map(({ port }) => [began.balancer, port] as const),
      ...[8080, 8081, 9901, 10000, 15000, ANY_CAST, 29_092, START].map((port) => [began.podIP, port] as const),
    ];
    const answers = await Promise.all(places.flatMap(([host, port]) => ADMIN_PATHS.map((path) => adminAnswer({ host, port, path }))));
    expect(answers.filter((answer) => answer.status !== undefined && answer.status !== 404)).toEqual([]);
    // The scan does see what is there.
    expect(await adminAnswer({ host: began.podIP, port: 8080, path: '/stats/prometheus' })).toMatchObject({ status: 200 });
  });
});

const ADMIN_PATHS = ['/stats', '/quitquitquit', '/config_dump', '/'];

async function adminAnswer({ host, port, path }: { readonly host: string; readonly port: number; readonly path: string }) {
  const method = path === '/quitquitquit' ? 'POST' : 'GET';
  const answer = await fetch(`http://${host}:${String(port)}${path}`, { method, signal: AbortSignal.timeout(1_000) }).catch(
    () => undefined,
  );
  return { host, port, path, status: answer?.status };
}

describe('a broker more and a broker less', () => {
  it('cost no client of the others its connection, and Envoy takes its new files at once', async () => {
    const lasting = await Promise.all(BROKERS.map((id) => lastingConnection(began.balancer, START + id)));
    const evidence = await underLoad(
      NAME,
      BROKERS,
      async () => {
        await changed((spec) => spec.brokers.push({ id: 103, brokerConfigGroup: 'brokers' }));
        const written = await until('the files of Envoy have broker 103', async () => wroteAbout(103), BUSY);
        const opened = await openedAt(began.podIP, START + 103);
        figure('the files of Envoy written to the port of a new broker open', seconds(opened - written));
        expect(opened - written).toBeLessThan(10_000);
        await until('broker 103 is filled', async () => (await gracefulState(103, NAME)) === 'GracefulUpscaleSucceeded', BUSY);
        await running(NAME);
        expect(await advertisedTo(bootstrap())).toMatchObject({ 103: `${began.balancer}:${String(START + 103)}` });

        await changed((spec) => (spec.brokers = spec.brokers.filter(({ id }) => id !== 103)));
        await until('broker 103 is gone', async () => statusOf(await clusterObject(NAME)).brokersState?.['103'] === undefined, BUSY);
        await running(NAME);
        await until('its port is closed', async () => !(await isOpen(began.podIP, START + 103)), { seconds: 20 });
      },
      bootstrap(),
    );
    await Promise.all(lasting.map((connection) => connection.stop()));
    tell('a broker more and less, through Envoy', evidence);
    expectUnharmed(evidence, { mostAway: 0 });
    expect(lasting.flatMap((connection) => connection.errors)).toEqual([]);
    for (const connection of lasting) expect(connection.answered()).toBeGreaterThan(evidence.took / 1000);
    expect(identitiesOf(await envoyPods(NAME, 'external'))).toEqual(began.envoys);
  });
});

/** When the files were first seen to have a port of this broker, in milliseconds since the epoch. */
function wroteAbout(id: number): number | undefined {
  const has = (text: string | undefined): boolean => text?.includes(`"port_value": ${String(START + id)}`) === true;
  const found = files.seen.find(({ object }) => {
    const { data } = object as typeof object & { readonly data?: Readonly<Record<string, string>> };
    return object.metadata.name === FILES && has(data?.['lds.yaml']?.replaceAll(/"port_value":\s*/g, '"port_value": '));
  });
  return found?.at;
}

describe('more ways in', () => {
  it('wait for their addresses while everything else goes on', async () => {
    const before = (await podsOf(NAME)).map((pod) => pod.metadata.uid).sort();
    await changed((spec) => {
      spec.listenersConfig.externalListeners.push(zones({ serviceAnnotations: WITHHELD }));
      for (const broker of spec.brokers) if (broker.id === 101) broker.brokerConfig = { brokerIngressMapping: ['az2'] };
    });
    const pending = await condition('ExternalAccessReady', 'AddressPending', { name: NAME });
    expect(pending).toMatchObject({ status: 'False', message: expect.stringContaining('zones') });
    await running(NAME);
    expect((await podsOf(NAME)).map((pod) => pod.metadata.uid).sort()).toEqual(before);
  });

  it('are opened by a roll when the addresses come; no client through Envoy loses anything, although the operator is killed', async () => {
    await mustKubectl(['-n', NAMESPACE, 'apply', '-f', '-'], JSON.stringify(certificate.secret));
    const operator = await operatorContainer();
    const membership = watchMembership(began.podIP);
    const evidence = await underLoad(
      NAME,
      BROKERS,
      async () => {
        const before = new Set((await podsOf(NAME)).map((pod) => pod.metadata.uid));
        await changed((spec) => {
          const listeners = spec.listenersConfig.externalListeners;
          spec.listenersConfig.externalListeners = [...listeners.filter((l) => l.name !== 'zones'), zones({}), oneTlsPort];
        });
        await until('a broker was stopped', async () => (await podsOf(NAME)).some((pod) => !before.has(pod.metadata.uid)), BUSY);
        await operatorRestarted(operator, await killOperator(operator));
        await condition('ExternalAccessReady', 'ExternalListenersServe', { name: NAME, limit: 240 });
        await running(NAME);
      },
      bootstrap(),
    );
    await membership.stop();
    tell('a roll of all brokers, through Envoy', evidence);
    expectUnharmed(evidence);
    expectLedAway(evidence, membership);
  });

  it('lead each only to their own brokers', async () => {
    const addresses = await addressesOf(NAME, 'zones');
    const [az1, az2] = [addresses['any-broker-az1'], addresses['any-broker-az2']].map((address) => hostOf(address ?? ':'));
    expect(new Set([az1, az2, began.balancer]).size).toBe(3);
    expect(await brokersOf(NAME, 'zones')).toEqual({ 100: `${az1}:19600`, 101: `${az2}:19601`, 102: `${az1}:19602` });
    const open = (host: string | undefined) => Promise.all([19_600, 19_601, 19_602].map((port) => isOpen(host ?? '', port)));
    expect([await open(az1), await open(az2)]).toEqual([
      [true, false, true],
      [false, true, false],
    ]);
    await carries('zones', addresses['any-broker-az2'] ?? '');
    expect(await advertisedTo(addresses['any-broker-az2'] ?? '')).toEqual(await brokersOf(NAME, 'zones'));
  });

  it('take TLS at one port for all brokers, and tell them apart by name', async () => {
    const service = await serviceOf(NAME, 'one-port');
    const { ip } = (service.status as { loadBalancer: { ingress: readonly { ip: string }[] } }).loadBalancer.ingress[0]!;
    const names = Object.fromEntries(BROKERS.map((id) => [id, `broker-${String(id)}.kafka.example:9443`]));
    expect(await brokersOf(NAME, 'one-port')).toEqual(names);
    expect(await isOpen(ip, 9443)).toBe(true);
    const start: Start = {
      brokers: ['kafka.example:9443'],
      ssl: { ca: [certificate.ca] },
      // As a resolver of names would have it.
      socketFactory: ({ host, port, onConnect }) => tlsConnect({ host: ip, port, servername: host, ca: certificate.ca }, onConnect),
    };
    expect(await advertisedTo(start)).toEqual(names);
    await carries('one-port', start);
  });

  it('have left the first Envoys as they were', async () => {
    expect(identitiesOf(await envoyPods(NAME, 'external'))).toEqual(began.envoys);
  });
});

const zones = (more: Record<string, unknown>): Record<string, unknown> => ({
  name: 'zones',
  type: 'plaintext',
  containerPort: 9095,
  externalStartingPort: 19_500,
  anyCastPort: ANY_CAST,
  config: { defaultIngressConfig: 'az1', ingressConfig: { az1: {}, az2: {} } },
  ...more,
});
const oneTlsPort = {
  name: 'one-port',
  type: 'plaintext',
  containerPort: 9096,
  externalStartingPort: -1,
  anyCastPort: 9443,
  hostnameOverride: 'kafka.example',
  tlsSecretName: 'outside-tls',
};

/** Records go in and come out. */
async function carries(topic: string, start: Start): Promise<void> {
  await createTopic(start, topic);
  const numbers = await produceSome(start, topic);
  expect(numbers.size).toBeGreaterThan(0);
  expect(await missingRecords(start, topic, numbers)).toEqual([]);
}

/** Each broker was out of the any-cast set before it was asked to stop: in the files, for long enough, and by Envoy's own word. */
function expectLedAway(evidence: Evidence, membership: MembershipWatch): void {
  const stops = stopsIn(evidence).filter(({ node }) => node !== 0);
  expect(stops.map(({ node }) => node).sort()).toEqual([...BROKERS]);
  for (const { node, at, version } of stops) {
    const latest = filesAt(FILES, files.seen, version);
    const without = files.seen.find(({ object }) => object.metadata.name === FILES && when(object) === when(latest!.object));
    expect({ node, open: membersIn(latest!.object, NAME) }).toEqual({ node, open: BROKERS.filter((id) => id !== node) });
    figure(`broker ${String(node)} out of the any-cast set before it was stopped for`, seconds(at - without!.at));
    expect(at - without!.at).toBeGreaterThan(1_500);
    expect(membership.samples.filter((sample) => sample.at < at).at(-1)).toMatchObject({ members: BROKERS.length - 1 });
  }
}

const certificate = selfMade();

/** For all names below kafka.example, by itself. */
function selfMade(): { readonly ca: string; readonly secret: unknown } {
  const folder = mkdtempSync(join(tmpdir(), 'journey-'));
  try {
    const [key, cert] = ['tls.key', 'tls.crt'].map((file) => join(folder, file)) as [string, string];
    const names = 'subjectAltName=DNS:kafka.example,DNS:*.kafka.example';
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const made = spawnSync('openssl', [
      ...['req', '-x509', ...curve, '-nodes', '-days', '2', '-subj', '/CN=kafka.example', '-addext', names],
      ...['-keyout', key, '-out', cert],
    ]);
    if (made.status !== 0) throw new Error(`cannot make a certificate: ${String(made.stderr)}`);
    const stringData = { 'tls.key': readFileSync(key, 'utf8'), 'tls.crt': readFileSync(cert, 'utf8') };
    const secret = { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata: { name: 'outside-tls' }, stringData };
    return { ca: stringData['tls.crt'], secret };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
