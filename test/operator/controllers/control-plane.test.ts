/** What a cluster registry copied here from another Kubernetes is left alone, whatever kind it is. */
import { KAFKA_CLUSTER, OPERATION, TOPIC } from '../../../operator/kinds';
import { ofThisControlPlane, RESOURCE_OWNER } from '../../../operator/observe/control-plane';
import { ownerKey } from '../../../operator/observe/kube';
import { combined, Environment } from './environment';
import { TopicsEnvironment } from './topics-environment';

jest.setTimeout(120_000);

const COPIED = { [RESOURCE_OWNER]: '6a1b' };

test('a KafkaCluster', async () => {
  const env = await Environment.start();
  try {
    env.apply(combined(), COPIED);
    await env.operator();
    const rests = env.restFor(500);
    while (!rests()) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(env.deeds).toEqual([]);
    expect(env.server.get(KAFKA_CLUSTER, 'kafka', 'orders')?.['status'] ?? {}).toEqual({});
    env.server.patch(KAFKA_CLUSTER, 'kafka', 'orders', { metadata: { annotations: { [RESOURCE_OWNER]: null } } });
    await env.converged(60_000);
  } finally {
    await env.close();
  }
});

test('a KafkaTopic', async () => {
  const env = await TopicsEnvironment.start();
  try {
    env.apply('copied', {}, { annotations: COPIED });
    env.apply('own');
    await env.becomes('own', 'Ready', 'True TopicReady');
    expect(env.topic('copied')).toEqual(env.topic('never-made'));
    expect(env.server.get(TOPIC, 'kafka', 'copied')).not.toHaveProperty('status');
    expect(env.server.get(TOPIC, 'kafka', 'copied')?.metadata.finalizers ?? []).toEqual([]);
  } finally {
    await env.close();
  }
});

test('a CruiseControlOperation is none of its cluster', () => {
  const metadata = { name: 'o', namespace: 'kafka', uid: 'u', resourceVersion: '1', creationTimestamp: '', labels: { kafka_cr: 'orders' } };
  const operation = { apiVersion: OPERATION.apiVersion, kind: OPERATION.kind, metadata };
  expect(ofThisControlPlane(ownerKey)(operation)).toBe('kafka/orders');
  expect(ofThisControlPlane(ownerKey)({ ...operation, metadata: { ...metadata, annotations: COPIED } })).toBeUndefined();
});
