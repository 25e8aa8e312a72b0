import fc from 'fast-check';
import {
  canLowerMetadata,
  defaultFeatureLevels,
  highestFeatureLevels,
  highestMetadataVersion,
  lowestMetadataVersion,
  METADATA_VERSIONS,
  metadataLevelOf,
  metadataNameOf,
  metadataNeeds,
} from '../../../lib/kafka/metadata-versions';

describe('metadata versions', () => {
  // From Kafka's MetadataVersion.java.
  test.each([
    ['3.0-IV1', 1],
    ['3.3-IV0', 4],
    ['3.3-IV3', 7],
    ['3.9-IV0', 21],
    ['4.0-IV3', 25],
    ['4.1-IV1', 27],
    ['4.2-IV1', 29],
    ['4.3-IV0', 30],
  ])('%s is level %i', (name, level) => {
    expect(metadataLevelOf(name)).toBe(level);
    expect(metadataNameOf(level)).toBe(name);
  });

  test.each(['4.3', '', '9.9-IV9', '4.3-IV1', 'constructor', '__proto__'])('nobody knows "%s"', (name) => {
    expect(metadataLevelOf(name)).toBeUndefined();
    expect(metadataNeeds(name)).toBeUndefined();
    expect(defaultFeatureLevels(name)).toBeUndefined();
  });

  test('are numbered without a gap', () => {
    expect(METADATA_VERSIONS.map(metadataLevelOf)).toEqual(METADATA_VERSIONS.map((_name, index) => index + 1));
    expect([0, -1, 1.5, METADATA_VERSIONS.length + 1].map(metadataNameOf)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('need the software that carries their number', () => {
    expect(['3.3-IV0', '4.0-IV3', '4.3-IV0'].map(metadataNeeds)).toEqual(['3.3', '4.0', '4.3']);
  });
});

describe('software', () => {
  test.each([
    ['3.9.2', '3.0-IV1', '3.9-IV0'],
    ['4.0.0', '3.3-IV3', '4.0-IV3'],
    ['4.1.2', '3.3-IV3', '4.1-IV1'],
    ['4.2', '3.3-IV3', '4.2-IV1'],
    ['4.3.1-rc0', '3.3-IV3', '4.3-IV0'],
    // Older than the table: by the numbers, which are Kafka's own (MetadataVersion.LATEST_PRODUCTION of those releases).
    ['3.3.2', '3.0-IV1', '3.3-IV3'],
    ['3.7.1', '3.0-IV1', '3.7-IV4'],
    // Newer than the table: what is known.
    ['4.4.0', '3.3-IV3', '4.3-IV0'],
    ['5.0.0', '3.3-IV3', '4.3-IV0'],
  ])('%s runs from %s to %s', (version, lowest, highest) => {
    expect([lowestMetadataVersion(version), highestMetadataVersion(version)]).toEqual([lowest, highest]);
  });

  test.each([undefined, '', 'latest', '2.8.0'])('%s runs what nobody knows', (version) => {
    expect([lowestMetadataVersion(version), highestMetadataVersion(version), highestFeatureLevels(version)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('that is newer never runs less', () => {
    const version = fc.tuple(fc.integer({ min: 3, max: 5 }), fc.integer({ min: 0, max: 12 }));
    const highest = ([major, minor]: readonly [number, number]): number =>
      metadataLevelOf(highestMetadataVersion(`${String(major)}.${String(minor)}.0`) ?? '') ?? 0;
    fc.assert(
      fc.property(version, version, (a, b) => {
        const [older, newer] = a[0] * 100 + a[1] <= b[0] * 100 + b[1] ? [a, b] : [b, a];
        expect(highest(older)).toBeLessThanOrEqual(highest(newer));
      }),
    );
  });

  test('has features of its own', () => {
    expect(highestFeatureLevels('3.9.2')).toEqual({ 'kraft.version': 1, 'transaction.version': 0 });
    expect(highestFeatureLevels('4.3.1')).toEqual({
      'kraft.version': 1,
      'transaction.version': 2,
      'group.version': 1,
      'eligible.leader.replicas.version': 1,
      'share.version': 1,
      'streams.version': 1,
    });
    expect(highestFeatureLevels('3.8.0')).toBeUndefined();
  });
});

describe('a cluster', () => {
  test('that is made by 4.1 has eligible leader replicas, one made by 4.0 has not', () => {
    expect(defaultFeatureLevels('4.0-IV3')).toEqual({ 'kraft.version': 1, 'transaction.version': 2, 'group.version': 1 });
    expect(defaultFeatureLevels('4.1-IV0')).toMatchObject({ 'eligible.leader.replicas.version': 1 });
    expect(defaultFeatureLevels('3.3-IV0')).toEqual({});
  });

  test.each<[string, string, boolean]>([
    ['4.2-IV1', '4.0-IV1', true],
    ['4.2-IV1', '4.0-IV0', false],
    ['4.3-IV0', '4.2-IV1', false],
    ['3.9-IV0', '3.7-IV2', true],
    ['3.9-IV0', '3.9-IV0', true],
  ])('goes back from %s to %s: %s', (from, to, can) => {
    expect(canLowerMetadata(metadataLevelOf(from)!, metadataLevelOf(to)!)).toBe(can);
  });

  test('does not go back from or to what nobody knows', () => {
    expect([canLowerMetadata(99, 30), canLowerMetadata(29, 0)]).toEqual([false, false]);
  });
});
