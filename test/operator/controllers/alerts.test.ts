/** Alerts in the whole operator: received, written into the status, carried out once by server-side apply, whoever is killed in between. */
import { CLAIM, KAFKA_CLUSTER } from '../../../operator/kinds';
import { until } from '../../runtime/fake-clock';
import { alertsOf, decisionsIn } from './alerts-of';
import { combined, Environment } from './environment';

jest.setTimeout(60_000);

const spec = combined((s) => {
  s['alertManagerConfig'] = { upScaleLimit: 5 };
});

let env: Environment;

beforeEach(async () => {
  env = await Environment.start({ alerts: true });
  await env.operator();
  env.apply(spec);
  await env.converged();
});

afterEach(() => env.close());

const UP = alertsOf('BrokerOverLoaded', { command: 'upScale', diskSize: '1Gi', mountPath: '/kafka-logs' });
const cluster = () => env.server.get(KAFKA_CLUSTER, 'kafka', 'orders');
const brokers = (): readonly number[] => (cluster()?.['spec'] as { brokers: { id: number }[] }).brokers.map(({ id }) => id);
const decisions = (): readonly string[] => decisionsIn(env);

it('one adds a broker under the field manager of alerts, once, and the status says so', async () => {
  env.book.receive(UP);
  await until(() => decisions().includes('upScale Done Applied'), 10_000);
  expect(brokers()).toEqual([0, 1, 2, 3]);
  const fields = cluster()?.metadata['managedFields'] as { manager: string; fieldsV1: object }[];
  const owned = JSON.stringify(fields.find(({ manager }) => manager === 'kafka-operator-alerts')?.fieldsV1);
  expect(owned).toContain('k:{\\"id\\":3}');
  expect(owned).not.toContain('k:{\\"id\\":0}');
  env.book.receive(UP);
  env.book.receive(alertsOf('Another', { command: 'upScale', diskSize: '1Gi' }));
  await until(() => (env.status.alertCount ?? 0) === 2, 10_000);
  expect(brokers()).toEqual([0, 1, 2, 3]);
});

it.each([1, 2, 3])('an operator that is killed after its deed %i of an alert does it once all the same', async (k) => {
  const [instance = ''] = env.instances;
  const killed = env.killAfter(instance, k);
  env.book.receive(UP);
  await until(() => killed.dead() || decisions().includes('upScale Done Applied'), 10_000);
  if (killed.dead()) await env.operator();
  await until(() => env.status.alerts === undefined || decisions().includes('upScale Done Applied'), 10_000);
  env.book.receive(UP);
  await until(() => decisions().includes('upScale Done Applied'), 10_000);
  expect(brokers()).toEqual([0, 1, 2, 3]);
});

it('an action is written down with the firing that it is for', async () => {
  env.book.receive(UP);
  await until(() => decisions().includes('upScale Done Applied'), 10_000);
  const begun = env.server.requests.map(({ body }) => JSON.stringify(body ?? '')).find((body) => body.includes('"Begun"'));
  expect(begun).toMatch(/"firing":\[\{"fingerprint"/);
});

it('one that asks for a larger volume grows the claim and leaves the spec', async () => {
  const [claim] = env.server.list(CLAIM, 'kafka');
  const name = claim?.metadata.name ?? '';
  const before = cluster()?.metadata.generation;
  env.book.receive(alertsOf('RemainingDiskSpaceLow', { command: 'resizePvc', incrementBy: '1Gi' }, { persistentvolumeclaim: name }));
  await until(() => decisions().includes('resizePvc Done Applied'), 10_000);
  expect(env.server.get(CLAIM, 'kafka', name)?.['spec']).toMatchObject({ resources: { requests: { storage: '3Gi' } } });
  expect(cluster()?.metadata.generation).toBe(before);
});

it('what is refused is on record once', async () => {
  env.book.receive(alertsOf('Odd', { command: 'deleteAll' }));
  env.book.receive(alertsOf('Down', { command: 'downScale' }));
  await until(() => decisions().length === 2, 10_000);
  expect([...decisions()].sort()).toEqual(['deleteAll Refused ActionUnknown', 'downScale Refused ActionRefuses']);
  env.book.receive(alertsOf('Odd', { command: 'deleteAll' }));
  await env.converged();
  expect(decisions()).toHaveLength(2);
});

it('one that asks for another volume has it written into the entry of its broker, and owns nothing else of that entry', async () => {
  const [claim] = env.server.list(CLAIM, 'kafka');
  const id = Number(claim?.metadata.labels?.['brokerId']);
  const labels = { persistentvolumeclaim: claim?.metadata.name ?? '' };
  env.book.receive(alertsOf('RemainingDiskSpaceLow', { command: 'addPvc', diskSize: '2Gi', mountPathPrefix: '/more' }, labels));
  await until(() => decisions().includes('addPvc Done Applied'), 10_000);
  const entries = (cluster()?.['spec'] as { brokers: { id: number; brokerConfigGroup?: string; brokerConfig?: object }[] }).brokers;
  expect(entries.map((entry) => entry.id)).toEqual([0, 1, 2]);
  const path: unknown = expect.stringMatching(/^\/more-[0-9a-f]{6}$/);
  expect(entries.find((entry) => entry.id === id)).toMatchObject({ brokerConfig: { storageConfigs: [{ mountPath: path }] } });
  const fields = cluster()?.metadata['managedFields'] as { manager: string; fieldsV1: object }[];
  const owned = JSON.stringify(fields.find(({ manager }) => manager === 'kafka-operator-alerts')?.fieldsV1);
  expect(owned).toContain(`k:{\\"id\\":${String(id)}}`);
  expect(owned).not.toContain('brokerConfigGroup');
});

it('one that asks for a broker less is refused while nobody would empty the broker', async () => {
  env.server.patch(KAFKA_CLUSTER, 'kafka', 'orders', { spec: { alertManagerConfig: { allowSpecEdits: true } } });
  await env.converged();
  env.book.receive(alertsOf('PartitionCountLow', { command: 'downScale', brokerId: '2' }));
  await until(() => decisions().length > 0, 10_000);
  expect(decisions()).toEqual(['downScale Refused NoCruiseControl']);
  expect(brokers()).toEqual([0, 1, 2]);
});

it('where nobody receives alerts any more, those on record end, and hold no roll for ever', async () => {
  env.book.receive(alertsOf('ConsumersSuffer', {}, { rollingupgrade: 'true' }));
  env.book.receive(alertsOf('Odd', { command: 'deleteAll' }));
  await until(() => env.status.rollingUpgradeStatus?.errorCount === 1 && decisions().length === 1, 10_000);
  for (const instance of env.instances) env.kill(instance);
  await env.operator({ alerts: false });
  await until(() => env.status.rollingUpgradeStatus?.errorCount === 0, 10_000);
  expect([env.status.alertCount, env.status.alerts?.firing]).toEqual([0, []]);
  expect(decisions()).toEqual(['deleteAll Refused ActionUnknown']);
});
