/** What the operator reports: Koperator's fields, then ours. Nobody else writes it, so it is lenient about values. */
import { z } from 'zod';
import { condition } from './condition-field';
import { flag, keyedList, list, text, textMap } from './field';

const operationReference = z.object({ name: z.string().optional() }).describe('The CruiseControlOperation that does it.');

const volumeState = z.object({
  cruiseControlVolumeState: text('Progress of the rebalance or the removal.'),
  cruiseControlOperationReference: operationReference.optional(),
  operations: z.int().describe('How many operations were made for it.').optional(),
});

const ownedSettings = (description: string) =>
  z
    .object({
      keys: list(z.string(), 'Keys that the operator set; one that leaves the spec goes back to its default.'),
      fingerprints: z.record(z.string(), z.string()).describe('Of sensitive values as they were last sent, by key.').optional(),
    })
    .describe(description);

const brokerState = z.object({
  rackAwarenessState: text('The rack, or that it is awaited.').optional(),
  configurationState: text('ConfigInSync or ConfigOutOfSync.').optional(),
  perBrokerConfigurationState: text('PerBrokerConfigInSync, PerBrokerConfigOutOfSync or PerBrokerConfigError.').optional(),
  gracefulActionState: z
    .object({
      cruiseControlState: text('Progress of adding or removing the broker.').optional(),
      cruiseControlOperationReference: operationReference.optional(),
      operations: z.int().describe('How many operations were made for it.').optional(),
      volumeStates: z.record(z.string(), volumeState).describe('By mount path.').optional(),
    })
    .optional(),
  externalListenerConfigNames: list(z.string(), 'Ingress configurations that reach the broker.').optional(),
  version: text('Kafka version that runs.').optional(),
  image: text('Image that runs.').optional(),
  hasRun: flag('The node served at least once.').optional(),
  volumes: list(z.string(), 'Mount paths of the claims that were made for it.').optional(),
  configurationBackup: text('What the spec said of it last, packed; a removed broker is rebuilt from it.').optional(),
  unregistered: flag('Kafka was told to forget the broker.').optional(),
  processRoles: list(z.string(), 'What the process is.').optional(),
  servedRevision: text('The revision with which the node served last; another one is on trial until it serves.').optional(),
  rejectedRevision: text('A revision with which the node did not come back and from which it was rolled back.').optional(),
  dynamicConfig: ownedSettings('What is set in Kafka for this broker.').optional(),
});

const firingAlert = z.object({
  fingerprint: text('Of its labels, as Prometheus has it.'),
  alert: text('Its name.'),
  since: text('Since when it is known to fire.'),
  until: text('When it ends if nobody repeats it; left out: soon.').optional(),
  labels: textMap('Of an alert that asks for an action or counts against a roll.').optional(),
  annotations: textMap('The same, without prose.').optional(),
});

const alertDecision = z.object({
  time: text('When it was decided.'),
  alert: text('Name of the alert.'),
  fingerprint: text('Of its labels.'),
  action: text('Its command.'),
  outcome: text('Begun, Done, DryRun, Refused or Failed.'),
  reason: text('Why, in a word; docs/alerts.md.'),
  message: text('Why, in a sentence.'),
  changes: text('What is changed, as JSON.').optional(),
});

const alerts = z
  .object({
    firing: list(firingAlert, 'Alerts that fire.').optional(),
    decisions: list(alertDecision, 'What was done about alerts and what was not, oldest first.').optional(),
  })
  .describe('What alerts ask for, and what became of it.');

const addresses = (description: string) =>
  z.record(z.string(), z.array(z.object({ name: z.string(), address: z.string() }))).describe(description);

export const kafkaClusterStatus = z
  .object({
    state: text('ClusterReconciling, ClusterRollingUpgrading or ClusterRunning.').optional(),
    observedGeneration: z.int().describe('The generation of the spec that was last acted on.').optional(),
    conditions: keyedList(condition, ['type'], 'What is the case, and why.').optional(),
    brokers: text('Ready nodes and wanted nodes.').optional(),
    kafkaVersion: text('Version of Kafka.').optional(),
    clusterID: text('Cluster id of Kafka.').optional(),
    quorum: text('Forming, or Formed once a leader was seen.').optional(),
    initialControllers: list(z.int(), 'The first voters.').optional(),
    brokersState: z.record(z.string(), brokerState).describe('By broker id.').optional(),
    scheduledRebalance: z
      .object({ schedule: text('The schedule.'), last: text('The last time of it that was served.') })
      .describe('What rebalanceSchedule made last.')
      .optional(),
    cruiseControlTopicStatus: text('CruiseControlTopicNotReady or CruiseControlTopicReady.').optional(),
    rollingUpgradeStatus: z
      .object({ lastSuccess: text('When the last rolling restart ended.'), errorCount: z.int().describe('Alerts that count as failures.') })
      .optional(),
    alertCount: z.int().describe('Alerts that are firing.').optional(),
    alerts: alerts.optional(),
    listenerStatuses: z
      .object({
        internalListeners: addresses('Addresses inside the Kubernetes cluster, by listener.').optional(),
        externalListeners: addresses('Addresses outside, by listener.').optional(),
      })
      .optional(),
    plan: z
      .object({
        actions: list(z.string(), 'What it meant to do.'),
        held: list(z.string(), 'What it held back, and why.'),
        hash: text('Of the disruptive steps; changePolicy.approvedPlan repeats it to approve them.').optional(),
        waves: list(z.string(), 'Nodes that restart together, in order.').optional(),
      })
      .describe('What the last pass meant to do.')
      .optional(),
    approval: z
      .object({ hash: text('The hash that was given.'), steps: list(z.string(), 'The disruptive steps of that plan.') })
      .describe('The plan that was approved last.')
      .optional(),
    clusterWideConfig: ownedSettings('What is set in Kafka as defaults of the cluster.').optional(),
    metadataVersion: text('Finalised metadata version, for example 4.3-IV0.').optional(),
    couldRaise: list(z.string(), 'Features that could be raised, since every node runs newer software.').optional(),
  })
  .describe('What the operator saw and did.');
