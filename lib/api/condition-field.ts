/** metav1.Condition, as it stands in a status. */
import { z } from 'zod';
import { text } from './field';

export const condition = z.object({
  type: text('What it is about.'),
  status: text('True, False or Unknown.'),
  reason: text('One word.'),
  message: text('A sentence that says what to do.'),
  observedGeneration: z.int().describe('The generation of the spec it was judged by.').optional(),
  lastTransitionTime: text('When status changed.').meta({ format: 'date-time' }),
});
