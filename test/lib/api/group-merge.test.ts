import { mergedBrokerConfig, type BrokerConfig } from '../../../lib/api/group-merge';
import { claim } from './specs';

const cases: readonly (readonly [string, BrokerConfig, BrokerConfig, BrokerConfig])[] = [
  ['the scalar of the broker wins', { image: 'a', kafkaHeapOpts: 'x' }, { image: 'b' }, { image: 'b', kafkaHeapOpts: 'x' }],
  ['an empty text says nothing', { image: 'a' }, { image: '' }, { image: 'a' }],
  [
    'a number of the broker wins, even zero',
    { terminationGracePeriodSeconds: 5 },
    { terminationGracePeriodSeconds: 0 },
    { terminationGracePeriodSeconds: 0 },
  ],
  ['maps are merged', { brokerLabels: { a: '1', b: '1' } }, { brokerLabels: { b: '2' } }, { brokerLabels: { a: '1', b: '2' } }],
  [
    'resources are merged by name',
    { resourceRequirements: { limits: { cpu: '1', memory: '1Gi' } } },
    { resourceRequirements: { limits: { cpu: 2 }, requests: { cpu: 1 } } },
    { resourceRequirements: { limits: { cpu: 2, memory: '1Gi' }, requests: { cpu: 1 } } },
  ],
  [
    'lists are joined, the group first',
    { tolerations: [{ key: 'a' }] },
    { tolerations: [{ key: 'b' }] },
    { tolerations: [{ key: 'a' }, { key: 'b' }] },
  ],
  [
    'variables are joined',
    { envs: [{ name: 'A' }] },
    { envs: [{ name: 'A', value: '2' }] },
    { envs: [{ name: 'A' }, { name: 'A', value: '2' }] },
  ],
  ['roles are replaced', { processRoles: ['broker'] }, { processRoles: ['controller'] }, { processRoles: ['controller'] }],
  ['no roles are no roles', { processRoles: ['controller'] }, { processRoles: [] }, { processRoles: ['controller'] }],
  [
    'a storage of the broker takes the place of the one with its mount path, others stand behind',
    { storageConfigs: [claim('/a', '1Gi'), claim('/b')] },
    { storageConfigs: [claim('/c'), claim('/a', '2Gi')] },
    { storageConfigs: [claim('/a', '2Gi'), claim('/b'), claim('/c')] },
  ],
  [
    'a container of the broker takes the place of its namesake',
    { containers: [{ name: 'x', image: 'a' }] },
    { containers: [{ name: 'x', image: 'b' }] },
    { containers: [{ name: 'x', image: 'b' }] },
  ],
  [
    'affinity is merged and its lists are replaced',
    { affinity: { nodeAffinity: { required: ['a'] }, podAffinity: { x: 1 } } },
    { affinity: { nodeAffinity: { required: ['b'] } } },
    { affinity: { nodeAffinity: { required: ['b'] }, podAffinity: { x: 1 } } },
  ],
];

test.each(cases)('%s', (_name, group, broker, merged) => {
  expect(mergedBrokerConfig(group, broker)).toEqual(merged);
});

test('one of the two is enough', () => {
  expect(mergedBrokerConfig(undefined, { image: 'a' })).toEqual({ image: 'a' });
  expect(mergedBrokerConfig({ image: 'a' }, undefined)).toEqual({ image: 'a' });
  expect(mergedBrokerConfig(undefined, undefined)).toEqual({});
});
