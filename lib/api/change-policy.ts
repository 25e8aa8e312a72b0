/** When and how changes are made to a cluster that runs. */
import { z } from 'zod';
import { duration, integer, keyedList, text } from './field';

const window = z.object({
  schedule: text('When the window opens, as five cron fields.', 100),
  timeZone: text('Time zone of the schedule, for example Europe/Berlin.', 64).default('Etc/UTC'),
  duration: duration('How long it stays open.'),
});

export const changePolicy = z
  .object({
    approval: z.enum(['Automatic', 'Required']).describe('Required: a disruptive plan waits until it is approved.').default('Automatic'),
    onFailure: z
      .enum(['Hold', 'Rollback'])
      .describe('When a node does not come back after a change: stop there, or go back to what it ran before.')
      .default('Hold'),
    unprotected: z
      .enum(['Restart', 'Hold'])
      .describe('What to do with a node whose restart makes partitions or the quorum unavailable and nothing can prevent it.')
      .default('Restart'),
    approvedPlan: text(
      'Hash of the plan that may be carried out, as the status gives it; an annotation kafka.banzaicloud.io/approved-plan does the same.',
      64,
    ).optional(),
    windows: keyedList(
      window,
      ['schedule', 'timeZone'],
      'Disruptive changes happen only in one of these; left out: at any time.',
      32,
    ).optional(),
  })
  .describe('When and how disruptive changes are made.');

export const rollingUpgradeConfig = z
  .object({
    failureThreshold: integer('Restarts of healthy nodes stop while this many failures are seen.', 0).default(1),
    concurrentBrokerRestartCountPerRack: integer('How many brokers of one rack may restart at once.', 1).default(1),
    soakSeconds: integer('How long a restarted node must be healthy before the next one.', 0).default(0),
  })
  .describe('Rolling restarts.');
