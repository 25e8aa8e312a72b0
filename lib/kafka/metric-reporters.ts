/**
 * Metric reporters. Kafka 4 has no reporter but those that are named: a list without the JMX one would blind the exporter
 * and with it the readiness of every controller, so it is in each list that is written at all.
 */
import { clientProperties, hasSasl, hasTls, keystoreFile, truststoreFile } from './listener-security';
import type { ServerListeners } from './listeners';
import { scramMechanism } from './scram';
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

/**
 * What Cruise Control's reporter needs to send its figures to the brokers. It reads its certificate when the broker starts, and never
 * again: where it may, it shows the one of the quorum, which is valid for longer than a broker runs.
 *
 * @param written what users wrote for the broker; where they say how it connects, they know
 */
export function generatedReporters(
  cluster: AddressScope & { readonly listeners: ServerListeners },
  written: Readonly<Record<string, string>> = {},
): Generated {
  const { interBroker } = cluster.listeners;
  const mechanism = hasSasl(interBroker) ? scramMechanism(interBroker, written) : undefined;
  const security = Object.entries({
    ...clientProperties(interBroker, { keystore: keystoreOf(cluster.listeners), truststore: truststoreFile(interBroker.name) }),
    ...(mechanism === undefined ? {} : { 'sasl.mechanism': mechanism }),
  });
  return {
    ...Object.fromEntries(security.map(([key, value]) => [REPORTER + key, written[REPORTER + key] ?? value])),
    [`${REPORTER}bootstrap.servers`]: `${anyBrokerHost(cluster)}:${interBroker.containerPort}`,
    [`${REPORTER}kubernetes.mode`]: 'true',
  };
}

/** Before each setting of the reporter's client. */
export const REPORTER = 'cruise.control.metrics.reporter.';

/** Brokers trust it among themselves only when the same CA signed it. */
function keystoreOf({ controller, interBroker }: ServerListeners): string {
  const sameAuthority = hasTls(controller) && controller.ownSecret === undefined && interBroker.ownSecret === undefined;
  return keystoreFile((sameAuthority ? controller : interBroker).name);
}
