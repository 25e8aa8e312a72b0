import { decide } from '../../../operator/decide/decide';
import { report } from '../../../operator/decide/report';
import { settle, simulate, withStatus } from '../../../operator/decide/simulate';
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { lastGoodManifest, specInLastGood } from '../../../lib/constructs/last-good';
import type { World } from '../../../operator/decide/world';
import { clusterFrom } from '../../world/cluster-file';
import { converged, NOW, podOf } from '../../world/makers';

const spec = (threads: number, generation: number, onFailure = 'Rollback'): ResolvedCluster =>
  clusterFrom(
    `
apiVersion: kafka.banzaicloud.io/v1beta1
kind: KafkaCluster
metadata: { name: orders }
spec:
  kafkaVersion: 4.3.1
  readOnlyConfig: num.io.threads=${threads}
  changePolicy: { onFailure: ${onFailure} }
  listenersConfig:
    internalListeners:
      - { type: plaintext, name: internal, containerPort: 29092, usedForInnerBrokerCommunication: true }
      - { type: plaintext, name: controller, containerPort: 29093, usedForControllerCommunication: true }
  brokerConfigGroups:
    both: { processRoles: [controller, broker], storageConfigs: [{ mountPath: /logs, pvcSpec: { resources: { requests: { storage: 1Gi } } } }] }
  brokers: [{ id: 0, brokerConfigGroup: both }, { id: 1, brokerConfigGroup: both }, { id: 2, brokerConfigGroup: both }]
`,
    { generation },
  );

const good = spec(3, 1);
const bad = spec(99, 2);
const calm = converged(good);

/** One pass in which processes of `broken` end again and again. */
function pass(cluster: ResolvedCluster, world: World, broken: readonly number[], past?: ResolvedCluster): World {
  const seen = { ...world, cluster: { ...world.cluster, generation: cluster.generation } };
  const plan = decide(cluster, seen, NOW, past);
  const settled = settle(plan.actions.reduce(simulate, seen), { broken });
  return withStatus(settled, report(cluster, { world: settled, plan: decide(cluster, settled, NOW, past), outcomes: [], now: NOW }));
}

const revisions = (world: World): readonly (string | undefined)[] =>
  [0, 1, 2].map((id) => podOf(world, id)?.metadata.annotations?.['kafka.banzaicloud.io/revision']);
const trouble = (world: World) => world.cluster.status.conditions?.find((c) => c.type === 'Degraded');

/** The change is made; the first node does not come back. */
function failedAt(cluster: ResolvedCluster): { world: World; first: number } {
  const first = decide(cluster, calm, NOW).actions.find((a) => a.kind === 'restartNode')?.node ?? -1;
  let world = calm;
  for (let at = 0; at < 4; at += 1) world = pass(cluster, world, [first]);
  return { world, first };
}

it('the last good spec is kept in a Secret and read again as it was', () => {
  expect(calm.objects.some((o) => o.kind === 'Secret' && o.metadata.name === 'orders-last-good')).toBe(true);
  const { data } = lastGoodManifest(good) as unknown as { data: Record<string, string> };
  expect(specInLastGood(data)).toEqual(good.written);
  expect(JSON.stringify(data)).not.toContain('num.io.threads');
});

it.each([[undefined], [{}], [{ spec: 'bm90IGd6aXA=' }]])('what holds no spec gives none: %j', (data) =>
  expect(specInLastGood(data)).toBeUndefined(),
);

describe('a node that does not come back with a change', () => {
  it('stops the roll: the others are left as they are, and the condition shows its last lines', () => {
    const { world, first } = failedAt(spec(99, 2, 'Hold'));
    expect(revisions(world).filter((r) => !revisions(calm).includes(r))).toHaveLength(1);
    expect(trouble(world)).toMatchObject({ status: 'True', reason: 'RollStopped' });
    expect(trouble(world)?.message).toContain('simulated failure');
    const { actions, held } = decide(spec(99, 2, 'Hold'), world, NOW);
    expect(actions.filter((a) => a.kind === 'restartNode')).toEqual([]);
    const waiting = held.filter((h) => h.what.startsWith('restart')).map((h) => h.node);
    expect(new Set(waiting)).toEqual(new Set([0, 1, 2].filter((id) => id !== first)));
  });

  it('gets back what it ran before, and nothing more of the change is done', () => {
    const { world } = failedAt(bad);
    const noted = pass(bad, world, [], good);
    const back = [0, 1, 2].reduce((w) => pass(bad, w, [], good), noted);
    expect(revisions(back)).toEqual(revisions(calm));
    expect(trouble(back)).toMatchObject({ status: 'True', reason: 'RolledBack' });
    expect(decide(bad, back, NOW, good).actions).toEqual([]);
  });

  it('stays where it is when no earlier spec is kept', () => {
    const { world } = failedAt(bad);
    expect(decide(bad, world, NOW).actions.filter((a) => ['record', 'restartNode'].includes(a.kind))).toEqual([]);
  });

  it('takes part in the next change, and the rejected one may be tried again after that', () => {
    const { world } = failedAt(bad);
    let back = [0, 1, 2].reduce((w) => pass(bad, w, [], good), world);
    const next = spec(5, 3);
    for (let at = 0; at < 12; at += 1) back = pass(next, back, [], good);
    expect(decide(next, back, NOW, good).actions).toEqual([]);
    expect(new Set(revisions(back))).not.toEqual(new Set(revisions(calm)));
    expect(Object.values(back.cluster.status.brokersState ?? {}).flatMap((b) => b.rejectedRevision ?? [])).toEqual([]);
  });
});
