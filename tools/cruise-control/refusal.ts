/** What the stand-in refuses, in the words of Cruise Control, by which alone its errors can be told apart. */

/** A request that cannot be carried out. `text` is what follows `due to: '` in the answer. */
export class Refusal extends Error {
  constructor(
    readonly status: 400 | 404 | 500,
    message: string,
    /** It is an answer to a user task. 400, 404 and what is refused before there is a task are none. */
    readonly hasTask: boolean,
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

const WRAPPED = 'com.linkedin.kafka.cruisecontrol.exception.KafkaCruiseControlException: ';

/** No placement satisfies the goals. */
export const impossible = (text: string): Refusal =>
  new Refusal(500, `com.linkedin.kafka.cruisecontrol.exception.OptimizationFailureException: ${text}`, true);

/** A broker or directory that is not there, or that leaves nothing to move to. */
export const unknownThing = (text: string): Refusal => new Refusal(500, `${WRAPPED}java.lang.IllegalArgumentException: ${text}`, true);

export const notReady = (now: number): Refusal =>
  new Refusal(
    500,
    `${WRAPPED}com.linkedin.cruisecontrol.exception.NotEnoughValidWindowsException: There is no window available in range [-1, ${String(now)}] (index [1, -1]). Window index (current: 0, oldest: 0).`,
    true,
  );

export const kafkaAway = (why: string): Refusal =>
  new Refusal(500, `${WRAPPED}org.apache.kafka.common.errors.TimeoutException: ${why}`, true);

export const ongoing = (): Refusal =>
  new Refusal(
    500,
    'java.lang.IllegalStateException: Cannot start a new execution while there is an ongoing execution. Please use stop_ongoing_execution=true to stop ongoing execution and start a new one.',
    true,
  );

export const tooManyTasks = (count: number): Refusal =>
  new Refusal(500, `There are already ${String(count)} active user tasks, which has reached the servlet capacity.`, false);

export const unexpectedHeader = (taskId: string): Refusal =>
  new Refusal(500, `Unexpected header ${taskId} (value: User-Task-ID) in the request.`, false);

export const internalError = (): Refusal => new Refusal(500, 'java.lang.RuntimeException: The stand-in was told to fail.', false);
