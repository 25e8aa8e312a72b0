/**
 * Feature levels of Kafka (KIP-584): what the spec asks for, and what forbids it. A level is a promise to every node that it
 * can read what the others write, so it is raised last, when all of the software can, and there is no way back: software that
 * cannot read the finalised metadata would not start any more, and is therefore never put in the place of what runs.
 */
import {
  highestMetadataVersion,
  lowestMetadataVersion,
  METADATA_VERSIONS,
  metadataLevelOf,
  metadataNameOf,
  metadataNeeds,
} from '../../lib/kafka/metadata-versions';
import { compareVersions, isAtLeast, parseVersion } from '../../lib/kafka/version';
import { ANNOTATION } from '../../lib/constructs/naming';
import { hasDirectories } from './changeable-quorum';
import type { Context } from './context';
import { serves } from './node-view';
import type { Held, Proposal } from './plan';
import { reason, type Reason } from './reason';
import { revisionOf } from './revision';
import type { ClusterStatus, FeaturesView, World } from './world';

export const METADATA = 'metadata.version';
export const KRAFT = 'kraft.version';

/** For the first Kafka that can turn a static quorum into a dynamic one. */
const UPGRADES_QUORUM = '4.1';

/** Of a Kafka that is seen and led; undefined otherwise, or when the software does not tell. */
export function featuresIn({ kafka }: World): FeaturesView | undefined {
  return kafka.state === 'known' && kafka.value.quorum.leaderId >= 0 ? kafka.value.features : undefined;
}

/** The finalised metadata level; out of sight of Kafka the one that the status remembers. */
function finalisedMetadata(world: World): number | undefined {
  const { metadataVersion } = world.cluster.status;
  return featuresIn(world)?.finalized[METADATA] ?? (metadataVersion === undefined ? undefined : metadataLevelOf(metadataVersion));
}

/** The level of `metadataVersion` of the spec; undefined when it asks for nothing, or for something unknown. */
export const wantedMetadata = ({ cluster: { metadataVersion: name } }: Pick<Context, 'cluster'>): number | undefined =>
  name === undefined ? undefined : metadataLevelOf(name);

/** A quorum that Kafka shows as static is to become dynamic by the user's word. */
export const asksForDynamicQuorum = ({ world }: Pick<Context, 'world'>): boolean =>
  world.cluster.annotations[ANNOTATION.quorumUpgrade] === 'dynamic' && world.kafka.state === 'known' && !hasDirectories(world.kafka.value);

type UpdateFeature = Extract<Proposal, { kind: 'updateFeature' }>;

/** Why a feature must not be raised now; empty: it may. `allowed` are the proposals let go in this pass. */
export function whyNotRaised(proposal: UpdateFeature, context: Context, allowed: readonly Proposal[]): readonly Reason[] {
  const before = allowed.find((p) => p.kind === 'updateFeature');
  const first = before === undefined ? [] : [reason('OneAtATime', `features are raised one by one; ${before.feature} goes first`)];
  return [...first, ...whyUnsupported(proposal, context), ...whyNotSettled(context)];
}

function whyUnsupported({ feature, level, called }: UpdateFeature, { cluster, world }: Context): readonly Reason[] {
  if (feature === KRAFT && !isAtLeast(cluster.kafkaVersion, UPGRADES_QUORUM))
    return [reason('MetadataForbids', `a static quorum becomes a dynamic one from Kafka ${UPGRADES_QUORUM} on`)];
  const most = featuresIn(world)?.supported[feature]?.max;
  if (most === undefined || most >= level) return [];
  return [reason('MetadataForbids', `the software that runs supports ${feature} up to ${levelName(feature, most)}, not ${called}`)];
}

/** Every node runs what is wanted, and has served for the soak time. */
function whyNotSettled({ cluster, views, nodes, now }: Context): readonly Reason[] {
  const wanted = views.filter((view) => nodes.has(view.node.id));
  const away = wanted.find((view) => !serves(view));
  if (away !== undefined) return [reason('NodeNotReady', `node ${String(away.node.id)} does not serve`)];
  const old = wanted.find((view) => view.pod?.revision !== revisionOf(nodes.get(view.node.id)?.pod));
  if (old !== undefined) return [reason('WaveInFlight', `node ${String(old.node.id)} is still to be restarted`)];
  const { soakSeconds } = cluster.rollingUpgrade;
  const until = Math.max(0, ...wanted.map((view) => view.pod?.readySince ?? now)) + soakSeconds * 1000;
  if (soakSeconds === 0 || until <= now) return [];
  return [reason('Soaking', `every node is to serve for ${String(soakSeconds)} s before a feature is raised`, until)];
}

export const levelName = (feature: string, level: number): string =>
  (feature === METADATA ? metadataNameOf(level) : undefined) ?? `level ${String(level)}`;

/** What of the spec Kafka will never do, with the way out. */
export function refusedFeatures(context: Context): readonly Held[] {
  const { metadataVersion: name } = context.cluster;
  const finalised = finalisedMetadata(context.world);
  if (name === undefined || finalised === undefined) return [];
  const level = wantedMetadata(context);
  if (level === undefined) return [forbidden(`raise    ${METADATA} to ${name}`, `this operator does not know metadata version ${name}`)];
  if (level >= finalised) return [];
  const now = levelName(METADATA, finalised);
  return [
    forbidden(
      `lower    ${METADATA} to ${name}`,
      `${now} is finalised and is not taken back, since metadata would be lost; write ${now}, or leave it out`,
    ),
  ];
}

const forbidden = (what: string, why: string): Held => ({ what, reasons: [reason('MetadataForbids', why)] });

/** Why no node may be started with the wanted software: it could not read the metadata. */
export function whyMetadataForbids({ cluster, world }: Pick<Context, 'cluster' | 'world'>): Reason | undefined {
  const finalised = finalisedMetadata(world);
  const [lowest, highest] = [lowestMetadataVersion(cluster.kafkaVersion), highestMetadataVersion(cluster.kafkaVersion)];
  if (finalised === undefined || lowest === undefined || highest === undefined) return undefined;
  const [kafka, now] = [`Kafka ${String(cluster.kafkaVersion)}`, `${levelName(METADATA, finalised)} is finalised`];
  if (finalised < (metadataLevelOf(lowest) ?? 0))
    return reason(
      'MetadataForbids',
      `${kafka} starts with metadata ${lowest} or newer and ${now}; raise metadataVersion with the software that runs`,
    );
  if (isNewerThanKnown(cluster.kafkaVersion) || finalised <= (metadataLevelOf(highest) ?? finalised)) return undefined;
  return reason(
    'MetadataForbids',
    `${kafka} reads metadata up to ${highest} and ${now}, which is not taken back; go back to newer software`,
  );
}

/** What software reads that is newer than this operator is not known to it. */
function isNewerThanKnown(kafkaVersion: string | undefined): boolean {
  const version = parseVersion(kafkaVersion ?? '');
  const known = parseVersion(metadataNeeds(METADATA_VERSIONS.at(-1) ?? '') ?? '');
  return version !== undefined && known !== undefined && compareVersions({ ...version, patch: 0 }, known) > 0;
}

/** What could be raised with the software that runs, for people; kraft.version is never suggested, there is no way back. */
export function raisable({ finalized, supported }: FeaturesView): readonly string[] {
  return Object.entries(supported)
    .filter(([feature, { max }]) => feature !== KRAFT && max > (finalized[feature] ?? 0))
    .map(([feature, { max }]) => `${feature} to ${feature === METADATA ? levelName(feature, max) : String(max)}`)
    .sort();
}

/** The status with the finalised metadata version and what could be raised; while nodes are restarted the latter stays as it was said before. */
export function withFeatures(status: ClusterStatus, world: World, rolling: boolean): ClusterStatus {
  const features = featuresIn(world);
  if (features === undefined) return status;
  const level = features.finalized[METADATA];
  const { couldRaise: before, ...rest } = status;
  const couldRaise = rolling ? (before ?? []) : raisable(features);
  return {
    ...rest,
    ...(level === undefined ? {} : { metadataVersion: levelName(METADATA, level) }),
    ...(couldRaise.length === 0 ? {} : { couldRaise }),
  };
}
