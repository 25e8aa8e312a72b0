import { connectKafka } from '../../../operator/clients/kafka/connect';
import { BUDGET, CLAIM, CONFIG_MAP, KAFKA_CLUSTER, NODE, POD, SERVICE } from '../../../operator/kinds';
import { ANNOTATION } from '../../../lib/constructs/naming';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { byOperator, counted, mark, requestsSince } from '../audit';
import { applyCluster, clusterObject, conditionOf, isReady, isRunning, namesOf, objectsOf, running, SHARED, statusOf } from '../cluster';
import { figure, seconds } from '../figures';
import { kube, mustKubectl, NAMESPACE, pause, until, watching, when, type Seen, type Watching } from '../kubernetes';
import { bootstrapOf, createTopic, missingRecords, produceSome } from '../records';

const NAME = SHARED.name;
const IDS = [0, 1, 2];

let pods: Watching;
let clusters: Watching;
let logBefore = 0;
let logAfter = 0;
let applied: KubeObject;

beforeAll(async () => {
  [pods, clusters] = await Promise.all([watching(POD), watching(KAFKA_CLUSTER)]);
  logBefore = mark();
  const began = Date.now();
  applied = await applyCluster(SHARED);
  await running(NAME);
  figure('apply to ClusterRunning, three combined nodes', seconds(Date.now() - began));
  // Events are told and not waited for.
  await pause(500);
  logAfter = mark();
});
afterAll(() => {
  pods.stop();
  clusters.stop();
});

const firstSaid = (): Seen => clusters.seen.find((s) => s.object.metadata.name === NAME && isRunning(s.object))!;

describe('a KafkaCluster becomes running brokers', () => {
  it('says ClusterRunning when every node is ready and Kafka has it in sync, and never before', () => {
    const firstReady = IDS.map((id) => pods.seen.find((s) => s.object.metadata.name === `${NAME}-${id}` && isReady(s.object)));
    expect(firstReady).not.toContain(undefined);
    for (const ready of firstReady) expect(when(ready!.object)).toBeLessThan(when(firstSaid().object));
    const lastReady = Math.max(...firstReady.map((r) => r!.at));
    figure('last node ready to ClusterRunning', seconds(firstSaid().at - lastReady));
  });

  it('makes plain Pods with names and labels that say what they are', async () => {
    const statefulSets = await mustKubectl(['get', 'statefulsets,deployments', '-n', NAMESPACE, '-o', 'name']);
    const live = await objectsOf(NAME, POD);
    expect(statefulSets).toBe('');
    expect(live.map((p) => p.metadata.name)).toEqual(IDS.map((id) => `${NAME}-${id}`));
    for (const [id, pod] of live.entries()) {
      expect(pod.metadata.labels).toMatchObject({
        app: 'kafka',
        kafka_cr: NAME,
        brokerId: String(id),
        isBrokerNode: 'true',
        isControllerNode: 'true',
        processRoles: 'broker_controller',
      });
      expect(pod.metadata.ownerReferences).toMatchObject([{ kind: 'KafkaCluster', uid: applied.metadata.uid, controller: true }]);
    }
  });

  it('gives each node an immutable ConfigMap that its Pod names, and a claim that says whose it is', async () => {
    const { clusterID } = statusOf(await clusterObject(NAME));
    for (const pod of await objectsOf(NAME, POD)) {
      const volumes = (pod.spec as { volumes: readonly { name: string; configMap?: { name: string } }[] }).volumes;
      const config = volumes.find((v) => v.name === 'broker-config')?.configMap?.name ?? '';
      const map = await kube.get({ kind: CONFIG_MAP, namespace: NAMESPACE, name: config });
      expect(config).toMatch(new RegExp(`^${NAME}-config-${pod.metadata.labels?.brokerId}-[0-9a-f]{8}$`));
      expect(map.immutable).toBe(true);
    }
    const claims = await objectsOf(NAME, CLAIM);
    expect(claims.map((c) => c.metadata.annotations?.[ANNOTATION.nodeId])).toEqual(IDS.map(String));
    for (const claim of claims) {
      expect(claim.metadata.annotations).toMatchObject({
        mountPath: '/kafka-logs',
        [ANNOTATION.clusterId]: clusterID,
        [ANNOTATION.roles]: 'broker_controller',
        [ANNOTATION.quorumMode]: 'dynamic',
        [ANNOTATION.quorum]: 'formed',
        [ANNOTATION.volumeState]: 'ran',
      });
      expect(claim.metadata.ownerReferences).toBeUndefined();
    }
  });

  it('makes the headless Services and a budget that lets one node go', async () => {
    const services = await objectsOf(NAME, SERVICE);
    expect(services.map((s) => s.metadata.name)).toEqual([`${NAME}-controller-headless`, `${NAME}-headless`]);
    for (const service of services) expect(service.spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
    await until('one node may be evicted', async () => {
      const budget = await kube.get({ kind: BUDGET, namespace: NAMESPACE, name: `${NAME}-pdb` });
      return (budget.status as { disruptionsAllowed?: number } | undefined)?.disruptionsAllowed === 1;
    });
  });

  it('reports conditions that kubectl waits for, each with the generation it is about', async () => {
    await mustKubectl(['-n', NAMESPACE, 'wait', `kafkacluster/${NAME}`, '--for=condition=Ready', '--timeout=20s']);
    const object = await clusterObject(NAME);
    const said = Object.fromEntries((statusOf(object).conditions ?? []).map((c) => [c.type, c.status]));
    expect(said).toMatchObject({ SpecAccepted: 'True', Ready: 'True', Progressing: 'False', Degraded: 'False', AdoptionRequired: 'False' });
    for (const condition of statusOf(object).conditions ?? []) expect(condition.observedGeneration).toBe(object.metadata.generation);
    expect(conditionOf(object, 'Ready')?.message).toMatch(/\w/);
  });

  it('shows state, brokers and version in the columns of kubectl get', async () => {
    const printed = await mustKubectl(['-n', NAMESPACE, 'get', 'kcl', NAME]);
    const [head = '', line = ''] = printed.split('\n');
    expect(head.split(/\s{2,}/).map((word) => word.trim())).toEqual(expect.arrayContaining(['NAME', 'STATE', 'BROKERS', 'KAFKA', 'AGE']));
    expect(line).toMatch(new RegExp(`^${NAME} +ClusterRunning +3/3 +4\\.3\\.1 `));
  });

  it("fills in the status fields that Koperator's users read", async () => {
    const status = statusOf(await clusterObject(NAME));
    expect(status).toMatchObject({ state: 'ClusterRunning', quorum: 'Formed', rollingUpgradeStatus: { errorCount: 0 } });
    expect(status.clusterID).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(Object.keys(status.brokersState ?? {})).toEqual(IDS.map(String));
    for (const broker of Object.values(status.brokersState ?? {}))
      expect(broker).toMatchObject({
        rackAwarenessState: expect.stringMatching(/^broker\.rack=zone-/),
        configurationState: 'ConfigInSync',
        perBrokerConfigurationState: 'PerBrokerConfigInSync',
        gracefulActionState: { cruiseControlState: expect.stringMatching(/^GracefulUpscale/) },
        version: '4.3.1',
        image: 'apache/kafka:4.3.1',
        configurationBackup: expect.stringMatching(/^H4sI/),
      });
    expect(status.listenerStatuses?.internalListeners?.['internal']).toEqual([
      { name: 'headless', address: bootstrapOf(NAME) },
      ...IDS.map((id) => ({ name: `broker-${id}`, address: `${NAME}-${id}.${bootstrapOf(NAME)}` })),
    ]);
  });

  it('tells Kafka the zone of the node that each Pod runs on as its rack', async () => {
    const connection = connectKafka({ clientId: 'journeys' })({ key: NAME, bootstrap: [bootstrapOf(NAME)] });
    const { brokers } = await connection.describeCluster();
    await connection.close();
    for (const pod of await objectsOf(NAME, POD)) {
      const node = await kube.get({ kind: NODE, name: (pod.spec as { nodeName: string }).nodeName });
      const broker = brokers.find((b) => String(b.id) === pod.metadata.labels?.brokerId);
      expect(broker).toMatchObject({ rack: node.metadata.labels?.['topology.kubernetes.io/zone'], fenced: false });
    }
  });

  it('costs the API server no more requests than the objects made and ten', async () => {
    const saidAt = firstSaid().at;
    const requests = requestsSince(logBefore).filter((r) => byOperator(r) && r.resource !== 'leases' && r.verb !== 'watch');
    const needed = requests.filter((r) => r.receivedAt <= saidAt);
    const made = (await namesOf(NAME)).length;
    figure('requests of the operator until ClusterRunning', `${needed.length} for ${made} objects (${counted(needed)})`);
    expect(needed.length).toBeLessThanOrEqual(made + 10);
  });

  it('creates all Pods within a second', () => {
    const requests = requestsSince(logBefore);
    const asked = requests.find((r) => r.resource === 'kafkaclusters' && r.name === NAME && r.userAgent === 'journeys');
    const made = requests.filter((r) => byOperator(r) && r.resource === 'pods' && ['patch', 'create'].includes(r.verb));
    const took = Math.max(...made.map((r) => r.answeredAt)) - asked!.answeredAt;
    figure('apply to all Pods created', seconds(took));
    expect(made).toHaveLength(3);
    // A second on an idle machine; this is an upper bound for a busy one.
    expect(took).toBeLessThan(10_000);
  });

  it('costs the API server nothing once all is as wanted', async () => {
    await pause(3_000);
    expect(counted(requestsSince(logAfter).filter((r) => byOperator(r) && r.resource !== 'leases'))).toBe('');
  });

  it('takes a topic and records and gives them back', async () => {
    await createTopic(bootstrapOf(NAME), 'first');
    const numbers = await produceSome(bootstrapOf(NAME), 'first');
    expect(await missingRecords(bootstrapOf(NAME), 'first', numbers)).toEqual([]);
  });
});
