/**
 * What one broker, or a group of brokers, looks like. There is no default anywhere in here: a default on the broker would
 * win over what its group says, so defaults are applied after the two are merged (defaults.ts).
 */
import { z } from 'zod';
import { MAX_MAPPINGS, MAX_WAY_NAME } from './external-fields';
import { integer, list, text, textMap, withRules } from './field';
import {
  affinity,
  containers,
  envs,
  imagePullSecrets,
  nodeSelector,
  podSecurityContext,
  resources,
  securityContext,
  tolerations,
  volumeMounts,
  volumes,
} from './kubernetes-fields';
import { storageConfigs } from './storage';

const networkConfig = z
  .object({
    incomingNetworkThroughPut: text('Incoming network capacity in kB/s; 125000 when left out.').optional(),
    outgoingNetworkThroughPut: text('Outgoing network capacity in kB/s; 125000 when left out.').optional(),
  })
  .describe("The node's network as Cruise Control shall see it.");

const processRoles = list(
  z.enum(['controller', 'broker']).describe('controller or broker'),
  'What the process is: [controller], [broker], or both. Left out: broker. Those of the broker replace those of its group. They cannot change later.',
  2,
).meta({ 'x-kubernetes-list-type': 'set' });

const kafkaFields = {
  image: text('Image of Kafka; left out: clusterImage.').optional(),
  metricsReporterImage: text("Image that carries Cruise Control's metrics reporter; left out: clusterMetricsReporterImage.").optional(),
  config: text('Settings of this broker that Kafka can change while it runs, as properties.').optional(),
  processRoles: processRoles.optional(),
  storageConfigs: storageConfigs.optional(),
  kafkaHeapOpts: text('Heap options of the JVM; -Xmx2G -Xms2G when left out.').optional(),
  kafkaJvmPerfOpts: text('Other options of the JVM; a G1 set when left out.').optional(),
  log4jConfig: text("Log configuration of Kafka as properties; left out: the image's own.").optional(),
  networkConfig: networkConfig.optional(),
  nodePortExternalIP: textMap(
    'For NodePort listeners: external IP address by listener name. It is advertised, with the containerPort, instead of an address of the Kubernetes node.',
  ).optional(),
  nodePortNodeAddressType: z
    .enum(['Hostname', 'ExternalIP', 'InternalIP', 'InternalDNS', 'ExternalDNS'])
    .describe('For NodePort listeners: which address of the Kubernetes node is advertised; InternalIP when left out.')
    .optional(),
  brokerIngressMapping: list(
    z.string().max(MAX_WAY_NAME),
    'Names of the ingress configurations of external listeners that this broker is reached through; left out: defaultIngressConfig of each listener.',
    MAX_MAPPINGS,
  ).optional(),
};

const podFields = {
  serviceAccountName: text('Service account of the Pod; default when left out.').optional(),
  resourceRequirements: resources.optional(),
  imagePullSecrets: imagePullSecrets.optional(),
  nodeSelector: nodeSelector.optional(),
  tolerations: tolerations.optional(),
  affinity: affinity.optional(),
  brokerAnnotations: textMap('Annotations of the Pod.').optional(),
  brokerLabels: textMap("Labels of the Pod; the operator's own win.").optional(),
  podSecurityContext: podSecurityContext.optional(),
  securityContext: securityContext.optional(),
  initContainers: containers('More init containers.').optional(),
  containers: containers('More containers beside Kafka.').optional(),
  volumes: volumes.optional(),
  volumeMounts: volumeMounts.optional(),
  envs: envs.optional(),
  terminationGracePeriodSeconds: integer('How long Kafka may take to stop; 120 when left out.', 0).optional(),
  priorityClassName: text('Priority class of the Pod; it must exist.').optional(),
};

const brokerConfigShape = z.object({ ...kafkaFields, ...podFields });

/** `brokerConfig` of a broker. */
export const brokerConfig = brokerConfigShape.describe('What is special about this broker; wins over its group.');

/** An entry of `brokerConfigGroups`. */
export const brokerConfigGroup = withRules(brokerConfigShape.describe('What the brokers of this group have in common.'), [
  {
    rule: '!(has(oldSelf.storageConfigs) && oldSelf.storageConfigs.size() > 0) || (has(self.storageConfigs) && self.storageConfigs.size() > 0 && self.storageConfigs[0].mountPath == oldSelf.storageConfigs[0].mountPath)',
    message:
      'the first storage holds the metadata log of every node of the group: keep it first, with the same mountPath, and put other storages behind it',
  },
]);
