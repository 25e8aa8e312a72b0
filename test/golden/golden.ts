/** Golden cases: what somebody wrote, what is known of the world, and every object that comes of it. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { resolve, type RecordedNode } from '../../lib/api/resolve';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { askedLeafs } from '../../lib/constructs/cert-manager';
import { certificateManifests, nodeManifests, sharedManifests } from '../../lib/constructs/cluster';
import { disruptionBudgets } from '../../lib/constructs/disruption-budget';
import { envoyConfigMaps } from '../../lib/constructs/envoy-config';
import type { Facts } from '../../lib/constructs/facts';
import type { Manifest } from '../../lib/constructs/manifest';
import { placementManifest, type Placement } from '../../lib/constructs/placement';

const ROOT = join(__dirname, '../..');
const GOLDEN = join(ROOT, 'test/golden');

export interface GoldenFacts extends Facts {
  readonly placements?: Readonly<Record<number, Placement>>;
  /** Brokers that are about to stop. */
  readonly withdrawn?: readonly number[];
}

export interface GoldenCase {
  readonly name: string;
  readonly object: unknown;
  readonly facts: GoldenFacts;
  readonly recorded: readonly RecordedNode[];
  /** Where the expected objects are written. */
  readonly manifests: string;
}

const FACTS: GoldenFacts = { clusterId: 'mLO1x4g_MXHywUy_Wc7gKw', format: {} };

export function goldenCases(): readonly GoldenCase[] {
  const names = readdirSync(GOLDEN, { withFileTypes: true }).filter((entry) => existsSync(join(GOLDEN, entry.name, 'cluster.yaml')));
  const examples = readdirSync(join(ROOT, 'examples')).filter((file) => file.endsWith('.yaml'));
  return [...names.map((entry) => goldenCase(entry.name)), ...examples.flatMap(exampleCases)];
}

function goldenCase(name: string): GoldenCase {
  const read = (file: string): unknown => parse(readFileSync(join(GOLDEN, name, file), 'utf8'));
  const optional = (file: string): unknown => (existsSync(join(GOLDEN, name, file)) ? read(file) : undefined);
  return {
    name,
    object: read('cluster.yaml'),
    facts: { ...FACTS, ...(read('facts.yaml') as GoldenFacts) },
    recorded: (optional('recorded.yaml') as readonly RecordedNode[] | undefined) ?? [],
    manifests: join(GOLDEN, name, 'manifests.yaml'),
  };
}

function exampleCases(file: string): readonly GoldenCase[] {
  const objects = parseAllDocuments(readFileSync(join(ROOT, 'examples', file), 'utf8')).map((document) => document.toJS() as unknown);
  return objects
    .filter((object) => (object as { kind?: string } | null)?.kind === 'KafkaCluster')
    .map((object) => {
      const name = `example-${file.replace(/\.yaml$/, '')}`;
      return { name, object, facts: { ...FACTS, ...trustIn(object) }, recorded: [], manifests: join(GOLDEN, name, 'manifests.yaml') };
    });
}

/** Whom an example with TLS trusts, made up. */
function trustIn(object: unknown): Pick<Facts, 'security'> {
  const { internalListeners } = (object as { spec: { listenersConfig: { internalListeners: readonly { name: string; type: string }[] } } }).spec
    .listenersConfig;
  const names = internalListeners.filter(({ type }) => type.endsWith('ssl')).map(({ name }) => name);
  const pem = '-----BEGIN CERTIFICATE-----\nMIIBmadeup\n-----END CERTIFICATE-----\n';
  return names.length === 0 ? {} : { security: { trust: Object.fromEntries([...names, 'client'].map((name) => [name, pem])), superUsers: [] } };
}

export function resolved({ object, recorded }: Pick<GoldenCase, 'object' | 'recorded'>): ResolvedCluster {
  const { cluster, problems } = resolve(object, recorded);
  if (cluster === undefined) throw new Error(`cannot resolve: ${JSON.stringify(problems)}`);
  return cluster;
}

/** Every object, by kind, then name. */
export function allManifests(cluster: ResolvedCluster, facts: GoldenFacts): readonly Manifest[] {
  const nodes = cluster.nodes.map((node) => nodeManifests(cluster, node, facts));
  const placements = cluster.nodes.flatMap((node) => {
    const placement = facts.placements?.[node.id];
    return placement === undefined ? [] : [placementManifest(cluster, node, placement)];
  });
  const all = [
    ...sharedManifests(cluster, facts.security),
    ...envoyConfigMaps(cluster, new Set(facts.withdrawn)),
    ...certificateManifests(cluster, askedLeafs(cluster, facts.external)),
    ...disruptionBudgets(cluster, 1),
    ...nodes.flatMap((node) => [...node.claims, ...node.config, ...node.services, node.pod]),
    ...placements,
  ];
  const key = (manifest: Manifest) => `${manifest.kind}/${manifest.metadata.name}`;
  return [...all].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** As a reviewer reads it: texts that are the same in every case are named by their hash, files of Envoy are spread out. */
export const goldenText = (manifests: readonly Manifest[]): string =>
  manifests.map((manifest) => stringify(shortened(manifest), { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');

function shortened(manifest: Manifest): Manifest {
  const data = manifest['data'] as Record<string, string> | undefined;
  if (data === undefined) return manifest;
  const short = Object.entries(data).map(([key, text]) => {
    if (text.startsWith('{') && key.endsWith('.yaml')) return [key, JSON.parse(text) as unknown];
    const lines = text.split('\n').length;
    return [key, lines < 40 ? text : `${lines} lines, sha256 ${createHash('sha256').update(text).digest('hex').slice(0, 12)}`];
  });
  return { ...manifest, data: Object.fromEntries(short) as unknown };
}
