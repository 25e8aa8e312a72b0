/** What alerts write into a KafkaCluster, beside somebody who applies the same object. */
import type { AlertChange } from '../../../lib/alerts/alert-action';
import { changeSpec } from '../../../operator/act/change-spec';
import { brokersOfAlerts } from '../../../operator/decide/alerts/owned-spec';
import { KAFKA_CLUSTER } from '../../../operator/kinds';
import { clusterView } from '../../../operator/observe/kube';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { FakeApiServer } from '../../runtime/fake-api-server';
import { connect, type Connected } from '../../runtime/fake-client';

jest.setTimeout(20_000);

let server: FakeApiServer;
let connected: Connected;

const draft = (...brokers: readonly object[]) => ({
  apiVersion: KAFKA_CLUSTER.apiVersion,
  kind: KAFKA_CLUSTER.kind,
  metadata: { name: 'orders', namespace: 'kafka' },
  spec: { kafkaVersion: '4.3.1', brokers },
});

/** A GitOps tool with server-side apply. */
const applyAsGit = (...brokers: readonly object[]): Promise<KubeObject> =>
  connected.client.apply(KAFKA_CLUSTER, draft(...brokers), { force: true, fieldManager: 'git' });

beforeEach(async () => {
  server = await FakeApiServer.start();
  connected = connect(server);
  await applyAsGit({ id: 1, brokerConfigGroup: 'all' }, { id: 2, brokerConfigGroup: 'all' });
});

afterEach(async () => {
  connected.transport.close();
  await server.close();
});

const live = (): KubeObject => {
  const found = server.get(KAFKA_CLUSTER, 'kafka', 'orders');
  if (found === undefined) throw new Error('the KafkaCluster is gone');
  return found;
};
const brokers = (): readonly { readonly id: number }[] => (live().spec as { brokers: { id: number }[] }).brokers;
const ids = (): readonly number[] => brokers().map(({ id }) => id);

const change = (changes: readonly AlertChange[], allowSpecEdits = false): Promise<KubeObject | string> =>
  changeSpec({ kind: 'changeSpec', risk: 'safe', reasons: [], changes, allowSpecEdits }, clusterView(live()), connected.client);

const add = (id: number): AlertChange => ({ kind: 'addBroker', broker: { id, brokerConfigGroup: 'all' } });
const remove = (id: number): AlertChange => ({ kind: 'removeBroker', id });

it('what alerts added stays when the tool applies its file again, and when alerts add more', async () => {
  await change([add(3)]);
  await applyAsGit({ id: 1, brokerConfigGroup: 'all' }, { id: 2, brokerConfigGroup: 'all' });
  await change([add(4)]);
  expect(ids()).toEqual([1, 2, 3, 4]);
  expect(brokersOfAlerts(live().metadata['managedFields'])).toEqual([3, 4]);
});

it('a broker that alerts added goes, and nothing else', async () => {
  await change([add(3)]);
  await change([add(4)]);
  await change([remove(3)]);
  expect(ids()).toEqual([1, 2, 4]);
});

it('a broker of others stays, in one sentence', async () => {
  const before = live().metadata.resourceVersion;
  expect(await change([remove(2)])).toMatch(/^somebody else owns a part of the broker/);
  expect(live().metadata.resourceVersion).toBe(before);
});

it('a broker of others goes where that is allowed, until the tool applies its file again', async () => {
  expect(typeof (await change([remove(2)], true))).toBe('object');
  expect(ids()).toEqual([1]);
  await applyAsGit({ id: 1, brokerConfigGroup: 'all' }, { id: 2, brokerConfigGroup: 'all' });
  expect(ids()).toEqual([1, 2]);
});

it('what others own is never changed by force: a conflict is a sentence', async () => {
  const taken: AlertChange = { kind: 'addBroker', broker: { id: 2, brokerConfigGroup: 'another' } };
  expect(await change([taken])).toMatch(/^somebody else owns what the alert would change: /);
  expect(brokers()[1]).toEqual({ id: 2, brokerConfigGroup: 'all' });
});

it('a KafkaCluster that was deleted and made again is left alone', async () => {
  const view = { ...clusterView(live()), uid: 'another' };
  const action = { kind: 'changeSpec', risk: 'safe', reasons: [], changes: [add(3)], allowSpecEdits: false } as const;
  await expect(changeSpec(action, view, connected.client)).rejects.toThrow(/^cannot change the spec: it is another KafkaCluster/);
  expect(ids()).toEqual([1, 2]);
});
