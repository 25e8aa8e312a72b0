import type { Dashboard } from './dashboard';
import { BROKER_METRICS as BROKER, CONTROLLER_METRICS as CONTROLLER, TOPIC_METRICS as TOPIC } from './kafka-metrics';
import { row, stat, timeSeries, type TimeSeries, type Unit } from './panel';
import { OPERATOR_METRICS as OPERATOR } from './operator-metrics';
import { aboutCluster, KAFKA_VARIABLES, ofCluster, perSecond } from './selection';

const sum = (metric: string): string => `sum(${perSecond(ofCluster(metric))})`;

/** The twenty topics with the most of it. */
const byTopic = (title: string, metric: string, unit: Unit): TimeSeries =>
  timeSeries({
    title,
    unit,
    queries: [{ expr: `topk(20, sum by (topic) (${perSecond(ofCluster(metric, 'topic=~"$topic"'))}))`, legend: '{{topic}}' }],
  });

/** What topics carry, and how KafkaTopics and KafkaUsers are. */
export const TOPICS_DASHBOARD: Dashboard = {
  uid: 'kafka-topics',
  title: 'Kafka / Topics and users',
  variables: [
    ...KAFKA_VARIABLES,
    { name: 'topic', title: 'Topic', from: `${TOPIC.bytesIn}{namespace="$namespace", kafka_cr="$cluster"}`, label: 'topic', many: true },
  ],
  panels: [
    row('All topics'),
    stat({ title: 'Topics', queries: [{ expr: `max(${ofCluster(CONTROLLER.topics)})` }] }),
    stat({ title: 'Partitions', queries: [{ expr: `max(${ofCluster(CONTROLLER.partitions)})` }] }),
    stat({ title: 'Replicas', queries: [{ expr: `sum(${ofCluster(BROKER.replicas)})` }] }),
    stat({ title: 'Records in', unit: 'ops', queries: [{ expr: sum(BROKER.messagesIn) }] }),
    stat({ title: 'Bytes in', unit: 'Bps', queries: [{ expr: sum(BROKER.bytesIn) }] }),
    stat({ title: 'Bytes out', unit: 'Bps', queries: [{ expr: sum(BROKER.bytesOut) }] }),
    timeSeries({
      title: 'Requests',
      unit: 'reqps',
      queries: [
        { expr: sum(BROKER.produceRequests), legend: 'produce' },
        { expr: sum(BROKER.fetchRequests), legend: 'fetch' },
      ],
    }),
    timeSeries({
      title: 'Requests and records refused',
      unit: 'ops',
      queries: [
        { expr: sum(BROKER.failedProduce), legend: 'produce requests' },
        { expr: sum(BROKER.failedFetch), legend: 'fetch requests' },
        { expr: sum(BROKER.invalidRecords), legend: 'records with a wrong checksum' },
      ],
    }),
    timeSeries({
      title: 'Converted for old clients',
      unit: 'ops',
      queries: [
        { expr: sum(BROKER.producerConversions), legend: 'from producers' },
        { expr: sum(BROKER.consumerConversions), legend: 'for consumers' },
      ],
      about: 'Brokers copy and rewrite such records: it costs memory and CPU.',
    }),
    row('KafkaTopics and KafkaUsers'),
    timeSeries({
      title: 'KafkaTopics, by reason',
      stacked: true,
      queries: [{ expr: `sum by (reason) (${aboutCluster(OPERATOR.topics)})`, legend: '{{reason}}' }],
    }),
    timeSeries({
      title: 'KafkaUsers, by reason',
      stacked: true,
      queries: [{ expr: `sum by (reason) (${aboutCluster(OPERATOR.users)})`, legend: '{{reason}}' }],
    }),
    timeSeries({
      title: 'Calls to Kafka for KafkaTopics',
      unit: 'ops',
      queries: [{ expr: `sum by (request) (${perSecond(aboutCluster(OPERATOR.topicCalls))})`, legend: '{{request}}' }],
    }),
    stat({
      title: 'First certificate of a user ends in',
      unit: 's',
      queries: [{ expr: `min(${aboutCluster(OPERATOR.userCertificateEnd)}) - time()` }],
      badBelow: 604_800,
    }),
    row('The twenty largest topics (only with the rules by topic: docs/monitoring.md)'),
    byTopic('Bytes in', TOPIC.bytesIn, 'Bps'),
    byTopic('Bytes out', TOPIC.bytesOut, 'Bps'),
    byTopic('Records in', TOPIC.messagesIn, 'ops'),
  ],
};
