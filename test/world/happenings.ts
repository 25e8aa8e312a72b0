/** What can befall a world, in the words of world.yaml. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { CONFIG_KEY } from '../../lib/constructs/broker-config';
import type { FeaturesView, LiveObject, QuorumMember, QuorumView, World } from '../../operator/decide/world';
import { isOurs, nodeIdOf } from '../../operator/decide/node-view';
import { withObject, withStatus } from '../../operator/decide/simulate';
import { CERTIFICATES_TOLD, type CertificateHappening } from './certificate-happenings';
import { withAlert, type AlertHappening } from './alert-happenings';
import { BROKERS_TOLD, type BrokerHappening } from './broker-happenings';
import { CRUISE_CONTROL_TOLD, type CruiseControlHappening } from './cruise-control-happenings';
import { INGRESS_TOLD, type IngressHappening } from './ingress-happenings';
import { OPERATIONS_TOLD, type OperationHappening } from './operation-happenings';
import { DISKS_TOLD, type DiskHappening } from './disk-happenings';
import { SECRETS_TOLD, type SecretHappening } from './secret-happenings';
import { EXTERNAL_TOLD, type ExternalHappening } from './external-happenings';
import {
  foreignPod,
  podOf,
  withAnnotation,
  withFenced,
  withKafka,
  withFirstClaim,
  withoutClaims,
  withoutPod,
  withPodStatus,
  withPartitions,
  withSettings,
} from './makers';

export type Happening =
  | AlertHappening
  | CertificateHappening
  | SecretHappening
  | BrokerHappening
  | CruiseControlHappening
  | OperationHappening
  | DiskHappening
  | ExternalHappening
  | IngressHappening
  | { readonly podGone: number }
  | { readonly podFailed: number; readonly reason: string }
  | { readonly podNotReady: number }
  | { readonly podOnNode: string; readonly node: number }
  | { readonly podStopping: number }
  | { readonly kubeletSilent: string }
  | { readonly podCrashing: number; readonly says: string }
  | { readonly podUnschedulable: number; readonly says: string }
  | { readonly claimsGone: number }
  | { readonly fenced: number }
  | { readonly kafkaUnknown: string }
  | { readonly noLeader: true }
  | { readonly behind: number }
  | {
      readonly partition: string;
      readonly replicas: readonly number[];
      readonly isr: readonly number[];
      readonly elr?: readonly number[];
      readonly leader?: number;
      readonly minInSync?: number;
    }
  | { readonly budgetsAllow: number }
  | { readonly annotation: string; readonly value: string }
  | { readonly foreignPod: string }
  | { readonly statusLost: true }
  | { readonly madeAgain: true }
  | { readonly clusterIdInStatus: string }
  | { readonly observes: number; readonly behind?: true }
  | { readonly directoryMadeAnew: number; readonly behind?: true }
  | { readonly voterGone: number }
  /** It was started when there was only this controller. */
  | { readonly knowsOnly: number; readonly node: number }
  | { readonly staticAtKafka: true }
  | { readonly directoriesShown: true }
  | { readonly features: FeaturesView }
  | { readonly labelGone: string }
  /** Somebody sets dynamic settings at Kafka: of a broker, or of the cluster; null: sensitive. */
  | { readonly settingsOf: number | 'cluster'; readonly are: Readonly<Record<string, string | null>> }
  | { readonly podAnnotated: number; readonly key: string; readonly value: string }
  | { readonly podCondition: number; readonly type: string; readonly reason: string; readonly says: string }
  | { readonly kubeletTooOld: true }
  | { readonly kubeNodeGone: string }
  | { readonly kubeNodeOutOfService: string }
  | { readonly boundLongAgo: number }
  | { readonly claimGrown: string; readonly node: number }
  | { readonly claimSays: Readonly<Record<string, unknown>>; readonly node: number }
  | { readonly podLabelled: number; readonly key: string; readonly value: string };

/** The world after it happened. */
export function happened(world: World, cluster: ResolvedCluster, what: Happening): World {
  const kind = Object.keys(what)[0] ?? '';
  const told = tellings().flatMap((of) => of[kind] ?? [])[0];
  if (told === undefined) throw new Error(`nobody knows what "${kind}" means (test/world/happenings.ts)`);
  return told(world, { ...what }, cluster);
}

type Told = Readonly<Record<string, unknown>>;
type Tellings = Readonly<Record<string, (world: World, what: Told, cluster: ResolvedCluster) => World>>;

const tellings = (): readonly Tellings[] => [
  TOLD,
  { alert: (world, alert) => withAlert(world, alert as unknown as AlertHappening) },
  BROKERS_TOLD,
  SECRETS_TOLD,
  CERTIFICATES_TOLD,
  DISKS_TOLD,
  EXTERNAL_TOLD,
  CRUISE_CONTROL_TOLD,
  OPERATIONS_TOLD,
  INGRESS_TOLD,
];

const TOLD: Tellings = {
  podGone: (world, what) => withoutPod(world, what.podGone as number),
  podFailed: (world, what) =>
    withPodStatus(world, what.podFailed as number, { phase: 'Failed', reason: what.reason, containerStatuses: [] }),
  podNotReady: (world, what) => withPodStatus(world, what.podNotReady as number, {}),
  podOnNode: (world, what) => {
    const pod = podOf(world, what.node as number);
    return pod === undefined ? world : withObject(world, { ...pod, spec: { ...(pod.spec as object), nodeName: what.podOnNode } });
  },
  kubeletSilent: (world, what) => ({
    ...world,
    kubeNodes: world.kubeNodes.map((n) => (n.name === what.kubeletSilent ? { ...n, ready: false } : n)),
  }),
  podStopping: (world, what) => {
    const pod = podOf(world, what.podStopping as number);
    return pod === undefined
      ? world
      : withObject(world, { ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
  },
  podCrashing: (world, what) =>
    withPodStatus(world, what.podCrashing as number, {
      containerStatuses: [
        {
          name: 'kafka',
          restartCount: 4,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 1, message: what.says } },
        },
      ],
    }),
  podUnschedulable: (world, what) =>
    withPodStatus(world, what.podUnschedulable as number, {
      phase: 'Pending',
      containerStatuses: [],
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: what.says }],
    }),
  claimsGone: (world, what) => withoutClaims(world, what.claimsGone as number),
  fenced: (world, what) => withFenced(world, what.fenced as number),
  kafkaUnknown: (world, what) => ({ ...world, kafka: { state: 'unknown', why: what.kafkaUnknown as string } }),
  noLeader: (world) => withKafka(world, { quorum: { ...quorumOf(world), leaderId: -1 } }),
  behind: (world, what) => {
    const quorum = quorumOf(world);
    const voters = quorum.voters.map((v) => (v.id === what.behind ? { ...v, lastCaughtUpAt: -1 } : v));
    return withKafka(world, { quorum: { ...quorum, voters } });
  },
  partition: (world, what) => {
    const [topic = '', partition = '0'] = (what.partition as string).split(/-(?=\d+$)/);
    const isr = what.isr as readonly number[];
    const replicas = what.replicas as readonly number[];
    const leader = (what.leader as number | undefined) ?? isr[0] ?? -1;
    const elr = what.elr === undefined ? {} : { elr: what.elr as readonly number[] };
    const minimum = what.minInSync === undefined ? {} : { minInSync: what.minInSync as number };
    return withPartitions(world, [{ topic, partition: Number(partition), leader, replicas, isr, ...elr, ...minimum }]);
  },
  budgetsAllow: (world, what) => ({
    ...world,
    objects: world.objects.map((o) =>
      o.kind === 'PodDisruptionBudget'
        ? { ...o, status: { observedGeneration: o.metadata.generation ?? 0, disruptionsAllowed: what.budgetsAllow } }
        : o,
    ),
  }),
  annotation: (world, what) => withAnnotation(world, what.annotation as string, what.value as string),
  foreignPod: (world, what, cluster) => withObject(world, foreignPod(cluster, what.foreignPod as string)),
  statusLost: (world) => ({ ...world, cluster: { ...world.cluster, status: {} } }),
  madeAgain: (world) => ({
    ...world,
    cluster: {
      ...world.cluster,
      status: { clusterID: world.cluster.status.clusterID ?? '', quorum: 'Formed', initialControllers: [0, 1, 2] },
    },
    objects: world.objects.map((o) => ({
      ...o,
      metadata: {
        ...o.metadata,
        ...(o.metadata.ownerReferences === undefined
          ? {}
          : { ownerReferences: [{ kind: 'KafkaCluster', name: 'orders', uid: 'uid-of-its-earlier-life' }] }),
      },
    })),
  }),
  settingsOf: (world, what) => withSettings(world, what.settingsOf as number | 'cluster', what.are as Record<string, string | null>),
  clusterIdInStatus: (world, what) => withStatus(world, { clusterID: what.clusterIdInStatus as string }),
  podAnnotated: (world, what) => marked(world, what.podAnnotated as number, 'annotations', what),
  podCondition: (world, { podCondition, type, reason, says }) => {
    const pod = podOf(world, podCondition as number);
    if (pod === undefined) return world;
    const status = pod.status as { conditions: readonly object[] };
    const conditions = [...status.conditions, { type, status: 'True', reason, message: says }];
    return withObject(world, { ...pod, status: { ...status, conditions } });
  },
  claimGrown: (world, what) =>
    withFirstClaim(world, what.node as number, (claim) => ({
      ...claim,
      spec: { ...(claim.spec as object), resources: { requests: { storage: what.claimGrown as string } } },
    })),
  claimSays: (world, what) =>
    withFirstClaim(world, what.node as number, (claim) => ({ ...claim, status: { phase: 'Bound', ...(what.claimSays as object) } })),
  kubeNodeGone: (world, what) => ({ ...world, kubeNodes: world.kubeNodes.filter((n) => n.name !== what.kubeNodeGone) }),
  kubeNodeOutOfService: (world, what) => ({
    ...world,
    kubeNodes: world.kubeNodes.map((n) => (n.name === what.kubeNodeOutOfService ? { ...n, ready: false, outOfService: true } : n)),
  }),
  boundLongAgo: (world, what) =>
    withPodStatus(world, what.boundLongAgo as number, {
      conditions: [
        { type: 'PodScheduled', status: 'True', lastTransitionTime: '2025-12-31T00:00:00Z' },
        { type: 'Ready', status: 'False' },
      ],
    }),
  kubeletTooOld: (world) => ({ ...world, objects: world.objects.map(withoutActualResources) }),
  podLabelled: (world, what) => marked(world, what.podLabelled as number, 'labels', what),
  observes: (world, what) =>
    withQuorum(world, ({ voters, observers }) => {
      const moved = voters.filter((v) => v.id === what.observes).map((v) => seen(v, what));
      return { voters: voters.filter((v) => v.id !== what.observes), observers: [...observers, ...moved] };
    }),
  directoryMadeAnew: (world, what) =>
    withQuorum(world, ({ voters, observers }) => {
      const fresh = voters
        .filter((v) => v.id === what.directoryMadeAnew)
        .map((v) => ({ ...seen(v, what), directoryId: 'anewAAAAAAAAAAAAAAAAAA' }));
      const lost = voters.map((v) => (v.id === what.directoryMadeAnew ? { ...v, lastCaughtUpAt: -1 } : v));
      return { voters: lost, observers: [...observers, ...fresh] };
    }),
  voterGone: (world, what) => withQuorum(world, ({ voters }) => ({ voters: voters.filter((v) => v.id !== what.voterGone) })),
  knowsOnly: (world, what) => ({
    ...world,
    objects: world.objects.map((o) => (isConfigOf(o, what.node as number) ? naming(o, what.knowsOnly as number) : o)),
  }),
  staticAtKafka: (world) => withQuorum(world, ({ voters }) => ({ voters: voters.map((v) => ({ ...v, directoryId: '' })) })),
  directoriesShown: (world) =>
    withQuorum(world, ({ voters }) => ({ voters: voters.map((v) => ({ ...v, directoryId: `directoryOf${String(v.id)}` })) })),
  features: (world, what) => withKafka(world, { features: what.features as FeaturesView }),
  labelGone: (world, what) => ({ ...world, kubeNodes: world.kubeNodes.map((n) => (n.name === what.labelGone ? { ...n, labels: {} } : n)) }),
};

function quorumOf(world: World) {
  if (world.kafka.state !== 'known') throw new Error('Kafka is not known in this world');
  return world.kafka.value.quorum;
}

/** A node's Pod with one more label or annotation. */
function marked(world: World, node: number, kind: 'labels' | 'annotations', { key, value }: Told): World {
  const pod = podOf(world, node);
  if (pod === undefined) return world;
  return withObject(world, { ...pod, metadata: { ...pod.metadata, [kind]: { ...pod.metadata[kind], [key as string]: value as string } } });
}

const withQuorum = (world: World, change: (quorum: QuorumView) => Partial<QuorumView>): World =>
  withKafka(world, { quorum: { ...quorumOf(world), ...change(quorumOf(world)) } });

const seen = (member: QuorumMember, what: Told): QuorumMember => (what.behind === true ? { ...member, lastCaughtUpAt: -1 } : member);

const isConfigOf = (object: LiveObject, node: number): boolean =>
  object.kind === 'ConfigMap' && isOurs(object) && nodeIdOf(object) === node && CONFIG_KEY in (object.data as object);

/** With one controller among its bootstrap servers. */
function naming(object: LiveObject, controller: number): LiveObject {
  const data = object.data as Readonly<Record<string, string>>;
  const names = (address: string): boolean => address.split('.')[0]?.endsWith(`-${String(controller)}`) ?? false;
  const file = (data[CONFIG_KEY] ?? '').replace(
    /^(controller\.quorum\.bootstrap\.servers=)(.*)$/m,
    (_line, key: string, all: string) => `${key}${all.split(',').filter(names).join(',')}`,
  );
  return { ...object, data: { ...data, [CONFIG_KEY]: file } };
}

/** Before Kubernetes 1.33 a kubelet does not say what a container really has. */
function withoutActualResources(object: World['objects'][number]): World['objects'][number] {
  if (object.kind !== 'Pod') return object;
  const status = object.status as { containerStatuses: readonly object[] };
  return { ...object, status: { ...status, containerStatuses: status.containerStatuses.map((c) => ({ ...c, resources: undefined })) } };
}
