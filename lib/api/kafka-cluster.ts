/**
 * What a user writes: the spec of a KafkaCluster, Koperator's fields (both lines) and ours. The one source of the CRD, the
 * types and the parser. Required is only what nothing can be guessed for.
 */
import { z } from 'zod';
import { alertManagerConfig } from './alerts';
import { brokerConfigGroups, brokers } from './brokers';
import { changePolicy, rollingUpgradeConfig } from './change-policy';
import { clusterRules } from './cluster-rules';
import { cruiseControlConfig } from './cruise-control';
import { externalRules } from './external-rules';
import { budgetText, envoyConfig } from './envoy';
import { flag, list, secretReference, text, withRules } from './field';
import { contourIngressConfig, istioControlPlane, istioIngressConfig } from './ingress';
import { containerPorts, envs, labelSelector } from './kubernetes-fields';
import { listenersConfig } from './listeners';
import { monitoringConfig } from './monitoring';

const mode = {
  kRaft: flag('Accepted for compatibility: a cluster without zkAddresses is a KRaft cluster.').optional(),
  zkAddresses: list(z.string(), 'Addresses of ZooKeeper. Such clusters are not supported.').optional(),
  zkPath: text('Path in ZooKeeper.').optional(),
};

const software = {
  clusterImage: text('Image of Kafka for all nodes; left out: apache/kafka of kafkaVersion.').optional(),
  clusterMetricsReporterImage: text(
    "Image that carries Cruise Control's metrics reporter; left out: the image of Cruise Control.",
  ).optional(),
  kafkaVersion: z
    .string()
    .max(32)
    .regex(/^[0-9]+\.[0-9]+\.[0-9]+$/)
    .describe('Version of Kafka, for example 4.3.1; left out: read from the tag of the image.')
    .optional(),
  metadataVersion: text('Metadata version to finalise, for example 4.3-IV0; left out: stays where it is.', 32).optional(),
};

const settings = {
  readOnlyConfig: text('Settings of all nodes, as properties. A change restarts the nodes one after the other.').optional(),
  clusterWideConfig: text('Settings of the cluster that Kafka can change while it runs, as properties.').optional(),
  envs: envs.optional(),
  additionalPorts: containerPorts.optional(),
  monitoringConfig: monitoringConfig.optional(),
};

const placement = {
  headlessServiceEnabled: flag('true: one headless Service, nodes have host names. false: one ClusterIP Service for each node.').default(
    true,
  ),
  oneBrokerPerNode: flag('true: two nodes never share a Kubernetes node. false: they do only when they must.').default(false),
  rackAwareness: z
    .object({ labels: list(z.string(), 'Labels of Kubernetes nodes that make the rack, joined in this order.') })
    .describe('Makes broker.rack from the labels of the Kubernetes node that a broker runs on.')
    .optional(),
  disruptionBudget: z
    .object({
      create: flag('Make PodDisruptionBudgets.').default(false),
      budget: budgetText('The most nodes that may be away at once: a number or a percentage.').optional(),
    })
    .describe('Protects the cluster from drains of Kubernetes nodes.')
    .optional(),
  taintedBrokersSelector: labelSelector
    .describe('Nodes whose Pods carry these labels are restarted, safely, one after the other.')
    .optional(),
  kubernetesClusterDomain: text('DNS domain of the Kubernetes cluster.').default('cluster.local'),
  propagateLabels: flag('Copy the labels of the KafkaCluster to everything made for it.').default(false),
  localDebugEnabled: flag(
    'Services of brokers become load balancers, so that an operator outside the Kubernetes cluster can connect.',
  ).default(false),
};

const changes = {
  rollingUpgradeConfig: rollingUpgradeConfig.prefault({}),
  changePolicy: changePolicy.optional(),
  volumeReclaim: z
    .enum(['Retain', 'Delete'])
    .describe(
      'What happens to the volumes when the KafkaCluster is deleted. Retain: made again under the same name, the cluster finds its records.',
    )
    .default('Retain'),
  alertManagerConfig: alertManagerConfig.optional(),
  cruiseControlConfig: cruiseControlConfig.optional(),
};

const access = {
  ingressController: z
    .enum(['envoy', 'contour', 'istioingress', 'gateway'])
    .describe(
      'Who takes the traffic of external listeners with accessMethod LoadBalancer: Envoy proxies of the operator, Contour, gateways of Istio, or a Gateway of the Gateway API. Contour takes listeners with ClusterIP too.',
    )
    .default('envoy'),
  envoyConfig: envoyConfig.optional(),
  istioControlPlane: istioControlPlane.optional(),
  istioIngressConfig: istioIngressConfig.optional(),
  contourIngressConfig: contourIngressConfig.optional(),
  removeUnusedIngressResources: flag(
    'Delete what was made for an earlier ingressController and for listeners and ingress configurations that are gone; false: it is kept, so that clients that still know its address get through.',
  ).default(false),
  networkPolicies: flag(
    'Make NetworkPolicies: only who needs it reaches the nodes, Cruise Control and the proxies. Whether they are enforced is up to the network of the Kubernetes cluster.',
  ).default(false),
  clientSSLCertSecret: secretReference(
    'Certificate of your own with which the operator and Cruise Control connect: a Secret as for serverSSLCertSecret; left out: a generated one.',
  ).optional(),
  topicNamespaces: list(
    z.string().max(63),
    'Namespaces whose KafkaTopics may belong to this cluster; * is all; left out: its own.',
    256,
  ).optional(),
  userNamespaces: list(
    z.string().max(63),
    'Namespaces whose KafkaUsers may belong to this cluster; * is all; left out: its own.',
    256,
  ).optional(),
};

export const kafkaClusterSpec = withRules(
  z.object({
    brokers,
    brokerConfigGroups: brokerConfigGroups.optional(),
    listenersConfig,
    ...mode,
    ...software,
    ...settings,
    ...placement,
    ...changes,
    ...access,
  }),
  [...clusterRules, ...externalRules],
).describe('The Kafka cluster that you want.');

/** A spec as people write it: everything that has a default may be left out. */
export type KafkaClusterSpec = z.input<typeof kafkaClusterSpec>;
/** A spec with the defaults of the CRD filled in, as the API server stores it. */
export type DefaultedSpec = z.output<typeof kafkaClusterSpec>;
