/**
 * Volumes of a node's Pod and where they are mounted. Both lists are sorted, so that the same wish is always the same Pod:
 * a list in another order would look like a change, and a change is a restart.
 */
import type { Volume, VolumeMount } from 'kubernetes-types/core/v1';
import type { ResolvedCluster, ResolvedNode, ResolvedStorage } from '../api/resolved-cluster';
import { tlsListeners } from '../kafka/listener-security';
import { hasRole } from '../kafka/quorum';
import { CONFIG_KEY, type NodeConfig } from './broker-config';
import { FORMAT_KEY, formatsUsers, LOGINS_KEY } from './credentials';
import { asWritten, type Draft } from './draft';
import { externalOf, usesNodeAddress, type Facts } from './facts';
import {
  CONFIG_MOUNT,
  EXTENSIONS_MOUNT,
  JMX_CONFIG_MOUNT,
  JMX_JAR_MOUNT,
  KEYSTORE_MOUNT,
  PLACEMENT_MOUNT,
  RUN_MOUNT,
  SCRIPTS_MOUNT,
  SECRET_MOUNT,
  TRUST_MOUNT,
  WAIT_MOUNT,
} from './mounts';
import { claimName, credentialsName, jmxConfigName, keystoresName, placementName } from './naming';
import { hasRack } from './placement';
import { scriptsConfigName } from './scripts';
import { trustConfigName } from './trust';

interface Mounted {
  readonly volume: Draft<Volume> & { readonly name: string };
  readonly mountPath: string;
}

export interface PodVolumes {
  readonly volumes: readonly Draft<Volume>[];
  readonly mounts: readonly Draft<VolumeMount>[];
}

/** Names of the volumes that init containers fill. */
export const EXTENSIONS_VOLUME = 'extensions';
export const JMX_JAR_VOLUME = 'jmx-jar-data';

interface VolumeParts {
  readonly config: NodeConfig;
  readonly facts: Pick<Facts, 'external' | 'security'>;
}

export function podVolumes(cluster: ResolvedCluster, node: ResolvedNode, parts: VolumeParts): PodVolumes {
  const generated = [...configVolumes(cluster, node, parts), ...scratchVolumes(), ...dataVolumes(cluster, node)];
  const mounts = generated.map(({ volume, mountPath }) => ({ name: volume.name, mountPath }));
  return {
    volumes: sorted([...generated.map(({ volume }) => volume), ...node.volumes.map((raw) => asWritten<Volume>(raw))], (v) => v.name ?? ''),
    mounts: sorted(
      [...mounts, ...node.volumeMounts.map((raw) => asWritten<VolumeMount>(raw))],
      (m) => `${m.name ?? ''}\0${m.mountPath ?? ''}`,
    ),
  };
}

function configVolumes(cluster: ResolvedCluster, node: ResolvedNode, { config, facts }: VolumeParts): readonly Mounted[] {
  const external = externalOf(facts, node);
  const jmx = jmxConfigName(cluster.name);
  const placement = configMapVolume('placement', placementName(cluster.name, node.id));
  return [
    { volume: configMapVolume('broker-config', config.name), mountPath: CONFIG_MOUNT },
    { volume: configMapVolume('scripts', scriptsConfigName(cluster, node, external), 0o555), mountPath: SCRIPTS_MOUNT },
    { volume: configMapVolume(jmxVolumeName(jmx), jmx), mountPath: JMX_CONFIG_MOUNT },
    ...secretVolumes(cluster, node, config),
    ...certificateVolumes(cluster, node, facts),
    ...(hasRack(cluster, node) || usesNodeAddress(external) ? [{ volume: placement, mountPath: PLACEMENT_MOUNT }] : []),
  ];
}

/** What the start script appends to the configuration: files only, so what lies in a directory is not taken for settings. */
function secretVolumes(cluster: ResolvedCluster, node: ResolvedNode, { name, hasSecret }: NodeConfig): readonly Mounted[] {
  const passwords = passwordItems(cluster, node);
  const volume = 'broker-config-secret';
  if (passwords.length === 0) {
    return hasSecret ? [{ volume: { name: volume, secret: { secretName: name, defaultMode: 0o444 } }, mountPath: SECRET_MOUNT }] : [];
  }
  const sources = [
    ...(hasSecret ? [{ secret: { name, items: [{ key: CONFIG_KEY, path: CONFIG_KEY }] } }] : []),
    { secret: { name: credentialsName(cluster.name), items: passwords } },
  ];
  return [{ volume: { name: volume, projected: { defaultMode: 0o444, sources } }, mountPath: SECRET_MOUNT }];
}

/** Brokers log in to each other; the first controllers learn who may log in when they are formatted. */
function passwordItems(cluster: ResolvedCluster, node: ResolvedNode): readonly { readonly key: string; readonly path: string }[] {
  if (!cluster.security.scram) return [];
  return [
    ...(hasRole(node, 'broker') ? [{ key: LOGINS_KEY, path: LOGINS_KEY }] : []),
    ...(formatsUsers(cluster, node) ? [{ key: FORMAT_KEY, path: `format/${FORMAT_KEY}` }] : []),
  ];
}

function certificateVolumes(cluster: ResolvedCluster, node: ResolvedNode, facts: VolumeParts['facts']): readonly Mounted[] {
  if (tlsListeners(cluster.listeners, node, externalOf(facts, node)).length === 0) return [];
  const trust = trustConfigName(cluster, facts.security);
  return [
    { volume: { name: 'keystores', secret: { secretName: keystoresName(cluster.name), defaultMode: 0o444 } }, mountPath: KEYSTORE_MOUNT },
    ...(trust === undefined ? [] : [{ volume: configMapVolume('trust', trust), mountPath: TRUST_MOUNT }]),
  ];
}

function configMapVolume(name: string, configMap: string, defaultMode = 0o644): Mounted['volume'] {
  return { name, configMap: { name: configMap, defaultMode } };
}

/** A volume's name may have 63 characters, a ConfigMap's 253. */
const jmxVolumeName = (configMap: string): string =>
  configMap.length <= 63 && !configMap.includes('.') ? configMap : 'kafka-jmx-exporter';

function scratchVolumes(): readonly Mounted[] {
  return [
    { volume: { name: 'exitfile', emptyDir: {} }, mountPath: WAIT_MOUNT },
    { volume: { name: EXTENSIONS_VOLUME, emptyDir: {} }, mountPath: EXTENSIONS_MOUNT },
    { volume: { name: JMX_JAR_VOLUME, emptyDir: {} }, mountPath: JMX_JAR_MOUNT },
    { volume: { name: 'run', emptyDir: {} }, mountPath: RUN_MOUNT },
  ];
}

function dataVolumes(cluster: ResolvedCluster, node: ResolvedNode): readonly Mounted[] {
  return node.storage.map((storage, at) => ({
    volume: { name: `kafka-data-${at}`, ...dataSource(cluster, node, storage) },
    mountPath: storage.mountPath,
  }));
}

function dataSource(
  cluster: ResolvedCluster,
  node: ResolvedNode,
  { mountPath, source }: ResolvedStorage,
): Pick<Draft<Volume>, 'emptyDir' | 'persistentVolumeClaim'> {
  if (source.kind === 'emptyDir') return { emptyDir: asWritten(source.spec) };
  return { persistentVolumeClaim: { claimName: claimName(cluster.name, node.id, mountPath) } };
}

const sorted = <T>(items: readonly T[], key: (item: T) => string): readonly T[] => [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
