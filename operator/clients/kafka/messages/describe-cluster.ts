/** DescribeCluster (60): cluster id and registered brokers; from version 2 fenced ones as well (KIP-1073). */
import type { DescribedBroker, DescribedCluster } from '../connection';
import type { Message } from '../message';
import type { WireReader } from '../wire/reader';
import { refuse } from '../kafka-error';

const purpose = 'describe the cluster';
const BROKERS = 1;

const readBroker =
  (version: number) =>
  (reader: WireReader): DescribedBroker => {
    const broker = { id: reader.int32(), host: reader.string(), port: reader.int32(), rack: reader.nullableString() };
    const fenced = version >= 2 ? reader.bool() : undefined;
    reader.tags();
    return { ...broker, fenced };
  };

export const describeCluster: Message<void, DescribedCluster> = {
  name: 'DescribeCluster',
  key: 60,
  purpose,
  versions: [0, 1, 2],
  flexibleFrom: 0,
  write: (writer, _request, version) => {
    writer.bool(false); // authorised operations
    if (version >= 1) writer.int8(BROKERS);
    if (version >= 2) writer.bool(true); // fenced ones too
    writer.tags();
  },
  read: (reader, version) => {
    reader.int32(); // throttle time
    const error = reader.int16();
    refuse(error, purpose, reader.nullableString());
    if (version >= 1) reader.int8(); // endpoint type
    const clusterId = reader.string();
    reader.int32(); // under KRaft "controller" is any live broker
    const brokers = reader.array(readBroker(version));
    reader.int32(); // authorised operations
    return { clusterId, brokers };
  },
};
