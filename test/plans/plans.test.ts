/**
 * Plans as people see them. Each folder is a sentence: cluster.yaml is what is wished, world.yaml says how the world came
 * about, plan.txt is exactly what the CLI prints. `make golden` rewrites plan.txt; read the difference.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { ANNOTATION } from '../../lib/constructs/naming';
import { recordedNodes } from '../../operator/decide/configuration-backup';
import { decide } from '../../operator/decide/decide';
import { planText } from '../../operator/decide/explain';
import { withStatus } from '../../operator/decide/simulate';
import { withCruiseControl } from '../../operator/decide/simulate-cruise-control';
import type { ClusterStatus, World } from '../../operator/decide/world';
import { clusterFrom } from '../world/cluster-file';
import { converged, emptyWorld, NOW, playedUntil, withAnnotation, withImagesPulled } from '../world/makers';
import { happened, type Happening } from '../world/happenings';

interface Story {
  readonly converged?: boolean;
  readonly then?: readonly Happening[];
  /** The operator is at work until its plan says this, by between.yaml where there is one. */
  readonly until?: string;
  /** What happens then. */
  readonly after?: readonly Happening[];
  /** The plan as it is: its hash was named, or named and written down; or another plan was approved. */
  readonly approved?: 'named' | 'recorded' | NonNullable<ClusterStatus['approval']>;
  /** Images that nodes are to restart with are where they are needed, unless this says otherwise. */
  readonly imagesPulled?: boolean | string;
}

function approvedIn(world: World, cluster: ResolvedCluster, approved: Story['approved']): World {
  if (approved === undefined) return world;
  const { hash, steps } = typeof approved === 'object' ? approved : decide(cluster, world, NOW).preview!.approval!;
  const named = withAnnotation(world, ANNOTATION.approvedPlan, hash);
  return approved === 'named' ? named : withStatus(named, { approval: { hash, steps } });
}

/** A text is why they cannot be pulled. */
function pulledIn(world: World, cluster: ResolvedCluster, pulled: Story['imagesPulled'] = true): World {
  if (pulled === false || world.cluster.status.clusterID === undefined) return world;
  return pulled === true ? withImagesPulled(cluster, world) : withImagesPulled(cluster, world, pulled);
}

const folders = readdirSync(__dirname, { withFileTypes: true }).filter((f) => f.isDirectory());

describe('the plan', () => {
  test.each(folders.map((f) => f.name))('%s', (name) => {
    const read = (file: string): string => readFileSync(join(__dirname, name, file), 'utf8');
    const has = (file: string): boolean => existsSync(join(__dirname, name, file));
    const story = (has('world.yaml') ? parse(read('world.yaml')) : {}) as Story;
    const before = clusterFrom(read(has('before.yaml') ? 'before.yaml' : 'cluster.yaml'));
    const start = story.converged === true ? converged(before) : emptyWorld(before);
    const settled = (story.then ?? []).reduce((world, what) => happened(world, before, what), start);
    const wish = (file: string) => (seen: World) =>
      clusterFrom(read(file), { generation: has('before.yaml') ? 2 : 1, recorded: recordedNodes(seen.cluster.status) });
    const between = wish(has('between.yaml') ? 'between.yaml' : 'cluster.yaml');
    const played = story.until === undefined ? settled : playedUntil(story.until, settled, between);
    const later = (story.after ?? []).reduce((world, what) => happened(world, between(world), what), played);
    const cluster = wish('cluster.yaml')(later);
    const wished = withCruiseControl({ ...later, cluster: { ...later.cluster, generation: cluster.generation } }, cluster);
    const world = approvedIn(pulledIn(wished, cluster, story.imagesPulled), cluster, story.approved);
    const text = planText(world.cluster, decide(cluster, world, NOW));
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(join(__dirname, name, 'plan.txt'), text);
    expect(text).toBe(read('plan.txt'));
  });
});
