/**
 * A stand-in for what Kubernetes itself does with Pods: it binds them to one of three nodes in three zones, binds their
 * claims, waits for the ConfigMaps that they mount, starts them, makes them ready after a moment, ends those that terminate,
 * and removes what deleted owners leave behind. Not a kubelet and not a scheduler: nothing is to be concluded about either.
 */
import { CLAIM, CONFIG_MAP, KAFKA_CLUSTER, POD } from '../../../operator/kinds';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import type { FakeApiServer } from '../../runtime/fake-api-server';

/** Milliseconds that each step takes. */
export interface Pace {
  readonly start: number;
  readonly ready: number;
  /** More for each next node, so that they become ready one after the other. */
  readonly stagger: number;
  readonly end: number;
}

interface PodSpec {
  readonly nodeName?: string;
  readonly volumes?: readonly {
    readonly configMap?: { readonly name: string; readonly optional?: boolean };
    readonly persistentVolumeClaim?: { readonly claimName: string };
  }[];
}

const ZONES = ['zone-a', 'zone-b', 'zone-c'];
const SELECTED = 'volume.kubernetes.io/selected-node';

export const idOf = (object: KubeObject): number => Number(object.metadata.labels?.['brokerId'] ?? '-1');
export const isReady = (pod: KubeObject): boolean =>
  ((pod['status'] ?? {}) as { conditions?: { type: string; status: string }[] }).conditions?.some(
    (c) => c.type === 'Ready' && c.status === 'True',
  ) ?? false;
export const runs = (pod: KubeObject): boolean => ((pod['status'] ?? {}) as { phase?: string }).phase === 'Running';

export class StandInKubelet {
  /** Nodes whose process starts and never becomes ready. */
  hangs: (pod: KubeObject) => boolean = () => false;
  /** Off: a Pod that terminates goes on terminating until the test ends it. */
  endsPods = true;
  readonly #begun = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;

  constructor(
    private readonly server: FakeApiServer,
    private readonly pace: Pace,
  ) {
    ZONES.forEach((zone) => {
      const name = zone.replace('zone', 'node');
      const labels = { 'topology.kubernetes.io/zone': zone };
      const status = { conditions: [{ type: 'Ready', status: 'True' }] };
      server.put({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: {}, status });
    });
    server.objects.onEvent((event) => {
      if (event.resource === 'v1/pods' || event.resource === 'v1/configmaps') this.#look();
      if (event.resource.endsWith('/kafkaclusters') && event.type === 'DELETED') this.#later('garbage', 0, () => server.collectGarbage());
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#timers.forEach(clearTimeout);
  }

  #look(): void {
    for (const pod of this.server.list(POD)) this.#advance(pod);
  }

  /** The next step of a Pod, once for each of its lives. */
  #advance(pod: KubeObject): void {
    const { uid, name, namespace = '', deletionTimestamp } = pod.metadata;
    const step = (what: string, after: number, run: (now: KubeObject) => void): void =>
      this.#later(`${uid}/${what}`, after, () => {
        const now = this.server.get(POD, namespace, name);
        if (now?.metadata.uid === uid) run(now);
      });
    if (deletionTimestamp !== undefined) {
      if (this.endsPods) step('end', this.pace.end, () => this.server.endPod(namespace, name));
    } else if ((pod['spec'] as PodSpec).nodeName === undefined) step('bind', 0, (now) => this.#bind(now));
    else if (!runs(pod) && this.#hasConfig(pod)) step('start', this.pace.start, (now) => this.#tell(now, false));
    else if (runs(pod) && !isReady(pod) && !this.hangs(pod))
      step('ready', this.pace.ready + this.pace.stagger * idOf(pod), (now) => this.#tell(now, true));
  }

  /** A Pod goes where its volume is; a new volume goes to the zone of the node's number. */
  #bind(pod: KubeObject): void {
    const { namespace, name } = pod.metadata;
    const names = this.#claimsOf(pod);
    const claims = names.flatMap((claim) => this.server.get(CLAIM, namespace, claim) ?? []);
    if (claims.length < names.length) return;
    const home = claims[0]?.metadata.annotations?.[SELECTED];
    const nodeName = home ?? ZONES[idOf(pod) % ZONES.length]?.replace('zone', 'node') ?? '';
    for (const claim of claims.filter((c) => c.metadata.annotations?.[SELECTED] === undefined)) {
      this.server.patch(CLAIM, namespace, claim.metadata.name, { metadata: { annotations: { [SELECTED]: nodeName } } });
      this.server.patch(CLAIM, namespace, claim.metadata.name, { status: { phase: 'Bound' } });
    }
    this.server.patch(POD, namespace, name, { spec: { nodeName } });
  }

  #claimsOf(pod: KubeObject): readonly string[] {
    return ((pod['spec'] as PodSpec).volumes ?? []).flatMap((v) => v.persistentVolumeClaim?.claimName ?? []);
  }

  #hasConfig(pod: KubeObject): boolean {
    const names = ((pod['spec'] as PodSpec).volumes ?? []).flatMap((v) => v.configMap?.name ?? []);
    return names.every((name) => this.server.get(CONFIG_MAP, pod.metadata.namespace, name) !== undefined);
  }

  #tell(pod: KubeObject, ready: boolean): void {
    if (pod.metadata.deletionTimestamp !== undefined) return;
    const conditions = [
      { type: 'PodScheduled', status: 'True' },
      { type: 'Ready', status: ready ? 'True' : 'False' },
    ];
    const containerStatuses = [
      { name: 'kafka', restartCount: 0, ready, state: { running: { startedAt: pod.metadata.creationTimestamp } } },
    ];
    this.server.patch(POD, pod.metadata.namespace, pod.metadata.name, { status: { phase: 'Running', conditions, containerStatuses } });
  }

  #later(key: string, milliseconds: number, run: () => void): void {
    if (this.#stopped || this.#begun.has(key)) return;
    if (key !== 'garbage') this.#begun.add(key);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, milliseconds);
    this.#timers.add(timer);
  }
}

/** The KafkaCluster that a test is about. */
export const clusterIn = (server: FakeApiServer, name: string): KubeObject | undefined => server.get(KAFKA_CLUSTER, 'kafka', name);
