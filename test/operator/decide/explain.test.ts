import type { Action } from '../../../operator/decide/action';
import { actionLine, because, describe as inWords, digest, heldLine, planText } from '../../../operator/decide/explain';
import type { Plan } from '../../../operator/decide/plan';
import { reason } from '../../../operator/decide/reason';

const reasons = [reason('Drift', 'drift: spec.ports'), reason('BudgetFollowsGate', 'because')];
const base = { risk: 'safe', reasons } as const;
const target = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kafka', name: 'old', uid: 'u', resourceVersion: '1' };
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'orders-1' } };

const every: readonly (readonly [string, Action])[] = [
  [
    'apply    service/orders',
    { ...base, kind: 'apply', manifest: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders' } }, creates: false },
  ],
  ['create   node 1', { ...base, kind: 'createPod', node: 1, manifest: pod }],
  ['restart  node 1', { ...base, risk: 'disruptive', kind: 'restartNode', node: 1, target, running: true }],
  ['replace  node 1', { ...base, kind: 'restartNode', node: 1, target, running: false }],
  ['delete   configmap/old', { ...base, risk: 'destructive', kind: 'delete', target }],
  ['mint     a cluster id', { ...base, kind: 'mint', clusterId: undefined, quorum: 'Forming', initialControllers: [] }],
  ['record   cluster id abc', { ...base, kind: 'mint', clusterId: 'abc', quorum: 'Forming', initialControllers: [] }],
  ['mark     configmap/old', { ...base, kind: 'annotate', target, annotations: {} }],
  ['set      finalizer', { ...base, kind: 'setFinalizer', present: true }],
  ['release  finalizer', { ...base, kind: 'setFinalizer', present: false }],
];

it.each(every)('says "%s"', (text, action) => expect(inWords(action)).toBe(text));

it('says a risk where a reader looks for it, and no room for it where there is none', () => {
  const why = 'drift: spec.ports; because';
  expect(actionLine(every[2]![1])).toBe(`${'restart  node 1'.padEnd(33)}${'DISRUPTIVE'.padEnd(13)}${why}`);
  expect(actionLine(every[0]![1])).toBe(`${'apply    service/orders'.padEnd(46)}${why}`);
  expect(heldLine({ what: 'remove   node 3', reasons })).toBe(`${'remove   node 3'.padEnd(46)}${why}`);
});

it('joins reasons in their order', () => expect(because(reasons)).toBe('drift: spec.ports; because'));

describe('the text of a plan', () => {
  const title = { namespace: 'kafka', name: 'orders', generation: 3 };
  const plan: Plan = {
    actions: [every[1]![1]],
    held: [{ what: 'restart  node 2', node: 2, reasons: [reason('OneAtATime', 'later')] }],
    wakeAfter: undefined,
  };

  it('numbers what is done, then names what is held', () => {
    expect(planText(title, plan).split('\n')).toEqual([
      'plan for kafka/orders at generation 3',
      expect.stringMatching(/^ {2}1 {2}create {3}node 1 +drift: spec.ports; because$/),
      'held',
      expect.stringMatching(/^ {2}- {2}restart {2}node 2 +later$/),
      '',
    ]);
  });

  it('says that there is nothing to do', () => {
    expect(planText(title, { actions: [], held: [], wakeAfter: undefined })).toBe(
      'plan for kafka/orders at generation 3\n  nothing to do\n',
    );
  });

  it('is counted for the log by kind', () => {
    expect(digest({ ...plan, actions: [every[0]![1], every[1]![1], every[0]![1]] })).toBe('apply×2 createPod×1 held×1');
    expect(digest({ actions: [], held: [], wakeAfter: undefined })).toBe('nothing');
  });
});
