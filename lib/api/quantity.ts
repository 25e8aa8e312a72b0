/** Kubernetes quantities (`10Gi`, `1.5T`, `2e9`) as whole bytes. Exact: a size that is one byte off would look like a resize. */

const POWER_OF_TEN: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const POWER_OF_TWO: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

/** Kubernetes holds no more than this. */
const LARGEST = 2n ** 63n - 1n;

const SHAPE = /^\+?(\d{0,40})(?:\.(\d{0,40}))?(?:[eE]([+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i))?$/;

/** Bytes, a fraction rounded up as Kubernetes does; undefined when it is no quantity of bytes (negative ones included). */
export function parseQuantity(quantity: string | number): number | undefined {
  const bytes = scaled(quantity, 0);
  return bytes === undefined || bytes > LARGEST ? undefined : Number(bytes);
}

/** Billionths of whatever is counted, so that fractions of a CPU compare exactly; undefined when it is no quantity. */
export const nanosOf = (quantity: string | number): bigint | undefined => scaled(quantity, 9);

/** The quantity times a power of ten, rounded up. */
function scaled(quantity: string | number, power: number): bigint | undefined {
  const match = SHAPE.exec(String(quantity).trim());
  if (match === null) return undefined;
  const [, whole = '', fraction = '', exponent, suffix = ''] = match;
  if (whole + fraction === '') return undefined;
  const ten = tenOf(exponent, suffix) - fraction.length + power;
  return timesTen(BigInt(whole + fraction) * 2n ** BigInt(POWER_OF_TWO[suffix] ?? 0), ten);
}

const tenOf = (exponent: string | undefined, suffix: string): number =>
  exponent === undefined ? (POWER_OF_TEN[suffix] ?? 0) : Number(exponent);

const timesTen = (value: bigint, power: number): bigint =>
  power >= 0 ? value * 10n ** BigInt(power) : divideUp(value, 10n ** BigInt(-power));

const divideUp = (value: bigint, by: bigint): bigint => (value + by - 1n) / by;
