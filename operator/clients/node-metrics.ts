/** What a node's process says of itself: two figures of its exporter, asked over HTTP at the Pod's own address. */
import axios from 'axios';

export interface NodeFigures {
  /** Kafka's BrokerState; undefined when the process does not say. */
  readonly brokerState: number | undefined;
  /** Over all log directories; undefined when it does not say. */
  readonly logsToRecover: number | undefined;
}

const STATE = 'kafka_server_kafkaserver_brokerstate';
const LOGS = 'kafka_log_logmanager_remaininglogstorecover';
const TIMEOUT_MS = 2000;
const MOST_BYTES = 200_000;

/** `address` is `host:port` of the exporter. Throws when it does not answer within two seconds. */
export async function readNodeFigures(address: string): Promise<NodeFigures> {
  const url = `http://${address}/metrics?name%5B%5D=${STATE}&name%5B%5D=${LOGS}`;
  const { data } = await axios.get<string>(url, {
    timeout: TIMEOUT_MS,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    responseType: 'text',
    maxContentLength: MOST_BYTES,
    proxy: false,
  });
  return figuresIn(data);
}

/** Reads the text format of Prometheus. */
export function figuresIn(text: string): NodeFigures {
  const lines = text.split('\n');
  const logs = valuesOf(lines, LOGS);
  return {
    brokerState: valuesOf(lines, STATE)[0],
    logsToRecover: logs.length === 0 ? undefined : logs.reduce((sum, value) => sum + value, 0),
  };
}

function valuesOf(lines: readonly string[], name: string): readonly number[] {
  return lines
    .filter((line) => line.startsWith(name) && /^[ {]/.test(line.slice(name.length)))
    .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)))
    .filter((value) => Number.isFinite(value));
}
