/** The public surface: from a KafkaCluster as somebody wrote it to what can be built. The only barrel of the repository. */
export {
  defineAlertAction,
  type AlertAction,
  type AlertAnswer,
  type AlertChange,
  type AlertedBroker,
  type AlertedCluster,
  type AlertedVolume,
  type AlertedWorld,
  type FiringAlert,
} from './alerts/alert-action';
export { kafkaClusterCrd } from './api/crd';
export { operationCrd } from './api/operation-crd';
export { topicCrd } from './api/topic-crd';
export { kafkaTopicSpec, type KafkaTopicSpec, type KafkaTopicStatus } from './api/kafka-topic';
export { kafkaClusterSpec, type DefaultedSpec, type KafkaClusterSpec } from './api/kafka-cluster';
export { kafkaUserSpec, type KafkaUserSpec } from './api/kafka-user';
export { userCrd } from './api/user-crd';
export { PROBLEM_CODES, type Problem, type ProblemCode } from './api/problem';
export { parseQuantity } from './api/quantity';
export { resolve, type RecordedNode, type Resolution } from './api/resolve';
export type * from './api/resolved-cluster';
export { structuralSchema, type StructuralSchema } from './api/structural-schema';
export {
  KafkaClusterResources,
  KafkaNodeResources,
  nodeManifests,
  sharedManifests,
  type KafkaClusterResourcesProps,
  type KafkaNodeProps,
  type NodeManifests,
} from './constructs/cluster';
export { BrokerConfig, nodeConfig, type NodeConfig } from './constructs/broker-config';
export { BrokerPod, podManifest } from './constructs/broker-pod';
export { BrokerVolume, nodeClaims } from './constructs/broker-volume';
export { certificateProfiles, covers, type CertificateProfile, type CertificateProfiles } from './constructs/certificate-profiles';
export { FORMAT_KEY, LOGINS_KEY, scramProperties } from './constructs/credentials';
export { CruiseControlObject, cruiseControlManifests, cruiseControlOrigin } from './constructs/cruise-control';
export { DisruptionBudget, disruptionBudgets } from './constructs/disruption-budget';
export type { ExternalAddress, Facts, FormatMode, SecurityFacts } from './constructs/facts';
export { KafkaTopic, topicManifest, type KafkaTopicProps } from './constructs/kafka-topic';
export { KafkaUser, userManifest, type KafkaUserProps } from './constructs/kafka-user';
export { KafkaCluster, type KafkaClusterProps } from './constructs/kafka-cluster';
export type { Manifest, ManifestMetadata } from './constructs/manifest';
export { placementManifest, type Placement } from './constructs/placement';
export { clusterServices, KafkaService, nodeServices } from './constructs/services';
export { trustConfigName, trustManifests } from './constructs/trust';
export { prometheusRule, ruleFile, type Alert, type AlertGroup, type PrometheusRuleProps, type RuleFile } from './monitoring/alert';
export { ACTION_GROUPS, ALERT_GROUPS } from './monitoring/alert-groups';
export { dashboardJson, type Dashboard } from './monitoring/dashboard';
export { DASHBOARDS } from './monitoring/dashboards';
export { anyBrokerHost, nodeHost, serviceHost } from './kafka/address';
export { formatProperties, parseProperties } from './kafka/properties';
export { SCRAM_MECHANISMS, SCRAM_USER, SCRAM_USERS, scramFormatArguments, type ScramCredential, type ScramMechanism } from './kafka/scram';
export { serverProperties, type ServerFacts, type ServerProperties } from './kafka/server-properties';
