/**
 * Which words an Envoy understands. Objects of earlier users name images as old as 1.22 (contract 1.3), whose Envoy refuses a whole file
 * for one field that it does not know; the newest in turn warns of words that it has replaced. So the files of an older image are written
 * in the words that both understand. What the tag does not tell is taken for a current image.
 */
const TAG = /:v?(\d+)\.(\d+)(?:\.\d+)?(?:[-+_.][^:/]*)?$/;

/** The first minor version of Envoy 1 that has everything that is written for a current one. */
const CURRENT_MINOR = 34;

/** Whether the tag of an image names an Envoy older than 1.34, for example `envoyproxy/envoy:v1.22.2`. */
export function isOlderEnvoy(image: string): boolean {
  const match = TAG.exec(image.split('@')[0] ?? '');
  return match !== null && Number(match[1]) === 1 && Number(match[2]) < CURRENT_MINOR;
}
