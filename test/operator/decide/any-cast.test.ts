import { ANNOTATION } from '../../../lib/constructs/naming';
import type { Plan } from '../../../operator/decide/plan';
import { filesWithout, hashOf, outIn, whyAnyCastHolds } from '../../../operator/decide/any-cast';
import { decide } from '../../../operator/decide/decide';
import { isoSeconds } from '../../../operator/decide/rfc3339';
import { settle, simulate, withObject, without } from '../../../operator/decide/simulate';
import type { LiveObject, World } from '../../../operator/decide/world';
import { happened } from '../../world/happenings';
import { contextOf, converged, NOW, withoutPod } from '../../world/makers';
import { annotated, filesIn, FILES, ledTo, proxiesIn, withEnvoy, withProxies } from '../../world/with-envoy';

const cluster = withEnvoy();
const calm = converged(cluster);
const changed = withEnvoy({ heap: '-Xmx2G', world: calm });

const carriedOut = (world: World, plan: Plan): World => plan.actions.filter((a) => a.kind !== 'restartNode').reduce(simulate, world);
/** The wave of broker 100 is about to begin, and the proxies were just told. */
const told = carriedOut(calm, decide(changed, calm, NOW));
const SECOND = 1_000;

describe('the files of the Envoys', () => {
  const left = (out: readonly number[], wish = cluster, others: readonly number[] = []): readonly string[] =>
    filesWithout(wish, new Set(out), new Set(others)).flatMap((files) => ledTo(files));

  it('lead new clients to every broker', () => expect(left([])).toEqual(['orders-100', 'orders-101', 'orders-102']));
  it('leave out who is to be left out', () => expect(left([101])).toEqual(['orders-100', 'orders-102']));
  it('leave out nobody where nobody would be left', () =>
    expect(left([100, 101, 102])).toEqual(['orders-100', 'orders-101', 'orders-102']));
  it('rather lead to one that is to be stopped later than to one that is stopped now', () =>
    expect(left([100], cluster, [101, 102])).toEqual(['orders-101', 'orders-102']));
  it('say whom they leave out', () => expect(filesWithout(cluster, new Set([102, 100])).map(outIn)).toEqual([[100, 102]]));
  it('do not differ for a broker that they never lead to', () =>
    expect(filesWithout(cluster, new Set([0, 7])).map(hashOf)).toEqual(filesWithout(cluster, new Set()).map(hashOf)));
  it('are those of nobody when somebody else leads clients in', () =>
    expect(filesWithout(withEnvoy({ spec: '  ingressController: istioingress' }), new Set())).toEqual([]));
});

describe('a wave waits for the proxies', () => {
  const why = (world: World, seconds = 0, ids: readonly number[] = [100], wish = changed): readonly string[] => {
    const context = contextOf(wish, world, NOW + seconds * SECOND);
    const wave = context.views.filter((v) => ids.includes(v.node.id));
    const reasons = whyAnyCastHolds(wave, context);
    expect(reasons.every((r) => r.code === 'LeavingAnyCast')).toBe(true);
    return reasons.map((r) => (r.message.includes('given') ? 'files' : 'reading'));
  };

  it.each<[string, World, number, readonly string[]]>([
    ['while the files lead to its broker', calm, 60, ['files']],
    ['right after they were told', told, 0, ['reading']],
    ['a moment after', told, 1, ['reading']],
    ['no longer when they had the time to read', told, 2, []],
    [
      'while one of them was told of other files',
      withProxies(told, (p) => annotated(p, { [ANNOTATION.envoyFiles]: 'x 2026-01-01T00:00:00Z' })),
      5,
      ['reading'],
    ],
    ['while one of them was not told', withProxies(told, (p) => annotated(p, { [ANNOTATION.envoyFiles]: '' })), 5, ['reading']],
    ['ten seconds at most', withProxies(told, (p) => annotated(p, { [ANNOTATION.envoyFiles]: '' })), 10, []],
    ['while somebody changes the files by hand', withObject(told, { ...filesIn(told), data: filesIn(calm).data }), 5, ['files']],
    ['while the files are missing', without(told, 'ConfigMap', FILES), 5, ['files']],
  ])('%s', (_, world, seconds, expected) => expect(why(world, seconds)).toEqual(expected));

  it.each<[string, World]>([
    ['no proxy is ready', happened(calm, changed, { proxiesNotReady: true })],
    ['there is no proxy', withoutProxies(calm)],
    ['its broker serves nobody', happened(happened(calm, changed, { podNotReady: 100 }), changed, { fenced: 100 })],
    ['nobody knows when the files were written', unwritten(told)],
    ['they were written in a future that no clock can mean', annotatedFiles(told, isoSeconds(NOW + 3_600 * SECOND))],
  ])('not when %s', (_, world) => expect(why(world, 1)).toEqual([]));

  it('not for a controller', () => expect(why(calm, 0, [0])).toEqual([]));
  it('not for files that Kubernetes refuses', () => {
    const context = contextOf(changed, calm);
    const wave = context.views.filter((v) => v.node.id === 100);
    expect(whyAnyCastHolds(wave, context)).toHaveLength(1);
    expect(whyAnyCastHolds(wave, context, new Set([FILES]))).toEqual([]);
  });
  it('not for the only broker: there is nobody else', () => {
    const lone = withEnvoy({ ids: [100] });
    expect(why(converged(lone), 0, [100], lone)).toEqual([]);
  });
  it('for the proxies of its own ways in alone', () => {
    const listener = ', config: { defaultIngressConfig: a, ingressConfig: { a: { envoyConfig: {} }, b: { envoyConfig: {} } } }';
    const two = withEnvoy({ listener });
    expect(why(converged(two), 0, [100], two)).toEqual(['files']);
  });
  it('and says when to look again', () => {
    const context = contextOf(changed, told, NOW);
    expect(
      whyAnyCastHolds(
        context.views.filter((v) => v.node.id === 100),
        context,
      )[0]?.until,
    ).toBe(NOW + 2 * SECOND);
  });
  it('that a drained broker is stopped behind: it is out since it left the spec', () => {
    const fewer = withEnvoy({ ids: [100, 101], world: calm });
    const out = carriedOut(calm, decide(fewer, calm, NOW));
    expect(ledTo(filesIn(out))).toEqual(['orders-100', 'orders-101']);
    expect([why(calm, 0, [102], fewer), why(out, 1, [102], fewer), why(out, 2, [102], fewer)]).toEqual([['files'], ['reading'], []]);
  });
});

function withoutProxies(world: World): World {
  return proxiesIn(world).reduce((w, pod) => without(w, pod.kind, pod.metadata.name), world);
}

function unwritten(world: World): World {
  const { [ANNOTATION.writtenAt]: _, ...annotations } = filesIn(world).metadata.annotations ?? {};
  const files: LiveObject = { ...filesIn(world), metadata: { ...filesIn(world).metadata, annotations } };
  return withObject(
    withProxies(world, (p) => annotated(p, { [ANNOTATION.envoyFiles]: '' })),
    files,
  );
}

function annotatedFiles(world: World, time: string): World {
  return withObject(
    withProxies(world, (p) => annotated(p, { [ANNOTATION.envoyFiles]: '' })),
    annotated(filesIn(world), { [ANNOTATION.writtenAt]: time }),
  );
}

describe('a roll', () => {
  /** In words: what is planned for files and proxies. */
  const said = (plan: Plan): readonly string[] =>
    plan.actions.flatMap((a) => {
      if (a.kind === 'apply' && a.manifest.metadata.name === FILES) return [`files without ${outIn(a.manifest).join()}`];
      return a.kind === 'annotate' ? [`tell ${a.target.name.slice(0, 5)}`] : [];
    });
  const planned = (world: World, seconds = 0, wish = changed): readonly string[] => said(decide(wish, world, NOW + seconds * SECOND));

  it('takes a broker out and tells the proxies in one pass', () => expect(planned(calm)).toEqual(['files without 100', 'tell envoy']));
  it('writes nothing more while it waits', () => expect(planned(told, 1)).toEqual([]));
  it('writes nothing while the broker is away', () => {
    expect(planned(withoutPod(told, 100), 5)).toEqual([]);
    expect(planned(happened(happened(told, changed, { podNotReady: 100 }), changed, { fenced: 100 }), 30)).toEqual([]);
  });
  it('puts it back when it serves again, and takes out the next one, by one write', () => {
    const stopped = withoutPod(told, 100);
    const made = settle(carriedOut(settle(stopped), decide(changed, settle(stopped), NOW + 3 * SECOND)));
    expect(planned(made, 30)).toEqual(['files without 101', 'tell envoy']);
  });
  it('that is withdrawn puts it back', () => expect(planned(told, 3, cluster)).toEqual(['files without ', 'tell envoy']));
  it('that is held again soon leaves it out for a minute, and somebody looks again then', () => {
    const blind: World = { ...told, kafka: { state: 'unknown', why: 'nobody answers' } };
    expect(planned(blind, 3)).toEqual([]);
    const { held, wakeAfter } = decide(changed, blind, NOW + 3 * SECOND);
    expect(held.find((h) => h.node === 100)?.reasons.map((r) => r.code)).toContain('LeavingAnyCast');
    expect(wakeAfter).toBe(57 * SECOND);
    expect(planned(blind, 60)).toEqual(['files without ', 'tell envoy']);
  });
  it('tells again when the write before may have failed', () => {
    const early = withObject(told, filesIn(calm));
    expect(planned(early, 1)).toEqual(['files without 100', 'tell envoy']);
  });
  it('tells the proxies when the operator ended between the two writes', () => {
    const silent = withProxies(told, (p) => annotated(p, { [ANNOTATION.envoyFiles]: '' }));
    expect(planned(silent, 1)).toEqual(['tell envoy']);
  });
  it('tells no proxy that does not run yet, or is on its way out', () => {
    const starting = withProxies(calm, (p) => ({ ...p, status: { phase: 'Pending' } }));
    expect(planned(starting)).toEqual(['files without 100']);
    const ending = withProxies(calm, (p) => ({ ...p, metadata: { ...p.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }));
    expect(planned(ending)).toEqual(['files without 100']);
  });
  it('writes nothing for a broker that fails by itself', () =>
    expect(planned(happened(happened(calm, cluster, { podNotReady: 101 }), cluster, { fenced: 101 }), 0, cluster)).toEqual([]));
});
