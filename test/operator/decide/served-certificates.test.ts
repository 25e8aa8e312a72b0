import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { ANNOTATION } from '../../../lib/constructs/naming';
import type { Action } from '../../../operator/decide/action';
import { decide } from '../../../operator/decide/decide';
import { annotationOf } from '../../../operator/decide/node-view';
import { settle, simulate } from '../../../operator/decide/simulate';
import type { World } from '../../../operator/decide/world';
import { clusterFrom } from '../../world/cluster-file';
import { happened } from '../../world/happenings';
import { contextOf, converged, emptyWorld, NOW, pass, podOf } from '../../world/makers';
import { attemptsOf, dueAt, loadTimes, MOST_ATTEMPTS, unservedIn } from '../../../operator/decide/served-certificates';

const BROKERS = [100, 101, 102];
const cluster: ResolvedCluster = clusterFrom(`
apiVersion: kafka.banzaicloud.io/v1beta1
kind: KafkaCluster
metadata: { name: orders, namespace: kafka }
spec:
  kafkaVersion: 4.3.1
  headlessServiceEnabled: true
  listenersConfig:
    internalListeners:
      - { type: ssl, name: internal, containerPort: 29092, usedForInnerBrokerCommunication: true }
      - { type: ssl, name: controller, containerPort: 29093, usedForControllerCommunication: true }
  brokerConfigGroups:
    controllers: { processRoles: [controller], storageConfigs: [{ mountPath: /logs, pvcSpec: { resources: { requests: { storage: 1Gi } } } }] }
    brokers: { processRoles: [broker], storageConfigs: [{ mountPath: /logs, pvcSpec: { resources: { requests: { storage: 1Gi } } } }] }
  brokers:
    - { id: 0, brokerConfigGroup: controllers }
${BROKERS.map((id) => `    - { id: ${String(id)}, brokerConfigGroup: brokers }`).join('\n')}
`);
const calm = converged(cluster);
const renewed = happened(calm, cluster, { brokerCertificateRenewed: true });
const served = (world: World, node: number): string | undefined => {
  const pod = podOf(world, node);
  return pod === undefined ? undefined : annotationOf(pod, ANNOTATION.servedCertificates);
};
const told = (world: World, node: number, times: number, secondsAgo: number): World =>
  happened(world, cluster, { toldToLoad: node, secondsAgo, times });
const serving = (world: World, node: number, serves: 'new' | 'old' | 'nothing'): World =>
  happened(world, cluster, { serves, node, listener: 'internal' });
const ofPods = (actions: readonly Action[]): readonly string[] =>
  actions.flatMap((a) => (a.kind === 'annotate' || a.kind === 'alterConfigs' || a.kind === 'restartNode' ? [a.kind] : []));

describe('a cluster at rest', () => {
  it('has Pods that took down what they serve when they were made, and asks nobody', () => {
    expect(unservedIn(contextOf(cluster, calm))).toEqual([]);
    expect(BROKERS.map((id) => served(calm, id)?.split('=')[0])).toEqual(['internal', 'internal', 'internal']);
  });

  it('wrote nothing on its Pods for it', () => {
    let world = emptyWorld(cluster);
    const written: string[] = [];
    for (let at = 0; at < 12; at += 1) {
      const { actions } = decide(cluster, world, NOW);
      written.push(...actions.flatMap((a) => (a.kind === 'annotate' && a.target.kind === 'Pod' ? Object.keys(a.annotations) : [])));
      world = pass(cluster, world);
    }
    expect(written.filter((key) => key === ANNOTATION.servedCertificates || key === ANNOTATION.keystoreFiles)).toEqual([]);
  });
});

describe('a renewed certificate', () => {
  it('is asked about of every broker, and of no controller', () => {
    const unserved = unservedIn(contextOf(cluster, renewed));
    expect(unserved.map(({ view, listeners }) => [view.node.id, listeners.map((l) => l.name)])).toEqual(
      BROKERS.map((id) => [id, ['internal']]),
    );
  });

  it('is loaded with no restart, and each Pod is written twice for it where the broker takes it at once', () => {
    let world = renewed;
    const done: string[] = [];
    for (let at = 0; at < 6; at += 1) {
      const { actions } = decide(cluster, world, NOW);
      done.push(...ofPods(actions));
      world = settle(actions.reduce(simulate, world));
    }
    expect(done).toEqual(Array.from({ length: 6 }, () => 'annotate'));
    expect(unservedIn(contextOf(cluster, world))).toEqual([]);
    expect(served(world, 100)).not.toBe(served(calm, 100));
  });
});

describe('a broker that does not take it at once', () => {
  const old = serving(renewed, 100, 'old');
  const steps = (world: World): readonly string[] => ofPods(decide(cluster, world, NOW).actions);

  it.each([
    ['is not told to load before its kubelet had time', told(old, 100, 0, 1), []],
    ['is told to load two seconds after its kubelet', told(old, 100, 0, 2), ['alterConfigs', 'annotate']],
    ['is left alone for a moment then', told(old, 100, 1, 3), []],
    ['is told again', told(old, 100, 1, 5), ['alterConfigs', 'annotate']],
    ['is told again after longer', told(old, 100, 3, 9), []],
    ['is not given up while the last attempt is young', told(old, 100, MOST_ATTEMPTS, 20), []],
    ['is restarted in the end', told(old, 100, MOST_ATTEMPTS, 23), ['restartNode']],
    ['is not restarted when nobody can see what it serves', told(serving(renewed, 100, 'nothing'), 100, MOST_ATTEMPTS, 60), []],
    ['is noted when it serves it after all', told(serving(renewed, 100, 'new'), 100, MOST_ATTEMPTS, 60), ['annotate']],
  ])('%s', (_, world, expected) => {
    expect(steps(world)).toEqual(expected);
  });

  it('has a minute in all', () => {
    const attempts = Array.from({ length: MOST_ATTEMPTS + 1 }, (_, count) => dueAt({ count, at: 0 }));
    expect(attempts.reduce((sum, patience) => sum + patience, 0)).toBe(60_000);
  });

  it('is looked at again when the next step is due, and not before', () => {
    const world = told(old, 100, 1, 3);
    expect(loadTimes(contextOf(cluster, world))).toEqual([NOW + 1_000]);
    expect(decide(cluster, world, NOW).wakeAfter).toBe(1_000);
  });

  it('begins anew with the certificate after that one', () => {
    const once = told(old, 100, MOST_ATTEMPTS, 60);
    const [before] = unservedIn(contextOf(cluster, once));
    const after = before === undefined ? undefined : attemptsOf({ ...before, hash: 'another' });
    expect([before && attemptsOf(before)?.count, after]).toEqual([MOST_ATTEMPTS, undefined]);
  });
});
