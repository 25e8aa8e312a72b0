/** What must not pass in silence: a rejected promise that nobody awaits is a bug, said loudly, and not a reason to end. */
import { describeError } from './log';
import type { Logger } from './log';

/** Logs unhandled rejections with their stack; returns a function that takes the handler away again. */
export function guardProcess(log: Logger): () => void {
  const onRejection = (reason: unknown): void => {
    const stack = reason instanceof Error ? reason.stack : undefined;
    log.error('BUG: a promise was rejected and nobody handled it', { error: describeError(reason), stack });
  };
  process.on('unhandledRejection', onRejection);
  return () => {
    process.off('unhandledRejection', onRejection);
  };
}
