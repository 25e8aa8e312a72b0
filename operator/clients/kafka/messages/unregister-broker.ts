/** UnregisterBroker (64): forgets a broker. Kafka does not check that it is stopped and empty; the caller has. */
import type { Message } from '../message';
import { refuse } from '../kafka-error';

const purpose = 'unregister the broker';

export const unregisterBroker: Message<number, void> = {
  name: 'UnregisterBroker',
  key: 64,
  purpose,
  versions: [0],
  flexibleFrom: 0,
  write: (writer, id) => {
    writer.int32(id).tags();
  },
  read: (reader) => {
    reader.int32(); // throttle time
    const error = reader.int16();
    refuse(error, purpose, reader.nullableString());
  },
};
