/**
 * A CruiseControlOperation: one thing that Cruise Control is to do. Koperator wrote what to do into the status; such objects
 * are carried out as well. Written in the spec it can be given by a person or a pipeline, and cannot change under way.
 */
import { z } from 'zod';
import { integer, withRules } from './field';
import { operationRules } from './operation-rules';

export const OPERATION_NAMES = ['add_broker', 'remove_broker', 'remove_disks', 'rebalance', 'stop_proposal_execution', 'status'] as const;
export type OperationName = (typeof OPERATION_NAMES)[number];

/** Bounds for the API server, which refuses rules over what may be of any size. */
const MAX_PARAMETERS = 32;
const MAX_VALUE = 8192;

const parameters = z
  .record(z.string(), z.string().max(MAX_VALUE))
  .describe(
    'Parameters of the operation as Cruise Control takes them, for example brokerid: "3,4". What the operator sets itself (dryrun, reason …) is refused.',
  )
  .meta({ maxProperties: MAX_PARAMETERS });

export const cruiseControlOperationSpec = withRules(
  z.object({
    operation: z
      .enum(OPERATION_NAMES)
      .describe('What Cruise Control is to do; cannot change. Left out: what status.currentTask says.')
      .optional(),
    parameters: parameters.optional(),
    approval: z
      .enum(['Automatic', 'Required', 'Approved'])
      .describe(
        'Required: only a proposal is made, its summary stands in status.proposal, and it is carried out once this is Approved. Automatic: it is carried out at once.',
      )
      .default('Automatic'),
    errorPolicy: z.enum(['ignore', 'retry']).describe('What happens when it fails: nothing, or it is tried again.').default('retry'),
    ttlSecondsAfterFinished: integer(
      'How long it is kept after it completed or failed for good, in seconds; left out: for ever.',
      0,
    ).optional(),
  }),
  operationRules,
).describe('What Cruise Control is to do.');
