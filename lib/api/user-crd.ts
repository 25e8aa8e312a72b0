/** The CustomResourceDefinition of KafkaUser, made from the schemas. */
import type { Manifest } from '../constructs/manifest';
import { kafkaUserSpec, kafkaUserStatus } from './kafka-user';
import { AGE_COLUMN, objectCrd } from './object-crd';
import { structuralSchema } from './structural-schema';

const column = (name: string, jsonPath: string, description: string, priority = 0) => ({
  ...{ name, jsonPath, type: 'string' },
  ...{ priority, description },
});

const columns = [
  column('Cluster', '.spec.clusterRef.name', 'The KafkaCluster'),
  column('Principal', '.status.principal', 'Who Kafka takes it for'),
  column('Ready', '.status.conditions[?(@.type=="Ready")].status', 'Whether credential, ACLs and quotas are there'),
  column('Reason', '.status.conditions[?(@.type=="Ready")].reason', 'Why it is ready or not'),
  column('Secret', '.status.secret', 'The Secret with the credential', 1),
  column('Ends', '.status.certificate.notAfter', 'When the certificate ends; it is renewed before', 1),
  AGE_COLUMN,
];

/** The CRD `kafkausers.kafka.banzaicloud.io`, version v1alpha1. */
export const userCrd = (): Manifest =>
  objectCrd({
    kind: 'KafkaUser',
    shortName: 'ku',
    description:
      'A user of a KafkaCluster: its credential, its ACLs and its quotas. Deleting it takes all three away; connections that are open stay open until they end.',
    columns,
    spec: structuralSchema(kafkaUserSpec),
    status: structuralSchema(kafkaUserStatus),
    specRequired: true,
  });
