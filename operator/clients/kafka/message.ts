/** What one kind of message is: its number, the versions that we speak, and how to write and read it. */
import { KafkaError, reasonOf } from './kafka-error';
import { WireReader } from './wire/reader';
import { WireWriter } from './wire/writer';

export interface Message<Request, Response> {
  /** Kafka's name, for example `DescribeQuorum`. */
  readonly name: string;
  readonly key: number;
  /** Completes "cannot …" in errors. */
  readonly purpose: string;
  /** The versions that `write` and `read` know, ascending. */
  readonly versions: readonly number[];
  /** The first version in the compact encoding (KIP-482). */
  readonly flexibleFrom: number;
  /** The header of its answer is classic in all versions, so that any client can read it: ApiVersions alone. */
  readonly classicHeader?: true;
  /** `read` takes the last tagged fields as well, as something is in them. */
  readonly readsTags?: true;
  /** Writes the whole body. */
  readonly write: (writer: WireWriter, request: Request, version: number) => void;
  /** Reads the whole body up to its last tagged fields. Throws KafkaError `refused` when the answer is an error. */
  readonly read: (reader: WireReader, version: number) => Response;
}

/** The versions of one message that a broker speaks. */
export interface VersionRange {
  readonly min: number;
  readonly max: number;
}

/** The highest version that both sides speak; undefined when there is none. */
export const commonVersion = (ours: readonly number[], theirs: VersionRange | undefined): number | undefined =>
  theirs === undefined ? undefined : ours.findLast((version) => version >= theirs.min && version <= theirs.max);

/** What follows the client id of a request: the header's tagged fields, when the version has them, and the body. */
export const encodeRequest = <Request>(message: Message<Request, unknown>, request: Request, version: number): Buffer => {
  const writer = new WireWriter(version >= message.flexibleFrom);
  writer.tags();
  message.write(writer, request, version);
  return writer.bytes();
};

/**
 * Reads what follows the correlation id of an answer. Throws KafkaError: `refused` as the message says, `malformed` when the
 * bytes are not this message, which includes bytes left over.
 */
export const decodeResponse = <Response>(message: Message<never, Response>, version: number, payload: Buffer): Response => {
  const reader = new WireReader(payload, version >= message.flexibleFrom);
  try {
    if (message.classicHeader !== true) reader.tags();
    const response = message.read(reader, version);
    if (message.readsTags !== true) reader.tags();
    if (reader.remaining > 0) throw new Error(`${String(reader.remaining)} bytes are left over`);
    return response;
  } catch (error) {
    if (error instanceof KafkaError) throw error;
    const text = `cannot ${message.purpose}: the answer is not a ${message.name} of version ${String(version)}: ${reasonOf(error)}`;
    throw new KafkaError('malformed', text, undefined, { cause: error });
  }
};
