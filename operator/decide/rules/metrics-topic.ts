/**
 * The topic of Cruise Control's reporters. Brokers do not make it by themselves, and a topic that somebody's first record made
 * would have the partitions and replicas of any other; so it is made once as many brokers serve as it is to have replicas.
 * What is in it matters for minutes: none of it is worth that a restart waits.
 */
import type { Rule } from '../context';
import { metricsTopicState, takingBrokers } from '../cruise-control-view';
import { reason } from '../reason';

/** Five hours, as the reporters themselves would have it. */
const SETTINGS = { 'cleanup.policy': 'delete', 'min.insync.replicas': '1', 'retention.ms': '18000000' };

export const makeMetricsTopic: Rule = (context) => {
  const topic = context.cluster.cruiseControl?.topic;
  if (topic === undefined || metricsTopicState(context) !== 'missing') return [];
  const { name, partitions, replicationFactor } = topic;
  if (takingBrokers(context) < replicationFactor) return [];
  const why = reason('TopicMissing', `Cruise Control's reporters write to it`);
  return [{ kind: 'createTopic', risk: 'safe', topic: name, partitions, replicationFactor, config: SETTINGS, reasons: [why] }];
};
