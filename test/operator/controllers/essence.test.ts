import { essence } from '../../../operator/controllers/essence';

const metadata = { name: 'orders', uid: 'u', resourceVersion: '7', creationTimestamp: '2026-01-01T00:00:00Z' };
const object = { apiVersion: 'kafka.banzaicloud.io/v1alpha1', kind: 'KafkaTopic', metadata };

test('what decisions need is kept, and nothing else', () => {
  const kept = {
    ...{ ...metadata, namespace: 'kafka', generation: 3, finalizers: ['one'], deletionTimestamp: '2026-01-02T00:00:00Z' },
    annotations: { managedBy: 'koperator' },
  };
  const more = {
    ...{ labels: { a: 'b' }, managedFields: [{}], ownerReferences: [] },
    annotations: { managedBy: 'koperator', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
  };
  const [spec, status] = [{ name: 'orders', config: { 'retention.ms': '1' } }, { conditions: [{ type: 'Ready', status: 'True' }] }];
  expect(essence({ ...object, metadata: { ...kept, ...more }, spec, status, extra: 1 })).toEqual({
    ...object,
    metadata: kept,
    spec: { name: 'orders', config: { 'retention.ms': '1' } },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
});

test('what is missing stays missing', () => {
  expect(Object.keys(essence(object).metadata)).toEqual(['name', 'uid', 'resourceVersion', 'creationTimestamp']);
  expect(essence(object)).toEqual({ ...object, spec: undefined, status: undefined });
});
