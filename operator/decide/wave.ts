/**
 * A wave: the running nodes that are restarted at the same time. One, unless `concurrentBrokerRestartCountPerRack` allows
 * more: then brokers of one rack go together, in the largest batch with which every question of may-stop.ts is answered yes.
 * Controllers go one at a time always. The first broker of a change goes alone (the canary): a batch begins only when some
 * broker serves with the state of the cluster that is wanted now.
 */
import { ANNOTATION } from '../../lib/constructs/naming';
import type { RestartNode } from './action';
import type { Context } from './context';
import { mayStop, type StopContext } from './may-stop';
import { annotationOf, serves, type NodeView } from './node-view';
import { targetState } from './revision';

export type WaveContext = StopContext & Pick<Context, 'nodes'>;

/** The candidates that go together with `first`, which may go; in their order. */
export function waveOf(first: NodeView, candidates: readonly NodeView[], context: WaveContext): readonly NodeView[] {
  const most = context.cluster.rollingUpgrade.concurrentBrokerRestartCountPerRack;
  const rack = rackOf(first);
  if (most <= 1 || isController(first) || rack === undefined || !isProven(context)) return [first];
  const others = candidates.filter((view) => view !== first && !isController(view) && rackOf(view) === rack);
  return others.reduce<readonly NodeView[]>(
    (wave, view) => {
      const larger = [...wave, view];
      return wave.length < most && mayStop(larger, context).length === 0 ? larger : wave;
    },
    [first],
  );
}

const isController = (view: NodeView): boolean => view.node.roles.includes('controller');

/** What Kafka has registered; a broker without a rack is a rack of its own. */
const rackOf = (view: NodeView): string | undefined => view.registered?.rack;

/** Some broker was started for the state that is wanted now, and serves. */
export function isProven({ views, nodes }: Pick<Context, 'views' | 'nodes'>): boolean {
  const target = targetState(nodes);
  const brokers = views.filter((v) => v.node.roles.includes('broker'));
  return brokers.some((v) => serves(v) && v.pod !== undefined && annotationOf(v.pod.object, ANNOTATION.target) === target);
}

/** Nodes that run and are to be restarted, in order. */
export const candidatesOf = (restarts: readonly RestartNode[], views: readonly NodeView[]): readonly NodeView[] =>
  restarts.flatMap((r) => (r.running ? (views.find((v) => v.node.id === r.node) ?? []) : []));
