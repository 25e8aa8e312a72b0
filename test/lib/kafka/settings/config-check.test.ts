import * as fc from 'fast-check';
import {
  checkBrokerDynamicConfig,
  checkClusterWideConfig,
  checkReadOnlyConfig,
  type ConfigFinding,
} from '../../../../lib/kafka/settings/config-check';
import { scopeOf } from '../../../../lib/kafka/settings/config-scope';
import { ownedInDynamic } from '../../../../lib/kafka/settings/generated-settings';
import { settingIn, settingNames } from '../../../../lib/kafka/settings/settings-table';

const told = (findings: readonly ConfigFinding[]): string => findings.map(({ severity, message }) => `${severity}: ${message}`).join('\n');

/** Key, value, version, and what is said of it; empty for nothing. */
type Case = readonly [key: string, value: string, version: string | undefined, finding: string];

describe('readOnlyConfig', () => {
  test.each<Case>([
    ['auto.create.topics.enable', 'false', '4.3.1', ''],
    ['cruise.control.metrics.topic.auto.create', 'true', '4.3.1', ''],
    ['metric.reporters', 'com.example.Reporter', '4.3.1', ''],
    ['controller.quorum.voters', '1@a:1', '4.3.1', ''],
    ['broker.rack', 'a', '4.3.1', ''],
    ['ssl.keystore.location', '/a', '4.3.1', ''],
    [
      'num.io.threads',
      '16',
      '4.3.1',
      'hint: num.io.threads can change while Kafka runs; written in clusterWideConfig its changes need no restart',
    ],
    [
      'listener.name.internal.ssl.keystore.location',
      '/a',
      '4.3.1',
      'hint: listener.name.internal.ssl.keystore.location can change while Kafka runs; written in brokerConfig.config its changes need no restart',
    ],
    [
      'leader.replication.throttled.rate',
      '1000',
      '4.3.1',
      'hint: leader.replication.throttled.rate is ignored here: Kafka reads it from dynamic configuration only; write it in clusterWideConfig',
    ],
    ['node.id', '7', '4.3.1', 'hint: node.id is generated and overrides what stands here; say it with the id of the broker'],
    [
      'broker.id',
      '7',
      '4.3.1',
      'refuse: cannot take broker.id: node.id is generated from the id of the broker, and Kafka does not start when the two differ',
    ],
    [
      'inter.broker.protocol.version',
      '3.9',
      '4.3.1',
      'hint: inter.broker.protocol.version is ignored by Kafka 4.3.1: removed in 4.0; use metadataVersion of the cluster',
    ],
    ['zookeeper.connect', 'zk:2181', '3.9.2', 'hint: zookeeper.connect is ignored by Kafka 3.9.2 in KRaft mode; leave it out'],
    [
      'zookeeper.metadata.migration.enable',
      'true',
      '3.9.2',
      'refuse: cannot start Kafka 3.9.2 with zookeeper.metadata.migration.enable, because it starts a migration from ZooKeeper, and there is none here to migrate from; leave it out',
    ],
    [
      'zookeeper.metadata.migration.enable',
      'false',
      '3.9.2',
      'hint: zookeeper.metadata.migration.enable is ignored by Kafka 3.9.2 in KRaft mode; leave it out',
    ],
    [
      'control.plane.listener.name',
      'CONTROL',
      '3.9.2',
      'refuse: cannot start Kafka 3.9.2 with control.plane.listener.name, because Kafka does not start with it in KRaft mode; leave it out',
    ],
    [
      'control.plane.listener.name',
      'CONTROL',
      '4.0.1',
      'hint: control.plane.listener.name is ignored by Kafka 4.0.1: removed in 4.0; leave it out',
    ],
    [
      'delegation.token.master.key',
      'x',
      '4.3.1',
      'refuse: cannot start Kafka 4.3.1 with delegation.token.master.key, because Kafka would start without delegation tokens, and clients that use one could not log in; write delegation.token.secret.key',
    ],
    [
      'delegation.token.master.key',
      'x',
      '3.9.2',
      'hint: delegation.token.master.key is deprecated in Kafka 3.9.2; use delegation.token.secret.key',
    ],
    [
      'log.message.timestamp.difference.max.ms',
      '1000',
      '4.1.2',
      'hint: log.message.timestamp.difference.max.ms is ignored by Kafka 4.1.2: replaced in 4.0; use log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms',
    ],
    [
      'log.cleaner.enable',
      'true',
      '4.3.1',
      'hint: log.cleaner.enable is deprecated in Kafka 4.3.1 (since 4.1); a later version will remove it',
    ],
    [
      'controller.quorum.fetch.max.bytes',
      '1',
      '4.2.1',
      'hint: controller.quorum.fetch.max.bytes is ignored by Kafka 4.2.1: Kafka knows it from 4.3 on; leave it out',
    ],
    ['num.partition', '3', '4.3.1', 'hint: num.partition is not known to Kafka 4.3.1; did you mean num.partitions?'],
    ['num.partitions', 'three', '4.3.1', 'refuse: cannot use this value of num.partitions with Kafka 4.3.1: it must be a whole number'],
    [
      'log.segment.bytes',
      '1000',
      '4.3.1',
      'refuse: cannot use this value of log.segment.bytes with Kafka 4.3.1: it must be in [1048576,...]',
    ],
    // Without a version only what holds for all of them.
    ['zookeeper.connect', 'zk:2181', undefined, ''],
    ['delegation.token.master.key', 'x', undefined, ''],
    [
      'cordoned.log.dirs',
      '/a',
      undefined,
      'hint: cordoned.log.dirs is generated and overrides what stands here; say it with storageConfigs, or leave the broker out of the spec',
    ],
    [
      'num.partitions',
      'three',
      undefined,
      'refuse: cannot use this value of num.partitions with Kafka of an unknown version: it must be a whole number',
    ],
  ])('of %s=%s in %s it says %j', (key, value, version, finding) =>
    expect(told(checkReadOnlyConfig({ [key]: value }, version))).toBe(finding),
  );
});

describe('clusterWideConfig', () => {
  test.each<Case>([
    ['num.io.threads', '16', '4.3.1', ''],
    ['min.insync.replicas', '2', '4.3.1', ''],
    ['leader.replication.throttled.rate', '1000', '4.3.1', ''],
    ['listener.name.internal.max.connections', '100', '4.3.1', ''],
    [
      'auto.create.topics.enable',
      'false',
      '4.3.1',
      'refuse: cannot change auto.create.topics.enable while Kafka runs: write it in readOnlyConfig',
    ],
    [
      'log.retention.hours',
      '7',
      '4.3.1',
      'refuse: cannot change log.retention.hours while Kafka runs: write it in readOnlyConfig, or write log.retention.ms here',
    ],
    [
      'ssl.keystore.location',
      '/a',
      '4.3.1',
      'refuse: cannot change ssl.keystore.location while Kafka runs: write it in readOnlyConfig, or for one listener as listener.name.<listener>.ssl.keystore.location in brokerConfig.config',
    ],
    [
      'sasl.enabled.mechanisms',
      'PLAIN',
      '4.3.1',
      'refuse: cannot set sasl.enabled.mechanisms for the whole cluster: Kafka takes it broker by broker; write it in brokerConfig.config',
    ],
    ['listeners', 'A://:1', '4.3.1', 'refuse: cannot set listeners dynamically: it is generated; say it with listenersConfig'],
    [
      'metric.reporters',
      'com.example.Reporter',
      '4.3.1',
      'refuse: cannot set metric.reporters dynamically: a dynamic value would go past what is made from the spec; say it with readOnlyConfig, where the reporters that readiness depends on are added',
    ],
    [
      'my.plugin.level',
      '3',
      '4.3.1',
      'refuse: cannot set my.plugin.level dynamically: Kafka 4.3.1 has no such setting; write settings of plug-ins in readOnlyConfig',
    ],
    [
      'log.retention.mss',
      '3',
      '4.3.1',
      'refuse: cannot set log.retention.mss dynamically: Kafka 4.3.1 has no such setting; use log.retention.ms',
    ],
    [
      'log.message.downconversion.enable',
      'false',
      '4.3.1',
      'refuse: cannot set log.message.downconversion.enable dynamically: it was removed in 4.0; leave it out',
    ],
    ['num.io.threads', '0', '4.3.1', 'refuse: cannot use this value of num.io.threads with Kafka 4.3.1: it must be in [1,...]'],
    [
      'remote.list.offsets.request.timeout.ms',
      '1',
      '3.9.2',
      'refuse: cannot set remote.list.offsets.request.timeout.ms dynamically: Kafka knows it from 4.0 on; write settings of plug-ins in readOnlyConfig',
    ],
    [
      'remote.log.reader.threads',
      '1',
      undefined,
      'hint: remote.log.reader.threads may be refused, since not every version of Kafka can change it while it runs; set kafkaVersion to be told',
    ],
    ['num.io.threads', '16', undefined, ''],
    ['num.partitions', '3', undefined, 'refuse: cannot change num.partitions while Kafka runs: write it in readOnlyConfig'],
  ])('of %s=%s in %s it says %j', (key, value, version, finding) =>
    expect(told(checkClusterWideConfig({ [key]: value }, version))).toBe(finding),
  );
});

describe('brokerConfig.config', () => {
  test.each<Case>([
    ['num.io.threads', '16', '4.3.1', ''],
    ['sasl.enabled.mechanisms', 'PLAIN', '4.3.1', ''],
    ['listener.name.internal.ssl.keystore.location', '/a', '4.3.1', ''],
    ['min.insync.replicas', '2', '3.9.2', ''],
    [
      'min.insync.replicas',
      '2',
      '4.3.1',
      'hint: min.insync.replicas of one broker is refused by clusters with eligible leader replicas; write it in clusterWideConfig',
    ],
    ['num.partitions', '3', '4.3.1', 'refuse: cannot change num.partitions while Kafka runs: write it in readOnlyConfig'],
    [
      'my.plugin.level',
      '3',
      '4.3.1',
      'refuse: cannot set my.plugin.level dynamically: Kafka 4.3.1 has no such setting; write settings of plug-ins in readOnlyConfig',
    ],
    [
      'cordoned.log.dirs',
      '/a',
      '4.3.1',
      'refuse: cannot set cordoned.log.dirs dynamically: it is generated; say it with storageConfigs, or leave the broker out of the spec',
    ],
  ])('of %s=%s in %s it says %j', (key, value, version, finding) =>
    expect(told(checkBrokerDynamicConfig({ [key]: value }, version))).toBe(finding),
  );

  test.each([
    'node.id',
    'process.roles',
    'listeners',
    'advertised.listeners',
    'log.dirs',
    'metadata.log.dir',
    'controller.quorum.voters',
    'controller.quorum.bootstrap.servers',
  ])('%s is refused in every version, as it is generated', (key) =>
    [undefined, '3.9.2', '4.3.1'].forEach((version) =>
      expect(checkBrokerDynamicConfig({ [key]: '1' }, version)).toMatchObject([{ severity: 'refuse', key }]),
    ),
  );
});

test('findings come in order of keys, at most one a key', () =>
  expect(checkReadOnlyConfig({ 'zookeeper.connect': 'a', 'broker.id': '1', 'num.io.threads': '0' }, '4.3.1').map(({ key }) => key)).toEqual(
    ['broker.id', 'num.io.threads', 'zookeeper.connect'],
  ));

test.each(['3.9.2', '4.0.1', '4.1.2', '4.2.1', '4.3.1'])(
  'in %s a dynamic field takes exactly what Kafka takes there and is not generated',
  (version) => {
    const minor = version.slice(0, 3);
    const taken = (check: typeof checkClusterWideConfig) =>
      settingNames().filter((name) => {
        const findings = check({ [name]: settingIn(name, minor)?.default ?? '${any:value}' }, version);
        return !findings.some(({ severity }) => severity === 'refuse');
      });
    const mine = settingNames().filter((name) => ownedInDynamic(name) === undefined);
    expect(taken(checkClusterWideConfig)).toEqual(mine.filter((name) => scopeOf(name, version) === 'cluster-wide'));
    expect(taken(checkBrokerDynamicConfig)).toEqual(mine.filter((name) => ['cluster-wide', 'per-broker'].includes(scopeOf(name, version))));
  },
);

test('a value never appears in a message', () => {
  const keys = fc.oneof(fc.constantFrom(...settingNames()), fc.string());
  const versions = fc.constantFrom(undefined, '3.9.2', '4.0.1', '4.3.1');
  fc.assert(
    fc.property(keys, versions, (key, version) => {
      const properties = { [key]: 'S3CR3T' };
      const findings = [checkReadOnlyConfig, checkClusterWideConfig, checkBrokerDynamicConfig].flatMap((check) =>
        check(properties, version),
      );
      return !findings.some(({ message }) => message.replaceAll(key, '').includes('S3CR3T'));
    }),
  );
});
