/**
 * The objects of the Cruise Control that the operator deploys. Its Pod tells by hashes which files it started with, so the
 * Deployment is written only when the files are in place: one that ran ahead would carry the hash of a file that it never read,
 * and nothing would ever restart it. The first time it waits for its topic, without which it would end again and again.
 */
import type { Manifest } from '../../../lib/constructs/manifest';
import type { Context, Rule } from '../context';
import { deploymentOf, isOfCruiseControl, metricsTopicState } from '../cruise-control-view';
import { applyIfNeeded } from './apply-drift';

export const applyCruiseControl: Rule = (context) => {
  const own = context.shared.filter(isOfCruiseControl);
  const files = own.filter((m) => !isDeployment(m)).flatMap((m) => applyIfNeeded(context, m));
  const ready = files.length === 0 && mayStart(context);
  return [...files, ...(ready ? own.filter(isDeployment).flatMap((m) => applyIfNeeded(context, m)) : [])];
};

const isDeployment = ({ kind }: Manifest): boolean => kind === 'Deployment';

function mayStart(context: Context): boolean {
  const topic = metricsTopicState(context);
  return deploymentOf(context.world) !== undefined || topic === 'there' || topic === 'notOurs';
}
