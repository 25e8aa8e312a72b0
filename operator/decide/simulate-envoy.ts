/** The toy's Envoys: a Deployment of them has the Pods that it wants, all ready, and they read what they were told to. */
import type { Manifest } from '../../lib/constructs/manifest';
import { ENVOY_APP, LABEL, shortHash } from '../../lib/constructs/naming';
import { isoSeconds } from './rfc3339';
import type { LiveObject } from './world';

interface DeploymentSpec {
  readonly replicas?: number;
  readonly template?: { readonly metadata?: Partial<Manifest['metadata']>; readonly spec?: object };
}

const isEnvoy = ({ metadata }: LiveObject): boolean => metadata.labels?.[LABEL.app] === ENVOY_APP;

/** A Pod of Envoy, which no kubelet of Kafka's Pods knows. */
export const isProxyPod = (object: LiveObject): boolean => object.kind === 'Pod' && isEnvoy(object);

/** @param now milliseconds since the epoch, for Pods that are made now */
export function withProxies(objects: readonly LiveObject[], now: number): readonly LiveObject[] {
  const deployments = objects.filter((o) => o.kind === 'Deployment' && isEnvoy(o));
  const before = objects.filter(isProxyPod);
  if (deployments.length === 0 && before.length === 0) return objects;
  const wanted = deployments.flatMap((deployment) => podsOf(deployment, now));
  const pods = wanted.map((pod) => before.find((o) => o.metadata.uid === pod.metadata.uid) ?? pod);
  return [...objects.filter((o) => !isProxyPod(o)), ...pods];
}

function podsOf({ metadata, spec }: LiveObject, now: number): readonly LiveObject[] {
  const { replicas = 1, template = {} } = (spec ?? {}) as DeploymentSpec;
  const hash = shortHash(JSON.stringify(template));
  return [...Array(replicas).keys()].map((at) => podOf({ name: `${metadata.name}-${hash}-${String(at)}`, metadata }, template, now));
}

const READY = {
  phase: 'Running',
  conditions: [
    { type: 'PodScheduled', status: 'True' },
    { type: 'Ready', status: 'True' },
  ],
};

function podOf(
  { name, metadata }: { readonly name: string; readonly metadata: LiveObject['metadata'] },
  template: NonNullable<DeploymentSpec['template']>,
  now: number,
): LiveObject {
  const { namespace } = metadata;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...template.metadata,
      name,
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: isoSeconds(now),
      ...(namespace === undefined ? {} : { namespace }),
      ownerReferences: [{ uid: metadata.uid, kind: 'ReplicaSet', name: metadata.name }],
    },
    spec: template.spec,
    status: READY,
  };
}
