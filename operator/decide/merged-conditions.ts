/** Judgements as conditions of an object: bounded, and with the time of the last transition kept while the status stays. */
import { isoSeconds } from './rfc3339';

interface Judgement {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

type Merged<J extends Judgement> = { -readonly [K in keyof J]: J[K] } & { observedGeneration: number; lastTransitionTime: string };

const MESSAGE_LIMIT = 1000;
const bounded = (message: string): string => (message.length <= MESSAGE_LIMIT ? message : `${message.slice(0, MESSAGE_LIMIT - 2)} …`);

/** `before` is what stands in the status, which may be older than the schema. */
export function mergedConditions<J extends Judgement>(
  judgements: readonly J[],
  before: { readonly type: string; readonly status: string; readonly lastTransitionTime: string }[] | undefined,
  generation: number,
  now: number,
): Merged<J>[] {
  return judgements.map((judgement) => {
    const old = Array.isArray(before) ? before.find(({ type }) => type === judgement.type) : undefined;
    const lastTransitionTime = old?.status === judgement.status ? old.lastTransitionTime : isoSeconds(now);
    return { ...judgement, message: bounded(judgement.message), observedGeneration: generation, lastTransitionTime };
  });
}
