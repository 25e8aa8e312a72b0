import { cpuUsage } from 'node:process';
import { resolve } from '../../../lib/api/resolve';
import { combined, cluster, groupedSpec, spec } from './specs';

type Json = Record<string, unknown>;

const ofSpec = (changes: Json) => resolve(cluster(spec(changes)));
const problems = (changes: Json): string[] => ofSpec(changes).problems.map(({ path, code }) => `${code} ${path}`);
const hints = (changes: Json): string[] => (ofSpec(changes).cluster?.hints ?? []).map(({ path }) => path);

describe('a setting that Kafka does not take', () => {
  test.each<[string, Json, string]>([
    ['a file of the cluster', { readOnlyConfig: 'num.io.threads=many' }, 'spec.readOnlyConfig[num.io.threads]'],
    ['a file of a broker', { brokers: [{ ...combined(0), readOnlyConfig: 'broker.id=7' }] }, 'spec.brokers[0].readOnlyConfig[broker.id]'],
    ['defaults of the cluster', { clusterWideConfig: 'process.roles=broker' }, 'spec.clusterWideConfig[process.roles]'],
    ['a broker', { brokers: [combined(0, { config: 'num.partitions=3' })] }, 'spec.brokers[0].brokerConfig.config[num.partitions]'],
    [
      'a group',
      groupedSpec({ brokerConfigGroups: { ...(groupedSpec()['brokerConfigGroups'] as Json), x: { config: 'log.dirs=/a' } } }),
      'spec.brokerConfigGroups[x].config[log.dirs]',
    ],
  ])('is refused in %s', (_name, changes, path) => {
    expect(problems(changes)).toEqual([`WrongSetting ${path}`]);
  });

  test('is told with the remedy, and without its value', () => {
    const [problem] = ofSpec({ clusterWideConfig: 'broker.rack=hush' }).problems;
    expect(problem?.message).toMatch(/^cannot .*readOnlyConfig/);
    expect(problem?.message).not.toContain('hush');
  });

  test('depends on the version that is wanted', () => {
    const readOnlyConfig = 'delegation.token.master.key=x';
    expect(problems({ readOnlyConfig, kafkaVersion: '4.3.1' })).toEqual(['WrongSetting spec.readOnlyConfig[delegation.token.master.key]']);
    expect(problems({ readOnlyConfig, kafkaVersion: '3.9.2' })).toEqual([]);
    expect(problems({ readOnlyConfig, clusterImage: 'k:4.0.1' })).toEqual([
      'WrongSetting spec.readOnlyConfig[delegation.token.master.key]',
    ]);
    expect(problems({ readOnlyConfig, clusterImage: 'k:latest' })).toEqual([]);
  });

  test('is told once for all brokers', () => {
    const { problems: found } = ofSpec({ brokers: [0, 1, 2].map((id) => combined(id, { config: 'num.partitions=3' })) });
    expect(found.map(({ path }) => path)).toEqual(['spec.brokers[0].brokerConfig.config[num.partitions]']);
    expect(found[0]?.message).toMatch(/ \(the same for 2 more brokers\)$/);
  });

  test('does not hold the others when only a node that left has it', () => {
    const gone = { id: 5, spec: { ...combined(5, { config: 'num.partitions=3' }), readOnlyConfig: 'broker.id=7' } };
    const { cluster: resolved, problems: found } = resolve(cluster(), [gone]);
    expect(found).toEqual([]);
    expect(resolved?.nodes.map(({ id }) => id)).toEqual([0, 5]);
    expect(resolved?.hints).toEqual([]);
  });
});

describe('a hint', () => {
  test('goes with a setting that is accepted, in the order of the spec', () => {
    const changes = {
      clusterWideConfig: 'log.retention.ms=1',
      readOnlyConfig: 'zookeeper.connect=a\nlog.retention.ms=1\nnum.partitions=3\nlog.dirs=/a\nmy.plug-in=x',
      brokers: [{ ...combined(0, { config: 'min.insync.replicas=2' }), readOnlyConfig: 'num.netwrok.threads=3' }],
    };
    expect(problems(changes)).toEqual([]);
    expect(hints(changes)).toEqual([
      'spec.readOnlyConfig[zookeeper.connect]',
      'spec.readOnlyConfig[log.retention.ms]',
      'spec.readOnlyConfig[log.dirs]',
      'spec.brokers[0].readOnlyConfig[num.netwrok.threads]',
      'spec.brokers[0].brokerConfig.config[min.insync.replicas]',
    ]);
  });

  test('that concerns two brokers is told at the first', () => {
    const brokers = [0, 1].map((id) => ({ ...combined(id), readOnlyConfig: 'zookeeper.connect=a' }));
    const { cluster: resolved } = ofSpec({ brokers });
    expect(resolved?.hints).toHaveLength(1);
    expect(resolved?.hints[0]?.message).toMatch(/ \(the same for one more broker\)$/);
  });

  test('stands at each field that has the setting', () => {
    expect(hints({ readOnlyConfig: 'zookeeper.connect=a', brokers: [{ ...combined(0), readOnlyConfig: 'zookeeper.connect=a' }] })).toEqual([
      'spec.readOnlyConfig[zookeeper.connect]',
      'spec.brokers[0].readOnlyConfig[zookeeper.connect]',
    ]);
  });
});

/** CPU of resolving so many brokers with settings of their own, the best of several. */
function cpuOf(count: number): number {
  const settings = (id: number) =>
    `broker.rack=az${String(id)}\nnum.netwrok.threads=3\nlog.retention.ms=${String(id)}\nmy.plug-in.id=${String(id)}`;
  const brokers = Array.from({ length: count }, (_, id) => ({
    ...combined(id, { config: `num.io.threads=${String(id + 1)}\nlog.cleaner.threads=2` }),
    readOnlyConfig: settings(id),
  }));
  const object = cluster(spec({ brokers, readOnlyConfig: settings(0) }));
  const spent = [1, 2, 3, 4, 5].map(() => {
    const before = cpuUsage();
    expect(resolve(object).problems).toEqual([]);
    const { user, system } = cpuUsage(before);
    return user + system;
  });
  return Math.min(...spent);
}

test('settings of 300 brokers cost as many times those of 30 as there are more of them, not the square of it', () => {
  cpuOf(30);
  expect(cpuOf(300) / cpuOf(30)).toBeLessThan(40);
});
