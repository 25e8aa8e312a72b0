import { resolve } from '../../lib';
import { ordersCluster, ordersResources, platformSpec } from '../../examples/library/orders';

describe('the library without the operator', () => {
  it('gives the custom resource, which is accepted', () => {
    const [cluster] = ordersCluster();
    expect(cluster).toMatchObject({
      apiVersion: 'kafka.banzaicloud.io/v1beta1',
      kind: 'KafkaCluster',
      metadata: { name: 'orders', namespace: 'kafka' },
    });
    expect(resolve(cluster).problems).toEqual([]);
  });

  it('gives the objects of every node, as the operator would apply them', () => {
    const kinds = ordersResources().map((m) => m.kind);
    const count = (kind: string): number => kinds.filter((k) => k === kind).length;
    expect([count('Pod'), count('PersistentVolumeClaim'), count('Service'), count('StatefulSet')]).toEqual([6, 6, 2, 0]);
  });

  it('says what is wrong with a spec before anything is applied', () => {
    const spec = { ...platformSpec({ brokers: 1, diskSize: '1Gi' }), brokers: [{ id: 1, brokerConfigGroup: 'nobody' }] };
    const { problems } = resolve({ metadata: { name: 'orders' }, spec });
    expect(problems.map((p) => `${p.code} ${p.path}`)).toContain('UnknownReference spec.brokers[0].brokerConfigGroup');
  });
});
