/** Dynamic settings in the whole operator: set, changed and taken back at a simulated Kafka, without a restart, and then silence. */
import { POD } from '../../../operator/kinds';
import { until } from '../../runtime/fake-clock';
import { combined, Environment, QUIET } from './environment';

jest.setTimeout(60_000);

const ALTER = 44;
const SECRET = 'listener.name.internal.ssl.key.password';

const withSettings = (wide: readonly string[], of1: readonly string[]) =>
  combined((spec) => {
    spec['clusterWideConfig'] = wide.join('\n');
    const brokers = spec['brokers'] as { id: number; brokerConfig?: object }[];
    spec['brokers'] = brokers.map((b) => (b.id === 1 ? { ...b, brokerConfig: { ...b.brokerConfig, config: of1.join('\n') } } : b));
  });

let env: Environment;

beforeEach(async () => {
  env = await Environment.start();
  await env.operator();
  env.apply(withSettings([], []));
  await env.converged();
});

afterEach(() => env.close());

const settings = (of: string): Readonly<Record<string, string | null>> =>
  Object.fromEntries((env.kafka.sim.state.configs[of] ?? []).map(({ key, value }) => [key, value]));
/** Kafka's own, as in every cluster with eligible leader replicas. */
const kafkas = { 'min.insync.replicas': '2' };
const pods = (): readonly string[] => env.server.list(POD).map((pod) => pod.metadata.uid);
const generation = () => env.objects.find((o) => o.kind === 'KafkaCluster')?.metadata.generation;
const is = (type: string): string | undefined => env.status.conditions?.find((c) => c.type === type)?.reason;
const settled = async (): Promise<void> => {
  await until(() => env.status.observedGeneration === generation() && is('Progressing') === 'AsWanted', 10_000);
  await env.converged();
};

/** Nothing is written and nothing altered while Kafka is looked at many times. */
async function isSilent(): Promise<void> {
  const [deeds, alterations, looks] = [env.deeds.length, env.kafka.sim.requests(ALTER), env.kafka.sim.requests()];
  await until(env.restFor(QUIET));
  expect([env.deeds.length, env.kafka.sim.requests(ALTER)]).toEqual([deeds, alterations]);
  expect(env.kafka.sim.requests()).toBeGreaterThan(looks);
}

it('are set once, although something else wakes the operator before Kafka shows them', async () => {
  const asked = env.kafka.sim.requests(ALTER);
  const spec = withSettings(['log.cleaner.threads=2'], []);
  env.apply(spec);
  await until(() => settings('')['log.cleaner.threads'] === '2', 10_000);
  for (const turn of [1, 2, 3, 4, 5]) {
    env.apply(spec, { 'kafka.banzaicloud.io/noticed': String(turn) });
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await settled();
  // First validated, then altered.
  expect(env.kafka.sim.requests(ALTER) - asked).toBe(2);
});

it('are set live, changed live and taken back, and those of others stay', async () => {
  const before = pods();
  const { state } = env.kafka.sim;
  const theirs = { key: 'leader.replication.throttled.rate', value: '1000', sensitive: false, readOnly: false, source: 2 };
  env.kafka.sim.state = { ...state, configs: { ...state.configs, '1': [theirs] } };

  env.apply(withSettings(['log.cleaner.threads=2', 'background.threads=20'], ['num.io.threads=16', `${SECRET}=hunter2`]));
  await until(() => settings('1')[SECRET] !== undefined && settings('')['background.threads'] !== undefined, 10_000);
  await settled();
  expect(settings('')).toEqual({ ...kafkas, 'log.cleaner.threads': '2', 'background.threads': '20' });
  expect(settings('1')).toEqual({ [theirs.key]: '1000', 'num.io.threads': '16', [SECRET]: null });
  expect(env.status.clusterWideConfig?.keys).toEqual(['background.threads', 'log.cleaner.threads']);
  expect(env.status.brokersState?.['1']).toMatchObject({ perBrokerConfigurationState: 'PerBrokerConfigInSync' });
  await isSilent();

  const asked = env.kafka.sim.requests(ALTER);
  env.apply(withSettings(['log.cleaner.threads=2', 'background.threads=20'], ['num.io.threads=16', `${SECRET}=correct horse`]));
  await until(() => env.kafka.sim.requests(ALTER) > asked, 10_000);
  await settled();
  await isSilent();

  env.apply(withSettings(['log.cleaner.threads=4'], []));
  await until(() => settings('')['log.cleaner.threads'] === '4' && settings('1')['num.io.threads'] === undefined, 10_000);
  await settled();
  await until(() => env.status.brokersState?.['1']?.dynamicConfig === undefined, 10_000);
  expect(settings('')).toEqual({ ...kafkas, 'log.cleaner.threads': '4' });
  expect(settings('1')).toEqual({ [theirs.key]: '1000' });
  expect(env.status.clusterWideConfig).toEqual({ keys: ['log.cleaner.threads'] });
  expect(pods()).toEqual(before);
  expect(JSON.stringify([env.log, env.status, env.server.requests.filter(({ resource }) => resource === 'events')])).not.toMatch(
    /hunter2|correct horse/,
  );
});

it('that Kafka refuses are told in its words, and the cluster stays ready', async () => {
  env.kafka.sim.state = { ...env.kafka.sim.state, readOnlyKeys: ['num.io.threads'] };
  env.apply(withSettings([], ['num.io.threads=16']));
  await until(() => is('Degraded') === 'WritesFailed', 10_000);
  expect(env.status.conditions?.find((c) => c.type === 'Degraded')?.message).toContain('Cannot update these configs dynamically');
  expect(env.status.brokersState?.['1']?.perBrokerConfigurationState).toBe('PerBrokerConfigError');
  expect(is('Ready')).toBe('AllNodesServe');

  env.apply(withSettings([], ['background.threads=16']));
  await until(() => settings('1')['background.threads'] === '16', 10_000);
  await settled();
  expect(env.status.brokersState?.['1']?.perBrokerConfigurationState).toBe('PerBrokerConfigInSync');
});
