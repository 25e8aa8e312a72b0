/** A load balancer that takes its time while the cluster is born: its brokers wait a minute, and no longer. */
import { clusterObject, conditionOf, applyCluster, kafkaCluster, podsOf, running, wipeCluster, type ClusterOptions } from '../cluster';
import { change, condition } from '../live';
import { addressOf, brokersOf } from '../outside';
import { advertisedTo, bootstrapOf, createTopic, missingRecords, produceSome } from '../records';

const NAME = 'late';
const OPTIONS: ClusterOptions = { name: NAME, nodes: { combined: [0, 1, 2] } };
const LISTENER = { name: 'external', type: 'plaintext', containerPort: 9094, externalStartingPort: 19_000, anyCastPort: 19_092 };
/** The local cluster gives such a Service no address. */
const WITHHELD = { 'local-kubernetes.example/address': 'withheld' };

interface LateSpec {
  listenersConfig: { externalListeners?: Record<string, unknown>[] };
}

afterAll(() => wipeCluster(NAME));

const uids = async (): Promise<readonly string[]> => (await podsOf(NAME)).map((pod) => pod.metadata.uid).sort();

describe('a cluster whose load balancer has no address', () => {
  it('runs after a while, and opens the listener by a roll when the address is there', async () => {
    const spec = structuredClone<unknown>(kafkaCluster(OPTIONS).spec) as LateSpec;
    spec.listenersConfig.externalListeners = [{ ...LISTENER, serviceAnnotations: WITHHELD }];
    await applyCluster({ ...OPTIONS, spec: { ...spec } });
    await condition('ExternalAccessReady', 'AddressPending', { name: NAME });
    await running(NAME);
    expect(conditionOf(await clusterObject(NAME), 'ExternalAccessReady')).toMatchObject({ status: 'False', reason: 'AddressPending' });
    await createTopic(bootstrapOf(NAME), 'late');
    const numbers = await produceSome(bootstrapOf(NAME), 'late');
    const before = await uids();

    await change((now) => ((now as unknown as LateSpec).listenersConfig.externalListeners = [LISTENER]), NAME);
    await condition('ExternalAccessReady', 'ExternalListenersServe', { name: NAME, limit: 240 });
    await running(NAME);
    expect((await uids()).filter((uid) => before.includes(uid))).toEqual([]);
    const balancer = await addressOf(NAME, 'external', 'any-broker');
    expect(await advertisedTo(balancer)).toEqual(await brokersOf(NAME, 'external'));
    expect(await missingRecords(balancer, 'late', numbers)).toEqual([]);
  });
});
