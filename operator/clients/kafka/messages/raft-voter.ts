/**
 * AddRaftVoter (80) and RemoveRaftVoter (81): who votes in the metadata quorum (KIP-853). Any broker passes them on to the
 * leader. A voter is its node id together with its directory id: a replaced volume is another voter.
 */
import type { Message } from '../message';
import type { WireReader } from '../wire/reader';
import { refuse } from '../kafka-error';

export interface NewVoter {
  readonly id: number;
  readonly directoryId: string;
  /** Name of the controller listener. */
  readonly listener: string;
  readonly host: string;
  readonly port: number;
  /** How long the leader waits for the new voter before it answers. */
  readonly timeoutMs: number;
}

const ADD = 'add the controller to the quorum';
const REMOVE = 'remove the controller from the quorum';

const readResult = (purpose: string) => (reader: WireReader) => {
  reader.int32(); // throttle time
  const error = reader.int16();
  refuse(error, purpose, reader.nullableString());
};

export const addRaftVoter: Message<NewVoter, void> = {
  name: 'AddRaftVoter',
  key: 80,
  purpose: ADD,
  versions: [0, 1],
  flexibleFrom: 0,
  write: (writer, voter, version) => {
    writer
      .nullableString(undefined) // cluster id: that of the connection
      .int32(voter.timeoutMs)
      .int32(voter.id)
      .uuid(voter.directoryId)
      .array([voter], ({ listener, host, port }) => writer.string(listener).string(host).uint16(port).tags());
    if (version >= 1) writer.bool(true); // answer when committed
    writer.tags();
  },
  read: readResult(ADD),
};

export const removeRaftVoter: Message<{ readonly id: number; readonly directoryId: string }, void> = {
  name: 'RemoveRaftVoter',
  key: 81,
  purpose: REMOVE,
  versions: [0],
  flexibleFrom: 0,
  write: (writer, voter) => {
    writer.nullableString(undefined).int32(voter.id).uuid(voter.directoryId).tags();
  },
  read: readResult(REMOVE),
};
