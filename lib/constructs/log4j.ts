/**
 * A user's logging configuration may be of Log4j 1 (Kafka 3.9 and Koperator's samples; Kafka 4 still reads it) or of
 * Log4j 2, whose reader goes by the file's ending. The text says which it is.
 */
import { CONFIG_MOUNT } from './mounts';

export interface Log4jFile {
  /** Key in the ConfigMap and name of the file. */
  readonly name: string;
  /** Value of KAFKA_LOG4J_OPTS. */
  readonly options: string;
}

export function log4jFile(text: string): Log4jFile {
  if (/^\s*log4j\./m.test(text))
    return { name: 'log4j.properties', options: `-Dlog4j.configuration=file:${CONFIG_MOUNT}/log4j.properties` };
  const name = `log4j2.${endingOf(text)}`;
  return { name, options: `-Dlog4j2.configurationFile=${CONFIG_MOUNT}/${name}` };
}

function endingOf(text: string): string {
  if (text.trimStart().startsWith('<')) return 'xml';
  if (text.trimStart().startsWith('{')) return 'json';
  return /^Configuration\s*:/im.test(text) ? 'yaml' : 'properties';
}
