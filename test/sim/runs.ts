/**
 * How many stories are told: 2,000 in all by default, RUNS of them on demand (`make sim RUNS=100000`), half of them in each
 * of two files that run at the same time. `make test` always tells the same stories, so that a red run is about the change under
 * test; RUNS=… tells new ones, and SEED=… those of a seed again. A failure names its own.
 */
import fc from 'fast-check';
import { stories, type Story } from './story';
import { tell } from './tell';
import type { Shape } from './wish';

const DEFAULT_RUNS = 2_000;
const DEFAULT_SEED = 20_261_121;
/** Of so many stories on it is said how far the telling is. */
const LONG = 5_000;

const numberOf = (name: string): number | undefined => {
  const text = process.env[name] ?? '';
  const value = Number(text);
  if (text !== '' && !Number.isSafeInteger(value)) throw new Error(`cannot run with ${name}=${text}: write a whole number`);
  return text === '' ? undefined : value;
};

/** @param share of the stories that are told in all */
export function assertStories(name: string, shapes: fc.Arbitrary<Shape>, drawn: fc.Arbitrary<Story> = stories, share = 0.5): void {
  const runs = numberOf('RUNS');
  const numRuns = Math.ceil((runs ?? DEFAULT_RUNS) * share);
  const seed = numberOf('SEED') ?? (runs === undefined ? DEFAULT_SEED : Math.floor(Math.random() * 2 ** 31));
  const say = (text: string): void => void process.stdout.write(`${name}: ${text}\n`);
  if (runs !== undefined) say(`${String(numRuns)} stories, SEED=${String(seed)}`);
  let told = 0;
  const property = fc.property(shapes, drawn, (shape, story) => {
    tell(shape, story);
    told += 1;
    if (numRuns >= LONG && told % Math.floor(numRuns / 20) === 0) say(`${String(told)} of ${String(numRuns)}`);
  });
  fc.assert(property, { numRuns, seed });
}
