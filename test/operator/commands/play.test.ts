import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { ANNOTATION } from '../../../lib/constructs/naming';
import { play } from '../../../operator/commands/play';
import { decide } from '../../../operator/decide/decide';
import { describe as actionText } from '../../../operator/decide/explain';
import { CRASHES } from '../../../operator/decide/simulate-pods';
import type { World } from '../../../operator/decide/world';
import { converged, emptyWorld, NOW, withAnnotation } from '../../world/makers';
import { withBrokers } from '../../world/moving-brokers';
import { dedicatedNodes, threeNodes } from '../../world/three-nodes';

const wish = (threads: number | string, policy = '', make = threeNodes): ResolvedCluster =>
  make(
    `  readOnlyConfig: "${typeof threads === 'number' ? `num.io.threads=${String(threads)}` : threads}"\n${policy === '' ? '' : `  changePolicy: { ${policy} }`}`,
  );
const calm = converged(wish(3));

const played = (cluster: ResolvedCluster, world: World = calm) => play({ cluster, world, now: NOW });
/** Ids of nodes that were stopped, in order. */
const stopped = ({ passes }: ReturnType<typeof play>): readonly (number | undefined)[] =>
  passes.flatMap(({ plan }) => plan.actions.filter((a) => a.kind === 'restartNode').map((a) => a.node));

describe('a plan that is played to its end', () => {
  it('does nothing where nothing is to be done', () => {
    expect(played(wish(3))).toEqual({ passes: [], held: [], ended: true });
  });

  it('creates a whole cluster', () => {
    const cluster = dedicatedNodes();
    const end = played(cluster, emptyWorld(cluster));
    const made = end.passes.flatMap(({ plan }) => plan.actions.filter((a) => a.kind === 'createPod').map((a) => a.node));
    expect([...made].sort()).toEqual([0, 1, 100, 101, 102, 2]);
    expect(end).toMatchObject({ held: [], ended: true });
  });

  it('restarts every node in the order of the waves that were previewed', () => {
    const waves = decide(wish(4), calm, NOW).preview?.waves.flatMap((w) => w.nodes);
    const end = played(wish(4));
    expect(stopped(end)).toEqual(waves);
    expect(end).toMatchObject({ held: [], ended: true });
  });

  it('is the same every time', () => {
    expect(JSON.stringify(played(wish(4)))).toBe(JSON.stringify(played(wish(4), structuredClone(calm))));
  });

  it('ends with what waits for an approval, and goes on from an approval', () => {
    const cluster = wish(4, 'approval: Required');
    const end = played(cluster);
    expect(stopped(end)).toEqual([]);
    expect(end).toMatchObject({ ended: true, held: Array(3).fill({ reasons: [{ code: 'ApprovalNeeded' }] }) });
    const hash = decide(cluster, calm, NOW).preview?.approval?.hash ?? '';
    expect(played(cluster, withAnnotation(calm, ANNOTATION.approvedPlan, hash))).toMatchObject({ held: [], ended: true });
  });

  it('jumps to the opening of a maintenance window, and on to the next when it closes before the end', () => {
    const end = played(wish(4, 'windows: [{ schedule: "0 2 * * sun", duration: 20s }]'));
    expect(stopped(end)).toHaveLength(3);
    const waits = end.passes.flatMap(({ at, waitedFor }) =>
      waitedFor === undefined ? [] : [`${new Date(at).toISOString()} ${waitedFor}`],
    );
    expect(waits).toEqual(
      ['04', '11', '18'].map((day) => `2026-01-${day}T02:00:00.000Z outside every maintenance window; opens 2026-01-${day}T02:00:00Z`),
    );
  });

  it('stops where the first node does not come back', () => {
    const end = played(wish(CRASHES));
    expect(stopped(end)).toHaveLength(1);
    expect(end.held.flatMap((h) => h.reasons.map((r) => r.code))).toContain('CanaryFailed');
    expect(end.ended).toBe(true);
  });

  it('empties a broker and takes it away, with a Cruise Control that nobody asked yet', () => {
    const five = converged(withBrokers([100, 101, 102, 103, 104]));
    const end = played(withBrokers([100, 101, 103, 104], { world: five }), { ...five, cruiseControl: { state: 'notAsked' } });
    const did = end.passes.flatMap(({ plan }) => plan.actions.map((action) => actionText(action)));
    expect(did).toContainEqual(expect.stringMatching(/remove_broker for/));
    expect(did.indexOf('forget   broker 102')).toBeGreaterThan(did.indexOf('delete   pod/orders-102'));
    expect(end).toMatchObject({ held: [], ended: true });
  });
});
