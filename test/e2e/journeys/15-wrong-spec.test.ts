import { KAFKA_CLUSTER, POD } from '../../../operator/kinds';
import { ANNOTATION } from '../../../lib/constructs/naming';
import { KubeError } from '../../../operator/runtime/kube-error';
import type { KubeDraft } from '../../../operator/runtime/kube-types';
import {
  applyCluster,
  clusterObject,
  conditionOf,
  deleteCluster,
  ensureRunning,
  kafkaCluster,
  namesOf,
  objectsOf,
  running,
} from '../cluster';
import { SHARED, statusOf } from '../cluster';
import { kube, mustKubectl, NAMESPACE, until } from '../kubernetes';

interface Spec {
  listenersConfig: { internalListeners: Record<string, unknown>[]; externalListeners?: Record<string, unknown>[] };
  brokerConfigGroups: Record<string, { storageConfigs: Record<string, unknown>[]; processRoles: string[] }>;
  brokers: (Record<string, unknown> & { brokerConfig?: Record<string, unknown> })[];
  envoyConfig?: Record<string, unknown>;
  ingressController?: string;
}

/** What the API server answers when the running cluster is changed like this; nothing is stored. */
async function refusal(change: (spec: Spec) => void): Promise<string> {
  const draft = structuredClone(kafkaCluster(SHARED)) as KubeDraft & { spec: Spec };
  change(draft.spec);
  try {
    await kube.apply(KAFKA_CLUSTER, draft, { force: true, dryRun: true });
    return 'accepted';
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return error.said;
  }
}

const claimOf = (size: string) => ({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } } });

const REFUSED: readonly (readonly [string, (spec: Spec) => void, RegExp])[] = [
  ['two brokers of one id', (s) => s.brokers.push({ id: 2, brokerConfigGroup: 'combined' }), /duplicate/i],
  [
    'a group that does not exist',
    (s) => (s.brokers[0]!.brokerConfigGroup = 'large'),
    /add the group to brokerConfigGroups or correct the name/,
  ],
  ['no controller', (s) => s.brokers.forEach((b) => (b.brokerConfigGroup = 'brokers')), /no node is a controller: give at least one/],
  ['two listeners on one port', (s) => (s.listenersConfig.internalListeners[1]!.containerPort = 29092), /same containerPort: give each/],
  ['a port that no machine has', (s) => (s.listenersConfig.internalListeners[1]!.containerPort = 70_000), /65535/],
  [
    'two listeners for the brokers',
    (s) =>
      s.listenersConfig.internalListeners.push({
        name: 'other',
        type: 'plaintext',
        containerPort: 29094,
        usedForInnerBrokerCommunication: true,
      }),
    /usedForInnerBrokerCommunication/,
  ],
  ['another name for a listener in use', (s) => (s.listenersConfig.internalListeners[0]!.name = 'inside'), /listener/],
  [
    'a storage without a volume',
    (s) => s.brokerConfigGroups.combined!.storageConfigs.push({ mountPath: '/more' }),
    /write pvcSpec .* or emptyDir/,
  ],
  [
    'a smaller volume',
    (s) => (s.brokerConfigGroups.combined!.storageConfigs[0]!.pvcSpec = claimOf('512Mi')),
    /a volume cannot shrink: write the size it had or a larger one/,
  ],
  [
    'other roles for a node that runs',
    (s) => (s.brokers[0]!.brokerConfigGroup = 'brokers'),
    /roles of a node cannot change in place: add a node with a new id/,
  ],
];

const external = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  name: 'external',
  type: 'plaintext',
  containerPort: 9094,
  externalStartingPort: 19090,
  ...changes,
});

/** The cluster with these listeners for clients outside. */
const outside =
  (...listeners: readonly Record<string, unknown>[]) =>
  (spec: Spec): void => {
    spec.listenersConfig.externalListeners = [...listeners];
  };

const ways = { defaultIngressConfig: 'a', ingressConfig: { a: {}, b: { hostnameOverride: 'b.example.com' } } };

/** One port for all brokers, with everything that it needs. */
const onePort = (changes: Record<string, unknown> = {}, brokerHostnameTemplate = 'kafka-%id.example.com') => {
  const listener = external({ externalStartingPort: -1, hostnameOverride: 'kafka.example.com', tlsSecretName: 'proxy', ...changes });
  return (spec: Spec): void => {
    outside(listener)(spec);
    spec.envoyConfig = { brokerHostnameTemplate };
  };
};

const REFUSED_OUTSIDE: readonly (readonly [string, (spec: Spec) => void, RegExp])[] = [
  [
    'a port that no machine has',
    outside(external({ externalStartingPort: 65_534 })),
    /larger than 65535: choose a lower externalStartingPort/,
  ],
  ['port 0', outside(external({ externalStartingPort: 0 })), /only with accessMethod NodePort Kubernetes picks ports/],
  ['the port of a broker for the first contact', outside(external({ anyCastPort: 19_092 })), /same port of one proxy: change one of them/],
  ['the port of the health check for a broker', outside(external({ externalStartingPort: 8078 })), /healthCheckPort of envoyConfig/],
  [
    'the same node ports twice',
    outside(
      external({ accessMethod: 'NodePort', externalStartingPort: 32_000 }),
      external({ name: 'other', containerPort: 9095, accessMethod: 'NodePort', externalStartingPort: 32_000 }),
    ),
    /two listeners have the same node ports/,
  ],
  ['one port without host names', onePort({}, ''), /write brokerHostnameTemplate in envoyConfig/],
  ['one port without a first contact', onePort({ hostnameOverride: '' }), /write hostnameOverride/],
  ['one port without a certificate', onePort({ tlsSecretName: '' }), /write tlsSecretName/],
  ['one port with node ports', onePort({ accessMethod: 'NodePort', tlsSecretName: '' }), /choose accessMethod LoadBalancer/],
  ['a template without the id', onePort({}, 'kafka.example.com'), /with %id where the id of the broker stands/],
  ['a template with a wildcard', onePort({}, '*.%id.example.com'), /no wildcard/],
  ['a host name that is none', outside(external({ hostnameOverride: 'http://kafka.example.com' })), /hostnameOverride is no host name/],
  [
    'a host name of one way in that is none',
    outside(external({ config: { ...ways, ingressConfig: { a: { hostnameOverride: 'kafka_a' } } } })),
    /hostnameOverride is no host name/,
  ],
  [
    'a certificate where no proxy stands',
    outside(external({ accessMethod: 'NodePort', externalStartingPort: 32_000, tlsSecretName: 'proxy' })),
    /nothing would be encrypted/,
  ],
  [
    'a default that nobody defines',
    outside(external({ config: { ...ways, defaultIngressConfig: 'c' } })),
    /names no entry of ingressConfig/,
  ],
  ['brokers that nobody reaches', outside(external({ config: { ...ways, defaultIngressConfig: '' } })), /reached by nobody/],
  [
    'a broker with an ingress configuration that nobody defines',
    (s) => {
      outside(external({ config: ways }))(s);
      s.brokers[0]!.brokerConfig = { brokerIngressMapping: ['c'] };
    },
    /brokerIngressMapping names an ingress configuration that no external listener has/,
  ],
  [
    'Contour by port',
    (s) => {
      outside(external())(s);
      s.ingressController = 'contour';
    },
    /by host name only, not by port/,
  ],
  [
    'a range of addresses without its length',
    (s) => (s.envoyConfig = { loadBalancerSourceRanges: ['10.0.0.0'] }),
    /loadBalancerSourceRanges/,
  ],
];

const ACCEPTED_OUTSIDE: readonly (readonly [string, (spec: Spec) => void])[] = [
  ['ports behind one load balancer', outside(external())],
  ['node ports, chosen and not', outside(external({ accessMethod: 'NodePort', externalStartingPort: 32_000 }))],
  [
    'node ports that Kubernetes picks',
    outside(external({ accessMethod: 'NodePort', externalStartingPort: 0, hostnameOverride: '.example.com' })),
  ],
  ['one port for all', onePort()],
  ['one way in for each zone', outside(external({ config: ways }))],
];

beforeAll(() => ensureRunning(SHARED));

describe('a wrong spec', () => {
  it.each(REFUSED)('is refused at apply with a message that says what to write instead: %s', async (_name, change, message) => {
    expect(await refusal(change)).toMatch(message);
  });

  it.each(REFUSED_OUTSIDE)('of external access is refused at apply too: %s', async (_name, change, message) => {
    expect(await refusal(change)).toMatch(message);
  });

  it.each(ACCEPTED_OUTSIDE)('is not what this is: %s', async (_name, change) => {
    expect(await refusal(change)).toBe('accepted');
  });

  it('is refused by a condition when only the operator can tell, and the running cluster is left as it was', async () => {
    const before = (await objectsOf(SHARED.name, POD)).map((p) => p.metadata.uid);
    await applyCluster({ ...SHARED, spec: { zkAddresses: ['zookeeper:2181'] } });
    const refused = await until('the spec is refused', async () => {
      const object = await clusterObject(SHARED.name);
      const said = conditionOf(object, 'SpecAccepted');
      return said?.status === 'False' && said.observedGeneration === object.metadata.generation ? object : undefined;
    });
    expect(conditionOf(refused, 'SpecAccepted')?.message).toMatch(/spec\.zkAddresses: .*remove zkAddresses/);
    expect(statusOf(refused).state).toBe('ClusterRunning');
    await applyCluster(SHARED);
    const accepted = await running(SHARED.name);
    expect(conditionOf(accepted, 'SpecAccepted')?.status).toBe('True');
    expect((await objectsOf(SHARED.name, POD)).map((p) => p.metadata.uid)).toEqual(before);
  });

  it('creates nothing at all for a cluster that wants ZooKeeper, and says so in an Event', async () => {
    const name = 'zoo';
    await applyCluster({ name, nodes: { combined: [0] }, spec: { zkAddresses: ['zookeeper:2181'] } });
    await mustKubectl(['-n', NAMESPACE, 'wait', `kafkacluster/${name}`, '--for=condition=SpecAccepted=false', '--timeout=60s']);
    expect(await namesOf(name)).toEqual([]);
    expect(await events(name)).toContain('SpecRefused');
    await deleteCluster(name);
  });

  it('keeps a cluster from touching Pods that somebody else made', async () => {
    const name = 'foreign';
    const metadata = { name: `${name}-0`, namespace: NAMESPACE, labels: { app: 'kafka', kafka_cr: name, brokerId: '0' } };
    const spec = { containers: [{ name: 'pause', image: 'localhost/pause:1', imagePullPolicy: 'IfNotPresent' }] };
    const theirs = await kube.create(POD, { apiVersion: 'v1', kind: 'Pod', metadata, spec });
    await applyCluster({ name, nodes: { combined: [0] } });
    await mustKubectl(['-n', NAMESPACE, 'wait', `kafkacluster/${name}`, '--for=condition=AdoptionRequired', '--timeout=60s']);
    expect(await namesOf(name)).toEqual([`Pod/${name}-0`]);
    expect((await objectsOf(name, POD))[0]).toMatchObject({ metadata: { uid: theirs.metadata.uid } });
    expect((await objectsOf(name, POD))[0]?.metadata.annotations?.[ANNOTATION.revision]).toBeUndefined();
    await mustKubectl(['-n', NAMESPACE, 'delete', 'pod', `${name}-0`, '--grace-period=0', '--force', '--wait=true']);
    await mustKubectl(['-n', NAMESPACE, 'delete', 'kafkacluster', name]);
  });
});

/** Reasons of the Events about a KafkaCluster. */
async function events(name: string): Promise<readonly string[]> {
  const about = `involvedObject.kind=KafkaCluster,involvedObject.name=${name}`;
  const said = await mustKubectl(['-n', NAMESPACE, 'get', 'events', '--field-selector', about, '-o', 'jsonpath={.items[*].reason}']);
  return said.split(' ');
}
