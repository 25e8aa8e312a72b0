import { preflight } from '../../../operator/act/preflight';
import { act } from '../../../operator/act/act';
import type { Hands } from '../../../operator/act/executor';
import type { Action, Outcome } from '../../../operator/decide/action';
import { decide } from '../../../operator/decide/decide';
import { clusterView } from '../../../operator/observe/kube';
import { KubeError } from '../../../operator/runtime/kube-error';
import { settle, simulate } from '../../../operator/decide/simulate';
import type { World } from '../../../operator/decide/world';
import { happened } from '../../world/happenings';
import { contextOf, converged, NOW } from '../../world/makers';
import { FILES, withEnvoy } from '../../world/with-envoy';

const cluster = withEnvoy();
const calm = converged(cluster);
const changed = withEnvoy({ heap: '-Xmx2G', world: calm });
const plan = decide(changed, calm, NOW);
const isStop = ({ kind }: Action): boolean => kind === 'restartNode';
const told = settle(plan.actions.filter((a) => !isStop(a)).reduce(simulate, calm));

const codes = async (world: World, seconds: number, before: readonly Outcome[] = []): Promise<readonly string[]> => {
  const look = preflight(() => Promise.resolve(contextOf(changed, world, NOW + seconds * 1_000)));
  return (await look([100], plan.actions.filter(isStop), before)).map((r) => r.code);
};

describe('the last look before a stop', () => {
  const lowered = happened(calm, changed, { budgetsAllow: 0 });
  const apply = plan.actions.find((a) => a.kind === 'apply' && a.manifest.metadata.name === FILES)!;

  it('refuses while proxies lead new clients to the broker', async () => expect(await codes(lowered, 0)).toEqual(['LeavingAnyCast']));
  it('refuses while they are reading', async () => expect(await codes(told, 1)).toEqual(['LeavingAnyCast']));
  it('allows it when they have had the time', async () => expect(await codes(told, 2)).toEqual([]));
  it('allows it when Kubernetes refuses their files for good', async () =>
    expect(await codes(lowered, 0, [{ action: apply, result: 'failed' }])).toEqual([]));
  it('refuses while writing their files is tried again', async () =>
    expect(await codes(lowered, 0, [{ action: apply, result: 'retry' }])).toEqual(['LeavingAnyCast']));

  it('is told what went wrong before', async () => {
    const seen: (readonly Outcome[])[] = [];
    const refuse = (): Promise<never> =>
      Promise.reject(
        new KubeError({
          status: 403,
          reason: 'Forbidden',
          said: 'no',
          verb: 'apply',
          ref: { kind: { apiVersion: 'v1', kind: 'x', plural: 'x', namespaced: true } },
        }),
      );
    const look = (_nodes: unknown, _changes: unknown, before: readonly Outcome[]) =>
      Promise.resolve(void seen.push([...before])).then(() => []);
    const kube = { apply: refuse, mergePatch: refuse, delete: refuse };
    const metadata = { name: 'orders', namespace: 'kafka', uid: 'u', resourceVersion: '1', creationTimestamp: '' };
    const view = clusterView({ apiVersion: 'x', kind: 'KafkaCluster', metadata });
    const stop = plan.actions.filter(isStop).map((a) => ({ ...a, node: 101 }));
    await act({ actions: [apply, ...(stop as Action[])], held: [], wakeAfter: undefined }, view, {
      kube,
      store: () => undefined,
      preflight: look,
    } as unknown as Hands);
    expect(seen.map((before) => before.map((o) => [o.action.kind, o.result]))).toEqual([[['apply', 'failed']]]);
  });
});

describe('the last look before a broker that left is stopped for good', () => {
  const fewer = withEnvoy({ ids: [100, 101], world: calm });
  const removal = (world: World): Action => {
    const pod = world.objects.find((o) => o.metadata.name === 'orders-102')!;
    const { uid, resourceVersion, name } = pod.metadata;
    const target = { apiVersion: 'v1', kind: 'Pod', namespace: 'kafka', name, uid, resourceVersion };
    return { kind: 'delete', risk: 'destructive', node: 102, target, reasons: [] };
  };
  const asked = async (world: World, seconds: number): Promise<readonly string[]> => {
    const look = preflight(() => Promise.resolve(contextOf(fewer, world, NOW + seconds * 1_000)));
    return (await look([], [removal(world)])).map((r) => r.code);
  };
  const out = decide(fewer, calm, NOW).actions.reduce(simulate, calm);

  it.each<[string, World, number, boolean]>([
    ['refuses while proxies lead new clients to it', calm, 0, true],
    ['refuses while they are reading', out, 1, true],
    ['lets the proxies be when they have had the time', out, 2, false],
  ])('%s', async (_, world, seconds, waits) => expect((await asked(world, seconds)).includes('LeavingAnyCast')).toBe(waits));
});
