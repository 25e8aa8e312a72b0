/** Alerts as data, and the two forms in which Prometheus takes them: a rule file, and the Prometheus operator's PrometheusRule. */
import type { Manifest } from '../constructs/manifest';

export interface Alert {
  readonly name: string;
  readonly severity: 'critical' | 'warning' | 'info';
  /** PromQL. What it returns keeps `namespace` and names the cluster in `kafka_cr` or `cluster`. */
  readonly expr: string;
  /** How long it has to be true, in Prometheus' own words; default: at once. */
  readonly for?: string;
  /** One line. */
  readonly summary: string;
  /** What it means for people and what to do first. */
  readonly description: string;
  /** File below docs/runbooks. */
  readonly runbook: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface AlertGroup {
  /** Also the name of its file. */
  readonly name: string;
  readonly alerts: readonly Alert[];
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A rule file of Prometheus; also the spec of a PrometheusRule. */
export interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

/** What stands before the name of a runbook when nobody says where the documents are published. */
export const RUNBOOKS = 'docs/runbooks/';

/** @param runbooks what stands before the file name in `runbook_url`, for example `https://example.com/kafka-operator/docs/runbooks/` */
export function ruleFile(groups: readonly AlertGroup[], runbooks = RUNBOOKS): RuleFile {
  return { groups: groups.map(({ name, alerts }) => ({ name, rules: alerts.map((alert) => rule(alert, runbooks)) })) };
}

function rule(alert: Alert, runbooks: string): Rule {
  const { summary, description, runbook } = alert;
  return {
    alert: alert.name,
    expr: alert.expr,
    ...(alert.for === undefined ? {} : { for: alert.for }),
    labels: { severity: alert.severity, ...alert.labels },
    annotations: { summary, description, runbook_url: `${runbooks}${runbook}`, ...alert.annotations },
  };
}

export interface PrometheusRuleProps {
  readonly name: string;
  readonly namespace: string;
  /** What the Prometheus selects rules by, for example `release: prometheus`. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly runbooks?: string;
}

/** The object of the Prometheus operator with these groups. */
export function prometheusRule(groups: readonly AlertGroup[], { name, namespace, labels = {}, runbooks }: PrometheusRuleProps): Manifest {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name, namespace, labels },
    spec: ruleFile(groups, runbooks),
  };
}
