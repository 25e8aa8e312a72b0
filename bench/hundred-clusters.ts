/** What the operator costs with a hundred clusters of three nodes, and with one, when all of them are converged. */
import { counted } from '../tools/audit-log';
import { mark, operatorRequests, requests, writes } from './audit';
import { pause } from './kubernetes';
import { applyClusters, kwokWorld, STAND_INS } from './kwok-world';
import { processFigures } from './process-figures';
import { parameter, rounded, type Figure, type Findings } from './result';

export async function hundredClusters(): Promise<Findings> {
  const count = parameter('CLUSTERS', 100);
  const idle = parameter('IDLE_SECONDS', 600);
  const settle = parameter('SETTLE_SECONDS', 45);
  const world = await kwokWorld(count);
  const { operator, asked } = world.processes;
  await pause(5_000);
  const empty = processFigures(operator);
  const from = mark();
  const began = await applyClusters(world, 1);
  await pause(settle * 1000);
  const one = processFigures(operator);
  const creation = operatorRequests(requests(from));
  const fromAll = mark();
  const beganAll = await applyClusters(world, count);
  const allRunning = Math.max(...world.runningAt.values()) - beganAll;
  const busy = processFigures(operator);
  await pause(settle * 1000);
  const converged = { process: processFigures(operator), mark: mark(), kafka: await asked() };
  const creations = operatorRequests(requests(fromAll, converged.mark));
  await pause(idle * 1000);
  const after = { process: processFigures(operator), mark: mark(), kafka: await asked() };
  const quiet = operatorRequests(requests(converged.mark, after.mark));
  await world.stop();
  const minutes = idle / 60;
  const others = Math.max(1, count - 1);
  const figures: Figure[] = [
    { what: 'requests to create one cluster, Events among them', value: creation.length, unit: 'requests', note: counted(creation) },
    { what: `requests to create ${others} clusters`, value: creations.length, unit: 'requests', note: counted(creations) },
    { what: 'requests for each of them', value: rounded(creations.length / others), unit: 'requests' },
    {
      what: `requests in ${idle} idle seconds beyond open watches and the lease`,
      value: quiet.length,
      unit: 'requests',
      wanted: 0,
      note: counted(quiet) || 'none',
    },
    { what: 'of these, writes', value: writes(quiet).length, unit: 'writes', wanted: 0 },
    {
      what: 'requests to Kafka a minute, all clusters',
      value: rounded((after.kafka.requests - converged.kafka.requests) / minutes),
      unit: 'requests',
    },
    { what: 'connections to Kafka that are open', value: after.kafka.open, unit: '' },
    { what: 'connections dialled while idle', value: after.kafka.dialled - converged.kafka.dialled, unit: '' },
    { what: 'CPU a minute, idle', value: rounded(((after.process.cpu - converged.process.cpu) * 1000) / minutes), unit: 'ms' },
    { what: 'CPU to create the clusters, for each', value: rounded(((busy.cpu - one.cpu) * 1000) / others), unit: 'ms' },
    {
      what: 'one cluster: apply to ClusterRunning',
      value: world.runningAt.get('c000')! - began,
      unit: 'ms',
      note: 'Pods are Ready at once here: this is the operator and Kubernetes alone',
    },
    { what: `apply of ${others} clusters to all ClusterRunning`, value: rounded(allRunning / 1000), unit: 's' },
    { what: 'resident memory without a cluster', value: rounded(empty.rss), unit: 'MiB' },
    { what: 'resident memory with one cluster', value: rounded(one.rss), unit: 'MiB', wanted: 170 },
    { what: `resident memory with ${count} clusters, converged`, value: rounded(converged.process.rss), unit: 'MiB', wanted: 256 },
    { what: 'resident memory after the idle time', value: rounded(after.process.rss), unit: 'MiB', wanted: 256 },
    { what: 'the most that was ever resident', value: rounded(after.process.peak), unit: 'MiB', wanted: 256 },
  ];
  return {
    title: `${count} clusters of three combined nodes`,
    standIns: STAND_INS,
    parameters: { CLUSTERS: count, IDLE_SECONDS: idle, SETTLE_SECONDS: settle },
    figures,
  };
}
