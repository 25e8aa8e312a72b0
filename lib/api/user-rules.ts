/** What a KafkaUser must obey; the API server runs these at apply. What only Kafka or other objects know is not asked here. */
import type { CelRule } from './field';

const WITHOUT_CERTIFICATE = '(has(self.createCert) && !self.createCert)';
const IS_SCRAM = "(has(self.authentication) && self.authentication.startsWith('scram-'))";
const IS_NONE = `(has(self.authentication) ? self.authentication == 'none' : ${WITHOUT_CERTIFICATE})`;

export const userSpecRules: readonly CelRule[] = [
  {
    rule: 'self.clusterRef == oldSelf.clusterRef',
    message: 'clusterRef cannot change: make another KafkaUser for the other cluster, and delete this one',
    fieldPath: '.clusterRef',
  },
  {
    rule: `${IS_NONE} || (${IS_SCRAM} && has(self.passwordSecret)) || (has(self.secretName) && self.secretName != '')`,
    message: 'secretName is missing: name the Secret that gets the credential, or write authentication: none',
    fieldPath: '.secretName',
  },
  {
    rule: `!(${WITHOUT_CERTIFICATE} && has(self.authentication) && self.authentication == 'tls')`,
    message: 'authentication tls needs a certificate: take createCert: false out, or write authentication: none',
    fieldPath: '.authentication',
  },
  {
    rule: `!has(self.passwordSecret) || ${IS_SCRAM}`,
    message: 'passwordSecret belongs to SCRAM: write authentication: scram-sha-512, or take it out',
    fieldPath: '.passwordSecret',
  },
  {
    rule: '!has(self.passwordSecret) || !has(self.secretName) || self.passwordSecret.name != self.secretName',
    message: 'passwordSecret cannot be the Secret that the operator writes: name another one in secretName, or leave secretName out',
    fieldPath: '.passwordSecret',
  },
];

export const aclRules: readonly CelRule[] = [
  {
    rule: "self.resource == 'cluster' ? (!has(self.name) || self.name == 'kafka-cluster') : (has(self.name) && self.name != '')",
    message: 'name is missing, or the cluster has one: name what the ACL is about, "*" for all; of resource cluster leave name out',
    fieldPath: '.name',
  },
  {
    rule: "self.resource != 'cluster' || self.patternType == 'literal'",
    message: 'there is one cluster only: take patternType out',
    fieldPath: '.patternType',
  },
];

export const backendRules: readonly CelRule[] = [
  {
    rule: "!has(self.pkiBackend) || self.pkiBackend != 'k8s-csr' || (has(self.signerName) && self.signerName != '')",
    message: 'signerName is missing: Kubernetes needs to know who signs',
    fieldPath: '.signerName',
  },
];
