/** The table of Kafka's settings: how versions are joined, and what the committed tables look like. Needs no Java. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { table, type SettingRow } from '../../tools/kafka-settings/table';

const VERSIONS = ['3.9.2', '4.0.1', '4.1.2'];
const row = (name: string, more: Partial<SettingRow> = {}): SettingRow => ({
  table: 'broker',
  name,
  type: 'INT',
  scope: 'read-only',
  default: null,
  valid: null,
  documentation: '',
  ...more,
});
const settings = (...rows: readonly (readonly SettingRow[])[]) => table('broker', VERSIONS, rows).settings;

describe('the tables of several versions', () => {
  test('say once what all versions agree on', () => expect(settings([row('a')], [row('a')], [row('a')])).toEqual({ a: [{ type: 'INT' }] }));

  test('say where a setting begins and ends', () =>
    expect(settings([row('a')], [row('b')], [row('b')])).toEqual({ a: [{ to: '3.9', type: 'INT' }], b: [{ from: '4.0', type: 'INT' }] }));

  test('say a setting anew where it changes, and where it comes back', () =>
    expect(settings([row('a')], [row('a', { default: '' })], [row('a')]).a).toEqual([
      { to: '3.9', type: 'INT' },
      { from: '4.0', to: '4.0', type: 'INT', default: '' },
      { from: '4.1', type: 'INT' },
    ]));

  test('keep a gap', () =>
    expect(settings([row('a')], [], [row('a')]).a).toEqual([
      { to: '3.9', type: 'INT' },
      { from: '4.1', type: 'INT' },
    ]));

  test.each([
    ['Deprecated. Whether to include it.', true],
    ['[DEPRECATED] The maximum difference.', true],
    ['This configuration has been deprecated and will be removed.', true],
    ['Threads. This config is deprecated since 4.2, please use another.', true],
    ['The clientId JAAS option can still be used, but it is deprecated.', false],
  ])('read %j as deprecated: %s', (documentation, deprecated) =>
    expect(settings([row('a', { documentation })], [], []).a).toEqual([{ to: '3.9', type: 'INT', ...(deprecated ? { deprecated } : {}) }]),
  );

  test('leave out the list of metadata versions, which Kafka does not hold to', () =>
    expect(settings([row('a', { valid: '[3.8-IV0, 3.9-IV0]' })], [], []).a).toEqual([{ to: '3.9', type: 'INT' }]));

  test('are in order of names', () => expect(Object.keys(settings([row('b'), row('a')], [row('aa')], []))).toEqual(['a', 'aa', 'b']));
});

interface Entry {
  readonly from?: string;
  readonly to?: string;
  readonly type: string;
  readonly scope?: string;
  readonly server?: string;
}
interface Committed {
  readonly about: string;
  readonly versions: readonly string[];
  readonly settings: Readonly<Record<string, readonly Entry[]>>;
}

describe.each(['broker', 'topic'])('the committed table of %s settings', (kind) => {
  const file = join(__dirname, `../../lib/kafka/settings/${kind}-settings.json`);
  const text = readFileSync(file, 'utf8');
  const committed = JSON.parse(text) as Committed;
  const minors = committed.versions.map((version) => version.split('.').slice(0, 2).join('.'));
  const entries = Object.entries(committed.settings);

  test('names the command that writes it', () => expect(committed.about).toContain('tools/kafka-settings/generate'));

  test('names the versions that the generator reads', () => {
    const generate = readFileSync(join(__dirname, '../../tools/kafka-settings/generate'), 'utf8');
    expect(/^VERSIONS=\((.*)\)$/m.exec(generate)?.[1]?.split(' ')).toEqual(committed.versions);
  });

  test('is in order of names', () => expect(entries.map(([name]) => name)).toEqual(entries.map(([name]) => name).sort()));

  test('has runs that follow each other, within the versions', () => {
    const broken = entries.filter(([, runs]) => {
      const ends = runs.flatMap(({ from, to }) => [
        from === undefined ? 0 : minors.indexOf(from),
        to === undefined ? minors.length - 1 : minors.indexOf(to),
      ]);
      const rises = ends.every(
        (end, index) => end >= 0 && (index === 0 || index % 2 === 1 ? end >= (ends[index - 1] ?? 0) : end > (ends[index - 1] ?? 0)),
      );
      return runs.length === 0 || !rises;
    });
    expect(broken).toEqual([]);
  });

  test('uses only types and scopes of Kafka', () => {
    const types = new Set(entries.flatMap(([, runs]) => runs.map(({ type }) => type)));
    const known = ['BOOLEAN', 'CLASS', 'DOUBLE', 'INT', 'LIST', 'LONG', 'PASSWORD', 'SHORT', 'STRING'];
    expect([...types].filter((type) => !known.includes(type))).toEqual([]);
    const scopes = new Set(entries.flatMap(([, runs]) => runs.flatMap(({ scope }) => scope ?? [])));
    expect([...scopes].sort()).toEqual(kind === 'broker' ? ['cluster-wide', 'per-broker'] : []);
  });

  test('holds no value of the machine that wrote it', () => expect(text).not.toMatch(/\/root|\/home\/|\/work\//));
});
