import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { ANNOTATION } from '../../../lib/constructs/naming';
import type { RestartNode } from '../../../operator/decide/action';
import type { Context } from '../../../operator/decide/context';
import type { NodeView } from '../../../operator/decide/node-view';
import { revisionOf, targetState } from '../../../operator/decide/revision';
import type { RegisteredBroker } from '../../../operator/decide/world';
import { candidatesOf, isProven, waveOf } from '../../../operator/decide/wave';
import { clusterFrom } from '../../world/cluster-file';
import { contextOf, converged, withKafka } from '../../world/makers';

const STORAGE = 'storageConfigs: [{ mountPath: /logs, pvcSpec: { resources: { requests: { storage: 1Gi } } } }]';

/** One controller and six brokers, 100 to 105; Kafka says which rack each is in. */
const cluster = clusterFrom(`
apiVersion: kafka.banzaicloud.io/v1beta1
kind: KafkaCluster
metadata: { name: orders }
spec:
  kafkaVersion: 4.3.1
  headlessServiceEnabled: true
  rollingUpgradeConfig: { concurrentBrokerRestartCountPerRack: 3 }
  listenersConfig:
    internalListeners:
      - { type: plaintext, name: internal, containerPort: 29092, usedForInnerBrokerCommunication: true }
      - { type: plaintext, name: controller, containerPort: 29093, usedForControllerCommunication: true }
  brokerConfigGroups:
    controllers: { processRoles: [controller], ${STORAGE} }
    brokers: { processRoles: [broker], ${STORAGE} }
    both: { processRoles: [controller, broker], ${STORAGE} }
  brokers:
    - { id: 0, brokerConfigGroup: controllers }
    - { id: 1, brokerConfigGroup: both }
${[100, 101, 102, 103, 104, 105].map((id) => `    - { id: ${id}, brokerConfigGroup: brokers }`).join('\n')}
`);
const calm = converged(cluster);

const RACKS: Readonly<Record<number, string | undefined>> = { 1: 'a', 100: 'a', 101: 'a', 102: 'a', 103: 'b', 104: 'a', 105: undefined };

interface Given {
  readonly concurrency?: number;
  /** By broker; left out: RACKS. */
  readonly racks?: Readonly<Record<number, string | undefined>>;
  readonly partitions?: readonly (readonly number[])[];
  readonly proven?: boolean;
}

function given({ concurrency = 3, racks = RACKS, partitions = [], proven = true }: Given = {}): Context {
  if (calm.kafka.state !== 'known') throw new Error('Kafka is not known');
  const brokers = calm.kafka.value.brokers.map((b): RegisteredBroker => ({ ...b, rack: racks[b.id] }));
  const topics = partitions.map((replicas, at) => ({
    name: `t${at}`,
    minInSync: 2,
    partitions: [{ partition: 0, leader: replicas[0]!, replicas, isr: replicas }],
  }));
  const kafka = withKafka(calm, { brokers, topics });
  const own: ResolvedCluster = {
    ...cluster,
    rollingUpgrade: { ...cluster.rollingUpgrade, concurrentBrokerRestartCountPerRack: concurrency },
  };
  const context = contextOf(own, kafka);
  return proven ? context : { ...context, views: context.views.map(startedForSomethingElse) };
}

function startedForSomethingElse(view: NodeView): NodeView {
  if (view.pod === undefined) return view;
  const { object } = view.pod;
  const metadata = { ...object.metadata, annotations: { ...object.metadata.annotations, [ANNOTATION.target]: 'another' } };
  return { ...view, pod: { ...view.pod, object: { ...object, metadata } } };
}

function wave(first: number, candidates: readonly number[], context: Context): readonly number[] {
  const viewOf = (id: number): NodeView => context.views.find((v) => v.node.id === id)!;
  return waveOf(viewOf(first), candidates.map(viewOf), context).map((v) => v.node.id);
}

const all = [0, 1, 100, 101, 102, 103, 104, 105];

describe('a wave', () => {
  it.each<[string, number, Given, readonly number[], (readonly number[])?]>([
    ['is the brokers of one rack, as many as are allowed, in turn', 100, {}, [100, 101, 102]],
    ['begins with its first, whatever comes before it', 102, {}, [102, 100, 101]],
    ['is not larger than its candidates', 100, {}, [100, 104], [100, 104]],
    ['is one where one is allowed', 100, { concurrency: 1 }, [100]],
    ['is a whole rack when more are allowed than it has', 100, { concurrency: 9 }, [100, 101, 102, 104]],
    ['does not cross racks', 103, {}, [103]],
    ['is one for a broker without a rack', 105, {}, [105]],
    ['is one for brokers without racks, although none differs', 100, { racks: {} }, [100]],
    ['is one controller', 0, {}, [0]],
    ['is one combined node', 1, {}, [1]],
    ['begins with the canary alone', 100, { proven: false }, [100]],
  ])('%s', (...[, first, what, expected, candidates = all]) => expect(wave(first, candidates, given(what))).toEqual(expected));

  it('leaves out who would take a partition below its minimum, and goes on behind it', () => {
    const partitions = [[100, 101, 103]];
    expect(wave(100, all, given({ partitions }))).toEqual([100, 102, 104]);
  });

  it('counts what the wave takes away together', () => {
    const partitions = [
      [100, 102, 103],
      [101, 104, 103],
    ];
    expect(wave(100, all, given({ partitions, concurrency: 9 }))).toEqual([100, 101]);
  });
});

describe('a change is proven', () => {
  it('when a broker that was started for it serves', () => expect(isProven(given())).toBe(true));
  it('not when every broker was started for something else', () => expect(isProven(given({ proven: false }))).toBe(false));
  const only = (id: number, change: (view: NodeView) => NodeView = (v) => v): Context => {
    const context = given();
    return { ...context, views: context.views.map((v) => (v.node.id === id ? change(v) : startedForSomethingElse(v))) };
  };
  it('by one broker', () => expect(isProven(only(104))).toBe(true));
  it('not by a controller', () => expect(isProven(only(0))).toBe(false));
  it('not by a broker that does not serve', () =>
    expect(isProven(only(104, (v) => ({ ...v, pod: { ...v.pod!, ready: false } })))).toBe(false));
  it('not by a broker that has no Pod', () => expect(isProven(only(104, (v) => ({ ...v, pod: undefined })))).toBe(false));
});

describe('candidates', () => {
  const target = { apiVersion: 'v1', kind: 'Pod', namespace: 'kafka', name: 'x', uid: 'u', resourceVersion: '1' };
  const restart = (node: number, running = true): RestartNode => ({
    kind: 'restartNode',
    risk: 'disruptive',
    reasons: [],
    node,
    target,
    running,
  });
  it('are the nodes that run and are to be restarted, in their order', () => {
    const { views } = given();
    expect(candidatesOf([restart(103), restart(100), restart(101, false), restart(7)], views).map((v) => v.node.id)).toEqual([103, 100]);
  });
});

describe('the state that is wanted', () => {
  const { nodes } = given();
  it('is the same for the same manifests, and another for others', () => {
    expect(targetState(nodes)).toBe(targetState(new Map(nodes)));
    expect(targetState(nodes)).toMatch(/^[0-9a-f]{16}$/);
    expect(targetState(new Map([...nodes].slice(1)))).not.toBe(targetState(nodes));
  });
  it('depends on which node is to have what', () => {
    const [[a, one], [b, two]] = [...nodes].slice(2, 4) as [
      [number, typeof nodes extends ReadonlyMap<number, infer N> ? N : never],
      [number, typeof nodes extends ReadonlyMap<number, infer N> ? N : never],
    ];
    expect(
      targetState(
        new Map([
          [a, one],
          [b, two],
        ]),
      ),
    ).not.toBe(
      targetState(
        new Map([
          [a, two],
          [b, one],
        ]),
      ),
    );
  });
  it('is made of revisions; of nothing there is none', () => {
    expect(revisionOf(nodes.get(100)?.pod)).not.toBe('');
    expect(revisionOf(undefined)).toBe('');
    expect(revisionOf({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' } })).toBe('');
  });
});
