/**
 * Metric reporters. Kafka 4 has no reporter but those that are named: a list without the JMX one would blind the exporter
 * and with it the readiness of every controller, so it is in each list that is written at all.
 */
import type { ServerListeners } from './listeners';
import type { Generated } from './server-properties';
import { anyBrokerHost, type AddressScope } from './address';

export const JMX_REPORTER = 'org.apache.kafka.common.metrics.JmxReporter';
export const CRUISE_CONTROL_REPORTER = 'com.linkedin.kafka.cruisecontrol.metricsreporter.CruiseControlMetricsReporter';

/** `metric.reporters` of a node; undefined leaves Kafka's own default, which is the JMX reporter. */
export function mergedReporters(written: string | undefined, cruiseControl: boolean): string | undefined {
  const names = (written ?? '').split(',').map((name) => name.trim());
  const others = names.filter((name) => name !== '' && name !== CRUISE_CONTROL_REPORTER && name !== JMX_REPORTER);
  const wanted = cruiseControl ? [...others, CRUISE_CONTROL_REPORTER] : others;
  return wanted.length === 0 ? undefined : [...new Set([...wanted, JMX_REPORTER])].join(',');
}

/** What Cruise Control's reporter needs to send its figures to the brokers. */
export function generatedReporters(cluster: AddressScope & { readonly listeners: ServerListeners }): Generated {
  return {
    'cruise.control.metrics.reporter.bootstrap.servers': `${anyBrokerHost(cluster)}:${cluster.listeners.interBroker.containerPort}`,
    'cruise.control.metrics.reporter.kubernetes.mode': 'true',
  };
}
