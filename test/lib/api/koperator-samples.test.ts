import { resolve } from '../../../lib/api/resolve';
import { refusals } from './admission';
import { kRaftSample, zooKeeperSamples } from './koperator-samples';
import { cluster } from './specs';

describe('objects of Koperator', () => {
  test.each(Object.entries(zooKeeperSamples))('with ZooKeeper apply unchanged and are refused for ZooKeeper alone: %s', (_name, of) => {
    expect(refusals(of)).toEqual([]);
    expect(resolve(cluster(of)).problems).toEqual([expect.objectContaining({ path: 'spec.zkAddresses', code: 'NotSupported' })]);
  });

  test('with KRaft apply unchanged and resolve', () => {
    expect(refusals(kRaftSample)).toEqual([]);
    const { cluster: resolved, problems } = resolve(cluster(kRaftSample));
    expect(problems).toEqual([]);
    expect(resolved?.kafkaVersion).toBe('3.9.2');
    expect(resolved?.nodes.map(({ id, roles }) => [id, ...roles])).toEqual([
      ...[0, 1, 2].map((id) => [id, 'controller']),
      ...[100, 101, 102].map((id) => [id, 'broker']),
    ]);
  });

  test('act with every field', () => {
    expect(resolve(cluster(kRaftSample)).cluster?.fieldsNotActedUpon).toEqual([]);
  });
});
