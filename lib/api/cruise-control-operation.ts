/**
 * A CruiseControlOperation: one thing that Cruise Control is to do. Koperator wrote what to do into the status; such objects
 * are carried out as well. Written in the spec it can be given by a person or a pipeline, and cannot change under way.
 */
import { z } from 'zod';
import { flag, integer, keyedList, list, text, textMap, withRules } from './field';
import { condition } from './condition-field';
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

const task = {
  id: text("Cruise Control's id of the task.").optional(),
  started: text('When it was begun.').meta({ format: 'date-time' }).optional(),
  finished: text('When it ended.').meta({ format: 'date-time' }).optional(),
  operation: text('What was asked for.').optional(),
  parameters: textMap('With which parameters.').optional(),
  httpRequest: text('The request.').optional(),
  httpResponseCode: z.int().describe('The answer.').optional(),
  summary: textMap("What the answer says of the work, in Cruise Control's words.").optional(),
  state: text('Active, InExecution, Completed or CompletedWithError; empty: not begun.').optional(),
  errorMessage: text('Why it failed.').optional(),
  marker: text('What the request carries as its reason; by it the task is found again.').optional(),
  dryRun: flag('Only a proposal is made.').optional(),
};

const progress = z
  .object({
    finishedMoves: z.int().describe('Moves of replicas and leaders that are done.'),
    totalMoves: z.int().describe('All of them, in the phase that runs.'),
    finishedMb: z.number().describe('Megabytes that are moved.'),
    totalMb: z.number().describe('All of them.'),
    percent: z.int().describe('Of the megabytes, or of the moves where nothing is copied.'),
    estimate: text('When it may be over, as fast as it was until now.').meta({ format: 'date-time' }).optional(),
    updated: text('When this was seen.').meta({ format: 'date-time' }),
  })
  .describe('How far the execution is.');

const waiting = z
  .object({
    since: text('Since when.').meta({ format: 'date-time' }),
    refusals: z.int().describe('How often it was asked.'),
    last: text('When it was asked last.').meta({ format: 'date-time' }),
    message: text('What Cruise Control said.'),
  })
  .describe('Cruise Control did not take it for a reason that passes; it is asked again.');

export const cruiseControlOperationStatus = z
  .object({
    observedGeneration: z.int().describe('The generation of the spec that was last acted on.').optional(),
    conditions: keyedList(condition, ['type'], 'How far it is, and whether it may begin.').optional(),
    currentTask: z.object(task).describe('What is being done, or was done last.').optional(),
    errorPolicy: text('As in the spec.').optional(),
    retryCount: z.int().describe('How often it was tried again.').optional(),
    failedTasks: list(z.object(task), 'The attempts that failed, the oldest first.', 50).optional(),
    attempts: z.int().describe('How often Cruise Control was asked.').optional(),
    waiting: waiting.optional(),
    proposal: z
      .object({
        made: text('When.').meta({ format: 'date-time' }),
        summary: textMap("What would be moved, in Cruise Control's words.").optional(),
      })
      .describe('What Cruise Control would do; for approval Required.')
      .optional(),
    progress: progress.optional(),
  })
  .describe('What became of it.');
