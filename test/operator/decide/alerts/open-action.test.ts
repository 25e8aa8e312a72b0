/** What becomes of an action that was begun. */
import type { AlertChange } from '../../../../lib/alerts/alert-action';
import type { Action, Outcome } from '../../../../operator/decide/action';
import { alertFields } from '../../../../operator/decide/alerts/alerts-status';
import type { AlertDecision } from '../../../../operator/decide/alerts/alerts-view';
import { actOnAlerts } from '../../../../operator/decide/rules/act-on-alerts';
import { CLAIM } from '../../../../operator/kinds';
import { begun, firing, onRecord, up } from '../../../world/alerted';
import { contextOf, converged, NOW } from '../../../world/makers';
import { dedicatedNodes } from '../../../world/three-nodes';

const of = (config = ''): ReturnType<typeof dedicatedNodes> =>
  dedicatedNodes(`  cruiseControlConfig: {}\n  alertManagerConfig: {${config}}`);
const calm = converged(of());
const MINUTE = 60_000;

interface Given {
  readonly config?: string;
  readonly decision?: AlertDecision;
  readonly after?: number;
  readonly outcomes?: readonly Outcome[];
}

const seenIn = ({ config = '', decision = begun(), after = 0 }: Given) => {
  const world = firing(onRecord(calm, decision), up('a'));
  return { cluster: of(config), world, now: NOW + after };
};

function proposed(given: Given): readonly string[] {
  const { cluster, world, now } = seenIn(given);
  return actOnAlerts(contextOf(cluster, world, now)).map(({ kind }) => kind);
}

function became(given: Given): string {
  const { cluster, world, now } = seenIn(given);
  const [decision] = alertFields(cluster, { world, outcomes: given.outcomes ?? [], now }).alerts?.decisions ?? [];
  return `${decision?.outcome ?? ''} ${decision?.reason ?? ''}: ${decision?.message ?? ''}`;
}

const claim = calm.objects.find(({ kind }) => kind === CLAIM.kind)?.metadata.name ?? '';
const grow: readonly AlertChange[] = [{ kind: 'growClaim', claim, size: '2Gi' }];
const grown: readonly AlertChange[] = [{ kind: 'growClaim', claim, size: '1Gi' }];

describe('an action that was begun', () => {
  it.each<[string, Given, readonly string[]]>([
    ['is carried out', {}, ['changeSpec']],
    ['is carried out by who comes nine minutes later', { after: 9 * MINUTE }, ['changeSpec']],
    ['grows a claim', { decision: begun(grow) }, ['growClaim']],
  ])('%s', (_, given, kinds) => {
    expect(proposed(given)).toEqual(kinds);
    expect(became(given)).toBe('Begun Applying: ');
  });

  it('is done when it is seen', () => expect(became({ decision: begun(grown) })).toBe('Done Applied: '));

  it.each<[string, Given, string]>([
    ['after ten minutes', { after: 10 * MINUTE }, 'Failed TimedOut: add broker 103 could not be carried out'],
    ['after days', { after: 4_320 * MINUTE }, 'Failed TimedOut: add broker 103 could not be carried out'],
    ['in a dry run', { config: ' dryRun: true ' }, 'Failed ActionNotAllowed: alertManagerConfig.dryRun is on'],
    [
      'when its name may act no more',
      { config: ' actions: [resizePvc] ' },
      'Failed ActionNotAllowed: alertManagerConfig.actions does not name it',
    ],
    ['beyond a limit that came between', { config: ' upScaleLimit: 3 ' }, 'Failed LimitReached: there are 3 brokers and upScaleLimit is 3'],
    [
      'when the volume is gone',
      { decision: begun([{ kind: 'growClaim', claim: 'gone', size: '2Gi' }]) },
      'Failed ClaimUnknown: no node of the cluster has the volume gone',
    ],
  ])('is not carried out %s, and has failed', (_, given, said) => {
    expect(proposed(given)).toEqual([]);
    expect(became(given)).toBe(said);
  });
});

describe('an attempt', () => {
  const action = { kind: 'changeSpec', changes: [], allowSpecEdits: false, risk: 'safe', reasons: [] } as unknown as Action;
  const other = { kind: 'apply', risk: 'safe', reasons: [] } as unknown as Action;
  it.each<[string, Outcome, string]>([
    [
      'that the API server refused has failed',
      { action, result: 'failed', message: 'spec.brokers: invalid' },
      'Failed WriteRefused: spec.brokers: invalid',
    ],
    [
      'on what somebody else owns has failed',
      { action, result: 'refused', message: 'somebody else owns it' },
      'Failed Conflict: somebody else owns it',
    ],
    ['that is to be repeated has not', { action, result: 'retry', message: 'busy' }, 'Begun Applying: '],
    ['of something else says nothing of it', { action: other, result: 'failed', message: 'no' }, 'Begun Applying: '],
  ])('%s', (_, outcome, said) => expect(became({ outcomes: [outcome] })).toBe(said));
});
