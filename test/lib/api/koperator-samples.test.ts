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

  test.each([
    'node ports that Kubernetes gives',
    'node ports and external addresses',
    'one ingress for each zone',
    'Contour with host names on one port',
  ])('lead clients in without ZooKeeper too: %s', (name) => {
    const { zkAddresses: _zooKeeper, cruiseControlConfig: _other, ...of } = zooKeeperSamples[name]!;
    const groups = of['brokerConfigGroups'] as { readonly default: object };
    const combined = { ...groups.default, processRoles: ['controller', 'broker'] };
    const kRaft = { ...of, brokerConfigGroups: { default: combined } };
    expect(refusals(kRaft)).toEqual([]);
    const { cluster: resolved, problems } = resolve(cluster(kRaft));
    expect(problems).toEqual([]);
    expect(resolved?.listeners.external).toHaveLength(1);
    expect(resolved?.fieldsNotActedUpon).toEqual([]);
  });

  test.each([
    'the commented reference',
    'generated certificates',
    'generated certificates, and ACLs of ZooKeeper’s times',
    'certificates signed by an issuer that is there',
    'a CA of the user’s own',
    'own certificates',
    'own certificates on one listener, generated ones on the others',
    'TLS from outside alone',
    'SASL from outside',
  ])('have TLS and SASL without ZooKeeper too: %s', (name) => {
    const {
      zkAddresses: _zooKeeper,
      zkPath: _path,
      cruiseControlConfig: _other,
      alertManagerConfig: _alerts,
      ...of
    } = zooKeeperSamples[name]!;
    const groups = of['brokerConfigGroups'] as { readonly default: object };
    const combined = { ...groups.default, processRoles: ['controller', 'broker'] };
    const brokers = [0, 1, 2].map((id) => ({ id, brokerConfigGroup: 'default' }));
    const kRaft = { ...of, brokerConfigGroups: { default: combined }, brokers };
    expect(refusals(kRaft)).toEqual([]);
    const { cluster: resolved, problems } = resolve(cluster(kRaft));
    expect(problems).toEqual([]);
    expect(resolved?.fieldsNotActedUpon.filter((path) => /ssl|SSL|tls/.test(path) && !path.endsWith('jksPasswordName'))).toEqual([]);
    expect(resolved?.security.scram).toBe(false);
  });

  test('act with every field', () => {
    expect(resolve(cluster(kRaftSample)).cluster?.fieldsNotActedUpon).toEqual([]);
  });
});
