/** CruiseControlOperations as Prometheus sees them: how many are in which state, and how far the one is that moves replicas. */
import { Gauge, type Registry } from 'prom-client';
import { statusOf } from '../decide/operation-status';
import type { OperationView } from '../decide/operation-view';

interface Figures {
  readonly states: ReadonlyMap<string, number>;
  readonly moving: { readonly operation: string; readonly percent: number; readonly megabytesLeft: number } | undefined;
}

export class OperationMetrics {
  private readonly clusters = new Map<string, Figures>();

  constructor(registry: Registry) {
    const { clusters } = this;
    gauge(registry, ['kafka_operator_operations', 'CruiseControlOperations, by state'], 'state', (set) => {
      for (const [key, { states }] of clusters) for (const [state, count] of states) set(key, state, count);
    });
    gauge(registry, ['kafka_operator_operation_progress_percent', 'How far the operation is that moves replicas'], 'operation', (set) => {
      for (const [key, { moving }] of clusters) if (moving !== undefined) set(key, moving.operation, moving.percent);
    });
    gauge(
      registry,
      ['kafka_operator_operation_left_megabytes', 'What the operation that moves replicas still has to copy'],
      'operation',
      (set) => {
        for (const [key, { moving }] of clusters) if (moving !== undefined) set(key, moving.operation, moving.megabytesLeft);
      },
    );
  }

  seen(key: string, views: readonly OperationView[]): void {
    const states = new Map<string, number>();
    for (const view of views) states.set(stateOf(view), (states.get(stateOf(view)) ?? 0) + 1);
    this.clusters.set(key, { states, moving: views.flatMap(movingOf)[0] });
  }

  forget(key: string): void {
    this.clusters.delete(key);
  }
}

function stateOf({ state, final }: OperationView): string {
  if (state === 'CompletedWithError') return final ? 'failed' : 'retrying';
  return { '': 'waiting', Active: 'asked', InExecution: 'moving', Completed: 'completed' }[state];
}

function movingOf(view: OperationView): readonly NonNullable<Figures['moving']>[] {
  const { progress } = statusOf(view);
  if (view.state !== 'InExecution' || progress === undefined) return [];
  return [
    { operation: view.operation ?? '', percent: progress.percent, megabytesLeft: Math.max(0, progress.totalMb - progress.finishedMb) },
  ];
}

type Set = (key: string, label: string, value: number) => void;

/** One label besides namespace and cluster; what is not set any more is gone. */
function gauge(registry: Registry, [name, help]: readonly [string, string], label: string, collect: (set: Set) => void): void {
  new Gauge({
    name,
    help,
    labelNames: ['namespace', 'cluster', label],
    registers: [registry],
    collect() {
      this.reset();
      collect((key, of, value) => {
        const [namespace = '', cluster = ''] = key.split('/');
        this.set({ namespace, cluster, [label]: of }, value);
      });
    },
  });
}
