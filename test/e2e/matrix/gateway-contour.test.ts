import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { API_GATEWAY, HTTP_PROXY, TLS_ROUTE } from '../../../operator/kinds';
import { DEFINITION, definitionName } from '../../../operator/runtime/optional-kinds';
import { applyCluster, isReady, objectsOf, podsOf, wipeCluster, type ClusterOptions } from '../cluster';
import { kube, mustKubectl, NAMESPACE, until } from '../kubernetes';
import { condition } from '../live';

/** Made by test/e2e/run: the custom resource definitions of the Gateway API and of Contour. */
const CRDS = process.env.INGRESS_CRDS ?? '';

const ROOT = join(__dirname, '../../..');
const NAME = 'named';
const KINDS = [API_GATEWAY, TLS_ROUTE, HTTP_PROXY];

/** The same for any number of brokers: another one is no reason to restart those that run. */
const ONE_COPY = [
  ...['auto.create.topics.enable=false', 'log.cleaner.dedupe.buffer.size=4194304', 'offsets.topic.num.partitions=1'],
  ...['offsets.topic.replication.factor=1', 'transaction.state.log.replication.factor=1', 'transaction.state.log.min.isr=1'],
];

const led = (ingressController: string, brokers: readonly number[] = [100]): ClusterOptions => ({
  name: NAME,
  nodes: { controllers: [0], brokers },
  storage: 'emptyDir',
  spec: {
    readOnlyConfig: ONE_COPY.join('\n'),
    ingressController,
    removeUnusedIngressResources: true,
    networkPolicies: true,
    envoyConfig: { brokerHostnameTemplate: 'broker-%id.named.example' },
    contourIngressConfig: { brokerFQDNTemplate: 'broker-%id.named.example' },
    listenersConfig: {
      internalListeners: [
        { name: 'internal', type: 'plaintext', containerPort: 29092, usedForInnerBrokerCommunication: true },
        { name: 'controller', type: 'plaintext', containerPort: 29093, usedForControllerCommunication: true },
      ],
      externalListeners: [
        {
          ...{ name: 'external', type: 'plaintext', containerPort: 9094, externalStartingPort: -1, anyCastPort: 9443 },
          ...{ hostnameOverride: 'named.example', tlsSecretName: 'named-tls' },
          serviceAnnotations: { 'kafka.banzaicloud.io/gateway-class': 'public' },
        },
      ],
    },
  },
});

async function namesOf(kind: (typeof KINDS)[number]): Promise<readonly string[]> {
  return (await objectsOf(NAME, kind)).map((o) => o.metadata.name).sort();
}

const installed = async (): Promise<void> => {
  await mustKubectl(['apply', '--server-side', '-f', CRDS]);
  for (const kind of KINDS) await mustKubectl(['wait', '--for=condition=Established', `crd/${definitionName(kind)}`, '--timeout=30s']);
};

const removed = (): Promise<string> => mustKubectl(['delete', '--ignore-not-found', '--wait=true', '--timeout=60s', '-f', CRDS]);

interface Read {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const GROUPS = /^(gateway\.networking\.k8s\.io|projectcontour\.io|networking\.k8s\.io)\//;

/** What the specification of objects has of these kinds. */
function goldenObjects(): readonly Read[] {
  const golden = readdirSync(join(ROOT, 'test/golden'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const files = golden.map(({ name }) => join(ROOT, 'test/golden', name, 'manifests.yaml'));
  const all = files.flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8')).map((d) => d.toJS() as Read));
  return all.filter(({ apiVersion }) => GROUPS.test(apiVersion));
}

afterAll(async () => {
  await wipeCluster(NAME);
  await removed();
});

describe('a cluster with ways in through kinds of others', () => {
  it('runs without them, and says what is missing', async () => {
    await removed();
    await applyCluster(led('gateway'));
    await until('both nodes run', async () => (await podsOf(NAME)).filter(isReady).length === 2);
    const said = await condition('ExternalAccessReady', 'KindNotInstalled', { name: NAME });
    expect(said.message).toContain('Gateway.gateway.networking.k8s.io');
  });

  it('has its Gateway and its TLSRoutes as soon as they are installed', async () => {
    await installed();
    await until('the routes are there', async () => (await namesOf(TLS_ROUTE)).length === 2);
    expect(await namesOf(TLS_ROUTE)).toEqual([`kafka-gateway-external-${NAME}-all-broker`, `kafka-gateway-external-${NAME}-broker-100`]);
    expect(await namesOf(API_GATEWAY)).toEqual([`kafka-gateway-external-${NAME}`]);
    await condition('ExternalAccessReady', 'ExternalListenersServe', { name: NAME });
  });

  it('has a route for a broker that is added', async () => {
    await applyCluster(led('gateway', [100, 101]));
    await until('the route is there', async () => (await namesOf(TLS_ROUTE)).includes(`kafka-gateway-external-${NAME}-broker-101`));
  });

  it('goes over to Contour', async () => {
    await applyCluster(led('contour', [100, 101]));
    const wanted = ['broker-100.named.example', 'broker-101.named.example', 'named.example'].map((host) => `${host}.${NAME}`);
    await until('all HTTPProxies are there', async () => (await namesOf(HTTP_PROXY)).join() === wanted.join());
    await until('the Gateway is gone', async () => (await namesOf(API_GATEWAY)).length + (await namesOf(TLS_ROUTE)).length === 0);
  });

  it('goes on when they are taken away', async () => {
    const pods = (await podsOf(NAME)).map((pod) => pod.metadata.uid);
    await removed();
    const said = await condition('ExternalAccessReady', 'KindNotInstalled', { name: NAME });
    expect(said.message).toContain('HTTPProxy.projectcontour.io');
    expect((await podsOf(NAME)).map((pod) => pod.metadata.uid)).toEqual(pods);
    const left = (await kube.list(DEFINITION)).items.map((o) => o.metadata.name);
    expect(left).not.toContain(definitionName(HTTP_PROXY));
  });
});

describe('the API server', () => {
  it('takes every object that the specification of objects has, by the schemas and rules of others', async () => {
    await installed();
    const objects = goldenObjects().map((o) => ({ ...o, metadata: { ...o.metadata, namespace: NAMESPACE, ownerReferences: [] } }));
    expect(new Set(objects.map(({ kind }) => kind))).toEqual(new Set(['Gateway', 'TLSRoute', 'HTTPProxy', 'NetworkPolicy']));
    const text = objects.map((object) => stringify(object)).join('---\n');
    await mustKubectl(['apply', '--server-side', '--dry-run=server', '--force-conflicts', '-f', '-'], text);
  });
});
