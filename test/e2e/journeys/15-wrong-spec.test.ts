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
  listenersConfig: { internalListeners: Record<string, unknown>[] };
  brokerConfigGroups: Record<string, { storageConfigs: Record<string, unknown>[]; processRoles: string[] }>;
  brokers: Record<string, unknown>[];
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

beforeAll(() => ensureRunning(SHARED));

describe('a wrong spec', () => {
  it.each(REFUSED)('is refused at apply with a message that says what to write instead: %s', async (_name, change, message) => {
    expect(await refusal(change)).toMatch(message);
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
