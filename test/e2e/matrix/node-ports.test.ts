import { SERVICE } from '../../../operator/kinds';
import { applyCluster, clusterObject, kafkaCluster, podOf, running, statusOf, wipeCluster, type ClusterOptions } from '../cluster';
import { kube, mustKubectl, NAMESPACE, until } from '../kubernetes';
import { change, condition } from '../live';
import { brokersOf, hostOf, isOpen, podStatus, portOf } from '../outside';
import { advertisedTo, createTopic, missingRecords, produceSome } from '../records';

const NAME = 'ports';
const BROKERS = [100, 101] as const;
/** Of one of the Kubernetes nodes; clients would have a public one. */
const EXTERNAL_IP = '10.245.0.13';

const listener = (name: string, containerPort: number, more: Record<string, unknown>): Record<string, unknown> => ({
  name,
  type: 'plaintext',
  containerPort,
  externalStartingPort: 0,
  ...more,
});
const ANY = listener('any', 9094, { accessMethod: 'NodePort' });
const FIXED = listener('fixed', 9095, { accessMethod: 'NodePort', externalStartingPort: 30_900 });
const INSIDE = listener('inside', 9096, { accessMethod: 'ClusterIP' });

const OPTIONS: ClusterOptions = { name: NAME, nodes: { controllers: [0], brokers: BROKERS } };

interface PortsSpec {
  removeUnusedIngressResources?: boolean;
  brokers: { id: number; brokerConfig?: Record<string, unknown> }[];
  listenersConfig: { externalListeners?: Record<string, unknown>[] };
}

beforeAll(async () => {
  const spec = structuredClone<unknown>(kafkaCluster(OPTIONS).spec) as PortsSpec;
  spec.listenersConfig.externalListeners = [ANY, FIXED, INSIDE];
  for (const broker of spec.brokers) if (broker.id === 101) broker.brokerConfig = { nodePortExternalIP: { fixed: EXTERNAL_IP } };
  await applyCluster({ ...OPTIONS, spec: { ...spec } });
  await running(NAME);
  await createTopic((await brokersOf(NAME, 'inside'))[100]!, 'through-ports', { copies: 2 });
});
afterAll(() => wipeCluster(NAME));

/** Where its Kubernetes node is reached. */
const nodeOf = async (id: number): Promise<string> => podStatus(await podOf(NAME, id)).hostIP ?? '';

const nodePortOf = async (id: number, name: string): Promise<number> => {
  const service = await kube.get({ kind: SERVICE, namespace: NAMESPACE, name: `${NAME}-${String(id)}-${name}` });
  return (service.spec as { readonly ports: readonly { readonly nodePort: number }[] }).ports[0]!.nodePort;
};

/** Every broker is reached where the status says, and sends clients to the same places. */
async function expectReached(name: string, wanted: Readonly<Record<number, string>>): Promise<void> {
  expect(await brokersOf(NAME, name)).toEqual(wanted);
  for (const address of Object.values(wanted)) {
    expect(await isOpen(hostOf(address), portOf(address))).toBe(true);
    expect(await advertisedTo(address)).toEqual(wanted);
  }
  const numbers = await produceSome(wanted[100]!, 'through-ports');
  expect(numbers.size).toBeGreaterThan(0);
  expect(await missingRecords(wanted[101]!, 'through-ports', numbers)).toEqual([]);
}

describe('a port of the Kubernetes nodes for each broker', () => {
  it('is one that Kubernetes picks, at the address of the node that the broker runs on', async () => {
    const places = await Promise.all(
      BROKERS.map(async (id) => [id, `${await nodeOf(id)}:${String(await nodePortOf(id, 'any'))}`] as const),
    );
    await expectReached('any', Object.fromEntries(places));
    await condition('ExternalAccessReady', 'ExternalListenersServe', { name: NAME });
  });

  it('is one that the spec names, or the own port of Kafka at an external IP', async () => {
    await expectReached('fixed', { 100: `${await nodeOf(100)}:31000`, 101: `${EXTERNAL_IP}:9095` });
  });
});

describe('a Service for each broker', () => {
  it('is advertised by its name', async () => {
    const place = (id: number): string => `${NAME}-${String(id)}-inside.${NAMESPACE}.svc.cluster.local:9096`;
    await expectReached('inside', { 100: place(100), 101: place(101) });
  });
});

describe('a listener that left the spec', () => {
  it('leaves its Services behind, and takes them along when removeUnusedIngressResources is true', async () => {
    const fixed = BROKERS.map((id) => `${NAME}-${String(id)}-fixed`);
    const others = BROKERS.flatMap((id) => [`${NAME}-${String(id)}-any`, `${NAME}-${String(id)}-inside`]);
    await changed((spec) => (spec.listenersConfig.externalListeners = [FIXED]));
    await running(NAME);
    expect(await servicesNamed([...fixed, ...others])).toEqual([...fixed, ...others].sort());
    expect(Object.keys(statusOf(await clusterObject(NAME)).listenerStatuses?.externalListeners ?? {})).toEqual(['fixed']);

    await changed((spec) => (spec.removeUnusedIngressResources = true));
    await until('the Services are gone', async () => (await servicesNamed(others)).length === 0, { seconds: 60 });
    expect(await servicesNamed(fixed)).toEqual(fixed);
    await expectReached('fixed', { 100: `${await nodeOf(100)}:31000`, 101: `${EXTERNAL_IP}:9095` });
  });
});

const changed = (how: (spec: PortsSpec) => void): Promise<void> =>
  change((spec) => {
    how(spec as unknown as PortsSpec);
  }, NAME);

const servicesNamed = async (names: readonly string[]): Promise<readonly string[]> => {
  const all = await mustKubectl(['-n', NAMESPACE, 'get', 'services', '-o', 'name']);
  return names.filter((name) => all.split('\n').includes(`service/${name}`)).sort();
};
