/**
 * A cluster in a real mesh: istiod, sidecars of both kinds under strict mutual TLS, and a gateway. Clients outside the mesh produce
 * and consume through the gateway alone, while a broker is added and all of them are rolled. The operator has a sidecar as well:
 * without one it could not speak to Kafka.
 */
import { randomUUID } from 'node:crypto';
import { POD } from '../../../operator/kinds';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { applyCluster, isReady, mostNotReady, objectsOf, podsOf, running, wipeCluster, type ClusterOptions } from '../cluster';
import { figure, seconds } from '../figures';
import { mustKubectl, NAMESPACE, until, watching } from '../kubernetes';
import { change, withSetting } from '../live';
import { addressOf } from '../outside';
import { consume, createTopic, missingRecords, produce, produceSome } from '../records';

/** Made by test/e2e/run. */
const MANIFEST = process.env.ISTIO_MANIFEST ?? '';
const NAME = 'strict';
const OPERATOR = 'kafka-operator';
const BUSY = { seconds: 270 };

const CLASSIC = { brokerConfig: { brokerAnnotations: { 'sidecar.istio.io/nativeSidecar': 'false' } } };

const STRICT: ClusterOptions = {
  name: NAME,
  nodes: { controllers: [0], brokers: [100, 101] },
  storage: 'emptyDir',
  spec: {
    headlessServiceEnabled: false,
    ingressController: 'istioingress',
    istioIngressConfig: { resourceRequirements: { requests: { cpu: '20m', memory: '64Mi' }, limits: { cpu: '1', memory: '512Mi' } } },
    listenersConfig: {
      internalListeners: [
        { name: 'internal', type: 'plaintext', containerPort: 29092, usedForInnerBrokerCommunication: true },
        { name: 'controller', type: 'plaintext', containerPort: 29093, usedForControllerCommunication: true },
      ],
      externalListeners: [{ name: 'external', type: 'plaintext', containerPort: 9094, externalStartingPort: 19000, anyCastPort: 19092 }],
    },
  },
};

const peerAuthentication = {
  apiVersion: 'security.istio.io/v1',
  kind: 'PeerAuthentication',
  metadata: { name: 'default', namespace: NAMESPACE },
  spec: { mtls: { mode: 'STRICT' } },
};

const injected = (namespace: string, on: boolean): Promise<string> =>
  mustKubectl(['label', '--overwrite', 'namespace', namespace, on ? 'istio-injection=enabled' : 'istio-injection-']);

async function operatorAnew(): Promise<void> {
  await mustKubectl(['-n', OPERATOR, 'rollout', 'restart', 'deployment/kafka-operator']);
  await mustKubectl(['-n', OPERATOR, 'rollout', 'status', 'deployment/kafka-operator', '--timeout=180s']);
}

const outsideAddress = (): Promise<string> => addressOf(NAME, 'external', 'any-broker');

interface Containers {
  readonly containers: readonly { readonly name: string }[];
  readonly initContainers?: readonly { readonly name: string }[];
}

const namesIn = (list: Containers['initContainers'] = []): readonly string[] => list.map(({ name }) => name);
const gateways = async (): Promise<readonly KubeObject[]> =>
  (await objectsOf(NAME, POD)).filter((pod) => pod.metadata.labels?.app === 'istioingress');

beforeAll(async () => {
  await mustKubectl(['create', 'namespace', 'istio-system']);
  // Definitions first; what they define is refused until they are there.
  await until('Istio is applied', async () => (await mustKubectl(['apply', '--server-side', '--force-conflicts', '-f', MANIFEST])) !== '');
  await mustKubectl(['-n', 'istio-system', 'rollout', 'status', 'deployment/istiod', '--timeout=180s']);
  await injected(NAMESPACE, true);
  await injected(OPERATOR, true);
  await mustKubectl(['apply', '-f', '-'], JSON.stringify(peerAuthentication));
  await operatorAnew();
});

afterAll(async () => {
  await wipeCluster(NAME);
  await injected(NAMESPACE, false);
  await injected(OPERATOR, false);
  await mustKubectl(['delete', '--ignore-not-found', '--wait=false', '-f', MANIFEST]);
  await mustKubectl(['delete', 'namespace', 'istio-system', '--wait=false']);
  await operatorAnew();
});

describe('a cluster under strict mutual TLS', () => {
  it('runs, with native and with classic sidecars, and is reached from outside through the gateway alone', async () => {
    const began = Date.now();
    await applyCluster(STRICT);
    await change((spec) => Object.assign(spec.brokers.find(({ id }) => id === 101) ?? {}, CLASSIC), NAME);
    await running(NAME);
    figure('a cluster in a mesh, from apply to ClusterRunning', seconds(Date.now() - began));
    const sidecars = (await podsOf(NAME)).map(({ metadata, spec }) => {
      const { containers, initContainers } = spec as Containers;
      return [metadata.name, namesIn(initContainers).includes('istio-proxy'), namesIn(containers).includes('istio-proxy')];
    });
    expect(sidecars).toEqual([
      [`${NAME}-0`, true, false],
      [`${NAME}-100`, true, false],
      [`${NAME}-101`, false, true],
    ]);
    await createTopic(await outsideAddress(), 'through-the-gateway', { copies: 2 });
    const numbers = await produceSome(await outsideAddress(), 'through-the-gateway');
    expect(await missingRecords(await outsideAddress(), 'through-the-gateway', numbers)).toEqual([]);
  });

  it('lets nobody in who has no sidecar', async () => {
    const ips = (await podsOf(NAME)).map((pod) => (pod.status as { podIP: string }).podIP);
    const asked = await Promise.allSettled(ips.map((ip) => fetch(`http://${ip}:9020/metrics`, { signal: AbortSignal.timeout(3000) })));
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  it('takes records from outside while a broker is added and all are rolled, and restarts no gateway for it', async () => {
    const topic = `rolled-${randomUUID()}`;
    const address = await outsideAddress();
    await createTopic(address, topic, { copies: 2 });
    const gatewaysBefore = (await gateways()).map((pod) => pod.metadata.uid);
    const [producing, consuming] = await Promise.all([produce(address, topic), consume(address, topic)]);
    const pods = await watching(POD);
    const began = Date.now();
    await change((spec) => spec.brokers.push({ id: 102, brokerConfigGroup: 'brokers' }), NAME);
    await running(NAME);
    const before = await podsOf(NAME);
    await change((spec) => (spec.readOnlyConfig = withSetting(spec.readOnlyConfig, 'replica.fetch.wait.max.ms', '400')), NAME);
    await until(
      'every node was restarted',
      async () => {
        const now = await podsOf(NAME);
        return now.length === before.length && now.every((p) => isReady(p) && before.every((b) => b.metadata.uid !== p.metadata.uid));
      },
      BUSY,
    );
    await running(NAME);
    pods.stop();
    const { acknowledged, longestStall } = await producing.stop();
    figure(
      'in a mesh: a broker more, and four nodes rolled',
      `${seconds(Date.now() - began)}, ${acknowledged.size} records, longest stall ${seconds(longestStall)}`,
    );
    expect(await consuming.missing(acknowledged)).toEqual([]);
    expect(mostNotReady(before, pods.seen)).toBe(1);
    expect((await gateways()).map((pod) => pod.metadata.uid)).toEqual(gatewaysBefore);
    expect(await addressOf(NAME, 'external', 'broker-102')).toMatch(/:19102$/);
  });
});
