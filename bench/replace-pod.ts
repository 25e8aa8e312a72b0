/** How soon a deleted Pod is replaced, with one cluster and with a hundred. */
import { POD } from '../operator/kinds';
import { pause, watching } from './kubernetes';
import { applyClusters, kwokWorld, STAND_INS } from './kwok-world';
import { clusterName, NODE_IDS } from './kwok-specs';
import { figuresOf, replace, type Replacement } from './replacement';
import { parameter, type Figure, type Findings } from './result';

export async function replacePod(): Promise<Findings> {
  const times = parameter('REPLACEMENTS', 50);
  const most = parameter('CLUSTERS', 100);
  const settle = parameter('SETTLE_SECONDS', 15);
  const world = await kwokWorld(most);
  const pods = await watching(POD);
  const figures: Figure[] = [];
  for (const count of [1, most]) {
    await applyClusters(world, count);
    await pause(settle * 1000);
    const all: Replacement[] = [];
    for (let at = 0; at < times; at += 1) {
      const cluster = clusterName((at * 7) % count);
      const pod = pods.now.get(`${cluster}-${NODE_IDS[at % NODE_IDS.length]!}`);
      if (pod === undefined) throw new Error(`cannot delete a Pod of ${cluster}: it is not there`);
      all.push(await replace({ pods, clusters: world.clusters, quiet: 300 }, pod, cluster));
    }
    figures.push(...figuresOf(count === 1 ? '1 cluster' : `${count} clusters`, all));
  }
  pods.stop();
  await world.stop();
  const parameters = { REPLACEMENTS: times, CLUSTERS: most, SETTLE_SECONDS: settle };
  return { title: 'a Pod is deleted', standIns: STAND_INS, parameters, figures };
}
