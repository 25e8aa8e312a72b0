/**
 * What the exporter in each node reports. Lean on purpose: only beans without a topic or partition in their name, so that a
 * scrape costs the same however many partitions a node has, and the readiness probe can ask every few seconds. The JVM's
 * own figures come from the agent itself.
 */
import { isSeq, parseDocument, type Document } from 'yaml';

/** The two beans that readiness is read from (scripts/ready.ts); they are in every rule file, also in a user's own. */
const READY_BEANS = ['kafka.server:type=KafkaServer,name=BrokerState', 'kafka.server:type=raft-metrics'];

/** The quorum's state is a text: it is exported as 1 with the text as label. */
const READY_RULES = [
  { pattern: 'kafka.server<type=KafkaServer, name=BrokerState><>Value', name: 'kafka_server_kafkaserver_brokerstate', type: 'GAUGE' },
  {
    pattern: 'kafka.server<type=raft-metrics><>current-state: (.+)',
    name: 'kafka_server_raft_metrics_current_state',
    type: 'GAUGE',
    value: 1,
    labels: { state: '$1' },
  },
];

/** The operator's own rule file. */
export const OWN_JMX_RULES = `lowercaseOutputName: true
includeObjectNames:
  - kafka.server:type=KafkaServer,name=BrokerState
  - kafka.server:type=raft-metrics
  - kafka.server:type=broker-metadata-metrics
  - kafka.server:type=MetadataLoader,name=*
  - kafka.server:type=app-info,id=*
  - kafka.server:type=ReplicaManager,name=*
  - kafka.server:type=ReplicaFetcherManager,name=*,clientId=Replica
  - kafka.server:type=BrokerTopicMetrics,name=*
  - kafka.server:type=KafkaRequestHandlerPool,name=*
  - kafka.server:type=DelayedOperationPurgatory,name=PurgatorySize,delayedOperation=*
  - kafka.controller:type=KafkaController,name=*
  - kafka.controller:type=ControllerEventManager,name=AvgIdleRatio
  - kafka.controller:type=ControllerStats,name=UncleanLeaderElectionsPerSec
  - kafka.network:type=RequestChannel,name=*
  - kafka.network:type=SocketServer,name=*
  - kafka.server:type=socket-server-metrics,listener=*,networkProcessor=*
  - kafka.network:type=RequestMetrics,name=TotalTimeMs,request=Produce
  - kafka.network:type=RequestMetrics,name=TotalTimeMs,request=FetchConsumer
  - kafka.network:type=RequestMetrics,name=TotalTimeMs,request=FetchFollower
  - kafka.network:type=RequestMetrics,name=RequestsPerSec,request=Produce,version=*
  - kafka.network:type=RequestMetrics,name=RequestsPerSec,request=FetchConsumer,version=*
  - kafka.network:type=RequestMetrics,name=RequestsPerSec,request=FetchFollower,version=*
  - kafka.log:type=LogManager,name=OfflineLogDirectoryCount
  - kafka.log:type=LogManager,name=LogDirectoryOffline,logDirectory=*
  - kafka.log:type=LogCleaner,name=DeadThreadCount
  - kafka.log:type=LogManager,name=remainingLogsToRecover,dir=*
  - kafka.log:type=LogManager,name=remainingSegmentsToRecover,dir=*,threadNum=*
  - kafka.coordinator.group:type=GroupMetadataManager,name=NumGroups
rules:
  - pattern: kafka.server<type=KafkaServer, name=BrokerState><>Value
    name: kafka_server_kafkaserver_brokerstate
    type: GAUGE
  - pattern: 'kafka.server<type=raft-metrics><>current-state: (.+)'
    name: kafka_server_raft_metrics_current_state
    type: GAUGE
    value: 1
    labels:
      state: $1
  - pattern: kafka.server<type=(raft-metrics|broker-metadata-metrics)><>([a-z0-9-]+)
    name: kafka_server_$1_$2
    type: GAUGE
  - pattern: 'kafka.server<type=app-info, id=(.+)><>Version: (.+)'
    name: kafka_server_app_version
    type: GAUGE
    value: 1
    labels:
      version: $2
  - pattern: kafka.server<type=socket-server-metrics, listener=(.+), networkProcessor=(.+)><>connection-count
    name: kafka_server_socket_server_metrics_connection_count
    type: GAUGE
    labels:
      listener: $1
      processor: $2
  - pattern: kafka.network<type=RequestMetrics, name=(.+), request=(.+), version=(.+)><>Count
    name: kafka_network_requestmetrics_$1_total
    type: COUNTER
    labels:
      request: $2
      version: $3
  - pattern: kafka.network<type=RequestMetrics, name=(.+), request=(.+)><>(50|95|99)thPercentile
    name: kafka_network_requestmetrics_$1
    type: GAUGE
    labels:
      request: $2
      quantile: '0.$3'
  - pattern: kafka.log<type=LogManager, name=(.+), (?:dir|logDirectory)="(.+)"(?:, threadNum=(.+))?><>Value
    name: kafka_log_logmanager_$1
    type: GAUGE
    labels:
      dir: $2
  - pattern: kafka.server<type=DelayedOperationPurgatory, name=(.+), delayedOperation=(.+)><>Value
    name: kafka_server_delayedoperationpurgatory_$1
    type: GAUGE
    labels:
      operation: $2
  - pattern: kafka.server<type=ReplicaFetcherManager, name=(.+), clientId=Replica><>Value
    name: kafka_server_replicafetchermanager_$1
    type: GAUGE
  - pattern: kafka.([a-z.]+)<type=([A-Za-z]+), name=([A-Za-z]+)><>OneMinuteRate
    name: kafka_$1_$2_$3_rate
    type: GAUGE
  - pattern: kafka.([a-z.]+)<type=([A-Za-z]+), name=([A-Za-z]+)><>Count
    name: kafka_$1_$2_$3_total
    type: COUNTER
  - pattern: kafka.([a-z.]+)<type=([A-Za-z]+), name=([A-Za-z]+)><>Value
    name: kafka_$1_$2_$3
    type: GAUGE
`;

/** The beans of the traffic of each topic at a broker, and their rule. */
const TOPIC_BEANS = ['BytesInPerSec', 'BytesOutPerSec', 'MessagesInPerSec'].map(
  (name) => `  - kafka.server:type=BrokerTopicMetrics,name=${name},topic=*\n`,
);
const TOPIC_RULE = `  - pattern: kafka.server<type=BrokerTopicMetrics, name=(.+), topic=(.+)><>Count
    name: kafka_server_brokertopicmetrics_topic_$1_total
    type: COUNTER
    labels:
      topic: $2
`;

/**
 * The operator's own rules with the traffic of each topic besides. Not the default, because a scrape and a readiness probe then
 * cost more with every topic; who wants it writes it into `monitoringConfig.kafkaJMXExporterConfig`.
 */
export const JMX_RULES_BY_TOPIC = OWN_JMX_RULES.replace('rules:\n', () => `${TOPIC_BEANS.join('')}rules:\n${TOPIC_RULE}`);

/**
 * A user's rule file with what readiness needs put first: the two beans and their rules. Text that is no YAML map is left
 * as it is, since the exporter has to say what is wrong with it.
 */
export function withReadyRules(text: string): string {
  const document = parseDocument(text);
  if (document.errors.length > 0 || typeof document.toJS() !== 'object') return text;
  // Without rules of its own the exporter exports everything under its default names; one rule for all says the same.
  const rules = document.get('rules');
  const others = isSeq(rules) ? rules.items : [document.createNode({ pattern: '.*' })];
  document.set('rules', document.createNode([...READY_RULES.map((rule) => document.createNode(rule)), ...others]));
  ['includeObjectNames', 'whitelistObjectNames'].forEach((key) => include(document, key));
  return document.toString({ lineWidth: 0 });
}

function include(document: Document, key: string): void {
  const names = document.get(key);
  if (isSeq(names)) READY_BEANS.forEach((bean) => names.add(document.createNode(bean)));
}
