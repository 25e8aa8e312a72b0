import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { whyCutsOff } from '../../../operator/decide/bootstrap-guard';
import type { Context } from '../../../operator/decide/context';
import { mayStop } from '../../../operator/decide/may-stop';
import type { QuorumMember, World } from '../../../operator/decide/world';
import { happened } from '../../world/happenings';
import { contextOf, converged, NOW } from '../../world/makers';
import { dedicatedNodes, threeNodes } from '../../world/three-nodes';

const cluster = dedicatedNodes();
const calm = converged(cluster);
const LATER = NOW + 3_600_000;

/** Broker 100 was started when there was one controller. */
const startedWithOne = (world: World): World => happened(world, cluster, { knowsOnly: 0, node: 100 });

const votersOf = ({ world: { kafka } }: Context): readonly QuorumMember[] => (kafka.state === 'known' ? kafka.value.quorum.voters : []);

function why(world: World, id: number): string | undefined {
  const context: Context = contextOf(cluster, world, LATER);
  return whyCutsOff(
    context.views.find((v) => v.node.id === id)!,
    votersOf(context),
    context,
  )?.message;
}

const FIRST = 'broker 100 was started with a file that names no other controller; it goes first';

describe('a controller that is stopped', () => {
  it('cuts nobody off whom the file that he was started with tells of another one', () => {
    expect([0, 1, 2].map((id) => why(calm, id))).toEqual([undefined, undefined, undefined]);
  });

  it('waits for a broker that knows no other one', () => {
    expect(why(startedWithOne(calm), 0)).toBe(FIRST);
    expect([1, 2].map((id) => why(startedWithOne(calm), id))).toEqual([undefined, undefined]);
  });

  it('does not wait for a broker that serves nobody anyway', () => {
    expect(why(startedWithOne(happened(calm, cluster, { podGone: 100 })), 0)).toBeUndefined();
  });

  it('does not wait when it serves nobody itself: no broker is restarted before it serves', () => {
    const hangs = happened(startedWithOne(calm), cluster, { podNotReady: 0 });
    expect(why(hangs, 0)).toBeUndefined();
    const context = contextOf(cluster, hangs, LATER);
    const [controller, broker] = [0, 100].map((id) => context.views.filter((v) => v.node.id === id));
    expect(mayStop(broker!, context).map((r) => r.code)).toEqual(['NodeNotReady']);
    expect(mayStop(controller!, context)).toEqual([]);
  });

  it('cuts nobody off by addresses that the spec has for the controllers and that none of them listens on yet', () => {
    const moved: ResolvedCluster = {
      ...cluster,
      listeners: { ...cluster.listeners, controller: { ...cluster.listeners.controller, containerPort: 29193 } },
    };
    const context = contextOf(moved, calm, LATER);
    expect(context.views.map((view) => whyCutsOff(view, votersOf(context), context))).toEqual(context.views.map(() => undefined));
  });

  it('is held by the question that is asked again before every stop', () => {
    const context = contextOf(cluster, startedWithOne(calm), LATER);
    const reasons = mayStop(
      context.views.filter((v) => v.node.id === 0),
      context,
    );
    expect(reasons.map((r) => r.message)).toContain(FIRST);
    expect(
      mayStop(
        context.views.filter((v) => v.node.id === 100),
        context,
      ),
    ).toEqual([]);
  });
});

it('combined nodes are told of a new leader as voters', () => {
  const combined = threeNodes();
  const context = contextOf(combined, converged(combined), LATER);
  expect(context.views.map((view) => whyCutsOff(view, votersOf(context), context))).toEqual([undefined, undefined, undefined]);
});
