/** CreateTopics (19), one topic at a time. One of that name that is there already is what was wanted; its settings are not compared. */
import type { NewTopic } from '../connection';
import type { Message } from '../message';
import { refuse } from '../kafka-error';

export interface TopicCreation extends NewTopic {
  /** How long the controller may take before it answers. */
  readonly timeoutMs: number;
}

const purpose = 'create the topic';
const TOPIC_ALREADY_EXISTS = 36;

export const createTopic: Message<TopicCreation, void> = {
  name: 'CreateTopics',
  key: 19,
  purpose,
  versions: [7],
  flexibleFrom: 5,
  write: (writer, topic) => {
    writer.array([topic], ({ name, partitions, replicationFactor, config }) => {
      writer.string(name).int32(partitions).int16(replicationFactor);
      writer.array<never>([], () => undefined); // assignments: Kafka's own
      writer.array(Object.entries(config), ([key, value]) => writer.string(key).nullableString(value).tags());
      writer.tags();
    });
    writer.int32(topic.timeoutMs).bool(false).tags(); // not only checked
  },
  read: (reader) => {
    reader.int32(); // throttle time
    reader.array(() => {
      const name = reader.string();
      reader.uuid();
      const error = reader.int16();
      const detail = reader.nullableString();
      if (error !== TOPIC_ALREADY_EXISTS) refuse(error, `${purpose} ${name}`, detail);
      reader.int32(); // partitions
      reader.int16(); // replication factor
      reader.array(() => {
        reader.string();
        reader.nullableString();
        reader.bool(); // read only
        reader.int8(); // source
        reader.bool(); // sensitive
        reader.tags();
      });
      reader.tags();
    });
  },
};
