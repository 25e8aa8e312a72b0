import { KEYSTORE_DIRECTORY, TRUST_DIRECTORY } from '../kafka/listener-security';

/** Where things lie inside the broker's container. The start script has the same paths as its defaults. */
export const CONFIG_MOUNT = '/config';
export const SECRET_MOUNT = '/config-secret';
export const PLACEMENT_MOUNT = '/placement';
export const SCRIPTS_MOUNT = '/scripts';
/** An emptyDir of the Pod: the joined configuration and what was seen formatted. */
export const RUN_MOUNT = '/var/run/kafka-operator';
/** Sidecars of users wait here for the broker to end. */
export const WAIT_MOUNT = '/var/run/wait';
export const EXTENSIONS_MOUNT = '/opt/kafka/libs/extensions';
export const JMX_JAR_MOUNT = '/opt/jmx-exporter/';
export const JMX_CONFIG_MOUNT = '/etc/jmx-exporter/';
/** Keys and certificates of listeners, `<listener>.pem` each. */
export const KEYSTORE_MOUNT = KEYSTORE_DIRECTORY;
/** Whom the node trusts, `<listener>.pem` each. */
export const TRUST_MOUNT = TRUST_DIRECTORY;
