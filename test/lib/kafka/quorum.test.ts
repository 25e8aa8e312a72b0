import fc from 'fast-check';
import { bootstrapServers, directoryId, initialControllers, majorityOf, staticVoters, tolerableLosses } from '../../../lib/kafka/quorum';

const CLUSTER = 'mLO1x4g_MXHywUy_Wc7gKw';
const voters = [
  { id: 10, host: 'c-10', port: 9093 },
  { id: 2, host: 'c-2', port: 9093 },
];

describe('directoryId', () => {
  test('stays what it was at the first release: controllers of existing clusters were formatted with it', () => {
    expect([0, 1, 2].map((id) => directoryId(CLUSTER, id))).toEqual([
      'Aiqafa2ieZyaZS8LPplfcg',
      '0En3Yo4_FILWCU_Q7YtO_Q',
      'IPKrd-UsX-HJ0c92jUYVcw',
    ]);
  });

  test('is a UUID that Kafka and its command line accept, whatever the cluster and the node', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(65534), (cluster, node) => {
        const id = directoryId(cluster, node);
        expect(id).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/);
        expect(
          Buffer.from(id, 'base64url')
            .subarray(0, 15)
            .some((byte) => byte !== 0),
        ).toBe(true);
        expect(Buffer.from(id, 'base64url').toString('base64url')).toBe(id);
      }),
      { numRuns: 2000 },
    );
  });

  test('differs between nodes and between clusters', () => {
    const ids = ['a', 'b'].flatMap((cluster) => [1, 2, 11, 12].map((node) => directoryId(cluster, node)));
    expect(new Set(ids).size).toBe(8);
  });
});

describe('the texts of a quorum', () => {
  test('are ordered by id as a number', () => {
    expect(staticVoters(voters)).toBe('2@c-2:9093,10@c-10:9093');
    expect(bootstrapServers(voters)).toBe('c-2:9093,c-10:9093');
    expect(initialControllers(voters, CLUSTER)).toBe(`2@c-2:9093:${directoryId(CLUSTER, 2)},10@c-10:9093:${directoryId(CLUSTER, 10)}`);
  });
});

describe('majorities', () => {
  test.each([
    [1, 1, 0],
    [2, 2, 0],
    [3, 2, 1],
    [4, 3, 1],
    [5, 3, 2],
    [7, 4, 3],
  ])('of %i voters: %i elect, %i may be away', (count, majority, losses) => {
    expect([majorityOf(count), tolerableLosses(count)]).toEqual([majority, losses]);
  });
});
