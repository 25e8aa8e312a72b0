/** Listeners for clients outside the Kubernetes cluster, and how they get there. */
import { z } from 'zod';
import { envoyConfig } from './envoy';
import { integer, keyedList, port, text, textMap, withRules } from './field';
import { contourIngressConfig, istioIngressConfig } from './ingress';
import { commonListenerFields, MAX_LISTENERS } from './listener-fields';

const serviceFields = {
  hostnameOverride: text('Host name to advertise instead of the address found.').optional(),
  serviceAnnotations: textMap('Annotations of the Service that takes the traffic.').optional(),
  externalTrafficPolicy: z
    .enum(['Local', 'Cluster'])
    .describe(
      "Local: only proxies on the Kubernetes node that was reached answer, and the client's address is kept. Left out: as Kubernetes has it, Cluster.",
    )
    .optional(),
  serviceType: z
    .enum(['LoadBalancer', 'NodePort', 'ClusterIP'])
    .describe('Type of the Service in front of the proxies; LoadBalancer when left out.')
    .optional(),
};

const ingressConfig = z.object({
  ...serviceFields,
  envoyConfig: envoyConfig.optional(),
  istioIngressConfig: istioIngressConfig.optional(),
  contourIngressConfig: contourIngressConfig.optional(),
});

const externalListener = withRules(
  z.object({
    ...commonListenerFields,
    externalStartingPort: integer(
      'Broker N is reached at this port plus N. 0 with NodePort: Kubernetes picks. -1: one port for all, told apart by host name (TLS).',
      -1,
      65535,
    ),
    anyCastPort: port('Port at which any broker answers, for the first contact.').default(29092),
    ingressControllerTargetPort: integer('Port of the proxy behind anyCastPort.', 1024, 65535).default(29092),
    accessMethod: z.enum(['LoadBalancer', 'NodePort', 'ClusterIP']).describe('How clients get in.').default('LoadBalancer'),
    ...serviceFields,
    tlsSecretName: text('Secret with the certificate of the proxy in one-port mode: tls.crt, tls.key.').optional(),
    config: z
      .object({
        defaultIngressConfig: text('Name of the entry that brokers without brokerIngressMapping use; may be empty.'),
        ingressConfig: z.record(z.string(), ingressConfig).describe('Ingress configurations by name.').optional(),
      })
      .describe('Several ways in, for example one per zone.')
      .optional(),
  }),
  [
    {
      rule: "!(self.accessMethod == 'LoadBalancer' && self.externalStartingPort > 0) || self.externalStartingPort != self.ingressControllerTargetPort",
      message:
        'externalStartingPort and ingressControllerTargetPort are the same port of one proxy: change one of them (29092 is the default of the latter)',
    },
  ],
);

export const externalListeners = keyedList(
  externalListener,
  ['name'],
  'Listeners for clients outside the Kubernetes cluster.',
  MAX_LISTENERS,
);
