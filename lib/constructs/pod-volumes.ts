/**
 * Volumes of a node's Pod and where they are mounted. Both lists are sorted, so that the same wish is always the same Pod:
 * a list in another order would look like a change, and a change is a restart.
 */
import type { Volume, VolumeMount } from 'kubernetes-types/core/v1';
import type { ResolvedCluster, ResolvedNode, ResolvedStorage } from '../api/resolved-cluster';
import type { NodeConfig } from './broker-config';
import { asWritten, type Draft } from './draft';
import { usesNodeAddress, type ExternalOfNode } from './facts';
import {
  CONFIG_MOUNT,
  EXTENSIONS_MOUNT,
  JMX_CONFIG_MOUNT,
  JMX_JAR_MOUNT,
  PLACEMENT_MOUNT,
  RUN_MOUNT,
  SCRIPTS_MOUNT,
  SECRET_MOUNT,
  WAIT_MOUNT,
} from './mounts';
import { claimName, jmxConfigName, placementName } from './naming';
import { hasRack } from './placement';
import { scriptsConfigName } from './scripts';

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
  /** Where clients outside reach the node. */
  readonly external: ExternalOfNode;
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

function configVolumes(cluster: ResolvedCluster, node: ResolvedNode, { config, external }: VolumeParts): readonly Mounted[] {
  const jmx = jmxConfigName(cluster.name);
  const placement = configMapVolume('placement', placementName(cluster.name, node.id));
  return [
    { volume: configMapVolume('broker-config', config.name), mountPath: CONFIG_MOUNT },
    { volume: configMapVolume('scripts', scriptsConfigName(cluster, external), 0o555), mountPath: SCRIPTS_MOUNT },
    { volume: configMapVolume(jmxVolumeName(jmx), jmx), mountPath: JMX_CONFIG_MOUNT },
    ...(config.hasSecret
      ? [{ volume: { name: 'broker-config-secret', secret: { secretName: config.name, defaultMode: 0o444 } }, mountPath: SECRET_MOUNT }]
      : []),
    ...(hasRack(cluster, node) || usesNodeAddress(external) ? [{ volume: placement, mountPath: PLACEMENT_MOUNT }] : []),
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
