/**
 * Plans as people see them. Each folder is a sentence: cluster.yaml is what is wished, world.yaml says how the world came
 * about, plan.txt is exactly what the CLI prints. `make golden` rewrites plan.txt; read the difference.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { recordedNodes } from '../../operator/decide/configuration-backup';
import { decide } from '../../operator/decide/decide';
import { planText } from '../../operator/decide/explain';
import { clusterFrom } from '../world/cluster-file';
import { converged, emptyWorld, NOW } from '../world/makers';
import { happened, type Happening } from '../world/happenings';

const folders = readdirSync(__dirname, { withFileTypes: true }).filter((f) => f.isDirectory());

describe('the plan', () => {
  test.each(folders.map((f) => f.name))('%s', (name) => {
    const read = (file: string): string => readFileSync(join(__dirname, name, file), 'utf8');
    const has = (file: string): boolean => existsSync(join(__dirname, name, file));
    const story = (has('world.yaml') ? parse(read('world.yaml')) : {}) as { converged?: boolean; then?: readonly Happening[] };
    const before = clusterFrom(read(has('before.yaml') ? 'before.yaml' : 'cluster.yaml'));
    const start = story.converged === true ? converged(before) : emptyWorld(before);
    const settled = (story.then ?? []).reduce((world, what) => happened(world, before, what), start);
    const cluster = clusterFrom(read('cluster.yaml'), { generation: has('before.yaml') ? 2 : 1, recorded: recordedNodes(settled.cluster.status) });
    const world = { ...settled, cluster: { ...settled.cluster, generation: cluster.generation } };
    const text = planText(world.cluster, decide(cluster, world, NOW));
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(join(__dirname, name, 'plan.txt'), text);
    expect(text).toBe(read('plan.txt'));
  });
});
