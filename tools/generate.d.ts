import type { Manifest } from '../lib/constructs/manifest';
import type { AlertGroup, RuleFile } from '../lib/monitoring/alert';
import type { Dashboard } from '../lib/monitoring/dashboard';

interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** Everything that is generated from the given CRDs, paths relative to the repository's root. */
export function generated(crds: readonly Manifest[]): readonly GeneratedFile[];

export interface MonitoringSources {
  readonly groups: readonly AlertGroup[];
  readonly actionGroups: readonly AlertGroup[];
  readonly ruleFile: (groups: readonly AlertGroup[]) => RuleFile;
  readonly dashboards: readonly Dashboard[];
  readonly dashboardJson: (dashboard: Dashboard) => object;
  /** A rule file of the JMX exporter. */
  readonly jmxRulesByTopic: string;
}

/** Rules and dashboards of the chart, and their reference; paths relative to the repository's root. */
export function generatedMonitoring(sources: MonitoringSources): readonly GeneratedFile[];
