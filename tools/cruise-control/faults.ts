/** What goes wrong on demand: `POST /stand-in/faults`. What counts down is over by itself; the rest stays until it is changed. */

export interface Faults {
  /** End the process as soon as an execution has begun to move something; at once when one has. */
  restart: boolean;
  /** So many requests are answered with 500. */
  answer500: number;
  /** Each request waits so long before it is looked at. */
  hangMs: number;
  /** So many executions stop half-way and end as CompletedWithError. */
  completeWithError: number;
  /** So many executions move nothing and end as Completed. */
  ignoreMoves: number;
  /** STATE says that it is ready, operations say that it is not. */
  lieReady: boolean;
  /** Before each batch of moves. */
  slowMs: number;
  /** So long a proposal takes; a request for one is answered with 202 meanwhile. */
  slowAnswerMs: number;
}

export const noFaults = (): Faults => ({
  ...{ restart: false, lieReady: false },
  ...{ answer500: 0, hangMs: 0, completeWithError: 0, ignoreMoves: 0, slowMs: 0, slowAnswerMs: 0 },
});

type NumberFault = { [K in keyof Faults]: Faults[K] extends number ? K : never }[keyof Faults];

/** Lays a request's fields over the faults. Throws an Error that names a field that is none. */
export function setFaults(faults: Faults, wanted: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(wanted)) {
    if (key === 'restart' || key === 'lieReady') faults[key] = value === true;
    else if (isNumberFault(key, faults)) faults[key] = numberOf(key, value);
    else throw new Error(`cannot make the fault ${key}: the faults are ${Object.keys(faults).join(', ')}, and forgetTasks and reset`);
  }
}

const isNumberFault = (key: string, faults: Faults): key is NumberFault => key in faults;

/** True is once. */
function numberOf(key: string, value: unknown): number {
  const number = typeof value === 'boolean' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number) && number >= 0) return number;
  throw new Error(`cannot make the fault ${key}: its value is a number, not ${JSON.stringify(value)}`);
}

/** Counts one down; true when it was to happen. */
export function takes(faults: Faults, key: 'answer500' | 'completeWithError' | 'ignoreMoves'): boolean {
  if (faults[key] <= 0) return false;
  faults[key] -= 1;
  return true;
}
