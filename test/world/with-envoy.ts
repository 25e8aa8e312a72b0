/** A controller (0) and brokers behind Envoys: any broker at kafka.example.com, each one at a port of its own. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { recordedNodes } from '../../operator/decide/configuration-backup';
import { isProxyPod } from '../../operator/decide/simulate-envoy';
import { withObject } from '../../operator/decide/simulate';
import type { LiveObject, World } from '../../operator/decide/world';
import { clusterFrom } from './cluster-file';

const STORAGE = 'storageConfigs: [{ mountPath: /logs, pvcSpec: { resources: { requests: { storage: 1Gi } } } }]';

export interface EnvoyWish {
  /** Of brokers; 100 to 102 unless said otherwise. */
  readonly ids?: readonly number[];
  /** What is remembered there of brokers that left the spec. */
  readonly world?: World;
  /** JVM options of the brokers: another one restarts them. */
  readonly heap?: string;
  /** YAML of further fields, each line indented by two. */
  readonly spec?: string;
  /** YAML of further fields of the external listener, for example `, config: {…}`. */
  readonly listener?: string;
}

export function withEnvoy({ ids = [100, 101, 102], world, heap = '-Xmx1G', spec = '', listener = '' }: EnvoyWish = {}): ResolvedCluster {
  const yaml = `
apiVersion: kafka.banzaicloud.io/v1beta1
kind: KafkaCluster
metadata: { name: orders, namespace: kafka }
spec:
  kafkaVersion: 4.3.1
  headlessServiceEnabled: true
  listenersConfig:
    externalListeners:
      - { type: plaintext, name: external, containerPort: 9094, externalStartingPort: 19090, hostnameOverride: kafka.example.com${listener} }
    internalListeners:
      - { type: plaintext, name: internal, containerPort: 29092, usedForInnerBrokerCommunication: true }
      - { type: plaintext, name: controller, containerPort: 29093, usedForControllerCommunication: true }
  brokerConfigGroups:
    controllers: { processRoles: [controller], ${STORAGE} }
    brokers: { processRoles: [broker], kafkaHeapOpts: ${heap}, ${STORAGE} }
  brokers:
    - { id: 0, brokerConfigGroup: controllers }
${ids.map((id) => `    - { id: ${String(id)}, brokerConfigGroup: brokers }`).join('\n')}
${spec}
`;
  const recorded = world === undefined ? [] : recordedNodes(world.cluster.status);
  return clusterFrom(yaml, { generation: world === undefined ? 1 : 2, recorded });
}

export const FILES = 'envoy-config-external-orders';

export const filesIn = (world: World): LiveObject => world.objects.find((o) => o.kind === 'ConfigMap' && o.metadata.name === FILES)!;

export const proxiesIn = (world: World): readonly LiveObject[] => world.objects.filter(isProxyPod);

/** Host names of the brokers to which new clients are led. */
export function ledTo(files: { readonly [field: string]: unknown }): readonly string[] {
  const { resources } = JSON.parse((files.data as Record<string, string>)['cds.yaml'] ?? '') as { resources: readonly { name: string }[] };
  const all = JSON.stringify(resources.find((r) => r.name === 'all-brokers'));
  return [...all.matchAll(/"address":"([^".]+)/g)].map((match) => match[1] ?? '').sort();
}

export const withProxies = (world: World, change: (pod: LiveObject) => LiveObject): World =>
  proxiesIn(world).reduce((w, pod) => withObject(w, change(pod)), world);

export const annotated = (object: LiveObject, annotations: Readonly<Record<string, string>>): LiveObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } },
});
