/** Runs one benchmark, inside the cluster that bench/run made for it: `node main.js NAME`. `table` rewrites the table alone. */
import { alerts } from './alerts';
import { drainSimulated } from './drain-simulated';
import { envoyReal } from './envoy-real';
import { envoyConfig } from './envoy-config';
import { firstCluster } from './first-cluster';
import { hundredClusters } from './hundred-clusters';
import { idle } from './idle';
import { pass300 } from './pass-300';
import { replacePod } from './replace-pod';
import { replacePodReal } from './replace-pod-real';
import { rollReal } from './roll-real';
import { rollSimulated } from './roll-simulated';
import { topics } from './topics';
import { topicsHeld } from './topics-held';
import { users } from './users';
import { machine, store, versions, type Findings, type Result } from './result';
import { printed, writeTable } from './table';

const BENCHMARKS: Readonly<Record<string, () => Promise<Findings>>> = {
  'first-cluster': firstCluster,
  idle,
  'replace-pod': replacePod,
  'replace-pod-real': replacePodReal,
  'roll-real': rollReal,
  'envoy-real': envoyReal,
  topics,
  'topics-held': topicsHeld,
  users,
  alerts,
  'roll-simulated': rollSimulated,
  'drain-simulated': drainSimulated,
  'hundred-clusters': hundredClusters,
  'pass-300': pass300,
  'envoy-config': envoyConfig,
};

async function run(name: string): Promise<void> {
  const benchmark = BENCHMARKS[name];
  if (benchmark === undefined) throw new Error(`cannot run "${name}": write one of ${Object.keys(BENCHMARKS).join(', ')}`);
  const before = { machine: machine(), date: new Date() };
  const findings = await benchmark();
  const seconds = Math.round((Date.now() - before.date.getTime()) / 1000);
  const date = before.date.toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
  const command = `bench/run ${name}`;
  const result: Result = { name, command, date, seconds, machine: before.machine, versions: versions(), ...findings };
  store(result);
  console.log(printed(result));
}

async function main(): Promise<void> {
  const [name = ''] = process.argv.slice(2);
  if (name !== 'table') await run(name);
  writeTable();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    process.exit(1);
  },
);
