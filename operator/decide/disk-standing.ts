/** What is held of volumes that come and go, with the remedy; what waits for the gate says so itself. */
import type { Context } from './context';
import { diskFillings } from './disk-filling';
import { referredOperation, volumeStateOf } from './disk-operation';
import { diskRemovals } from './disk-removal';
import { logDirsOf } from './log-dir';
import { leavingVolumes } from './leaving-volume';
import type { NodeView } from './node-view';
import type { Held } from './plan';
import { reason, type Reason } from './reason';

export const waitingDisks = (context: Context): readonly Held[] => [
  ...diskRemovals(context).map(({ view, volume, why }) => hold(view, `remove   ${volume.mountPath} of node ${String(view.node.id)}`, why)),
  ...waitingFillings(context),
  ...context.views.flatMap((view) => [...failedFillings(view, context), ...brokenDisks(view, context)]),
];

const hold = (view: NodeView, what: string, why: Reason): Held => ({ what, node: view.node.id, reasons: [why] });

/** All for the first reason of any: they wait for each other. */
function waitingFillings(context: Context): readonly Held[] {
  const all = diskFillings(context);
  const first = all.find(({ why }) => why !== undefined);
  if (first?.why === undefined) return [];
  const more = all.length === 1 ? '' : ` and ${String(all.length - 1)} more`;
  return [{ what: `${filling(first.view, first.mountPath)}${more}`, reasons: [first.why] }];
}

const filling = (view: NodeView, mountPath: string): string => `fill     ${mountPath} of node ${String(view.node.id)}`;

/** Retries are over: nothing is moved to the volume, and only a person knows whether it is to be tried again. */
function failedFillings(view: NodeView, { world }: Context): readonly Held[] {
  return view.node.storage.flatMap(({ mountPath, leaving }) => {
    const state = leaving === true ? undefined : volumeStateOf(view, mountPath);
    const operation = referredOperation(state, world);
    if (operation?.operation !== 'rebalance' || operation.state !== 'CompletedWithError' || !operation.final) return [];
    const message = `${operation.name} failed: ${operation.error}. Delete it to have another one made`;
    return [hold(view, filling(view, mountPath), reason('OperationFailed', message))];
  });
}

/** Of brokers whose log directories are looked at. One of a volume that leaves is told with it. */
function brokenDisks(view: NodeView, { world }: Context): readonly Held[] {
  const leaving = leavingVolumes(view).map((v) => v.logDir);
  const broken = (logDirsOf(world, view.node.id) ?? []).filter(({ path, offline }) => offline && !leaving.includes(path));
  return broken.map(({ path }) =>
    hold(
      view,
      `mend     ${path} of node ${String(view.node.id)}`,
      reason('HoldsReplicas', `Kafka says that ${path} is offline; replace the disk: docs/runbooks/replace-a-disk.md`),
    ),
  );
}
