/** What is done and what is held, cluster by cluster, as Prometheus sees it. Label sets go when their cluster goes. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Outcome } from '../decide/action';
import type { NodeView } from '../decide/node-view';
import type { OperationView } from '../decide/operation-view';
import type { Held } from '../decide/plan';
import type { ClusterStatus } from '../decide/world';
import type { CertificateEnd } from '../decide/certificate-ends';
import { CertificateMetrics } from './certificate-metrics';
import { OperationMetrics } from './operation-metrics';
import { StateMetrics } from './state-metrics';

const CLUSTER = ['namespace', 'cluster'] as const;

interface Holds {
  /** By wish and reasons: since when, in milliseconds since the epoch. */
  readonly since: ReadonlyMap<string, number>;
  readonly byReason: ReadonlyMap<string, number>;
}

export class ClusterMetrics {
  private readonly clusters = new Map<string, Holds>();
  private readonly operationMetrics: OperationMetrics;
  private readonly stateMetrics: StateMetrics;
  private readonly certificateMetrics: CertificateMetrics;
  private readonly actions: Counter<'namespace' | 'cluster' | 'action' | 'result'>;

  constructor(registry: Registry, now: () => number) {
    const registers = [registry];
    this.operationMetrics = new OperationMetrics(registry);
    this.stateMetrics = new StateMetrics(registry);
    this.certificateMetrics = new CertificateMetrics(registry);
    this.actions = new Counter({
      name: 'kafka_operator_actions_total',
      help: 'Actions carried out, by kind and result (done, refused by the last look, retry, failed)',
      labelNames: [...CLUSTER, 'action', 'result'],
      registers,
    });
    const clusters = this.clusters;
    new Gauge({
      name: 'kafka_operator_held',
      help: 'Wishes that are held now, by reason; one with two reasons counts for both',
      labelNames: [...CLUSTER, 'reason'],
      registers,
      collect() {
        this.reset();
        for (const [key, { byReason }] of clusters) for (const [reason, count] of byReason) this.set({ ...labelsOf(key), reason }, count);
      },
    });
    new Gauge({
      name: 'kafka_operator_held_oldest_seconds',
      help: 'Age of the oldest wish that is held; 0 when nothing is held',
      labelNames: [...CLUSTER],
      registers,
      collect() {
        this.reset();
        for (const [key, { since }] of clusters)
          this.set(labelsOf(key), since.size === 0 ? 0 : (now() - Math.min(...since.values())) / 1000);
      },
    });
  }

  /** What a pass held. A wish that was held before for the same reasons keeps its age. */
  held(key: string, held: readonly Held[], now: number): void {
    const before = this.clusters.get(key)?.since;
    const since = new Map(held.map((h) => [nameOf(h), before?.get(nameOf(h)) ?? now] as const));
    const byReason = new Map<string, number>();
    for (const code of held.flatMap((h) => [...new Set(h.reasons.map((r) => r.code))])) byReason.set(code, (byReason.get(code) ?? 0) + 1);
    this.clusters.set(key, { since, byReason });
  }

  operations(key: string, views: readonly OperationView[]): void {
    this.operationMetrics.seen(key, views);
  }

  certificates(key: string, ends: readonly CertificateEnd[]): void {
    this.certificateMetrics.seen(key, ends);
  }

  /** What was judged; the nodes only of a spec that is accepted. */
  judged(key: string, { conditions = [] }: ClusterStatus, views?: readonly NodeView[]): void {
    this.stateMetrics.conditions(key, conditions);
    if (views !== undefined) this.stateMetrics.nodes(key, views);
  }

  acted(key: string, outcomes: readonly Outcome[]): void {
    for (const { action, result } of outcomes) this.actions.inc({ ...labelsOf(key), action: action.kind, result });
  }

  forget(key: string): void {
    this.operationMetrics.forget(key);
    this.stateMetrics.forget(key);
    this.certificateMetrics.forget(key);
    this.clusters.delete(key);
    const { namespace, cluster } = labelsOf(key);
    void this.actions.get().then(({ values }) => {
      for (const { labels } of values) if (labels.namespace === namespace && labels.cluster === cluster) this.actions.remove(labels);
    });
  }
}

/** Messages change while the cause stays: the wish and the codes make the same hold. */
const nameOf = ({ what, reasons }: Held): string => `${what} ${reasons.map((r) => r.code).join()}`;

function labelsOf(key: string): { readonly namespace: string; readonly cluster: string } {
  const [namespace = '', cluster = ''] = key.split('/');
  return { namespace, cluster };
}
