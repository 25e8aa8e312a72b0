import { failedBefore, isRecovering, trialOf, TRIAL_LIMIT_MS, whyTrialHolds, type Trial } from '../../../operator/decide/trial';
import type { Context } from '../../../operator/decide/context';
import type { NodeView, PodView } from '../../../operator/decide/node-view';
import { revisionOf } from '../../../operator/decide/revision';
import { contextOf, converged, NOW } from '../../world/makers';
import { threeNodes } from '../../world/three-nodes';

const cluster = threeNodes();
const context = contextOf(cluster, converged(cluster));
const calm = context.views[1]!;
const wanted = revisionOf(context.nodes.get(1)?.pod);

interface Given {
  readonly pod?: Partial<PodView> | 'none';
  readonly served?: string | undefined;
  readonly hasRun?: boolean;
  readonly seen?: Partial<Context>;
}

/** Node 1, which was started with what is wanted a minute ago and served with something else before. */
function view({ pod = {}, hasRun = true, ...given }: Given): NodeView {
  const served = 'served' in given ? given.served : 'another';
  const begun: PodView = {
    ...calm.pod!,
    ready: false,
    readySince: undefined,
    running: true,
    createdAt: NOW - 60_000,
    ...(pod === 'none' ? {} : pod),
  };
  return { ...calm, hasRun, pod: pod === 'none' ? undefined : begun, status: served === undefined ? {} : { servedRevision: served } };
}

const trial = (given: Given): Trial | undefined => trialOf(view(given), { ...context, ...given.seen });
const soon: Trial = { state: 'running', until: NOW + TRIAL_LIMIT_MS };
const since: Trial = { state: 'running', until: NOW - 60_000 + TRIAL_LIMIT_MS };
const failed = (why: string): Trial => ({ state: 'failed', why });
const late = { createdAt: NOW - TRIAL_LIMIT_MS };
const lost = { claims: [] };

describe('a node is on trial', () => {
  it.each<[string, Given, Trial | undefined]>([
    ['when it was started with what it has not served with', {}, since],
    ['when it is not known what it served with', { served: undefined }, since],
    ['before it is started with that: without a Pod', { pod: 'none' }, soon],
    ['before it is started with that: while its Pod stops', { pod: { terminating: true, revision: 'another' } }, soon],
    ['before it is started with that: when its process does not run', { pod: { running: false, revision: 'another' } }, soon],
    ['when it runs with what it never served with and goes back', { served: wanted, pod: { revision: 'bad' } }, soon],
    ['when it runs with what it never served with and gets a third', { served: 'another', pod: { revision: 'bad' } }, soon],
    ['when it runs with nobody knows what and gets another', { served: undefined, pod: { revision: 'bad' } }, soon],
    ['until five minutes are over', { pod: { createdAt: NOW - TRIAL_LIMIT_MS + 1 } }, { state: 'running', until: NOW + 1 }],
  ])('%s', (_, given, expected) => expect(trial(given)).toEqual(expected));
});

describe('a node is not on trial', () => {
  it.each<[string, Given]>([
    ['while it serves', { pod: { ready: true } }],
    ['before it has ever run', { hasRun: false }],
    ['when it is started again with what it served with', { served: wanted }],
    ['when its Pod is gone and comes back with what it served with', { served: wanted, pod: 'none' }],
    ['when its Pod stops and comes back with what it served with', { served: wanted, pod: { terminating: true } }],
    ['when it is down with what it served with, and runs: it is restarted like any other', { pod: { revision: 'another' } }],
    ['when nothing is wanted of it', { seen: { nodes: new Map() } }],
  ])('%s', (_, given) => expect(trial(given)).toBeUndefined());

  it('while it waits for a volume that is lost', () => {
    expect(trialOf({ ...view({ pod: 'none' }), ...lost }, context)).toBeUndefined();
    expect(trialOf({ ...view({ pod: { running: false, revision: 'another' } }), ...lost }, context)).toBeUndefined();
  });
});

describe('a trial has failed', () => {
  it.each<[string, Given, string]>([
    ...['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'CreateContainerConfigError'].map((waiting): [string, Given, string] => [
      `when its container cannot be started: ${waiting}`,
      { pod: { running: false, waiting } },
      `its container cannot be started (${waiting})`,
    ]),
    [
      'when its process ended twice',
      { pod: { running: false, restarts: 2, lastWords: { exitCode: 3, message: 'x' } } },
      'its process ended 2 times, last with exit code 3',
    ],
    [
      'when its process ended, whatever is known of it',
      { pod: { running: false, restarts: 5, lastWords: undefined } },
      'its process ended 5 times, last with exit code -1',
    ],
    ['when its Pod cannot be placed', { pod: { running: false, unschedulable: 'no room' } }, 'its Pod cannot be placed: no room'],
    ['when it does not serve after five minutes', { pod: late }, 'its process runs and does not serve'],
  ])('%s', (_, given, why) => expect(trial(given)).toEqual(failed(why)));

  it.each<[string, Given]>([
    ['when its process ended once', { pod: { running: false, restarts: 1 } }],
    ['when its process runs again after it ended twice', { pod: { restarts: 2 } }],
    ['while its container is being made', { pod: { running: false, waiting: 'ContainerCreating' } }],
  ])('not yet %s', (_, given) => expect(trial(given)).toEqual(since));

  it('not while it recovers its log, however long that takes', () => {
    const world = { ...context.world, processes: { '1': { brokerState: 2 } } };
    expect(trial({ pod: late, seen: { world } })).toEqual({ state: 'running', until: NOW });
    expect(isRecovering(calm, world)).toBe(true);
    expect(isRecovering(calm, { ...world, processes: { '1': { brokerState: 3 }, '2': { brokerState: 2 } } })).toBe(false);
    expect(isRecovering(calm, { ...world, processes: {} })).toBe(false);
  });
});

describe('a node failed with something before', () => {
  const bad: Given = { served: wanted, pod: { revision: 'bad' } };
  it('when it runs with it and is to have something else', () => expect(failedBefore(view(bad), context)).toBe(true));
  it.each<[string, Given]>([
    ['while it serves', { ...bad, pod: { revision: 'bad', ready: true } }],
    ['before it has ever run', { ...bad, hasRun: false }],
    ['without a Pod', { ...bad, pod: 'none' }],
    ['while its Pod stops', { ...bad, pod: { revision: 'bad', terminating: true } }],
    ['when its process does not run', { ...bad, pod: { revision: 'bad', running: false } }],
    ['when it served with it', { served: 'bad', pod: { revision: 'bad' } }],
    ['when it is to have just that', { served: 'another', pod: { revision: wanted } }],
  ])('but not %s', (_, given) => expect(failedBefore(view(given), context)).toBe(false));
});

describe('the others wait for it', () => {
  it('while it runs, until its time is over', () => {
    expect(whyTrialHolds(view({}), context)).toEqual({
      code: 'OnTrial',
      message: 'node 1 is started anew and does not serve yet; it goes first',
      until: NOW - 60_000 + TRIAL_LIMIT_MS,
    });
  });
  it('when it has failed, until somebody changes something', () => {
    expect(whyTrialHolds(view({ pod: late }), context)).toEqual({
      code: 'CanaryFailed',
      message: 'node 1 does not come back after the change: its process runs and does not serve. Change the spec, or take the change back',
    });
  });
  it('not when it is not on trial', () => expect(whyTrialHolds(calm, context)).toBeUndefined());
});
