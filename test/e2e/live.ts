/** The cluster that lives through the journeys of safe changes: a controller and three brokers of its own, in three racks. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KAFKA_CLUSTER } from '../../operator/kinds';
import type { KubeDraft, KubeObject } from '../../operator/runtime/kube-types';
import { applyCluster, clusterObject, conditionOf, exists, running, type ClusterOptions } from './cluster';
import { mustKubectl, NAMESPACE, until } from './kubernetes';

export const BROKERS = [100, 101, 102] as const;
export const LIVE: ClusterOptions = { name: 'live', kafkaVersion: '4.1.2', nodes: { controllers: [0], brokers: BROKERS } };

/** What of a spec the journeys change. */
export interface LiveSpec {
  kafkaVersion: string;
  metadataVersion?: string;
  clusterImage?: string;
  readOnlyConfig: string;
  clusterWideConfig?: string;
  changePolicy?: Record<string, unknown>;
  brokerConfigGroups: Record<string, Record<string, unknown>>;
  brokers: { id: number; brokerConfigGroup: string; brokerConfig?: Record<string, unknown>; readOnlyConfig?: string }[];
}

/** Makes sure that it runs; what an earlier journey changed stays as it is. */
export async function ensureLive(): Promise<KubeObject> {
  if (!(await exists(KAFKA_CLUSTER, LIVE.name))) await applyCluster(LIVE);
  return running(LIVE.name);
}

/** The KafkaCluster as somebody would write it who changes just this in what is there. */
export async function edited(change: (spec: LiveSpec) => void, name = LIVE.name): Promise<KubeDraft & { readonly spec: LiveSpec }> {
  const { apiVersion, kind, spec } = await clusterObject(name);
  const draft = { apiVersion, kind, metadata: { name, namespace: NAMESPACE }, spec: structuredClone<unknown>(spec) as LiveSpec };
  change(draft.spec);
  return draft;
}

/** Changes the spec and nothing else. */
export async function change(how: (spec: LiveSpec) => void, name = LIVE.name): Promise<void> {
  const { spec } = await edited(how, name);
  await patch(name, [{ op: 'replace', path: '/spec', value: spec }]);
}

const patch = (name: string, operations: readonly unknown[]): Promise<string> =>
  mustKubectl(['-n', NAMESPACE, 'patch', 'kafkacluster', name, '--type=json', '-p', JSON.stringify(operations)]);

/** Annotates the KafkaCluster; `undefined` takes the annotation away. */
export const annotate = (key: string, value: string | undefined, name = LIVE.name): Promise<string> =>
  mustKubectl(['-n', NAMESPACE, 'annotate', '--overwrite', 'kafkacluster', name, value === undefined ? `${key}-` : `${key}=${value}`]);

/** A line more, or another value, in a text of settings. */
export function withSetting(text: string | undefined, key: string, value: string | undefined): string {
  const others = (text ?? '').split('\n').filter((line) => line !== '' && !line.startsWith(`${key}=`));
  return [...others, ...(value === undefined ? [] : [`${key}=${value}`])].join('\n');
}

/** Waits for a condition of the generation that is there now. */
export function condition(type: string, reason: string, options: { readonly name?: string; readonly limit?: number } = {}) {
  const { name = LIVE.name, limit = 120 } = options;
  return until(
    `${name} has ${type} for the reason ${reason}`,
    async () => {
      const object = await clusterObject(name);
      const found = conditionOf(object, type);
      return found?.reason === reason && found.observedGeneration === object.metadata.generation ? found : undefined;
    },
    { seconds: limit },
  );
}

/** What `kafka-operator plan -o json` says. */
export interface PlanOutput {
  readonly accepted: boolean;
  readonly actions: readonly { readonly kind: string; readonly risk: string; readonly node?: number; readonly what: string }[];
  readonly held: readonly { readonly what: string; readonly reasons: readonly { readonly code: string; readonly message: string }[] }[];
  readonly waves: readonly { readonly nodes: readonly number[]; readonly rack?: string }[];
  readonly hash?: string;
}

export interface Said {
  readonly code: number;
  readonly text: string;
}

/** Runs `kafka-operator` with a file, as a person would before an apply. */
export function commandLine(args: readonly string[], file?: KubeDraft): Said {
  const folder = mkdtempSync(join(tmpdir(), 'journey-'));
  try {
    const path = join(folder, 'cluster.yaml');
    // JSON is YAML.
    if (file !== undefined) writeFileSync(path, JSON.stringify(file));
    const given = file === undefined ? [] : ['-f', path];
    const cli = join(__dirname, '../../dist/operator/cli.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args, ...given], { encoding: 'utf8', timeout: 60_000 });
    return { code: status ?? -1, text: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function plan(file: KubeDraft): PlanOutput & { readonly code: number } {
  const { code, text } = commandLine(['plan', '-o', 'json'], file);
  if (!text.startsWith('{')) throw new Error(`cannot plan: ${text}`);
  return { ...(JSON.parse(text) as PlanOutput), code };
}
