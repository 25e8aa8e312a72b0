import {
  MINORS,
  minorsFor,
  settingIn,
  settingNames,
  settingRuns,
  topicSettingIn,
  topicSettingNames,
} from '../../../../lib/kafka/settings/settings-table';

test.each([
  ['a release answers for itself', '4.1.2', ['4.1']],
  ['another patch is the same minor', '4.1.0', ['4.1']],
  ['a release candidate is its minor', '4.3.1-rc0', ['4.3']],
  ['an older version counts as the first', '3.4.1', ['3.9']],
  ['a newer version counts as the last', '4.10.0', ['4.3']],
  ['a missing version is all of them', undefined, MINORS],
  ['what is no version is all of them', 'latest', MINORS],
])('%s', (_name, version, minors) => expect(minorsFor(version)).toEqual(minors));

test('the table spans the versions that are supported', () => expect(MINORS).toEqual(['3.9', '4.0', '4.1', '4.2', '4.3']));

test('a setting is found in each version with what that says of it', () => {
  expect(settingIn('log.segment.bytes', '3.9')).toMatchObject({ type: 'INT', scope: 'cluster-wide', valid: '[14,...]' });
  expect(settingIn('log.segment.bytes', '4.3')).toMatchObject({ default: '1073741824', valid: '[1048576,...]' });
});

test('a setting is not found where there is none', () => {
  expect(settingIn('cordoned.log.dirs', '4.2')).toBeUndefined();
  expect(settingIn('constructor', '4.3')).toBeUndefined();
  expect(settingRuns('no.such.setting')).toEqual([]);
});

test('every setting is found in some version', () =>
  expect(settingNames().filter((name) => !MINORS.some((minor) => settingIn(name, minor) !== undefined))).toEqual([]));

test.each(['3.9', '4.0', '4.1', '4.2', '4.3'])('every setting of topics in %s defaults to a setting of brokers that is there', (minor) => {
  const servers = topicSettingNames().flatMap((name) => topicSettingIn(name, minor)?.server ?? []);
  expect(servers.length).toBeGreaterThan(20);
  expect(servers.filter((server) => settingIn(server, minor) === undefined)).toEqual([]);
});

test.each([
  ['retention.ms', 'log.retention.ms'],
  ['cleanup.policy', 'log.cleanup.policy'],
  ['min.insync.replicas', 'min.insync.replicas'],
  ['delete.retention.ms', 'log.cleaner.delete.retention.ms'],
  ['leader.replication.throttled.replicas', undefined],
])('%s of a topic defaults to %s', (name, server) => expect(topicSettingIn(name, '4.3')?.server).toBe(server));
