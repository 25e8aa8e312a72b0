/** Ways in other than Envoy. */
import { z } from 'zod';
import { sourceRanges, templateRules } from './external-fields';
import { integer, open, text, textMap, withRules } from './field';
import { MAX_HOST_NAME } from './host-name';
import { envs, nodeSelector, resources, tolerations } from './kubernetes-fields';

export const istioControlPlane = z
  .object({
    name: text("Revision of the control plane: the gateways carry it in the label istio.io/rev, as in Istio's own installation."),
    namespace: text('Does not act, accepted for compatibility: the name of the revision is enough.').optional(),
  })
  .describe(
    'The Istio mesh that the cluster lives in, whoever leads clients in; left out with ingressController istioingress: its default revision.',
  );

export const istioIngressConfig = z
  .object({
    resourceRequirements: resources.optional(),
    replicas: integer('Number of gateways; 1 when left out.', 1).optional(),
    nodeSelector: nodeSelector.optional(),
    tolerations: tolerations.optional(),
    annotations: textMap('Annotations of the Pods of the gateways.').optional(),
    gatewayConfig: open(
      { mode: text('TLS mode, for example PASSTHROUGH, SIMPLE or ISTIO_MUTUAL.').optional() },
      "TLS options of the gateway, as in Istio's Gateway; left out: TCP is passed as it is.",
    ).optional(),
    virtualServiceAnnotations: textMap('Annotations of the VirtualServices.').optional(),
    envs: envs.optional(),
    loadBalancerSourceRanges: sourceRanges.optional(),
  })
  .describe(
    'The Istio gateways in front of the brokers of external listeners with accessMethod LoadBalancer (ingressController istioingress).',
  );

export const contourIngressConfig = withRules(
  z.object({
    tlsSecretName: text(
      'Secret with the certificate with which Contour ends TLS, as name or namespace/name; left out: tlsSecretName of the listener.',
    ).optional(),
    brokerFQDNTemplate: text(
      'Host name of a broker, for example kafka-%id.example.com: %id is the id of the broker.',
      MAX_HOST_NAME,
    ).optional(),
  }),
  templateRules('brokerFQDNTemplate'),
).describe("Contour's HTTPProxies in front of the brokers (ingressController contour); they tell brokers apart by host name.");
