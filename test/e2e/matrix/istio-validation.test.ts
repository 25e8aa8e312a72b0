import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { DEPLOYMENT, DESTINATION_RULE, ISTIO_GATEWAY, VIRTUAL_SERVICE } from '../../../operator/kinds';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { applyCluster, isReady, objectsOf, podsOf, wipeCluster, type ClusterOptions } from '../cluster';
import { kubectl, mustKubectl, NAMESPACE, until } from '../kubernetes';

/** Made by test/e2e/run: Istio's own custom resource definitions, and its own validation. */
const CRDS = process.env.ISTIO_CRDS ?? '';
const VALIDATE = process.env.ISTIO_VALIDATE ?? '';

const ROOT = join(__dirname, '../../..');
const NAME = 'edge';

const withBrokers = (...brokers: readonly number[]): ClusterOptions => ({
  name: NAME,
  nodes: { controllers: [0], brokers },
  storage: 'emptyDir',
  spec: {
    headlessServiceEnabled: false,
    ingressController: 'istioingress',
    envoyConfig: { brokerHostnameTemplate: 'broker-%id.edge.example' },
    listenersConfig: {
      internalListeners: [
        { name: 'internal', type: 'plaintext', containerPort: 29092, usedForInnerBrokerCommunication: true },
        { name: 'controller', type: 'plaintext', containerPort: 29093, usedForControllerCommunication: true },
      ],
      externalListeners: [
        {
          ...{ name: 'ports', type: 'plaintext', containerPort: 9094, externalStartingPort: 19000 },
          config: { defaultIngressConfig: 'west', ingressConfig: { west: {}, east: { hostnameOverride: 'east.edge.example' } } },
        },
        {
          ...{ name: 'names', type: 'plaintext', containerPort: 9095, externalStartingPort: -1, anyCastPort: 9443 },
          ...{ ingressControllerTargetPort: 9443, hostnameOverride: 'edge.example', tlsSecretName: 'edge-tls' },
        },
      ],
    },
  },
});

const KINDS = [ISTIO_GATEWAY, VIRTUAL_SERVICE, DESTINATION_RULE];
const live = async (): Promise<readonly KubeObject[]> => (await Promise.all(KINDS.map((kind) => objectsOf(NAME, kind)))).flat();
const namesOf = (objects: readonly KubeObject[]): readonly string[] => objects.map((o) => `${o.kind} ${o.metadata.name}`).sort();

const way = (name: string, routes: readonly string[] = ['']): readonly string[] => [
  `DestinationRule ${NAME}-${name}-gateway-any-broker`,
  `DestinationRule ${NAME}-${name}-gateway-brokers`,
  `Gateway ${NAME}-${name}-gateway`,
  ...routes.map((route) => `VirtualService ${NAME}-${name}-virtualservice${route}`),
];

function validated(...files: readonly string[]): { readonly code: number | null; readonly said: readonly string[] } {
  const { status, stdout } = spawnSync(VALIDATE, files, { encoding: 'utf8' });
  return { code: status, said: stdout.trim().split('\n') };
}

function fileOf(objects: readonly unknown[]): string {
  const file = join(tmpdir(), `istio-objects-${String(process.pid)}.yaml`);
  writeFileSync(file, objects.map((object) => stringify(object)).join('---\n'));
  return file;
}

interface Read {
  readonly apiVersion: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Objects of Istio among what the specification of objects has. */
function goldenObjects(): readonly Read[] {
  const golden = readdirSync(join(ROOT, 'test/golden'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const files = golden.map(({ name }) => join(ROOT, 'test/golden', name, 'manifests.yaml'));
  const passedOn = readdirSync(join(ROOT, 'test/fixtures/istio')).map((name) => join(ROOT, 'test/fixtures/istio', name));
  const all = [...files, ...passedOn].flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8')).map((d) => d.toJS() as Read));
  return all.filter(({ apiVersion }) => apiVersion.startsWith('networking.istio.io/'));
}

beforeAll(async () => {
  await mustKubectl(['apply', '--server-side', '-f', CRDS]);
  await mustKubectl(['wait', '--for=condition=Established', 'crd/gateways.networking.istio.io', '--timeout=30s']);
});

afterAll(async () => {
  await wipeCluster(NAME);
  await mustKubectl(['delete', '--ignore-not-found', '--wait=false', '-f', CRDS]);
});

describe("Istio's own validation", () => {
  it('finds nothing in any object that the specification of objects has, and the API server takes all of them', async () => {
    const objects = goldenObjects();
    const { code, said } = validated(fileOf(objects));
    expect(said.filter((line) => !line.endsWith(': valid'))).toEqual([]);
    expect([code, said.length]).toEqual([0, objects.length]);
    const here = objects.map((o) => ({ ...o, metadata: { ...o.metadata, namespace: NAMESPACE, ownerReferences: [] } }));
    await mustKubectl(['apply', '--server-side', '--dry-run=server', '--force-conflicts', '-f', fileOf(here)]);
  });

  it('would find what is wrong', () => {
    const wrong = goldenObjects().map((o) => ({ ...o, metadata: { ...o.metadata, name: 'with.a.dot' } }));
    expect(validated(fileOf(wrong)).code).toBe(1);
  });
});

describe('a cluster with ways in through Istio', () => {
  it('has its Gateways, VirtualServices and DestinationRules, as Istio wants them', async () => {
    await applyCluster(withBrokers(100));
    const wanted = [...way('ports-east'), ...way('ports-west'), ...way('names', ['-all-broker', '-broker-100'])].sort();
    const objects = await until('all objects of Istio are there', async () => {
      const found = await live();
      return namesOf(found).join() === wanted.join() ? found : undefined;
    });
    const { code, said } = validated(fileOf(objects));
    expect(said.filter((line) => !line.endsWith(': valid'))).toEqual([]);
    expect(code).toBe(0);
  });

  it('opens a port for a broker that is added, and restarts no gateway for it', async () => {
    const before = await objectsOf(NAME, DEPLOYMENT);
    await applyCluster(withBrokers(100, 101));
    const portsOf = async (): Promise<readonly number[]> => {
      const gateway = (await objectsOf(NAME, ISTIO_GATEWAY)).find((o) => o.metadata.name === `${NAME}-ports-west-gateway`);
      const { servers } = gateway?.spec as { servers: readonly { port: { number: number } }[] };
      return servers.map(({ port }) => port.number);
    };
    await until('the port of broker 101 is there', async () => (await portsOf()).includes(19101));
    const after = await objectsOf(NAME, DEPLOYMENT);
    const generations = (of: readonly KubeObject[]) => of.map((o) => [o.metadata.name, o.metadata.generation]);
    expect(generations(after)).toEqual(generations(before));
    expect(before.map((o) => o.metadata.name)).toEqual(['names', 'ports-east', 'ports-west'].map((n) => `meshgateway-${n}-${NAME}`));
    expect(validated(fileOf(await live())).code).toBe(0);
  });

  it('puts back what somebody takes away, and starts its brokers though no gateway runs', async () => {
    await kubectl(['-n', NAMESPACE, 'delete', 'virtualservices.networking.istio.io', `${NAME}-ports-west-virtualservice`]);
    await until('the VirtualService is back', async () =>
      (await objectsOf(NAME, VIRTUAL_SERVICE)).some((o) => o.metadata.name === `${NAME}-ports-west-virtualservice`),
    );
    await until('both brokers run', async () => {
      const ready = (await podsOf(NAME)).filter(isReady);
      return ready.length === 3;
    });
  });
});
