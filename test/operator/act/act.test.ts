import { act } from '../../../operator/act/act';
import type { Hands } from '../../../operator/act/executor';
import { preflight } from '../../../operator/act/preflight';
import type { Action } from '../../../operator/decide/action';
import { reason, type Reason } from '../../../operator/decide/reason';
import { clusterView } from '../../../operator/observe/kube';
import { KubeError } from '../../../operator/runtime/kube-error';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { happened, type Happening } from '../../world/happenings';
import { contextOf, converged } from '../../world/makers';
import { threeNodes } from '../../world/three-nodes';

const meta = { name: 'orders', namespace: 'kafka', uid: 'u', resourceVersion: '1', creationTimestamp: '' };
const view = clusterView({ apiVersion: 'x', kind: 'KafkaCluster', metadata: meta });
const base = { risk: 'safe', reasons: [] } as const;
const apply = (node: number, kind = 'ConfigMap'): Action => ({
  ...base,
  kind: 'apply',
  node,
  manifest: { apiVersion: 'v1', kind, metadata: { name: `${kind}-${node}` } },
  creates: true,
});
const create = (node: number): Action => ({
  ...base,
  kind: 'createPod',
  node,
  manifest: { apiVersion: 'v1', kind: 'Pod', metadata: { name: `Pod-${node}` } },
});

/** Hands whose writes take a moment; they note what begins and what ends. */
function hands(fails: (name: string) => boolean = () => false) {
  const noted: string[] = [];
  let [running, most] = [0, 0];
  const write = async (_: unknown, draft: { metadata: { name: string }; kind: string; apiVersion: string }): Promise<KubeObject> => {
    noted.push(`+${draft.metadata.name}`);
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 2));
    running -= 1;
    noted.push(`-${draft.metadata.name}`);
    if (fails(draft.metadata.name))
      throw new KubeError({
        status: 500,
        reason: 'x',
        said: 'x',
        verb: 'apply',
        ref: { kind: { apiVersion: 'v1', kind: 'x', plural: 'x', namespaced: true } },
      });
    return { ...draft, metadata: { ...meta, ...draft.metadata } };
  };
  const made = { kube: { apply: write }, store: () => undefined, preflight: () => Promise.resolve([]) };
  return { hands: made as unknown as Hands, noted, most: () => most };
}

describe('carrying out a plan', () => {
  const plan = (actions: readonly Action[]) => ({ actions, held: [], wakeAfter: undefined });

  it('does what is independent at the same time, sixteen writes at most', async () => {
    const { hands: used, most } = hands();
    const outcomes = await act(plan(Array.from({ length: 40 }, (_, node) => apply(node))), view, used);
    expect(outcomes.map((o) => o.result)).toEqual(Array.from({ length: 40 }, () => 'done'));
    expect(most()).toBe(16);
  });

  it('begins a phase only when the one before has ended', async () => {
    const { hands: used, noted } = hands();
    await act(plan([apply(0), apply(1), create(0), create(1)]), view, used);
    expect(noted.indexOf('+Pod-0')).toBeGreaterThan(noted.indexOf('-ConfigMap-1'));
  });

  it('makes no Pod of a node whose configuration could not be written, and all the others', async () => {
    const { hands: used, noted } = hands((name) => name === 'ConfigMap-1');
    const outcomes = await act(plan([apply(0), apply(1), create(0), create(1)]), view, used);
    expect(noted).not.toContain('+Pod-1');
    expect(outcomes.map((o) => [o.action.kind, o.action.node, o.result])).toEqual([
      ['apply', 0, 'done'],
      ['apply', 1, 'retry'],
      ['createPod', 0, 'done'],
    ]);
  });

  const restart = (node: number, running: boolean): Action => ({
    ...base,
    kind: 'restartNode',
    node,
    running,
    target: { apiVersion: 'v1', kind: 'Pod', namespace: 'kafka', name: `Pod-${node}`, uid: 'u', resourceVersion: '1' },
  });
  const stopping = (refusals: () => Promise<readonly Reason[]>) => {
    const { hands: used } = hands();
    const [deleted, looks]: [string[], (readonly number[])[]] = [[], []];
    const kube = { delete: (ref: { name: string }) => Promise.resolve(void deleted.push(ref.name)) };
    const look = (nodes: readonly number[]) => (looks.push(nodes), refusals());
    return { used: { ...used, kube, preflight: look } as unknown as Hands, deleted, looks };
  };

  it('looks once more for a whole wave, which goes together', async () => {
    const { used, deleted, looks } = stopping(() => Promise.resolve([]));
    await act(plan([restart(1, true), restart(2, true)]), view, used);
    expect([looks, deleted]).toEqual([[[1, 2]], ['Pod-1', 'Pod-2']]);
  });

  it.each<[string, () => Promise<readonly Reason[]>, string]>([
    ['refuses', () => Promise.resolve([reason('MinInSync', 'orders-3 would fall')]), 'orders-3 would fall'],
    ['cannot be taken', () => Promise.reject(new Error('nobody answers')), 'nobody answers'],
  ])('stops none of a wave when the last look %s, and says why', async (_, refusals, message) => {
    const { used, deleted } = stopping(refusals);
    const outcomes = await act(plan([restart(1, true), restart(2, true)]), view, used);
    expect(outcomes.map((o) => [o.result, o.message])).toEqual([
      ['refused', message],
      ['refused', message],
    ]);
    expect(deleted).toEqual([]);
  });

  it('needs no last look for processes that do not run', async () => {
    const { used, deleted, looks } = stopping(() => Promise.resolve([reason('MinInSync', 'x')]));
    await act(plan([restart(1, false)]), view, used);
    expect([looks, deleted]).toEqual([[], ['Pod-1']]);
  });

  it('changes no voter when the last look refuses it', async () => {
    const { used } = stopping(() => Promise.resolve([reason('QuorumMajority', 'only 1 of 3')]));
    const asked: string[] = [];
    const kafka = () => ({ removeRaftVoter: () => Promise.resolve(void asked.push('remove')) });
    const removal: Action = { ...base, kind: 'removeVoter', node: 3, directoryId: 'd' };
    const outcomes = await act(plan([removal]), view, { ...used, kafka } as unknown as Hands);
    expect(outcomes.map((o) => [o.result, o.message])).toEqual([['refused', 'only 1 of 3']]);
    expect(asked).toEqual([]);
  });

  it('does nothing of an empty plan', async () => expect(await act(plan([]), view, hands().hands)).toEqual([]));
});

describe('the last look before a stop', () => {
  const cluster = threeNodes();
  const asked = async (...story: readonly Happening[]): Promise<readonly string[]> => {
    const lowered: Happening = { budgetsAllow: 0 };
    const world = [lowered, ...story].reduce((w, what) => happened(w, cluster, what), converged(cluster));
    return (await preflight(() => Promise.resolve(contextOf(cluster, world)))([1])).map((r) => r.code);
  };

  it.each<[string, readonly Happening[], readonly string[]]>([
    ['allows it when everything serves', [], []],
    ['refuses when another node went down meanwhile', [{ podGone: 2 }], ['NodeNotReady', 'QuorumMajority']],
    ['refuses when Kafka went out of sight meanwhile', [{ kafkaUnknown: 'x' }], ['KafkaUnknown']],
    [
      'refuses when a partition lost a replica meanwhile',
      [{ partition: 'a-0', replicas: [0, 1, 2], isr: [0, 1] }],
      ['UnderReplicated', 'MinInSync'],
    ],
    ['refuses while a budget still lets somebody go', [{ budgetsAllow: 1 }], ['BudgetFollowsGate']],
    ['refuses when the leader is gone', [{ noLeader: true }], ['NoQuorumLeader']],
  ])('%s', async (_, story, codes) => expect(await asked(...story)).toEqual(codes));

  it.each<[string, readonly Happening[], readonly string[]]>([
    ['allows it while the others are a majority', [], []],
    ['refuses when one of them fell behind meanwhile', [{ behind: 1 }], ['QuorumMajority']],
    ['refuses when Kafka went out of sight meanwhile', [{ kafkaUnknown: 'x' }], ['KafkaUnknown']],
  ])('asks of a lost voter once more: it %s', async (_, story, codes) => {
    const lost: Happening = { directoryMadeAnew: 2 };
    const calm = converged(cluster);
    const directoryId = calm.kafka.state === 'known' ? (calm.kafka.value.quorum.voters.find((v) => v.id === 2)?.directoryId ?? '') : '';
    const world = [lost, ...story].reduce((w, what) => happened(w, cluster, what), calm);
    const removal: Action = { ...base, kind: 'removeVoter', node: 2, directoryId };
    const reasons = await preflight(() => Promise.resolve(contextOf(cluster, world)))([], [removal]);
    expect(reasons.map((r) => r.code)).toEqual(codes);
  });

  it('says nothing of a node that is no more', async () => {
    const world = converged(cluster);
    expect(await preflight(() => Promise.resolve(contextOf(cluster, world)))([77])).toEqual([]);
  });

  it('that cannot be taken fails', async () => {
    await expect(preflight(() => Promise.reject(new Error('gone')))([1])).rejects.toThrow('gone');
  });
});
