import { nodeViews } from '../../../operator/decide/node-view';
import { healingIn, whyHealing, whyNotMoved } from '../../../operator/decide/self-healing';
import { IDLE } from '../../../operator/decide/simulate-execution';
import type { CruiseControlView, World } from '../../../operator/decide/world';
import { BROKER, running, withDisks } from '../../world/disks';
import { happened } from '../../world/happenings';
import { NOW, withPodStatus } from '../../world/makers';

const cluster = withDisks();
const healing = happened(running(cluster), cluster, { heals: 'BROKER_FAILURE', because: 'broker 104 failed' });
const seen: CruiseControlView = healing.cruiseControl?.state === 'known' ? healing.cruiseControl.value : ({} as never);
const withView = (change: Partial<CruiseControlView>): World => ({
  ...healing,
  cruiseControl: { state: 'known', value: { ...seen, ...change } },
});
const task = { id: 't', status: 'InExecution', request: '', startedAt: NOW } as const;
const busy = seen.execution;

describe('what Cruise Control repairs by itself', () => {
  it.each<[string, World, number, string | undefined]>([
    ['is told by its executor', healing, NOW, 'BROKER_FAILURE: broker 104 failed'],
    ['is over when the executor is idle, whatever the list of anomalies says', withView({ execution: IDLE }), NOW, undefined],
    ['is nothing that somebody asked it for', withView({ tasks: [task], execution: { ...busy, taskId: 't' } }), NOW, undefined],
    ['is nothing that somebody asked it for, though it does not say which task', withView({ tasks: [task] }), NOW, undefined],
    ['is unknown while no repair began', withView({ anomalies: [{ ...seen.anomalies![0]!, status: 'CHECK_WITH_DELAY' }] }), NOW, undefined],
    ['is unknown while it does not heal at all', { ...healing, cruiseControl: { state: 'unknown', why: 'x' } }, NOW, undefined],
    ['is unknown when it was seen long ago', healing, NOW + 200_000, undefined],
    [
      'is the latest that began',
      withView({ anomalies: [...seen.anomalies!, { ...seen.anomalies![0]!, type: 'DISK_FAILURE', detectedAt: NOW + 1, description: '' }] }),
      NOW,
      'DISK_FAILURE',
    ],
  ])('%s', (_, world, now, what) => expect(healingIn({ world, now })).toBe(what));

  it('holds back what would be moved', () => expect(whyNotMoved({ world: healing, now: NOW })?.code).toBe('SelfHealing'));

  it.each<[string, World, number, boolean]>([
    ['a broker that serves is not stopped', healing, BROKER, true],
    ['one that does not serve is mended', withPodStatus(healing, BROKER, {}), BROKER, false],
    ['a controller may be restarted', healing, 0, false],
  ])('meanwhile %s', (_, world, id, held) => {
    const view = nodeViews(cluster, world).find((v) => v.node.id === id)!;
    expect(whyHealing(view, { world, now: NOW }).length > 0).toBe(held);
  });
});
