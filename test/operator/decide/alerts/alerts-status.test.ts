/** What the status says of refusals and dry runs, pass after pass, and what is told of it as Events. */
import { newDecisions, newsOf } from '../../../../operator/controllers/alert-news';
import { alertFields } from '../../../../operator/decide/alerts/alerts-status';
import type { AlertDecision } from '../../../../operator/decide/alerts/alerts-view';
import type { KnownAlert } from '../../../../operator/decide/alerts/known-alerts';
import { withStatus } from '../../../../operator/decide/simulate';
import type { World } from '../../../../operator/decide/world';
import { begun, done, firing, known, onRecord, up } from '../../../world/alerted';
import { converged, NOW } from '../../../world/makers';
import { dedicatedNodes } from '../../../world/three-nodes';

const of = (config = ''): ReturnType<typeof dedicatedNodes> =>
  dedicatedNodes(`  cruiseControlConfig: {}\n  alertManagerConfig: {${config}}`);
const calm = converged(of());
const many: readonly KnownAlert[] = Array.from({ length: 64 }, (_, at) => up(`alert-${String(at)}`));

/** The worlds after each of so many passes. */
function passes(cluster: ReturnType<typeof of>, world: World, count: number): readonly World[] {
  const worlds: World[] = [world];
  for (let at = 1; at <= count; at += 1) {
    const before = worlds.at(-1) ?? world;
    worlds.push(withStatus(before, alertFields(cluster, { world: before, outcomes: [], now: NOW + at * 1000 })));
  }
  return worlds;
}

const decisionsOf = ({ cluster }: World): readonly AlertDecision[] => cluster.status.alerts?.decisions ?? [];

describe('64 alerts that are refused', () => {
  const [start, first, second] = passes(of(' upScaleLimit: 3 '), firing(calm, ...many), 2) as [World, World, World];

  it('are each on record, and the next pass changes nothing', () => {
    expect(decisionsOf(first).map(({ reason }) => reason)).toEqual(Array.from({ length: 64 }, () => 'LimitReached'));
    expect(second.cluster.status).toEqual(first.cluster.status);
  });

  it('are told in one Event, and counted each', () => {
    const news = newDecisions(start.cluster.status, first.cluster.status);
    expect(news).toHaveLength(64);
    const message = 'upScale for alert alert-0 and 63 others: there are 3 brokers and upScaleLimit is 3';
    expect(newsOf(news)).toEqual([{ type: 'Warning', reason: 'AlertRefused', message }]);
  });

  it('leave sixteen on record when they have ended', () => {
    const [, after] = passes(of(' upScaleLimit: 3 '), firing(first), 1) as [World, World];
    expect(decisionsOf(after)).toHaveLength(16);
  });
});

describe('a dry run', () => {
  const cluster = of(' dryRun: true ');

  it('records and tells what would be done, once for each firing', () => {
    const [start, first, second] = passes(cluster, firing(calm, up('a')), 2) as [World, World, World];
    expect(decisionsOf(first)).toEqual([
      {
        ...{ time: '2026-01-01T00:00:01Z', alert: 'a', fingerprint: 'a', action: 'upScale' },
        ...{ outcome: 'DryRun', reason: 'WouldApply', message: 'add broker 103' },
      },
    ]);
    expect(second.cluster.status).toEqual(first.cluster.status);
    expect(newsOf(newDecisions(start.cluster.status, first.cluster.status))).toEqual([
      { type: 'Normal', reason: 'AlertWouldAct', message: 'upScale for alert a would add broker 103' },
    ]);
  });

  it('of 64 alerts comes to rest', () => {
    const worlds = passes(cluster, firing(calm, ...many), 66);
    expect(decisionsOf(worlds[64]!)).toHaveLength(64);
    expect(worlds[66]!.cluster.status).toEqual(worlds[64]!.cluster.status);
  });

  it('does not count once it is over', () => {
    const [, , after] = passes(cluster, firing(calm, up('a')), 2) as [World, World, World];
    expect(decisionsOf(passes(of(' upScaleLimit: 3 '), after, 1)[1]!).map(({ outcome }) => outcome)).toEqual(['DryRun', 'Refused']);
  });
});

describe('an Event', () => {
  it.each<[string, AlertDecision, object | undefined]>([
    [
      'tells what was done',
      done('upScale', NOW, { message: 'add broker 103, for alert a' }),
      { type: 'Normal', reason: 'AlertActed', message: 'upScale: add broker 103, for alert a' },
    ],
    [
      'warns of what failed',
      begun([], { outcome: 'Failed', reason: 'Conflict', message: 'somebody else owns it' }),
      { type: 'Warning', reason: 'AlertFailed', message: 'upScale for alert a: somebody else owns it' },
    ],
    ['is not made of what is only begun', begun(), undefined],
  ])('%s', (_, decision, event) => expect(newsOf([decision])).toEqual(event === undefined ? [] : [event]));

  it('is not made of what stood in the status before', () => {
    const { status } = onRecord(calm, done('upScale', NOW)).cluster;
    expect(newDecisions(status, status)).toEqual([]);
  });

  it('tells refusals for different reasons apart', () => {
    const world = firing(calm, known('odd', { command: 'deleteAll' }), known('down', { command: 'downScale' }));
    const [start, first] = passes(of(), world, 1) as [World, World];
    expect(newsOf(newDecisions(start.cluster.status, first.cluster.status)).map(({ message }) => message)).toEqual([
      'downScale for alert down: no broker was added by an alert; every other one was written into the spec by somebody else, who would write it again; alertManagerConfig.allowSpecEdits allows it',
      'deleteAll for alert odd: there is no action deleteAll',
    ]);
  });
});
