/** Ways in other than Envoy. */
import { z } from 'zod';
import { integer, list, open, text, textMap } from './field';
import { envs, nodeSelector, resources, tolerations } from './kubernetes-fields';

export const istioControlPlane = z
  .object({ name: text('Name of the control plane.'), namespace: text('Its namespace.') })
  .describe('The Istio control plane that the gateways belong to.');

export const istioIngressConfig = z
  .object({
    resourceRequirements: resources.optional(),
    replicas: integer('Number of gateways.', 1).optional(),
    nodeSelector: nodeSelector.optional(),
    tolerations: tolerations.optional(),
    annotations: textMap('Annotations of the gateways.').optional(),
    gatewayConfig: open(
      { mode: text('TLS mode, for example PASSTHROUGH, SIMPLE or ISTIO_MUTUAL.').optional() },
      "TLS options of the gateway, as in Istio's Gateway.",
    ).optional(),
    virtualServiceAnnotations: textMap('Annotations of the VirtualServices.').optional(),
    envs: envs.optional(),
    loadBalancerSourceRanges: list(z.string(), 'Address ranges that may connect.').optional(),
  })
  .describe('The Istio gateways in front of the brokers.');

export const contourIngressConfig = z
  .object({
    tlsSecretName: text('Secret with the certificate, as name or namespace/name.').optional(),
    brokerFQDNTemplate: text('Host name of a broker; %id is its id.').optional(),
  })
  .describe("Contour's HTTPProxies in front of the brokers.");
