/** The table of Kafka's metadata versions: how versions are joined. Needs no Java. */
import { table, type FeatureRow } from '../../tools/kafka-features/table';

const metadata = (name: string, level: number, more: { changes?: boolean; defaults?: Record<string, number> } = {}): FeatureRow => ({
  metadata: name,
  level,
  changes: false,
  defaults: {},
  ...more,
});
const feature = (name: string, highest: number): FeatureRow => ({ feature: name, highest });

describe('the features of several versions', () => {
  const joined = table(
    ['3.9.2', '4.0.1'],
    [
      [metadata('3.8-IV0', 1, { defaults: { a: 0 } }), metadata('3.9-IV0', 2, { changes: true }), feature('a', 0)],
      [
        metadata('4.0-IV0', 3, { defaults: { a: 1, b: 0 } }),
        metadata('3.9-IV0', 2, { changes: true, defaults: { a: 1 } }),
        feature('a', 1),
        feature('b', 0),
      ],
    ],
  );

  test('are one list of metadata versions, by level, as the newest software knows them', () =>
    expect(joined.metadata).toEqual([
      { name: '3.8-IV0', level: 1, changes: false, defaults: {} },
      { name: '3.9-IV0', level: 2, changes: true, defaults: { a: 1 } },
      { name: '4.0-IV0', level: 3, changes: false, defaults: { a: 1 } },
    ]));

  test('say what each minor can run', () =>
    expect(joined.software).toEqual([
      { minor: '3.9', lowest: '3.8-IV0', highest: '3.9-IV0', features: { a: 0 } },
      { minor: '4.0', lowest: '3.9-IV0', highest: '4.0-IV0', features: { a: 1, b: 0 } },
    ]));

  test.each([
    ['a name', metadata('3.9-IV1', 2)],
    ['what it changes', metadata('3.9-IV0', 2, { changes: true })],
  ])('are not joined when they contradict each other in %s', (_name, other) => {
    expect(() => table(['3.9.2', '4.0.1'], [[metadata('3.9-IV0', 2)], [other]])).toThrow('cannot tell what metadata level 2 is');
  });
});
