/** Before a node is stopped without a volume: the last look, and the mark on the claim. */
import { ANNOTATION } from '../../../lib/constructs/naming';
import { execute, type Hands } from '../../../operator/act/executor';
import { preflight } from '../../../operator/act/preflight';
import type { RestartNode } from '../../../operator/decide/action';
import { decide } from '../../../operator/decide/decide';
import type { World } from '../../../operator/decide/world';
import { BROKER, running, SECOND, withDisks } from '../../world/disks';
import { happened, type Happening } from '../../world/happenings';
import { contextOf, NOW } from '../../world/makers';

const two = withDisks({ more: [SECOND] });
const one = withDisks({ generation: 2 });
const after = (...story: readonly Happening[]): World =>
  [{ volume: '/kafka-logs', node: BROKER, holds: 10 } as const, ...story].reduce((world, what) => happened(world, two, what), running(two));
const empty: Happening = { volume: SECOND, node: BROKER, holds: 0 };

const restart = decide(one, after(empty), NOW).actions.find((a): a is RestartNode => a.kind === 'restartNode')!;

describe('the last look before a node is stopped without a volume', () => {
  const look = async (...story: readonly Happening[]): Promise<readonly string[]> => {
    const world = after(...story, { budgetsAllow: 0 });
    return (await preflight(() => Promise.resolve(contextOf(one, world)))([BROKER], [restart])).map((r) => r.code);
  };

  it.each<[string, readonly Happening[], readonly string[]]>([
    ['allows it while Kafka says that the volume is empty', [empty], []],
    ['refuses when a replica came meanwhile', [{ volume: SECOND, node: BROKER, holds: 1 }], ['HoldsReplicas']],
    ['refuses when the broker tells nothing', [{ logDirsUnknown: BROKER }], ['KafkaUnknown']],
    ['refuses when the directory went offline', [{ volume: SECOND, node: BROKER, holds: 0, offline: true }], ['HoldsReplicas']],
    [
      'refuses when only another path that begins alike is told of',
      [{ logDirsUnknown: BROKER }, { volume: `${SECOND}2`, node: BROKER, holds: 0 }],
      ['HoldsReplicas'],
    ],
  ])('%s', async (_, story, codes) => expect(await look(...story)).toEqual(codes));

  it.each<[string, readonly Happening[], readonly string[]]>([
    ['allows it when others have its partitions', [], []],
    ['refuses when one of them has no other replica in sync', [{ partition: 'a-0', replicas: [BROKER], isr: [BROKER] }], ['VolumeLost']],
  ])('asks of a claim that was deleted once more: it %s', async (_, story, codes) => {
    const world = after({ claimDeleted: SECOND, node: BROKER }, ...story, { budgetsAllow: 0 });
    const { without: _none, ...plain } = restart;
    const reasons = await preflight(() => Promise.resolve(contextOf(two, world)))([BROKER], [plain]);
    expect(reasons.map((r) => r.code)).toEqual(codes);
  });
});

describe('a node that is stopped without a volume', () => {
  const handsThat = (mergePatch: () => Promise<unknown>) => {
    const done: string[] = [];
    const kube = {
      mergePatch: (ref: { name: string }, patch: { metadata: { annotations: object } }) => {
        done.push(`${ref.name} ${JSON.stringify(patch.metadata.annotations)}`);
        return mergePatch();
      },
      delete: (ref: { name: string }) => Promise.resolve(void done.push(`delete ${ref.name}`)),
    };
    const hands = { kube, store: () => undefined } as unknown as Hands;
    return { hands, done };
  };
  const mark = `orders-101-b9c81576 {"${ANNOTATION.emptiedBefore}":"${restart.target.uid}"}`;

  it('has the claim marked with the Pod before the Pod is deleted', async () => {
    const { hands, done } = handsThat(() => Promise.resolve({}));
    expect((await execute(restart, after().cluster, hands)).result).toBe('done');
    expect(done).toEqual([mark, 'delete orders-101']);
  });

  it('is not stopped when the claim cannot be marked', async () => {
    const { hands, done } = handsThat(() => Promise.reject(new Error('conflict')));
    expect((await execute(restart, after().cluster, hands)).result).toBe('retry');
    expect(done).toEqual([mark]);
  });
});
