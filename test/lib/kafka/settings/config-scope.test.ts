import { isSensitive, scopeOf, settingStatus } from '../../../../lib/kafka/settings/config-scope';
import { NOTES } from '../../../../lib/kafka/settings/setting-notes';
import { MINORS, settingNames, settingRuns } from '../../../../lib/kafka/settings/settings-table';

// Classes as brokers of 3.9.2 and 4.3.1 answer to DescribeConfigs and to a validated change of each key, for one broker and for the cluster.
describe('scopeOf', () => {
  test.each([
    ['num.io.threads', 'cluster-wide', 'cluster-wide'],
    ['log.retention.ms', 'cluster-wide', 'cluster-wide'],
    ['log.retention.hours', 'read-only', 'read-only'],
    ['auto.create.topics.enable', 'read-only', 'read-only'],
    ['min.insync.replicas', 'cluster-wide', 'cluster-wide'],
    ['leader.replication.throttled.rate', 'cluster-wide', 'cluster-wide'],
    ['remote.log.reader.threads', 'read-only', 'cluster-wide'],
    ['config.providers', 'unknown', 'cluster-wide'],
    ['cordoned.log.dirs', 'unknown', 'per-broker'],
    ['listeners', 'per-broker', 'per-broker'],
    ['sasl.enabled.mechanisms', 'per-broker', 'per-broker'],
    ['ssl.client.auth', 'per-broker', 'per-broker'],
    ['node.id', 'read-only', 'read-only'],
    ['zookeeper.connect', 'read-only', 'unknown'],
    ['cruise.control.metrics.topic', 'unknown', 'unknown'],
    ['toString', 'unknown', 'unknown'],
  ])('%s is %s in 3.9 and %s in 4.3', (key, old, recent) => expect([scopeOf(key, '3.9.2'), scopeOf(key, '4.3.1')]).toEqual([old, recent]));

  test('an advertised address is read-only although 3.9 lists it as dynamic: in KRaft mode it refuses each change', () =>
    expect(MINORS.map((minor) => scopeOf('advertised.listeners', minor))).toEqual(MINORS.map(() => 'read-only')));

  test.each([
    ['a key store can change behind the prefix of a listener', 'listener.name.internal.ssl.keystore.location', 'per-broker'],
    ['a key store cannot change without one', 'ssl.keystore.location', 'read-only'],
    ['a login of one mechanism can change', 'listener.name.internal.scram-sha-512.sasl.jaas.config', 'per-broker'],
    ['a limit of one listener can be set for the cluster', 'listener.name.internal.max.connections', 'cluster-wide'],
    ['a setting that listeners do not have is not dynamic behind the prefix', 'listener.name.internal.log.retention.ms', 'read-only'],
    ['a static setting stays static behind the prefix', 'listener.name.internal.sasl.server.max.receive.size', 'read-only'],
    ['what Kafka does not know stays unknown behind the prefix', 'listener.name.internal.no.such.thing', 'unknown'],
  ])('%s', (_name, key, scope) => expect(scopeOf(key, '4.3.1')).toBe(scope));

  test.each([
    ['what all versions agree on', 'num.io.threads', 'cluster-wide'],
    ['nothing about a setting that only some know', 'cordoned.log.dirs', 'unknown'],
    ['nothing about a setting that changed its class', 'remote.log.reader.threads', 'unknown'],
  ])('without a version it says %s', (_name, key, scope) => expect(scopeOf(key, undefined)).toBe(scope));
});

describe('settingStatus', () => {
  test.each([
    ['inter.broker.protocol.version', '3.9.2', { state: 'ignored', instead: 'metadataVersion of the cluster' }],
    ['inter.broker.protocol.version', '4.3.1', { state: 'removed', since: '4.0', instead: 'metadataVersion of the cluster' }],
    ['zookeeper.connect', '3.9.2', { state: 'ignored' }],
    ['zookeeper.ssl.keystore.password', '4.0.1', { state: 'removed', since: '4.0' }],
    ['log.message.format.version', '4.1.2', { state: 'removed', since: '4.0' }],
    ['control.plane.listener.name', '3.9.2', { state: 'known' }],
    ['control.plane.listener.name', '4.2.1', { state: 'removed', since: '4.0' }],
    ['password.encoder.secret', '4.3.1', { state: 'removed', since: '4.0' }],
    ['delegation.token.master.key', '3.9.2', { state: 'deprecated', instead: 'delegation.token.secret.key' }],
    ['delegation.token.master.key', '4.3.1', { state: 'renamed', since: '4.0', instead: 'delegation.token.secret.key' }],
    ['log.cleaner.enable', '4.3.1', { state: 'deprecated', since: '4.1' }],
    ['group.coordinator.rebalance.protocols', '4.2.1', { state: 'known' }],
    ['group.coordinator.rebalance.protocols', '4.3.1', { state: 'deprecated', since: '4.3' }],
    [
      'remote.log.manager.thread.pool.size',
      '4.3.1',
      { state: 'deprecated', since: '4.2', instead: 'remote.log.manager.follower.thread.pool.size' },
    ],
    ['cordoned.log.dirs', '4.2.1', { state: 'unknown', since: '4.3' }],
    ['cordoned.log.dirs', '4.3.1', { state: 'known', since: '4.3' }],
    ['metrics.jmx.blacklist', '3.9.2', { state: 'unknown' }],
    ['metrics.jmx.blacklist', '4.3.1', { state: 'renamed', since: '4.0', instead: 'metrics.jmx.exclude' }],
    ['cruise.control.metrics.topic', '4.3.1', { state: 'unknown' }],
    ['listener.name.internal.ssl.client.auth', '4.3.1', { state: 'known' }],
    ['num.io.threads', undefined, { state: 'known' }],
    ['zookeeper.connect', undefined, { state: 'unknown' }],
  ])('%s in %s is %j', (key, version, status) => expect(settingStatus(key, version)).toEqual(status));
});

describe('isSensitive', () => {
  const passwords = settingNames().filter((name) => settingRuns(name).some(({ type }) => type === 'PASSWORD'));

  test('every password of Kafka is one in every version, also where it is no longer known, bare and behind prefixes', () => {
    expect(passwords.length).toBeGreaterThan(12);
    const keys = passwords.flatMap((name) => [name, `listener.name.internal.plain.${name}`, `cruise.control.metrics.reporter.${name}`]);
    const open = keys.filter((key) => ![...MINORS, undefined].every((version) => isSensitive(key, version)));
    expect(open).toEqual([]);
  });

  test('nothing else of Kafka is', () => {
    const others = settingNames().filter((name) => !passwords.includes(name));
    expect(others.filter((name) => isSensitive(name, '4.3.1'))).toEqual([]);
  });
});

test('every note is about a setting that the table knows, or says when it went', () => {
  const names = settingNames();
  const about = (key: string): boolean => names.some((name) => (key.endsWith('*') ? name.startsWith(key.slice(0, -1)) : name === key));
  expect(NOTES.filter(({ key, dropped }) => dropped === undefined && !about(key))).toEqual([]);
});
