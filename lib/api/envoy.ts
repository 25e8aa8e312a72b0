/**
 * The Envoy proxies in front of the brokers. No defaults in the schema: the same type stands in each ingress configuration,
 * where a default would win over what envoyConfig of the cluster says.
 */
import { z } from 'zod';
import { flag, integer, open, port, text, textMap, withRules } from './field';
import { sourceRanges, templateRules } from './external-fields';
import { MAX_HOST_NAME } from './host-name';
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
    budget: budgetText('Number of Pods or percentage; 1 when left out.').optional(),
    strategy: z
      .enum(['minAvailable', 'maxUnavailable'])
      .describe('What the budget counts: Pods that stay, or Pods that may go; minAvailable when left out.')
      .optional(),
  })
  .describe('PodDisruptionBudget of the proxies.');

export const envoyConfig = withRules(
  z.object({
    image: text('Image of Envoy; left out: envoyproxy/envoy of the version that this operator is tested with.').optional(),
    replicas: integer('Number of proxies; 1 when left out.', 1).optional(),
    resourceRequirements: resources.optional(),
    serviceAccountName: text('Service account of the proxies; default when left out.').optional(),
    imagePullSecrets: imagePullSecrets.optional(),
    affinity: affinity.optional(),
    topologySpreadConstraints: topologySpreadConstraints.optional(),
    nodeSelector: nodeSelector.optional(),
    tolerations: tolerations.optional(),
    annotations: textMap('Annotations of the Pods of the proxies.').optional(),
    loadBalancerSourceRanges: sourceRanges.optional(),
    loadBalancerIP: text('Address to ask of the load balancer; not every provider heeds it.').optional(),
    adminPort: port(
      'Does not act, accepted for compatibility: the admin interface is a unix socket inside the Pod and has no port at all.',
    ).optional(),
    healthCheckPort: port(
      'Port of the proxy for health checks and metrics; 8080 when left out. /healthcheck answers for the brokers, /ready for the proxy.',
    ).optional(),
    enableHealthCheckHttp10: flag('Answer health checks in HTTP/1.0 too, for old load balancers.').optional(),
    disruptionBudget: disruptionBudget.optional(),
    envoyCommandLineArgs: open(
      { concurrency: integer('Number of worker threads; as many as cores when left out.', 1).optional() },
      'Arguments of the command line. Only concurrency acts.',
    ).optional(),
    priorityClassName: text('Priority class of the proxies; it must exist.').optional(),
    podSecurityContext: podSecurityContext.optional(),
    brokerHostnameTemplate: text(
      'Host name of a broker in one-port mode (externalStartingPort -1), for example kafka-%id.example.com: %id is the id of the broker. Clients are told apart by it (SNI).',
      MAX_HOST_NAME,
    ).optional(),
  }),
  templateRules('brokerHostnameTemplate'),
).describe('The Envoy proxies in front of the brokers of external listeners with accessMethod LoadBalancer (ingressController envoy).');
