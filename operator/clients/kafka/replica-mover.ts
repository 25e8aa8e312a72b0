/**
 * Moves replicas. The operator never does: it asks Cruise Control, which knows loads and goals. This is for what stands in for
 * Cruise Control in tests (tools/cruise-control), and apart from connection.ts so that no code of the operator finds it there.
 */
import type { KafkaTarget } from './connection';
import type { ConnectOptions } from './connect';
import type { DirectoryTarget } from './messages/alter-replica-log-dirs';
import type { PartitionTarget } from './messages/alter-reassignments';
import { linksTo } from './connect';
import { alterReassignments } from './messages/alter-reassignments';
import { alterReplicaLogDirs } from './messages/alter-replica-log-dirs';

/** Every call has a time-out and throws KafkaError. */
export interface ReplicaMover {
  /** Begins, or calls off, reassignments (KIP-455); Kafka answers when it has noted them, not when they are done. */
  alterReassignments(targets: readonly PartitionTarget[]): Promise<void>;
  /** Begins to move replicas of one broker between its log directories. */
  alterReplicaLogDirs(broker: number, targets: readonly DirectoryTarget[]): Promise<void>;
  /** Idempotent; ends sockets at once. */
  close(): Promise<void>;
}

/** Dials nothing before the first call. */
export const connectReplicaMover = (target: KafkaTarget, options: ConnectOptions = {}): ReplicaMover => {
  const { any, brokers, workTimeMs: timeoutMs, close } = linksTo(target, options);
  return {
    alterReassignments: (targets) => any.ask(alterReassignments, { targets, timeoutMs }),
    alterReplicaLogDirs: (broker, targets) => brokers.at(broker, (link) => link.ask(alterReplicaLogDirs, targets)),
    close,
  };
};
