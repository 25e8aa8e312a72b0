import { resolve } from '../../../lib/api/resolve';
import { cluster, combined, spec } from './specs';

type Json = Record<string, unknown>;

const problems = (changes: Json): string[] =>
  resolve(cluster(spec(changes))).problems.map(({ code, path, message }) => `${code} ${path}: ${message}`);

test.each<[string, Json]>([
  ['the newest', { kafkaVersion: '4.3.1', metadataVersion: '4.3-IV0' }],
  ['one that is older', { kafkaVersion: '4.3.1', metadataVersion: '3.9-IV0' }],
  ['none', { kafkaVersion: '4.3.1', metadataVersion: '' }],
  ['one of a newer Kafka beside an image that does not say', { clusterImage: 'k:latest', metadataVersion: '4.3-IV0' }],
])('the metadata version is accepted when it is %s', (_name, changes) => {
  expect(problems(changes)).toEqual([]);
});

test.each<[string, Json, string]>([
  [
    'no version knows it',
    { kafkaVersion: '4.2.1', metadataVersion: '4.9-IV0' },
    'Invalid spec.metadataVersion: cannot find the metadata version 4.9-IV0: write its full name, for example 4.2-IV1, or leave it out to stay where the cluster is',
  ],
  [
    'it is short',
    { kafkaVersion: '4.3.1', metadataVersion: '4.1' },
    'Invalid spec.metadataVersion: cannot find the metadata version 4.1: write its full name, for example 4.1-IV1, or leave it out to stay where the cluster is',
  ],
  [
    'the software does not know it',
    { kafkaVersion: '4.1.2', metadataVersion: '4.3-IV0' },
    'OutOfRange spec.metadataVersion: cannot finalise 4.3-IV0 with Kafka 4.1.2, which knows metadata up to 4.1-IV1: upgrade Kafka to 4.3 first, or write 4.1-IV1',
  ],
  [
    'the oldest image does not know it',
    { metadataVersion: '4.3-IV0', brokers: [combined(0, { image: 'k:4.3.1' }), combined(1, { image: 'k:4.2.0' })] },
    'OutOfRange spec.metadataVersion: cannot finalise 4.3-IV0 with Kafka 4.2.0, which knows metadata up to 4.2-IV1: upgrade Kafka to 4.3 first, or write 4.2-IV1',
  ],
  [
    'the software no longer starts with it',
    { kafkaVersion: '4.3.1', metadataVersion: '3.3-IV0' },
    'OutOfRange spec.metadataVersion: cannot run Kafka 4.3.1 with 3.3-IV0: it starts with 3.3-IV3 or newer, write 4.3-IV0',
  ],
])('the metadata version is refused when %s', (_name, changes, problem) => {
  expect(problems(changes)).toEqual([problem]);
});
