import type { AlertChange } from '../../../../lib/alerts/alert-action';
import { brokersOfAlerts, ownedSpec } from '../../../../operator/decide/alerts/owned-spec';

const storage = { mountPath: '/more', pvcSpec: { resources: { requests: { storage: '1Gi' } } } };
const STORAGE_FIELDS = { '.': {}, 'f:mountPath': {}, 'f:pvcSpec': { 'f:resources': { 'f:requests': { 'f:storage': {} } } } };

const spec = {
  clusterImage: 'theirs',
  brokers: [
    { id: 0, brokerConfigGroup: 'all', brokerConfig: { storageConfigs: [{ mountPath: '/first' }, storage] } },
    { id: 3, brokerConfigGroup: 'all' },
    { id: 4, brokerConfigGroup: 'all', readOnlyConfig: 'theirs=1' },
  ],
};

const alerts = {
  manager: 'kafka-operator-alerts',
  operation: 'Apply',
  fieldsV1: {
    'f:spec': {
      'f:brokers': {
        'k:{"id":0}': { 'f:id': {}, 'f:brokerConfig': { 'f:storageConfigs': { 'k:{"mountPath":"/more"}': STORAGE_FIELDS } } },
        'k:{"id":3}': { '.': {}, 'f:id': {}, 'f:brokerConfigGroup': {} },
        'k:{"id":4}': { '.': {}, 'f:id': {}, 'f:brokerConfigGroup': {} },
      },
    },
  },
};
const person = {
  manager: 'kubectl',
  operation: 'Update',
  fieldsV1: {
    'f:spec': {
      'f:clusterImage': {},
      'f:brokers': { '.': {}, 'k:{"id":0}': { '.': {}, 'f:id': {} }, 'k:{"id":4}': { 'f:readOnlyConfig': {} } },
    },
  },
};
const object = { metadata: { managedFields: [person, alerts] }, spec };
const after = (...changes: readonly AlertChange[]) => ownedSpec(object, changes);

const OWNED = [
  { id: 0, brokerConfig: { storageConfigs: [storage] } },
  { id: 3, brokerConfigGroup: 'all' },
  { id: 4, brokerConfigGroup: 'all' },
];

test('everything that alerts own is applied again, and nothing of others', () => {
  expect(after()).toEqual({ brokers: OWNED });
});

test('with what is added, and without what is taken out', () => {
  const broker = { id: 5, brokerConfigGroup: 'all' };
  expect(after({ kind: 'addBroker', broker })).toEqual({ brokers: [...OWNED, broker] });
  expect(after({ kind: 'removeBroker', id: 3 })).toEqual({ brokers: [OWNED[0], OWNED[2]] });
});

test('a volume joins those that alerts added to the same broker, and stands alone in an entry of others', () => {
  const more = { mountPath: '/again', pvcSpec: {} };
  expect(after({ kind: 'addStorage', broker: 0, storage: more })).toMatchObject({
    brokers: [OWNED[1], OWNED[2], { id: 0, brokerConfig: { storageConfigs: [storage, more] } }],
  });
  expect(ownedSpec({ metadata: {}, spec }, [{ kind: 'addStorage', broker: 0, storage: more }])).toEqual({
    brokers: [{ id: 0, brokerConfig: { storageConfigs: [more] } }],
  });
});

test('only a broker of which nobody else owns a part counts as one that alerts added', () => {
  expect(brokersOfAlerts([person, alerts])).toEqual([3]);
  expect(brokersOfAlerts([alerts])).toEqual([0, 3, 4]);
  expect(brokersOfAlerts(undefined)).toEqual([]);
  expect(brokersOfAlerts([{ ...alerts, fieldsV1: { 'f:spec': { 'f:brokers': { 'k:nonsense': {} } } } }])).toEqual([]);
});
