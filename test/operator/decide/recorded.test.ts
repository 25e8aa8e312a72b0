import type { Proposal } from '../../../operator/decide/plan';
import { oneRecord, recorded } from '../../../operator/decide/recorded';
import type { ClusterStatus } from '../../../operator/decide/world';

describe('what is recorded in the status', () => {
  it('is laid over what stands there', () => {
    expect(recorded({ clusterID: 'a', quorum: 'Forming' }, { quorum: 'Formed' })).toEqual({ clusterID: 'a', quorum: 'Formed' });
  });

  it('changes a broker field by field, and leaves the others alone', () => {
    const status: ClusterStatus = { brokersState: { '0': { image: 'a', hasRun: true }, '1': { image: 'b' } } };
    const more: ClusterStatus = { brokersState: { '0': { image: 'c' }, '2': { hasRun: true } } };
    expect(recorded(status, more)).toEqual({
      brokersState: { '0': { image: 'c', hasRun: true }, '1': { image: 'b' }, '2': { hasRun: true } },
    });
  });

  it('makes no empty list of brokers', () => {
    expect(recorded({}, { clusterID: 'a' })).toEqual({ clusterID: 'a' });
  });
});

describe('a plan', () => {
  const record = (status: ClusterStatus, message: string): Proposal => ({
    kind: 'record',
    risk: 'safe',
    status,
    reasons: [{ code: 'ConfigNotOurs', message }],
  });
  const other: Proposal = { kind: 'electLeaders', risk: 'safe', reasons: [] };

  it.each<[string, readonly Proposal[]]>([
    ['has no record when nothing is recorded', [other]],
    ['keeps its only record where it is', [other, record({ clusterID: 'a' }, 'x')]],
  ])('%s', (_, proposals) => expect(oneRecord(proposals)).toEqual(proposals));

  it('has one record of all that rules wish to record, with all their reasons, first', () => {
    const first = record({ brokersState: { '0': { image: 'a' } } }, 'first');
    const second = record({ brokersState: { '0': { hasRun: true } }, clusterID: 'x' }, 'second');
    expect(oneRecord([first, other, second])).toEqual([
      {
        kind: 'record',
        risk: 'safe',
        status: { brokersState: { '0': { image: 'a', hasRun: true } }, clusterID: 'x' },
        reasons: [
          { code: 'ConfigNotOurs', message: 'first' },
          { code: 'ConfigNotOurs', message: 'second' },
        ],
      },
      other,
    ]);
  });
});
