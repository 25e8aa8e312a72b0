/**
 * The Envoy proxies in front of the brokers. No defaults in the schema: the same type stands in each ingress configuration,
 * where a default would win over what envoyConfig of the cluster says.
 */
import { z } from 'zod';
import { flag, integer, list, open, port, text, textMap, withRules } from './field';
import {
  affinity,
  imagePullSecrets,
  nodeSelector,
  podSecurityContext,
  resources,
  tolerations,
  topologySpreadConstraints,
} from './kubernetes-fields';

export const budgetText = (description: string): z.ZodString =>
  z
    .string()
    .max(16)
    .regex(/^([0-9]+|[0-9]{1,2}%|100%)$/)
    .describe(description);

const disruptionBudget = z
  .object({
    create: flag('Make a PodDisruptionBudget.').optional(),
    budget: budgetText('Number of Pods or percentage.').optional(),
    strategy: z.enum(['minAvailable', 'maxUnavailable']).describe('What the budget counts.').optional(),
  })
  .describe('PodDisruptionBudget of the proxies.');

export const envoyConfig = withRules(
  z.object({
    image: text('Image of Envoy.').optional(),
    replicas: integer('Number of proxies; 1 when left out.', 1).optional(),
    resourceRequirements: resources.optional(),
    serviceAccountName: text('Service account of the proxies.').optional(),
    imagePullSecrets: imagePullSecrets.optional(),
    affinity: affinity.optional(),
    topologySpreadConstraints: topologySpreadConstraints.optional(),
    nodeSelector: nodeSelector.optional(),
    tolerations: tolerations.optional(),
    annotations: textMap('Annotations of the proxies.').optional(),
    loadBalancerSourceRanges: list(z.string(), 'Address ranges that may connect.').optional(),
    loadBalancerIP: text('Address to ask of the load balancer.').optional(),
    adminPort: port('Port of the admin interface; 8081 when left out.').optional(),
    healthCheckPort: port('Port of the health check; 8080 when left out.').optional(),
    enableHealthCheckHttp10: flag('Answer health checks in HTTP/1.0 too.').optional(),
    disruptionBudget: disruptionBudget.optional(),
    envoyCommandLineArgs: open(
      { concurrency: integer('Number of worker threads.', 1).optional() },
      'Arguments of the command line.',
    ).optional(),
    priorityClassName: text('Priority class of the proxies.').optional(),
    podSecurityContext: podSecurityContext.optional(),
    brokerHostnameTemplate: text('Host name of a broker in one-port mode; %id is its id.').optional(),
  }),
  [
    {
      rule: '(has(self.adminPort) ? self.adminPort : 8081) != (has(self.healthCheckPort) ? self.healthCheckPort : 8080)',
      message: 'adminPort and healthCheckPort are the same port: change one of them (8081 and 8080 are the defaults)',
    },
  ],
).describe('The Envoy proxies in front of the brokers.');
