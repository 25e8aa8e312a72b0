/** What is done at Kafka itself, on the connection on which it is looked at. */
import type { KafkaConnection } from '../clients/kafka/connection';
import { KafkaError } from '../clients/kafka/kafka-error';
import type { AlterConfigs } from '../decide/action';
import type { KafkaAction as Simulated } from '../decide/simulate-kafka';

export type KafkaAction = Exclude<Simulated, { kind: 'resizePod' }>;

/** Throws what Kafka answers. */
export async function atKafka(action: KafkaAction, kafka: KafkaConnection | undefined): Promise<void> {
  if (kafka === undefined) throw new Error('there is no connection to Kafka yet');
  switch (action.kind) {
    case 'alterConfigs':
      return alter(action, kafka);
    case 'electLeaders':
      return kafka.electPreferredLeaders();
    case 'addVoter': {
      const { node: id, directoryId, listener, host, port } = action;
      return kafka.addRaftVoter({ id, directoryId, listener, host, port });
    }
    case 'removeVoter':
      return kafka.removeRaftVoter({ id: action.node, directoryId: action.directoryId });
    case 'updateFeature':
      return kafka.updateFeature(action.feature, action.level);
    case 'createTopic': {
      const { topic: name, partitions, replicationFactor, config } = action;
      return kafka.createTopic({ name, partitions, replicationFactor, config });
    }
    case 'unregisterBroker':
      return unregister(action.node, kafka);
  }
}

const UNKNOWN_BROKER = 102;

/** One that Kafka does not know is forgotten already: the answer of an earlier time was lost. */
async function unregister(id: number, kafka: KafkaConnection): Promise<void> {
  try {
    await kafka.unregisterBroker(id);
  } catch (error) {
    if (!(error instanceof KafkaError) || error.kafkaCode !== UNKNOWN_BROKER) throw error;
  }
}

/** Kafka checks all of it first, so that a refused key leaves the others as they are. */
async function alter({ resource, changes }: AlterConfigs, kafka: KafkaConnection): Promise<void> {
  const plain = changes.map(({ key, value }) => ({ key, value }));
  await kafka.incrementalAlterConfigs(resource, plain, true);
  await kafka.incrementalAlterConfigs(resource, plain, false);
}
