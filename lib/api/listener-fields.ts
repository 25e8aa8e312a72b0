import { z } from 'zod';
import { flag, port, secretReference } from './field';

/** Of each kind, internal and external. */
export const MAX_LISTENERS = 24;

export const commonListenerFields = {
  name: z
    .string()
    .min(1)
    .max(63)
    .regex(/^[a-z0-9][a-z0-9_-]*$/)
    .describe('Name of the listener: lower-case letters, digits and dashes. In Kafka it is upper-case.'),
  type: z.enum(['plaintext', 'ssl', 'sasl_plaintext', 'sasl_ssl']).describe('Security of the listener.'),
  containerPort: port('Port that Kafka listens on.'),
  serverSSLCertSecret: secretReference(
    'Certificate of your own for this listener: a Secret with tls.crt, tls.key and ca.crt, or with keystore.jks, truststore.jks and password (PKCS #12: keystore.p12, truststore.p12).',
  ).optional(),
  sslClientAuth: z
    .enum(['required', 'requested', 'none'])
    .describe('Whether clients must show a certificate; left out: required with ssl, none with sasl_ssl, where clients log in by password.')
    .optional(),
  usedForInnerBrokerCommunication: flag(
    'Brokers use this listener among themselves; at most one has it, left out: the first that is not for controllers.',
  ).default(false),
  usedForKafkaAdminCommunication: flag(
    'The operator and Cruise Control use this listener; at most one has it, left out: the one of the brokers.',
  ).default(false),
};
