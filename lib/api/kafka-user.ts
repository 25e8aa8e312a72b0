/**
 * A KafkaUser: who may do what in a KafkaCluster, and with which credential, as Koperator had it and more. Koperator's objects stay
 * as they are: without `authentication` a user has a certificate, or nothing with `createCert: false`.
 */
import { z } from 'zod';
import { condition } from './condition-field';
import { flag, integer, keyedList, list, open, text, textMap, withRules } from './field';
import { aclRules, backendRules, userSpecRules } from './user-rules';

export const AUTHENTICATIONS = ['tls', 'scram-sha-512', 'scram-sha-256', 'none'] as const;
export type Authentication = (typeof AUTHENTICATIONS)[number];

/** Of names of Kubernetes objects, of namespaces, and of what Kafka keeps ACLs for. */
const OBJECT_NAME = 253;
const NAMESPACE = 63;
const RESOURCE_NAME = 1024;
/** Bounds for the API server, which refuses rules over what may be of any size. */
const MAX_GRANTS = 1000;
const MAX_ACLS = 500;
const MAX_NAMES = 100;
export const SHORTEST_CERTIFICATE_SECONDS = 3600;

export const ACL_RESOURCE_NAMES = ['topic', 'group', 'transactionalId', 'cluster', 'delegationToken'] as const;
export const ACL_OPERATION_NAMES = [
  ...(['All', 'Read', 'Write', 'Create', 'Delete', 'Alter', 'Describe', 'ClusterAction'] as const),
  ...(['DescribeConfigs', 'AlterConfigs', 'IdempotentWrite'] as const),
] as const;

const topicGrant = z.object({
  topicName: text('The topic, or the prefix.', RESOURCE_NAME),
  accessType: z
    .enum(['read', 'write'])
    .describe('read: Describe, DescribeConfigs and Read, and Read of every group. write: Describe, DescribeConfigs, Create and Write.'),
  patternType: z
    .enum(['literal', 'match', 'prefixed', 'any'])
    .describe('How topicName is meant. match and any are no patterns of ACLs: a user with them is not accepted.')
    .default('literal'),
});

const acl = withRules(
  z.object({
    resource: z.enum(ACL_RESOURCE_NAMES).describe('What it is about.'),
    name: text('Which one; `*` for all. Of the cluster it is left out.', RESOURCE_NAME).optional(),
    patternType: z.enum(['literal', 'prefixed']).describe('How name is meant.').default('literal'),
    operations: list(z.enum(ACL_OPERATION_NAMES), 'What is allowed or denied.', ACL_OPERATION_NAMES.length).min(1),
    permission: z.enum(['allow', 'deny']).describe('What is denied stays denied, whatever else is allowed.').default('allow'),
    host: text('From which IP address; `*` for any.', OBJECT_NAME).default('*'),
  }),
  aclRules,
);

const quotas = z
  .object({
    producerByteRate: z.int().min(1).describe('Bytes a second that each broker takes from this user.').optional(),
    consumerByteRate: z.int().min(1).describe('Bytes a second that each broker gives to this user.').optional(),
    requestPercentage: z.number().min(0).describe("Share of a broker's request threads, in percent of one thread.").optional(),
    controllerMutationRate: z.number().min(0).describe('Partitions a second that may be created or deleted.').optional(),
  })
  .describe('What each broker gives this user at most. One that is left out is not limited by this object.');

const pkiBackendSpec = withRules(
  z.object({
    pkiBackend: z
      .enum(['cert-manager', 'k8s-csr', 'operator'])
      .describe('Who signs the certificate; left out: who signs those of the cluster.')
      .optional(),
    issuerRef: open(
      {
        name: text('Name of the issuer.', OBJECT_NAME),
        kind: text('Issuer or ClusterIssuer.', NAMESPACE).optional(),
        group: text('API group of the issuer.', OBJECT_NAME).optional(),
      },
      'The cert-manager issuer that signs.',
    ).optional(),
    signerName: text('The signer of a CertificateSigningRequest.', OBJECT_NAME).optional(),
  }),
  backendRules,
).describe('Who signs the certificate.');

export const kafkaUserSpec = withRules(
  z.object({
    secretName: text('Secret that gets the credential, in the namespace of this object.', OBJECT_NAME).optional(),
    clusterRef: z
      .object({
        name: text('Name of the KafkaCluster.', OBJECT_NAME),
        namespace: text('Its namespace; left out: that of this object.', NAMESPACE).optional(),
      })
      .describe('The KafkaCluster; cannot change. One in another namespace must list this namespace in userNamespaces.'),
    authentication: z
      .enum(AUTHENTICATIONS)
      .describe(
        'How the user shows who it is: a certificate (principal User:CN=<name>), a password (User:<name>), or nothing that the operator makes (User:CN=<name>). Left out: tls, or none with createCert false.',
      )
      .optional(),
    passwordSecret: z
      .object({
        name: text('Name of the Secret, in the namespace of this object.', OBJECT_NAME),
        key: text('Key in it.', OBJECT_NAME).default('password'),
      })
      .describe('Where the password of a SCRAM user is taken from; left out: it is drawn, and stands in secretName.')
      .optional(),
    annotations: textMap('Annotations of the Secret.').optional(),
    dnsNames: list(
      text('A DNS name.', OBJECT_NAME),
      'DNS names in the certificate, for users that are servers as well.',
      MAX_NAMES,
    ).optional(),
    topicGrants: list(topicGrant, 'Topics that may be read or written.', MAX_GRANTS).optional(),
    acls: list(acl, 'ACLs beyond topicGrants.', MAX_ACLS).optional(),
    quotas: quotas.optional(),
    includeJKS: flag(
      'The Secret gets key stores as well: keystore.jks, truststore.jks, keystore.p12, truststore.p12 and their password.',
    ).optional(),
    createCert: flag('false: no certificate is made; the same as authentication none.').optional(),
    expirationSeconds: integer(
      'How long a certificate is valid, in seconds; 90 days when left out.',
      SHORTEST_CERTIFICATE_SECONDS,
    ).optional(),
    pkiBackendSpec: pkiBackendSpec.optional(),
  }),
  userSpecRules,
).describe('Who the user is and what it may do.');

export const kafkaUserStatus = z
  .object({
    state: text('`created` once credential, ACLs and quotas were made.').optional(),
    acls: list(z.string(), "The ACLs in Kafka that are this object's; those of others are left alone.").optional(),
    observedGeneration: z.int().describe('The generation of the spec that was last judged.').optional(),
    conditions: keyedList(
      condition,
      ['type'],
      'Whether the spec can be had, whether all of it is there, and whether somebody changed it.',
    ).optional(),
    principal: text('Who Kafka takes it for, for example `User:CN=alice`.').optional(),
    secret: text('The Secret with the credential.').optional(),
    certificate: z
      .object({
        notAfter: text('When it ends.').meta({ format: 'date-time' }),
        issuer: text('Who signed it.'),
      })
      .describe('The certificate in the Secret.')
      .optional(),
    scram: z
      .object({
        mechanism: text('SCRAM-SHA-512 or SCRAM-SHA-256.'),
        source: text('Which version of which Secret Kafka was told the password of.'),
      })
      .describe('The SCRAM credential in Kafka.')
      .optional(),
    quotas: z.record(z.string(), z.number()).describe("Quotas in Kafka that are this object's, as Kafka names them.").optional(),
    intended: z
      .object({
        acls: list(z.string(), 'ACLs.').optional(),
        quotas: z.record(z.string(), z.array(z.string())).describe('Names of quotas, by who has them.').optional(),
        scram: list(z.string(), 'SCRAM mechanisms.').optional(),
      })
      .describe('What is about to be made in Kafka for this object; recorded here first, so that it can be taken away again.')
      .optional(),
  })
  .describe('What became of it.');

export type KafkaUserSpec = z.infer<typeof kafkaUserSpec>;
export type KafkaUserStatus = z.infer<typeof kafkaUserStatus>;

/** What a spec that says nothing of it means. */
export const authenticationOf = (spec: Pick<KafkaUserSpec, 'authentication' | 'createCert'>): Authentication =>
  spec.authentication ?? (spec.createCert === false ? 'none' : 'tls');
