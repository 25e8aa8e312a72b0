/** Fields that several ways in have in common, with the rules that they obey. */
import { z } from 'zod';
import { list, text, textMap, type CelRule } from './field';
import { HOST_NAME, HOST_TEMPLATE, MAX_HOST_NAME } from './host-name';

/** Of one external listener: the API server multiplies the cost of each rule by it. */
export const MAX_WAYS = 32;
/** Entries of `brokerIngressMapping`. */
export const MAX_MAPPINGS = 32;
export const MAX_WAY_NAME = 63;

/** What the API server can tell at a glance; external-checks.ts reads the addresses. */
const CIDR = /^[0-9a-fA-F:.]+\/[0-9]{1,3}$/;

export const sourceRanges = list(
  z.string().max(64).regex(CIDR, 'write an address and the length of its prefix, for example 10.0.0.0/8'),
  'Address ranges that may connect, for example 10.0.0.0/8; left out: all. The load balancer keeps the others out.',
  256,
);

/** A host name with %id in it, in the field `name` of an object. */
export const templateRules = (name: string): readonly CelRule[] => [
  {
    rule: `!has(self.${name}) || self.${name} == '' || (self.${name}.contains('%id') && self.${name}.matches('^${HOST_TEMPLATE}$'))`,
    message: `${name} is no template of host names: write a DNS name with %id where the id of the broker stands, for example kafka-%id.example.com; no wildcard`,
    fieldPath: `.${name}`,
  },
];

/** Of the Service that takes the traffic; in a listener for all its ways in, in an ingress configuration for one. */
export const serviceFields = {
  hostnameOverride: text(
    'Host name to advertise instead of the address found. In one-port mode: the host name of the first contact. With accessMethod NodePort or ClusterIP: what follows <cluster>-<id>-<listener>.<namespace>, so it begins with a dot.',
    MAX_HOST_NAME,
  ).optional(),
  serviceAnnotations: textMap(
    'Annotations of the Service that takes the traffic. Those of an ingress configuration are added to those of its listener.',
  ).optional(),
  externalTrafficPolicy: z
    .enum(['Local', 'Cluster'])
    .describe(
      "Local: only Pods on the Kubernetes node that was reached answer, and the client's address is kept. Cluster, as Kubernetes has it when left out: any of them.",
    )
    .optional(),
  serviceType: z
    .enum(['LoadBalancer', 'NodePort', 'ClusterIP'])
    .describe('Type of the Service in front of the proxies; LoadBalancer when left out.')
    .optional(),
};

export const hostRules: readonly CelRule[] = [
  {
    rule: `!has(self.hostnameOverride) || self.hostnameOverride == '' || self.hostnameOverride.matches('^[.]?${HOST_NAME}$')`,
    message: 'hostnameOverride is no host name: write a DNS name or an IPv4 address, without scheme, port and wildcard',
    fieldPath: '.hostnameOverride',
  },
];
