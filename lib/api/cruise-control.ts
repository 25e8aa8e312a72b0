/** Cruise Control: deployed beside the cluster, or one that is there already. */
import { z } from 'zod';
import { flag, integer, secretReference, text, textMap } from './field';
import {
  affinity,
  containers,
  imagePullSecrets,
  nodeSelector,
  podSecurityContext,
  resources,
  securityContext,
  tolerations,
  volumeMounts,
  volumes,
} from './kubernetes-fields';

const access = {
  cruiseControlEndpoint: text('host:port of a Cruise Control that is there already; none is deployed then.').optional(),
  tls: z
    .object({
      enabled: flag('Speak HTTPS.').default(true),
      caSecret: secretReference('Secret with ca.crt; left out: the authorities the operator trusts anyway.').optional(),
      insecureSkipVerify: flag('Do not check the certificate.').default(false),
    })
    .describe('TLS to an external Cruise Control.')
    .optional(),
  auth: z
    .object({
      basicSecret: secretReference('Secret with username and password.').optional(),
      tokenSecret: secretReference('Secret with token.').optional(),
    })
    .describe('How the operator shows who it is to an external Cruise Control.')
    .optional(),
};

const behaviour = {
  config: text('Settings of Cruise Control, as properties.').optional(),
  capacityConfig: text('Capacities as JSON; brokers it leaves out are generated.').optional(),
  clusterConfig: text('clusterConfigs.json.').optional(),
  log4jConfig: text('Log configuration.').optional(),
  topicConfig: z
    .object({ partitions: integer('Number of partitions.', 1), replicationFactor: integer('Replication factor.', 2) })
    .describe('The topic of the metrics reporter; 12 partitions with three replicas when left out.')
    .optional(),
  cruiseControlTaskSpec: z
    .object({ RetryDurationMinutes: integer('Accepted for compatibility; has no effect.').default(5) })
    .describe('Accepted for compatibility.')
    .optional(),
  cruiseControlOperationSpec: z
    .object({ ttlSecondsAfterFinished: integer('How long finished operations are kept, in seconds; left out: for ever.', 0).optional() })
    .describe('The operations that the operator makes.')
    .optional(),
  selfHealing: flag('Let Cruise Control repair what it finds by itself.').default(false),
  rebalanceSchedule: text('When to rebalance, as five cron fields; left out: never by itself.').optional(),
};

const pod = {
  image: text('Image of Cruise Control.').optional(),
  resourceRequirements: resources.optional(),
  serviceAccountName: text('Service account of the Pod.').optional(),
  imagePullSecrets: imagePullSecrets.optional(),
  nodeSelector: nodeSelector.optional(),
  tolerations: tolerations.optional(),
  affinity: affinity.optional(),
  cruiseControlAnnotations: textMap('Annotations of the Pod.').optional(),
  initContainers: containers('More init containers.').optional(),
  volumes: volumes.optional(),
  volumeMounts: volumeMounts.optional(),
  podSecurityContext: podSecurityContext.optional(),
  securityContext: securityContext.optional(),
  priorityClassName: text('Priority class of the Pod.').optional(),
};

export const cruiseControlConfig = z
  .object({ ...access, ...behaviour, ...pod })
  .describe('Cruise Control, which moves replicas between brokers and disks.');
