/** Listeners for clients outside the Kubernetes cluster, and how they get there. */
import { z } from 'zod';
import { envoyConfig } from './envoy';
import { hostRules, MAX_WAY_NAME, MAX_WAYS, serviceFields } from './external-fields';
import { integer, keyedList, port, text, withRules } from './field';
import { contourIngressConfig, istioIngressConfig } from './ingress';
import { commonListenerFields, MAX_LISTENERS } from './listener-fields';

const ingressConfig = withRules(
  z.object({
    ...serviceFields,
    envoyConfig: envoyConfig.optional(),
    istioIngressConfig: istioIngressConfig.optional(),
    contourIngressConfig: contourIngressConfig.optional(),
  }),
  hostRules,
).describe(
  'One way in. What it leaves open comes from the listener and from envoyConfig, istioIngressConfig and contourIngressConfig of the cluster; annotations are merged.',
);

const externalListener = withRules(
  z.object({
    ...commonListenerFields,
    externalStartingPort: integer(
      'Broker N is reached at this port plus N. 0 with NodePort: Kubernetes picks. -1, one-port mode: all brokers share anyCastPort and are told apart by host name, so clients speak TLS.',
      -1,
      65535,
    ),
    anyCastPort: port('Port at which any broker answers, for the first contact; in one-port mode the port of all.').default(29092),
    ingressControllerTargetPort: integer('Port of the proxy behind anyCastPort.', 1024, 65535).default(29092),
    accessMethod: z
      .enum(['LoadBalancer', 'NodePort', 'ClusterIP'])
      .describe(
        'How clients get in. LoadBalancer: one load balancer and a proxy of the ingressController for all brokers. NodePort: a port of the Kubernetes nodes for each broker. ClusterIP: a Service for each broker, for what you put in front yourself, or for Contour.',
      )
      .default('LoadBalancer'),
    ...serviceFields,
    tlsSecretName: text(
      'Secret with the certificate with which the proxy ends TLS (tls.crt, tls.key); Kafka behind it is spoken to in plaintext. With Istio in one-port mode only, else gatewayConfig says it.',
    ).optional(),
    config: z
      .object({
        defaultIngressConfig: text(
          'Name of the entry that brokers without brokerIngressMapping use; may be empty when every broker has one.',
        ),
        ingressConfig: z
          .record(z.string().max(MAX_WAY_NAME), ingressConfig)
          .describe('Ingress configurations by name: letters, digits and dashes.')
          .meta({ maxProperties: MAX_WAYS })
          .optional(),
      })
      .describe('Several ways in, each with a load balancer and proxies of its own, for example one per zone.')
      .optional(),
  }),
  [
    ...hostRules,
    {
      rule: "self.accessMethod != 'LoadBalancer' || !has(self.hostnameOverride) || !self.hostnameOverride.startsWith('.')",
      message:
        'hostnameOverride begins with a dot: only with accessMethod NodePort and ClusterIP it follows another name, so remove the dot',
      fieldPath: '.hostnameOverride',
    },
    {
      rule: "self.externalStartingPort != -1 || self.accessMethod != 'NodePort'",
      message:
        'externalStartingPort -1 is one port for all brokers, which only a proxy can tell apart: choose accessMethod LoadBalancer, or 0 to let Kubernetes pick node ports',
      fieldPath: '.externalStartingPort',
    },
    {
      rule: "!has(self.tlsSecretName) || self.tlsSecretName == '' || self.accessMethod == 'LoadBalancer' || (self.accessMethod == 'ClusterIP' && self.externalStartingPort == -1)",
      message:
        'tlsSecretName is the certificate of a proxy, and no proxy stands before these brokers, so nothing would be encrypted: remove it, or choose accessMethod LoadBalancer',
      fieldPath: '.tlsSecretName',
    },
    {
      rule: "!has(self.config) || self.config.defaultIngressConfig == '' || (has(self.config.ingressConfig) && self.config.defaultIngressConfig in self.config.ingressConfig)",
      message: 'defaultIngressConfig names no entry of ingressConfig: add the entry or correct the name',
      fieldPath: '.config',
    },
  ],
);

export const externalListeners = keyedList(
  externalListener,
  ['name'],
  'Listeners for clients outside the Kubernetes cluster.',
  MAX_LISTENERS,
);
