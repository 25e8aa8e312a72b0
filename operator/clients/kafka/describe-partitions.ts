/** All partitions, from whichever of the two messages the broker has. */
import type { DescribedPartition } from './connection';
import type { Link } from './link';
import type { PartitionCursor } from './messages/describe-topic-partitions';
import { KafkaError, isRefusedWith } from './kafka-error';
import { describeTopicPartitions } from './messages/describe-topic-partitions';
import { metadata } from './messages/metadata';

const UNSUPPORTED_VERSION = 35;

const isUnsupported = (error: unknown): boolean =>
  (error instanceof KafkaError && error.code === 'unsupported') || isRefusedWith(error, UNSUPPORTED_VERSION);

const describePages = async (any: Link): Promise<readonly DescribedPartition[]> => {
  const pages: (readonly DescribedPartition[])[] = [];
  let cursor: PartitionCursor | undefined;
  do {
    const page = await any.ask(describeTopicPartitions, cursor);
    // A page ends early because it is full; an empty one that promises more would be asked for ever.
    if (page.next !== undefined && page.partitions.length === 0)
      throw new KafkaError('malformed', 'cannot describe the partitions: an empty page has a next one');
    pages.push(page.partitions);
    cursor = page.next;
  } while (cursor !== undefined);
  return pages.flat();
};

/** Every partition: by pages with ELR, or all at once from a broker that has no pages. */
export const describePartitions = async (any: Link): Promise<readonly DescribedPartition[]> => {
  try {
    return await describePages(any);
  } catch (error) {
    if (isUnsupported(error)) return any.ask(metadata, undefined);
    throw error;
  }
};
