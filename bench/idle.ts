/** What a converged cluster costs while nothing happens: the API server, Kafka, the processor, memory. Everything real. */
import { KAFKA_CLUSTER, POD } from '../operator/kinds';
import { METRICS_PORT } from '../lib/constructs/ports';
import { counted } from '../tools/audit-log';
import { leaseRequests, mark, operatorRequests, requests, watchesEnded, writes } from './audit';
import { kafkaCluster } from './cluster-specs';
import { isReady, isRunning, kube, kubectl, NAMESPACE, pause, until } from './kubernetes';
import { networkBytes, processFigures, processIn } from './process-figures';
import { parameter, rounded, type Figure, type Findings } from './result';

const NAME = 'idle';

/** Requests by their names, of all listeners of a broker. */
const COUNT_REQUESTS = `lowercaseOutputName: true
includeObjectNames:
  - kafka.network:type=RequestMetrics,name=RequestsPerSec,request=*,version=*
rules:
  - pattern: kafka.network<type=RequestMetrics, name=RequestsPerSec, request=(.+), version=(.+)><>Count
    name: kafka_requests_total
    type: COUNTER
    labels: { request: $1, version: $2 }
`;

/** What only the operator asks in a cluster without clients. */
const OF_OPERATOR = ['ApiVersions', 'DescribeCluster', 'DescribeTopicPartitions', 'DescribeQuorum', 'Metadata', 'DescribeConfigs'];

export async function idle(): Promise<Findings> {
  const seconds = parameter('IDLE_SECONDS', 600);
  const settle = parameter('SETTLE_SECONDS', 45);
  const api = await kube();
  await api.apply(KAFKA_CLUSTER, kafkaCluster({ name: NAME, combined: [0, 1, 2], jmxRules: COUNT_REQUESTS }));
  await until('the cluster is ClusterRunning', async () =>
    isRunning(await api.get({ kind: KAFKA_CLUSTER, namespace: NAMESPACE, name: NAME })),
  );
  await pause(settle * 1000);
  const pid = await operatorProcess();
  const before = { mark: mark(), process: processFigures(pid), network: networkBytes(pid), kafka: await kafkaRequests() };
  await pause(seconds * 1000);
  const after = { mark: mark(), process: processFigures(pid), network: networkBytes(pid), kafka: await kafkaRequests() };
  const all = requests(before.mark, after.mark);
  await kubectl(['-n', NAMESPACE, 'delete', 'kafkacluster', NAME, '--wait=true', '--timeout=180s']);
  await kubectl([
    '-n',
    NAMESPACE,
    'delete',
    'pods,pvc',
    '-l',
    `kafka_cr=${NAME}`,
    '--grace-period=1',
    '--ignore-not-found',
    '--timeout=180s',
  ]);
  const minutes = seconds / 60;
  const asked = [...after.kafka]
    .map(([name, count]) => [name, count - (before.kafka.get(name) ?? 0)] as const)
    .filter(([, count]) => count > 0);
  const own = operatorRequests(all);
  const figures: Figure[] = [
    { what: 'requests beyond open watches and the lease', value: own.length, unit: 'requests', wanted: 0, note: counted(own) || 'none' },
    { what: 'writes beyond the lease', value: writes(own).length, unit: 'writes', wanted: 0 },
    { what: 'watches that ended and were opened again', value: watchesEnded(all).length, unit: '' },
    { what: 'requests for the lease', value: leaseRequests(all).length, unit: 'requests' },
    {
      what: 'requests to Kafka a minute',
      value: rounded(asked.reduce((sum, [, count]) => sum + count, 0) / minutes),
      unit: 'requests',
      note: `by the brokers' own counters, which count DescribeQuorum twice, as brokers pass it on to the leader: ${asked.map(([name, count]) => `${name} ${count}`).join(', ')}`,
    },
    {
      what: 'bytes sent by the operator a minute',
      value: Math.round((after.network.sent - before.network.sent) / minutes),
      unit: 'bytes',
      note: 'all its traffic: API server with the lease, Kafka, probes',
    },
    {
      what: 'bytes received by the operator a minute',
      value: Math.round((after.network.received - before.network.received) / minutes),
      unit: 'bytes',
    },
    { what: 'CPU of the operator a minute', value: rounded(((after.process.cpu - before.process.cpu) * 1000) / minutes), unit: 'ms' },
    { what: 'resident memory of the operator at the end', value: rounded(after.process.rss), unit: 'MiB', wanted: 170 },
    { what: 'the most that was ever resident', value: rounded(after.process.peak), unit: 'MiB' },
  ];
  return {
    title: `one converged cluster of three combined nodes, ${seconds} s without events`,
    standIns: [],
    parameters: { IDLE_SECONDS: seconds, SETTLE_SECONDS: settle },
    figures,
  };
}

/** The operator's process, in the Pod that the chart made. */
async function operatorProcess(): Promise<number> {
  const api = await kube();
  const { items } = await api.list(POD, { namespace: 'kafka-operator', labelSelector: 'app.kubernetes.io/component=operator' });
  const pod = items.find(isReady);
  const statuses = (pod?.status as { containerStatuses?: readonly { name: string; containerID?: string }[] } | undefined)
    ?.containerStatuses;
  const id = statuses?.find((c) => c.name === 'operator')?.containerID;
  if (id === undefined) throw new Error('cannot find the Pod of the operator: was the chart installed by bench/run?');
  return processIn(id, 'node');
}

/** Requests that the brokers counted so far, by name, added up over the three. */
async function kafkaRequests(): Promise<ReadonlyMap<string, number>> {
  const api = await kube();
  const { items } = await api.list(POD, { namespace: NAMESPACE, labelSelector: `kafka_cr=${NAME}` });
  const sums = new Map<string, number>();
  for (const pod of items) {
    const { podIP } = pod.status as { podIP: string };
    const text = await (await fetch(`http://${podIP}:${METRICS_PORT}/metrics`)).text();
    for (const [, request = '', count = '0'] of text.matchAll(/^kafka_requests_total\{request="([^"]+)".*\} ([\d.E]+)$/gm))
      if (OF_OPERATOR.includes(request)) sums.set(request, (sums.get(request) ?? 0) + Number(count));
  }
  return sums;
}
