/** What state each cluster is in, as Prometheus sees it: its conditions, its nodes, and which claims hold its data. */
import { Gauge, type Registry } from 'prom-client';
import { notServing } from '../decide/health';
import type { NodeView } from '../decide/node-view';
import type { Condition } from '../decide/world';

type Labels = Readonly<Record<string, string>>;
/** The series of each cluster, by `namespace/name`. */
type Series = Map<string, readonly (readonly [Labels, number])[]>;

const ROLES = ['broker', 'controller'] as const;

export class StateMetrics {
  private readonly condition: Series = new Map();
  private readonly node: Series = new Map();
  private readonly volume: Series = new Map();

  constructor(registry: Registry) {
    const conditions = {
      name: 'kafka_operator_condition',
      help: '1 for each condition of a KafkaCluster as it is',
      labels: ['type', 'status', 'reason'],
    };
    const nodes = {
      name: 'kafka_operator_nodes',
      help: 'Nodes that are wanted and that serve; combined ones in both roles',
      labels: ['role', 'state'],
    };
    const volumes = { name: 'kafka_operator_volume', help: '1 for each claim of a node', labels: ['broker', 'persistentvolumeclaim'] };
    gauge(registry, conditions, this.condition);
    gauge(registry, nodes, this.node);
    gauge(registry, volumes, this.volume);
  }

  conditions(key: string, conditions: readonly Condition[]): void {
    this.condition.set(
      key,
      conditions.map(({ type, status, reason }) => [{ type, status, reason }, 1]),
    );
  }

  /** Nodes that leave the spec are not wanted any more; their claims still hold data. */
  nodes(key: string, views: readonly NodeView[]): void {
    const wanted = views.filter(({ node }) => !node.departing);
    const missing = new Set(notServing(wanted));
    this.node.set(
      key,
      ROLES.flatMap((role) => {
        const all = wanted.filter(({ node }) => node.roles.includes(role));
        const ready = all.filter((view) => !missing.has(view));
        return [
          [{ role, state: 'wanted' }, all.length],
          [{ role, state: 'ready' }, ready.length],
        ] as const;
      }),
    );
    this.volume.set(
      key,
      views.flatMap(({ node, claims }) =>
        claims.map(({ metadata }) => [{ broker: String(node.id), persistentvolumeclaim: metadata.name }, 1] as const),
      ),
    );
  }

  forget(key: string): void {
    [this.condition, this.node, this.volume].forEach((series) => series.delete(key));
  }
}

function gauge(
  registry: Registry,
  about: { readonly name: string; readonly help: string; readonly labels: readonly string[] },
  of: Series,
): void {
  new Gauge({
    name: about.name,
    help: about.help,
    labelNames: ['namespace', 'cluster', ...about.labels],
    registers: [registry],
    collect() {
      this.reset();
      for (const [key, series] of of) {
        const [namespace = '', cluster = ''] = key.split('/');
        for (const [labels, value] of series) this.set({ namespace, cluster, ...labels }, value);
      }
    },
  });
}
