import { z } from 'zod';
import { duration, flag, integer, list, text } from './field';

export const alertManagerConfig = z
  .object({
    downScaleLimit: integer('Never go below this number of brokers; 0 or less: no limit.').optional(),
    upScaleLimit: integer('Never go above this number of brokers; 0 or less: no limit.').optional(),
    dryRun: flag('Only say what an alert would do.').default(false),
    coolDown: duration('Time between two actions of the same kind.').default('10m'),
    budgetPerDay: integer('The most actions in one day.', 0).default(4),
    allowSpecEdits: flag('Alerts may also change what others wrote into the spec.').default(false),
    actions: list(
      text('addPvc, downScale, resizePvc, upScale, or the name of a plug-in.', 63),
      'The actions that alerts may start; left out: all.',
      64,
    ).optional(),
  })
  .describe('What alerts may do to the cluster.');
