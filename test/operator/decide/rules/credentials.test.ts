/** When Kafka is told the passwords of the cluster itself. */
import { ANNOTATION, credentialsName } from '../../../../lib/constructs/naming';
import { decide } from '../../../../operator/decide/decide';
import type { LiveObject, World } from '../../../../operator/decide/world';
import { clusterFrom } from '../../../world/cluster-file';
import { converged, NOW } from '../../../world/makers';
import { tlsYaml } from '../../../world/tls';

const cluster = clusterFrom(tlsYaml().replace('- { type: ssl, name: internal', '- { type: sasl_ssl, name: internal'));
const calm = converged(cluster);
const name = credentialsName(cluster.name);

function marked(known: string | undefined): World {
  const mark = (object: LiveObject): LiveObject => {
    if (object.kind !== 'Secret' || object.metadata.name !== name) return object;
    const others = Object.entries(object.metadata.annotations ?? {}).filter(([key]) => key !== ANNOTATION.credentialsKnown);
    const annotations = Object.fromEntries([...others, ...(known === undefined ? [] : [[ANNOTATION.credentialsKnown, known] as const])]);
    return { ...object, metadata: { ...object.metadata, annotations } };
  };
  return { ...calm, objects: calm.objects.map(mark) };
}

test('never again while the Secret says that this Kafka knows them', () => {
  expect(decide(cluster, calm, NOW).actions).toEqual([]);
});

test.each([
  ['nobody, since somebody took the annotation off to have them told again', undefined],
  ['another Kafka', 'another'],
])('when it says that they are known to %s', (_, known) => {
  const { actions } = decide(cluster, marked(known), NOW);
  const users = ['kafka-operator', 'kafka-brokers', 'kafka-cruise-control'];
  expect(actions).toMatchObject([{ kind: 'knowCredentials', target: { name }, users }]);
});

test('not while no controller leads, or Kafka is silent', () => {
  const world = marked(undefined);
  if (world.kafka.state !== 'known') throw new Error('cannot test: a calm world knows its Kafka');
  const leaderless: World = {
    ...world,
    kafka: { state: 'known', value: { ...world.kafka.value, quorum: { ...world.kafka.value.quorum, leaderId: -1 } } },
  };
  for (const one of [leaderless, { ...world, kafka: { state: 'unknown', why: 'silent' } } as World])
    expect(decide(cluster, one, NOW).actions.filter(({ kind }) => kind === 'knowCredentials')).toEqual([]);
});
