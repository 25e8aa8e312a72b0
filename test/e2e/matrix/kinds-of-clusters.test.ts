import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { KAFKA_CLUSTER } from '../../../operator/kinds';
import type { KubeDraft } from '../../../operator/runtime/kube-types';
import { bootstrapIn, kafkaCluster, podOf, replaced, running, wipeCluster, type ClusterOptions } from '../cluster';
import { figure, seconds } from '../figures';
import { kube, mustKubectl, NAMESPACE } from '../kubernetes';
import { createTopic, missingRecords, produceSome } from '../records';

const IDS = [0, 1, 2];
const COMBINED = { combined: IDS };
const DEDICATED = { controllers: IDS, brokers: [100, 101, 102] };

/** The setting that makes a quorum static; `service` is where the names of controllers live. */
const staticVoters = (name: string, service: string): readonly string[] => [
  `controller.quorum.voters=${IDS.map((id) => `${id}@${name}-${id}.${service}.${NAMESPACE}.svc.cluster.local:29093`).join(',')}`,
];

const MADE: readonly (readonly [string, ClusterOptions])[] = [
  ['Kafka 3.9, dynamic quorum, combined nodes', { name: 'old', kafkaVersion: '3.9.2', nodes: COMBINED }],
  [
    'Kafka 3.9, static quorum, dedicated controllers',
    { name: 'old-static', kafkaVersion: '3.9.2', nodes: DEDICATED, config: staticVoters('old-static', 'old-static-controller-headless') },
  ],
  [
    'Kafka 4.3, static quorum, combined nodes',
    { name: 'new-static', nodes: COMBINED, config: staticVoters('new-static', 'new-static-headless') },
  ],
  ['a Service for each node', { name: 'services', nodes: COMBINED, spec: { headlessServiceEnabled: false } }],
  ['brokers on emptyDir', { name: 'fleeting', nodes: { controllers: [0], brokers: [100, 101, 102] }, storage: 'emptyDir' }],
  ['Kafka 3.9, a Service for each node, no racks', { name: 'plain', kafkaVersion: '3.9.2', nodes: COMBINED, spec: noRacks() }],
];

function noRacks() {
  return { headlessServiceEnabled: false, rackAwareness: undefined };
}

function example(file: string): KubeDraft {
  const draft = parse(readFileSync(join(__dirname, '../../../examples', file), 'utf8')) as KubeDraft;
  return { ...draft, metadata: { name: draft.metadata.name, namespace: NAMESPACE } };
}

const CASES: readonly (readonly [string, KubeDraft])[] = [
  ...MADE.map(([what, options]) => [what, kafkaCluster(options)] as const),
  ['examples/simple.yaml as it is written', example('simple.yaml')],
  ['examples/combined.yaml as it is written', example('combined.yaml')],
  ['examples/cruise-control.yaml as it is written', example('cruise-control.yaml')],
];

/** The node with the highest id: a broker in every case. */
function lastBroker(draft: KubeDraft): number {
  return Math.max(...(draft.spec as { brokers: readonly { id: number }[] }).brokers.map((b) => b.id));
}

describe('every kind of cluster', () => {
  let name = '';
  afterEach(() => wipeCluster(name));

  it.each(CASES)('becomes running brokers and survives the loss of a Pod: %s', async (what, draft) => {
    name = draft.metadata.name;
    const began = Date.now();
    await kube.apply(KAFKA_CLUSTER, draft, { force: true });
    const bootstrap = bootstrapIn(await running(name));
    figure(`apply to ClusterRunning: ${what}`, seconds(Date.now() - began));
    await createTopic(bootstrap, 'records');
    const numbers = await produceSome(bootstrap, 'records');
    const before = await podOf(name, lastBroker(draft));
    await mustKubectl(['-n', NAMESPACE, 'delete', 'pod', before.metadata.name, '--wait=false']);
    await replaced(name, before);
    await running(name);
    expect(await missingRecords(bootstrap, 'records', numbers)).toEqual([]);
  });
});
