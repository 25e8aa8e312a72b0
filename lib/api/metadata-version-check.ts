/**
 * `metadataVersion` against the software that is to run it. A finalised metadata version mostly cannot be taken back, so a name
 * that no version knows, or one that the software cannot run, is refused with the spec and not when every node was restarted.
 */
import {
  highestMetadataVersion,
  lowestMetadataVersion,
  METADATA_VERSIONS,
  metadataLevelOf,
  metadataNeeds,
} from '../kafka/metadata-versions';
import type { Problem } from './problem';

const path = 'spec.metadataVersion';

/** What is wrong with a metadata version; with `kafkaVersion` undefined only a name that no version knows. */
export function checkMetadataVersion(name: string | undefined, kafkaVersion: string | undefined): readonly Problem[] {
  if (name === undefined || name === '') return [];
  const level = metadataLevelOf(name);
  if (level === undefined)
    return [{ path, code: 'Invalid', message: `cannot find the metadata version ${name}: ${remedyFor(name, kafkaVersion)}` }];
  const message = outOfReach(name, level, kafkaVersion);
  return message === undefined ? [] : [{ path, code: 'OutOfRange', message }];
}

function outOfReach(name: string, level: number, kafkaVersion: string | undefined): string | undefined {
  const [lowest, highest] = [lowestMetadataVersion(kafkaVersion), highestMetadataVersion(kafkaVersion)];
  if (lowest === undefined || highest === undefined) return undefined;
  const kafka = `Kafka ${String(kafkaVersion)}`;
  if (level < (metadataLevelOf(lowest) ?? 0))
    return `cannot run ${kafka} with ${name}: it starts with ${lowest} or newer, write ${highest}`;
  if (level <= (metadataLevelOf(highest) ?? level)) return undefined;
  return `cannot finalise ${name} with ${kafka}, which knows metadata up to ${highest}: upgrade Kafka to ${String(metadataNeeds(name))} first, or write ${highest}`;
}

/** Kafka's own tools take `4.3` for the newest of 4.3. */
function remedyFor(name: string, kafkaVersion: string | undefined): string {
  const meant = METADATA_VERSIONS.findLast((known) => known.startsWith(`${name}-`));
  const example = meant ?? highestMetadataVersion(kafkaVersion) ?? METADATA_VERSIONS.at(-1) ?? '';
  return `write its full name, for example ${example}, or leave it out to stay where the cluster is`;
}
