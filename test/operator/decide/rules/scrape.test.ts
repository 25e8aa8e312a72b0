import { decide } from '../../../../operator/decide/decide';
import { simulate, withObject, without } from '../../../../operator/decide/simulate';
import type { World } from '../../../../operator/decide/world';
import { converged, emptyWorld, NOW } from '../../../world/makers';
import { withEnvoy } from '../../../world/with-envoy';

const ABSENT = ['PodMonitor.monitoring.coreos.com'];
const cluster = withEnvoy();
const known = converged(cluster);
const unknown: World = { ...without(known, 'PodMonitor', 'orders-metrics'), absentKinds: ABSENT };

/** What Pods are told, by name. */
const told = (of: typeof cluster, world: World): Readonly<Record<string, string>> =>
  Object.fromEntries(
    decide(of, world, NOW).actions.flatMap((a) =>
      a.kind === 'annotate' && 'prometheus.io/scrape' in a.annotations
        ? [
            [
              a.target.name,
              `${a.annotations['prometheus.io/scrape']} ${String(a.annotations['prometheus.io/port'])}${String(a.annotations['prometheus.io/path'])}`,
            ],
          ]
        : [],
    ),
  );

const carriedOut = (world: World): World => decide(cluster, world, NOW).actions.reduce(simulate, world);

const annotated = (world: World, name: string, annotations: Readonly<Record<string, string>>): World => {
  const pod = world.objects.find((o) => o.kind === 'Pod' && o.metadata.name === name)!;
  return withObject(world, { ...pod, metadata: { ...pod.metadata, annotations: { ...pod.metadata.annotations, ...annotations } } });
};

describe('where nobody knows PodMonitors', () => {
  test('every Pod that runs is told where its metrics are, Envoys at their own port, and nothing restarts', () => {
    const { actions, held } = decide(cluster, unknown, NOW);
    const proxies = unknown.objects.filter((o) => o.kind === 'Pod' && o.metadata.labels?.['app'] === 'envoyingress');
    expect(proxies.length).toBeGreaterThan(0);
    expect(told(cluster, unknown)).toEqual({
      ...Object.fromEntries([0, 100, 101, 102].map((id) => [`orders-${String(id)}`, 'true 9020/metrics'])),
      ...Object.fromEntries(proxies.map((pod) => [pod.metadata.name, 'true 8080/stats/prometheus'])),
    });
    expect(actions.every(({ kind }) => kind === 'annotate')).toBe(true);
    expect(held).toEqual([]);
  });

  test('they are told once', () => {
    expect(decide(cluster, carriedOut(unknown), NOW).actions).toEqual([]);
  });

  test('a Pod that is made says it from the beginning', () => {
    const born = converged(cluster, { ...emptyWorld(cluster), absentKinds: ABSENT });
    const lost = without(born, 'Pod', 'orders-101');
    const made = decide(cluster, lost, NOW).actions.flatMap((a) => (a.kind === 'createPod' ? [a.manifest.metadata.annotations] : []));
    expect(made).toEqual([expect.objectContaining({ 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9020' })]);
  });

  test('what the user says of a broker counts', () => {
    const of = { ...cluster, nodes: cluster.nodes.map((n) => ({ ...n, annotations: { 'prometheus.io/scrape': 'no' } })) };
    expect(Object.keys(told(of, unknown)).filter((name) => /^orders-\d+$/.test(name))).toEqual([]);
  });

  test('a Pod that is on its way out is left alone', () => {
    const pod = unknown.objects.find((o) => o.kind === 'Pod' && o.metadata.name === 'orders-101')!;
    const going = withObject(unknown, { ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
    expect(told(cluster, going)).not.toHaveProperty('orders-101');
  });
});

describe('where PodMonitors are known', () => {
  test('nothing is told to Pods', () => {
    expect(decide(cluster, known, NOW).actions).toEqual([]);
    expect(known.objects.some(({ kind }) => kind === 'PodMonitor')).toBe(true);
  });

  test('what Pods were told before is taken back, or a Prometheus would take everything twice', () => {
    const came = annotated(known, 'orders-101', {
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '9020',
      'prometheus.io/path': '/metrics',
    });
    expect(told(cluster, came)).toEqual({ 'orders-101': 'false 9020/metrics' });
    expect(told(cluster, carriedOut(came))).toEqual({});
  });
});
