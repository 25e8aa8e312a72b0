/**
 * The configuration of a node as objects that never change (decision 10): their name carries the hash of their content, and
 * a Pod names them. So a broker starts only with a configuration that was decided upon together with its restart, and the
 * one before it is still there to go back to. What is secret lies in a Secret of the same name.
 */
import type { ConfigMap, Secret } from 'kubernetes-types/core/v1';
import type { Construct } from 'constructs';
import type { ResolvedCluster, ResolvedNode } from '../api/resolved-cluster';
import { formatProperties } from '../kafka/properties';
import { serverProperties } from '../kafka/server-properties';
import { externalOf, type Facts } from './facts';
import { childMetadata, manifest, ManifestObject } from './draft';
import { log4jFile } from './log4j';
import type { Manifest } from './manifest';
import { configName, shortHash } from './naming';
import { nodeLabels } from './node-labels';
import { superUsers } from './super-users';

/** Key of the properties in the ConfigMap and in the Secret. */
export const CONFIG_KEY = 'broker-config';

export interface NodeConfig {
  /** Of the ConfigMap, and of the Secret if there is one. */
  readonly name: string;
  readonly hasSecret: boolean;
  /** The ConfigMap, then the Secret. */
  readonly manifests: readonly Manifest[];
}

/** What the configuration of nodes depends on beyond the spec. */
export type ConfigFacts = Pick<Facts, 'external' | 'security'>;

export function nodeConfig(cluster: ResolvedCluster, node: ResolvedNode, facts: ConfigFacts = {}): NodeConfig {
  const known = { addresses: externalOf(facts, node), superUsers: superUsers(cluster, facts) };
  const { plain, sensitive } = serverProperties(cluster, node, known);
  const open = { [CONFIG_KEY]: formatProperties(plain), ...log4jData(node) };
  const secret = Object.keys(sensitive).length === 0 ? undefined : { [CONFIG_KEY]: formatProperties(sensitive) };
  const name = configName(cluster.name, node.id, shortHash(JSON.stringify([open, secret ?? null])));
  const metadata = childMetadata(cluster, { name, labels: nodeLabels(node) });
  const configMap = manifest<ConfigMap>({ apiVersion: 'v1', kind: 'ConfigMap', metadata, immutable: true, data: open });
  if (secret === undefined) return { name, hasSecret: false, manifests: [configMap] };
  const data = Object.fromEntries(Object.entries(secret).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));
  const hidden = manifest<Secret>({ apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', immutable: true, data });
  return { name, hasSecret: true, manifests: [configMap, hidden] };
}

const log4jData = (node: ResolvedNode): Readonly<Record<string, string>> =>
  node.log4jConfig === undefined ? {} : { [log4jFile(node.log4jConfig).name]: node.log4jConfig };

/** A part of a node's configuration as a construct. */
export class BrokerConfig extends ManifestObject {
  public constructor(scope: Construct, content: Manifest) {
    super(scope, `${content.kind.toLowerCase()}-${content.metadata.name}`, content);
  }
}
