/** A small KafkaCluster, resolved, to change one thing of. */
import { resolve } from '../../../lib/api/resolve';
import type { ResolvedCluster, ResolvedNode } from '../../../lib/api/resolved-cluster';
import type { Facts } from '../../../lib/constructs/facts';
import type { Manifest } from '../../../lib/constructs/manifest';

type Json = Readonly<Record<string, unknown>>;

export const FACTS: Facts = { clusterId: 'mLO1x4g_MXHywUy_Wc7gKw', format: {} };

export const storage = (mountPath = '/kafka-logs'): Json => ({
  mountPath,
  pvcSpec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});

export const broker = (id: number, roles: readonly string[], config: Json = {}, more: Json = {}): Json => ({
  id,
  brokerConfig: { processRoles: roles, storageConfigs: [storage()], ...config },
  ...more,
});

export const DEDICATED: readonly Json[] = [0, 1, 2]
  .map((id) => broker(id, ['controller']))
  .concat([100, 101, 102].map((id) => broker(id, ['broker'])));

/** A cluster named `orders` of these brokers; `spec` is laid over it. */
export function cluster(brokers: readonly Json[] = DEDICATED, spec: Json = {}): ResolvedCluster {
  const object = {
    metadata: { name: 'orders', namespace: 'kafka', uid: 'u-1', generation: 1 },
    spec: {
      kafkaVersion: '4.3.1',
      headlessServiceEnabled: true,
      listenersConfig: {
        internalListeners: [
          { name: 'internal', type: 'plaintext', containerPort: 29092, usedForInnerBrokerCommunication: true },
          { name: 'controller', type: 'plaintext', containerPort: 29093, usedForControllerCommunication: true },
        ],
      },
      brokers,
      ...spec,
    },
  };
  const resolution = resolve(object);
  if (resolution.cluster === undefined) throw new Error(JSON.stringify(resolution.problems));
  return resolution.cluster;
}

export function nodeOf(of: ResolvedCluster, id: number): ResolvedNode {
  const found = of.nodes.find((node) => node.id === id);
  if (found === undefined) throw new Error(`no node ${id}`);
  return found;
}

/** Raw JSON, as a parser gives it. */
export type Raw = ReturnType<typeof JSON.parse>;

/** What lies at a path of a manifest, for example `spec.containers.0.env`. */
export const at = (manifest: Manifest, path: string): Raw => path.split('.').reduce<Raw>((value, key) => value?.[key], manifest);
