import { listOperations, operationsText, progressText, watchOperations } from '../../../operator/commands/operations-command';
import type { OperationStatus } from '../../../operator/decide/operation-status';
import { operationView, type OperationView } from '../../../operator/decide/operation-view';
import { OPERATION } from '../../../operator/kinds';
import { KubeError } from '../../../operator/runtime/kube-error';
import type { KubeApi } from '../../../operator/runtime/kube-types';

const view = (name: string, status?: OperationStatus, more: { labels?: Record<string, string>; spec?: object } = {}): OperationView => {
  const { labels = { kafka_cr: 'orders' }, spec } = more;
  const metadata = { name, namespace: 'kafka', uid: name, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', labels };
  const base = { apiVersion: OPERATION.apiVersion, kind: OPERATION.kind, metadata };
  return operationView({
    ...base,
    spec: { operation: 'remove_broker', parameters: { brokerid: '3,4' }, ...spec },
    ...(status && { status }),
  });
};

const progress = (percent: number) => ({
  progress: {
    finishedMoves: 4,
    totalMoves: 10,
    finishedMb: 400.4,
    totalMb: 1000,
    percent,
    estimate: '2026-01-01T00:04:31Z',
    updated: '2026-01-01T00:00:00Z',
  },
});
const moving = (name: string, percent: number) => view(name, { currentTask: { state: 'InExecution' }, ...progress(percent) });
const done = (name: string) => view(name, { currentTask: { state: 'Completed' } });
const failed = (name: string) =>
  view(name, { currentTask: { state: 'CompletedWithError', errorMessage: 'no' } }, { spec: { errorPolicy: 'ignore' } });

test('a line says what is done and how far it is', () => {
  const message = [
    { type: 'Ready', status: 'False' as const, reason: 'Waiting', message: 'node 2 does not serve', lastTransitionTime: '' },
  ];
  const text = operationsText([
    moving('a', 40),
    view('b', { conditions: message }),
    done('c'),
    failed('d'),
    view('e', undefined, { labels: {} }),
  ]);
  expect(text).toBe(
    [
      'NAME  CLUSTER  OPERATION          STATE      PROGRESS                                                           MESSAGE',
      'a     orders   remove_broker 3,4  moving     [########------------] 40% 4/10 moves 400/1000 MB until 00:04:31Z',
      'b     orders   remove_broker 3,4  waits      -                                                                  node 2 does not serve',
      'c     orders   remove_broker 3,4  completed  [####################] 100%',
      'd     orders   remove_broker 3,4  failed     -',
      'e     -        remove_broker 3,4  waits      -                                                                  without the label kafka_cr nobody carries it out',
      '',
    ].join('\n'),
  );
  expect(operationsText([])).toBe('no operations\n');
});

test.each([
  [0, '[--------------------] 0%'],
  [99, '[###################-] 99%'],
  [100, '[####################] 100%'],
])('a bar for %i percent', (percent, bar) => {
  expect(progressText(moving('a', percent))).toContain(bar);
});

/** What each look finds, and what is written. */
async function watched(
  looks: readonly (readonly OperationView[])[],
  columns?: number,
): Promise<{ code: number; written: readonly string[] }> {
  const written: string[] = [];
  let at = 0;
  const code = await watchOperations({
    list: () => Promise.resolve(looks[Math.min(at++, looks.length - 1)] ?? []),
    write: (text) => written.push(text),
    columns,
    pause: () => Promise.resolve(),
  });
  return { code, written };
}

describe('a watch', () => {
  test('ends when all is completed, and writes what changed', async () => {
    const { code, written } = await watched([[moving('a', 40)], [moving('a', 40)], [done('a')]]);
    expect(code).toBe(0);
    expect(written).toEqual([
      'a  remove_broker 3,4  moving  [########------------] 40% 4/10 moves 400/1000 MB until 00:04:31Z\n',
      'a  remove_broker 3,4  completed  [####################] 100%\n',
    ]);
  });

  test('of one that fails for good ends with 1', async () => {
    expect(
      (
        await watched([
          [moving('a', 40), done('b')],
          [failed('a'), done('b')],
        ])
      ).code,
    ).toBe(1);
  });

  test('of one that vanishes before it is over ends with 1, whatever else completes', async () => {
    const { code, written } = await watched([[moving('a', 40)], []]);
    expect([code, written.at(-1)]).toEqual([1, 'a  deleted\n']);
  });

  test('of one that expires after it completed ends with 0', async () => {
    expect((await watched([[done('a'), moving('b', 1)], [done('b')]])).code).toBe(0);
  });

  test('on a terminal overwrites its lines, and none of them wraps', async () => {
    const { written } = await watched([[moving('a', 40)], [done('a')]], 30);
    expect(written[1]?.startsWith('\u001b[2A\u001b[J')).toBe(true);
    expect(written.flatMap((text) => text.replace(/^\u001b\[2A\u001b\[J/u, '').split('\n')).every((line) => line.length <= 30)).toBe(true);
  });
});

test('a Kubernetes cluster without the CRD is told apart from one without operations', async () => {
  const said = { status: 404, reason: 'NotFound', said: 'no such resource', verb: 'list', ref: { kind: OPERATION } };
  const kube = { list: () => Promise.reject(new KubeError(said)) } as unknown as KubeApi;
  await expect(listOperations(kube, 'kafka', undefined)).rejects.toThrow('the chart installs it');
});
