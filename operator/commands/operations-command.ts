/** `operations list` and `operations watch`: what Cruise Control is to do, does and did, a line each. */
import { LABEL } from '../../lib/constructs/naming';
import { statusOf, type OperationProgress } from '../decide/operation-status';
import { operationView, type OperationView } from '../decide/operation-view';
import { OPERATION } from '../kinds';
import { isNotFound } from '../runtime/kube-error';
import type { KubeApi } from '../runtime/kube-types';
import { table } from './picture';

export interface OperationsWatch {
  readonly list: () => Promise<readonly OperationView[]>;
  readonly write: (text: string) => void;
  /** How many columns the terminal has, where lines are overwritten in place; undefined: a line is written whenever it changed. */
  readonly columns: number | undefined;
  /** Until the next look. */
  readonly pause: () => Promise<void>;
}

/** By the time they were made. Throws with a remedy where the CRD is missing. */
export async function listOperations(kube: KubeApi, namespace: string, cluster: string | undefined): Promise<readonly OperationView[]> {
  const selector = cluster === undefined ? {} : { labelSelector: `${LABEL.cluster}=${cluster}` };
  const { items } = await kube.list(OPERATION, { namespace, ...selector }).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
    throw new Error('cannot list operations: this Kubernetes cluster has no CRD cruisecontroloperations; the chart installs it');
  });
  const turn = ({ object, name }: OperationView): string => `${object.metadata.creationTimestamp} ${name}`;
  return items.map(operationView).sort((a, b) => (turn(a) < turn(b) ? -1 : 1));
}

/** Ends with a newline. */
export const operationsText = (views: readonly OperationView[]): string =>
  views.length === 0 ? 'no operations\n' : `${table([HEAD, ...views.map(row)])}\n`;

const HEAD = ['NAME', 'CLUSTER', 'OPERATION', 'STATE', 'PROGRESS', 'MESSAGE'];

const row = (view: OperationView): readonly string[] => [
  view.name,
  view.object.metadata.labels?.[LABEL.cluster] ?? '-',
  [view.operation ?? '?', ...Object.values(view.parameters).slice(0, 1)].join(' '),
  stateOf(view),
  progressText(view),
  messageOf(view),
];

function stateOf(view: OperationView): string {
  if (view.deleting) return 'stopping';
  if (view.state === 'CompletedWithError') return view.final ? 'failed' : 'failed, again later';
  if (view.state !== '') return { Active: 'asked', InExecution: 'moving', Completed: 'completed' }[view.state];
  return view.paused ? 'paused' : 'waits';
}

const WIDTH = 20;

/** For example `[########------------] 40% 4/10 moves 400/1000 MB until 12:04:31Z`. */
export function progressText(view: OperationView): string {
  const { progress } = statusOf(view);
  if (progress === undefined) return view.state === 'Completed' ? bar(100) : '-';
  const until = progress.estimate === undefined || view.state !== 'InExecution' ? '' : ` until ${progress.estimate.slice(11)}`;
  return `${bar(progress.percent)} ${amounts(progress)}${until}`;
}

const amounts = ({ finishedMoves, totalMoves, finishedMb, totalMb }: OperationProgress): string =>
  `${String(finishedMoves)}/${String(totalMoves)} moves ${String(Math.round(finishedMb))}/${String(Math.round(totalMb))} MB`;

function bar(percent: number): string {
  const full = Math.floor((percent * WIDTH) / 100);
  return `[${'#'.repeat(full)}${'-'.repeat(WIDTH - full)}] ${String(percent)}%`;
}

function messageOf(view: OperationView): string {
  if (view.object.metadata.labels?.[LABEL.cluster] === undefined) return `without the label ${LABEL.cluster} nobody carries it out`;
  const said = statusOf(view).conditions?.find((c) => c.type === 'Ready')?.message ?? '';
  return view.state === 'Completed' ? '' : said;
}

/**
 * Shows them until all are over.
 * @returns the exit code: 0 all of them completed, 1 one failed for good, or vanished before it was over
 */
export async function watchOperations(watch: OperationsWatch): Promise<number> {
  const last = new Map<string, OperationView>();
  const said = new Map<string, string>();
  let lines = 0;
  for (;;) {
    const views = await watch.list();
    const gone = [...last.values()].filter((view) => !views.some((v) => v.name === view.name));
    views.forEach((view) => last.set(view.name, view));
    lines = watch.columns !== undefined ? redraw(watch, views, lines) : tell(watch, { views, gone }, said);
    if (views.every((view) => view.final && !view.deleting)) return [...last.values()].every((v) => v.state === 'Completed') ? 0 : 1;
    await watch.pause();
  }
}

/** Over what was written before: up, and everything below cleared. */
function redraw({ write, columns }: OperationsWatch, views: readonly OperationView[], before: number): number {
  // A line that wraps would be two to go up.
  const text = operationsText(views).replace(/.+/g, (line) => line.slice(0, columns));
  write(`${before === 0 ? '' : `\u001b[${String(before)}A\u001b[J`}${text}`);
  return text.split('\n').length - 1;
}

interface Seen {
  readonly views: readonly OperationView[];
  readonly gone: readonly OperationView[];
}

function tell({ write }: OperationsWatch, { views, gone }: Seen, said: Map<string, string>): number {
  const lines = [
    ...views.map((view) => [view.name, row(view).slice(2).join('  ')] as const),
    ...gone.map((view) => [view.name, 'deleted'] as const),
  ];
  for (const [name, line] of lines) {
    if (said.get(name) === line) continue;
    said.set(name, line);
    write(`${name}  ${line.trimEnd()}\n`);
  }
  return 0;
}
