/** AlterReplicaLogDirs (34): moves replicas of the broker that is asked to other log directories of the same broker. */
import type { Message } from '../message';
import { refuse } from '../kafka-error';

export interface DirectoryTarget {
  readonly topic: string;
  readonly partition: number;
  /** Absolute, as Kafka names it. */
  readonly path: string;
}

const purpose = 'move replicas between log directories';

export const alterReplicaLogDirs: Message<readonly DirectoryTarget[], void> = {
  name: 'AlterReplicaLogDirs',
  key: 34,
  purpose,
  versions: [2],
  flexibleFrom: 2,
  write: (writer, targets) => {
    const paths = [...new Set(targets.map(({ path }) => path))];
    writer.array(paths, (path) => {
      const into = targets.filter((target) => target.path === path);
      const topics = [...new Set(into.map(({ topic }) => topic))];
      writer.string(path).array(topics, (name) => {
        const numbers = into.filter(({ topic }) => topic === name).map(({ partition }) => partition);
        writer.string(name).int32s(numbers).tags();
      });
      writer.tags();
    });
    writer.tags();
  },
  read: (reader) => {
    reader.int32(); // throttle time
    reader.array(() => {
      const topic = reader.string();
      reader.array(() => {
        const partition = reader.int32();
        refuse(reader.int16(), `${purpose}: ${topic}-${String(partition)}`);
        reader.tags();
      });
      reader.tags();
    });
  },
};
