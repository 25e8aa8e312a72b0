/**
 * The version of Kafka that an image carries, read from its tag (decision 16). A version guessed wrong would start a broker
 * with settings it does not know, so anything unusual is "unknown" and gets only what all versions understand.
 */

/** `4.3.1`, `2.13-3.9.2`, `2.13-2.6.0-bzc.1`, `4.3.1-jdk21.0.11`: an optional Scala version, the version, an optional suffix. */
const TAG = /^v?(?:2\.\d\d-)?(\d+\.\d+\.\d+)(?:[-+_.].*)?$/;

/** For example `4.3.1`; undefined when the tag does not say. Registry ports and digests are no tags. */
export function kafkaVersionOfImage(image: string): string | undefined {
  const withoutDigest = image.split('@')[0] ?? '';
  const name = withoutDigest.slice(withoutDigest.lastIndexOf('/') + 1);
  const colon = name.indexOf(':');
  return colon < 0 ? undefined : TAG.exec(name.slice(colon + 1))?.[1];
}
