import { locateIn } from '../../../operator/alerts/locate-cluster';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { LABEL } from '../../../lib/constructs/naming';

const object = (kind: string, namespace: string, name: string, cluster?: string): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: {
    namespace,
    name,
    uid: '',
    resourceVersion: '',
    creationTimestamp: '',
    ...(cluster !== undefined && { labels: { [LABEL.cluster]: cluster } }),
  },
});

const storeOf = (objects: readonly KubeObject[]) => ({
  get: (namespace: string | undefined, name: string) =>
    objects.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
  list: () => objects,
});

const locate = locateIn({
  clusters: storeOf(
    ['kafka/orders', 'kafka/payments', 'test/payments'].map((key) => object('KafkaCluster', ...(key.split('/') as [string, string]))),
  ),
  claims: storeOf([
    object('PersistentVolumeClaim', 'kafka', 'orders-0', 'orders'),
    object('PersistentVolumeClaim', 'kafka', 'somebodys'),
    object('PersistentVolumeClaim', 'kafka', 'left-behind', 'gone'),
    object('PersistentVolumeClaim', 'test', 'misled', 'orders'),
  ]),
});

describe('an alert is about', () => {
  it.each([
    ['the cluster that it names, in its namespace', { kafka_cr: 'payments', namespace: 'test' }, 'test/payments'],
    ['the only cluster of that name where it names no namespace', { kafka_cr: 'orders' }, 'kafka/orders'],
    ['the cluster of the volume that it names', { persistentvolumeclaim: 'orders-0', namespace: 'kafka' }, 'kafka/orders'],
    [
      'the cluster that it names, whatever volume it names too',
      { kafka_cr: 'payments', persistentvolumeclaim: 'orders-0', namespace: 'kafka' },
      'kafka/payments',
    ],
    [
      'the cluster of the volume where the name is empty',
      { kafka_cr: '', persistentvolumeclaim: 'orders-0', namespace: 'kafka' },
      'kafka/orders',
    ],
  ])('%s', (_, labels, key) => expect(locate(labels)).toBe(key));
});

describe('an alert is about nothing', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['that says nothing', {}],
    ['with a name that several clusters have, and no namespace', { kafka_cr: 'payments' }],
    ['with a name that no cluster has', { kafka_cr: 'none' }],
    ['with a name that only a cluster of another namespace has', { kafka_cr: 'orders', namespace: 'test' }],
    ['with a namespace alone', { namespace: 'kafka' }],
    ['with a volume and no namespace', { persistentvolumeclaim: 'orders-0' }],
    ['with a volume that is not there', { persistentvolumeclaim: 'orders-9', namespace: 'kafka' }],
    ['with a volume of no cluster', { persistentvolumeclaim: 'somebodys', namespace: 'kafka' }],
    ['with a volume of a cluster that is gone', { persistentvolumeclaim: 'left-behind', namespace: 'kafka' }],
    ['with a volume that names a cluster of another namespace', { persistentvolumeclaim: 'misled', namespace: 'test' }],
    ['with the name of a property that every object has', { kafka_cr: 'constructor', namespace: '__proto__' }],
  ])('%s', (_, labels) => expect(locate(labels)).toBeUndefined());
});
