/** A release of Kafka. */
export interface KafkaVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Reads `3.9.2`, `4.3` or `4.3.1-rc0` (the suffix is ignored); undefined when the text is no version. */
export function parseVersion(text: string): KafkaVersion | undefined {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?(?:[-+.].*)?$/.exec(text.trim());
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
}

/** Negative when `a` is older than `b`, zero when equal, positive when newer. */
export function compareVersions(a: KafkaVersion, b: KafkaVersion): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

/** Whether a version is known and not older than `minimum`; unknown versions get only what all versions understand. */
export function isAtLeast(version: string | undefined, minimum: string): boolean {
  const known = version === undefined ? undefined : parseVersion(version);
  const least = parseVersion(minimum);
  return known !== undefined && least !== undefined && compareVersions(known, least) >= 0;
}
