/** Each action against the scripted API server, and each way in which the server may answer. */
import { ANNOTATION } from '../../../lib/constructs/naming';
import { drawClusterId, execute, writeStatus, type Hands } from '../../../operator/act/executor';
import type { KafkaConnection } from '../../../operator/clients/kafka/connection';
import { KafkaError } from '../../../operator/clients/kafka/kafka-error';
import type { Action, Outcome, Target } from '../../../operator/decide/action';
import { FINALIZER } from '../../../operator/decide/rules/finalizer';
import { kindKey, KAFKA_CLUSTER, OPERATION, OWNED, POD } from '../../../operator/kinds';
import { clusterView } from '../../../operator/observe/kube';
import { KindStore } from '../../../operator/runtime/store';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { FakeApiServer, type Fault } from '../../runtime/fake-api-server';
import { connect, type Connected } from '../../runtime/fake-client';
import { isWrite } from '../../runtime/fake-request';

let server: FakeApiServer;
let connected: Connected;
let stores: Map<string, KindStore>;

beforeEach(async () => {
  server = await FakeApiServer.start();
  connected = connect(server, { requestTimeout: 300 });
  stores = new Map([KAFKA_CLUSTER, ...OWNED].map((kind) => [kindKey(kind), new KindStore({ kind })]));
  server.put({ apiVersion: KAFKA_CLUSTER.apiVersion, kind: 'KafkaCluster', metadata: { name: 'orders', namespace: 'kafka' }, spec: {} });
});

afterEach(async () => {
  connected.transport.close();
  await server.close();
});

const hands = (): Hands => ({
  kube: connected.client,
  store: (kind) => stores.get(kindKey(kind)),
  preflight: () => Promise.resolve([]),
  kafka: () => undefined,
  cruiseControl: () => {
    throw new Error('not here');
  },
});
const cluster = (): KubeObject => server.get(KAFKA_CLUSTER, 'kafka', 'orders')!;
const run = (action: Action): Promise<Outcome> => execute(action, clusterView(cluster()), hands());
const base = { risk: 'safe', reasons: [] } as const;
const podManifest = (image = 'kafka:1') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'orders-1', namespace: 'kafka', labels: { kafka_cr: 'orders' } },
  spec: { terminationGracePeriodSeconds: 30, containers: [{ name: 'kafka', image }] },
});
const configMap = (data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'kafka' },
  data,
});
const created: Action = { ...base, kind: 'createPod', node: 1, manifest: podManifest() };
const targetOf = ({ apiVersion, kind, metadata }: KubeObject): Target => ({
  apiVersion,
  kind,
  namespace: 'kafka',
  name: metadata.name,
  uid: metadata.uid,
  resourceVersion: metadata.resourceVersion,
});
const restart = (target: Target, running = true): Action => ({ ...base, kind: 'restartNode', node: 1, target, running });

describe('an object', () => {
  it('that is made is in the store at once', async () => {
    const outcome = await run(created);
    expect(outcome).toMatchObject({ result: 'done', object: { kind: 'Pod' } });
    expect(stores.get('Pod')?.get('kafka', 'orders-1')?.metadata.uid).toBe(server.get(POD, 'kafka', 'orders-1')?.metadata.uid);
  });

  it('that is changed is taken over from whoever changed it', async () => {
    server.put(configMap({ x: 'theirs' }));
    const outcome = await run({ ...base, kind: 'apply', manifest: configMap({ x: 'ours' }), creates: false });
    expect(outcome).toMatchObject({ result: 'done', object: { data: { x: 'ours' } } });
  });

  it('that is to be made is not taken over when somebody else made it meanwhile', async () => {
    server.put(configMap({ x: 'theirs' }));
    const outcome = await run({ ...base, kind: 'apply', manifest: configMap({ x: 'ours' }), creates: true });
    expect(outcome).toMatchObject({ result: 'failed', message: expect.stringContaining('cannot apply configmap/a') });
    expect(server.requests.filter(isWrite)).toHaveLength(1);
  });
});

describe('a restart', () => {
  it('deletes with uid and version as preconditions, and the store knows that the Pod stops', async () => {
    const { object } = await run(created);
    expect(await run(restart(targetOf(object as KubeObject)))).toMatchObject({ result: 'done' });
    const { uid, resourceVersion } = (object as KubeObject).metadata;
    expect(server.requests.at(-1)?.body).toMatchObject({ preconditions: { uid, resourceVersion } });
    expect(stores.get('Pod')?.get('kafka', 'orders-1')?.metadata.deletionTimestamp).toBeDefined();
  });

  it.each<[string, (pod: KubeObject) => Target]>([
    ['is another one by now', (pod) => ({ ...targetOf(pod), uid: 'the-one-before' })],
    ['has changed since', (pod) => ({ ...targetOf(pod), resourceVersion: '1' })],
  ])('of a Pod that %s is left to the next look', async (_, stale) => {
    const { object } = await run(created);
    expect(await run(restart(stale(object as KubeObject)))).toMatchObject({ result: 'retry' });
    expect(server.get(POD, 'kafka', 'orders-1')?.metadata.deletionTimestamp).toBeUndefined();
  });

  it('of a Pod that is gone already is done, and the store forgets it', async () => {
    const { object } = await run(created);
    server.remove(POD, 'kafka', 'orders-1');
    server.endPod('kafka', 'orders-1');
    expect(await run(restart(targetOf(object as KubeObject)))).toMatchObject({ result: 'done' });
    expect(stores.get('Pod')?.get('kafka', 'orders-1')).toBeUndefined();
  });
});

describe('the identity', () => {
  it('is drawn once, and written only on the version that was looked at', async () => {
    const mint: Action = { ...base, kind: 'mint', clusterId: undefined, quorum: 'Forming', initialControllers: [0, 1, 2] };
    const seen = clusterView(cluster());
    const [first, second] = [await execute(mint, seen, hands()), await execute(mint, seen, hands())];
    expect(first).toMatchObject({ result: 'done', status: { quorum: 'Forming', initialControllers: [0, 1, 2] } });
    expect(second.result).toBe('retry');
    expect(cluster()['status']).toMatchObject({ clusterID: first.status?.clusterID });
  });

  it('that was found is recorded as it was', async () => {
    await run({ ...base, kind: 'mint', clusterId: 'found', quorum: 'Formed', initialControllers: [] });
    expect(cluster()['status']).toMatchObject({ clusterID: 'found', quorum: 'Formed' });
  });

  it('is 16 random bytes in 22 characters and does not begin with a dash', () => {
    const ids = Array.from({ length: 500 }, drawClusterId);
    expect(ids.filter((id) => !/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(500);
  });

  it('keeps the rest of the status', async () => {
    await writeStatus(clusterView(cluster()), { brokers: '3/3' }, hands());
    await run({ ...base, kind: 'mint', clusterId: 'found', quorum: 'Formed', initialControllers: [] });
    expect(cluster()['status']).toMatchObject({ brokers: '3/3', clusterID: 'found' });
  });
});

describe('marks and finalizers', () => {
  it('a mark is added to what is there', async () => {
    const claim = server.put({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'c', namespace: 'kafka', annotations: { theirs: 'x' } },
      spec: {},
    });
    const outcome = await run({
      ...base,
      kind: 'annotate',
      node: 1,
      target: targetOf(claim),
      annotations: { [ANNOTATION.volumeState]: 'ran' },
    });
    expect(outcome).toMatchObject({
      result: 'done',
      object: { metadata: { annotations: { theirs: 'x', [ANNOTATION.volumeState]: 'ran' } } },
    });
  });

  it('our finalizer comes and goes, and those of others stay', async () => {
    server.patch(KAFKA_CLUSTER, 'kafka', 'orders', { metadata: { finalizers: ['theirs'] } });
    await run({ ...base, kind: 'setFinalizer', present: true });
    expect(cluster().metadata.finalizers).toEqual(['theirs', FINALIZER]);
    await run({ ...base, kind: 'setFinalizer', present: false });
    expect(cluster().metadata.finalizers).toEqual(['theirs']);
  });

  const operation = (): KubeObject => server.get(OPERATION, 'kafka', 'even-out')!;
  const writeOperation = (): KubeObject =>
    server.put({ apiVersion: OPERATION.apiVersion, kind: OPERATION.kind, metadata: { name: 'even-out', namespace: 'kafka' }, spec: {} });

  it('the finalizer of an operation comes, on the condition that it is still what was seen', async () => {
    const target = targetOf(writeOperation());
    const guard = { ...base, kind: 'setFinalizer', present: true, of: { target, finalizers: ['theirs', 'ours'] } } as const;
    expect(await run(guard)).toMatchObject({ result: 'done' });
    expect(operation().metadata.finalizers).toEqual(['theirs', 'ours']);
    expect(await run({ ...guard, of: { target, finalizers: [] } })).toMatchObject({ result: 'retry' });
    expect(operation().metadata.finalizers).toEqual(['theirs', 'ours']);
  });

  it('the status of an operation is written whole, on the same condition', async () => {
    const target = targetOf(writeOperation());
    const record = { ...base, kind: 'recordOperation', target } as const;
    expect(await run({ ...record, status: { attempts: 1, currentTask: { state: 'Active', marker: 'm' } } })).toMatchObject({
      result: 'done',
    });
    expect(await run({ ...record, status: { attempts: 2 } })).toMatchObject({ result: 'retry' });
    expect(operation().status).toEqual({ attempts: 1, currentTask: { state: 'Active', marker: 'm' } });
    await run({ ...record, target: targetOf(operation()), status: { attempts: 1, currentTask: { state: '' } } });
    expect(operation().status).toEqual({ attempts: 1, currentTask: { state: '' } });
  });
});

describe('what goes wrong', () => {
  const json = (status: number, reasonOf: string): Fault => ({ status, reason: reasonOf, message: 'said so' });
  it.each<[string, Fault, Outcome['result']]>([
    ['tried again when the object is not found', json(404, 'NotFound'), 'retry'],
    ['tried again when the version is gone', json(410, 'Expired'), 'retry'],
    ['tried again when the server is busy', json(429, 'TooManyRequests'), 'retry'],
    ['tried again when the server fails', json(500, 'InternalError'), 'retry'],
    ['tried again when the connection breaks', 'reset', 'retry'],
    ['tried again when no answer comes', 'hang', 'retry'],
    ['left to a person when the object is invalid', json(422, 'Invalid'), 'failed'],
    ['left to a person when it is forbidden', json(403, 'Forbidden'), 'failed'],
    ['left to a person when the request is bad', json(400, 'BadRequest'), 'failed'],
    ['left to a person when somebody else owns what is to be made', json(409, 'Conflict'), 'failed'],
  ])('is %s', async (_, fault, result) => {
    server.fault({ verb: 'apply', resource: 'pods' }, fault);
    const outcome = await run(created);
    expect(outcome).toMatchObject({ result, message: expect.stringMatching(/^cannot create node 1: /) });
    expect(stores.get('Pod')?.list()).toEqual([]);
  });

  const alteration: Action = {
    ...base,
    kind: 'alterConfigs',
    resource: { kind: 'broker', id: 1 },
    changes: [
      { key: 'num.io.threads', value: '0', sensitive: false },
      { key: 'listener.name.a.ssl.key.password', value: 'hunter2', sensitive: true },
    ],
  };
  const answering = (error: Error): Hands => {
    const incrementalAlterConfigs = () => Promise.reject(error);
    return { ...hands(), kafka: () => ({ incrementalAlterConfigs }) as unknown as KafkaConnection };
  };

  it.each<[string, KafkaError, Outcome['result']]>([
    ['left to a person when Kafka refuses it', new KafkaError('refused', 'INVALID_CONFIG (40): too low', 40), 'failed'],
    ['left to a person when Kafka does not know the call', new KafkaError('unsupported', 'no such call'), 'failed'],
    ['tried again when Kafka takes too long', new KafkaError('refused', 'REQUEST_TIMED_OUT (7)', 7), 'retry'],
    ['tried again when the controller is another one', new KafkaError('refused', 'NOT_CONTROLLER (41)', 41), 'retry'],
    ['tried again when Kafka is not reached', new KafkaError('unreachable', 'no connection'), 'retry'],
    ['tried again when Kafka does not answer', new KafkaError('timeout', 'no answer'), 'retry'],
  ])('at Kafka is %s, in its words', async (_, error, result) => {
    const outcome = await execute(alteration, clusterView(cluster()), answering(error));
    expect(outcome).toEqual({ action: alteration, result, message: `cannot alter broker 1: ${error.message}` });
  });

  it('a secret that Kafka quotes is not passed on', async () => {
    const quoting = new KafkaError('refused', 'cannot alter: hunter2 is no key, said hunter2', 40);
    const { message } = await execute(alteration, clusterView(cluster()), answering(quoting));
    expect(message).toBe('cannot alter broker 1: cannot alter: [hidden] is no key, said [hidden]');
  });

  it('a conflict over something that is there only means that the world has moved on', async () => {
    server.fault({ verb: 'apply', resource: 'configmaps' }, json(409, 'Conflict'));
    expect(await run({ ...base, kind: 'apply', manifest: configMap({}), creates: false })).toMatchObject({ result: 'retry' });
  });

  it('a kind that nobody knows is a bug that is told, and ends nothing', async () => {
    const outcome = await run({
      ...base,
      kind: 'apply',
      manifest: { apiVersion: 'v1', kind: 'Gadget', metadata: { name: 'g' } },
      creates: true,
    });
    expect(outcome.message).toContain('cannot write a Gadget');
  });
});
