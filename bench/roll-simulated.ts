/**
 * A roll of 60 brokers in three racks, played to its end by the code behind `kafka-operator plan --until-done`: how many waves
 * it takes, and what the gate costs with 5,000 partitions to look at. And the plan for 300 brokers.
 */
import { stringify } from 'yaml';
import { play } from '../operator/commands/play';
import { contextFor, decide } from '../operator/decide/decide';
import { gate } from '../operator/decide/gate';
import { identityIn } from '../operator/decide/identity';
import { restartOutdated } from '../operator/decide/rules/restart-outdated';
import type { KafkaView, PartitionView, TopicView, World } from '../operator/decide/world';
import type { ResolvedCluster } from '../lib/api/resolved-cluster';
import { clusterFrom } from '../test/world/cluster-file';
import { converged, NOW } from '../test/world/makers';
import { kafkaCluster } from './cluster-specs';
import { parameter, rounded, spread, type Figure, type Findings } from './result';

const CONTROLLERS = [0, 1, 2];
const TOPICS = 50;
const PER_RACK = 5;

interface Case {
  readonly world: World;
  /** The same cluster with another read-only setting. */
  readonly changed: ResolvedCluster;
}

export function rollSimulated(): Promise<Findings> {
  const brokers = parameter('BROKERS', 60);
  const partitions = parameter('PARTITIONS', 5000);
  const looks = parameter('LOOKS', 50);
  const roll = prepared(brokers, partitions);
  const cpu = Array.from({ length: looks }, () => gateCost(roll));
  const played = play({ cluster: roll.changed, world: roll.world, now: NOW });
  const waves = played.passes.map(({ plan }) => plan.actions.filter((a) => a.kind === 'restartNode').length).filter((count) => count > 0);
  const brokerWaves = waves.length - CONTROLLERS.length;
  const large = prepared(300, 3000);
  const figures: Figure[] = [
    {
      what: 'waves of brokers until all are restarted',
      value: brokerWaves,
      unit: '',
      wanted: 20,
      note: `nodes in each wave: ${waves.join(', ')}`,
    },
    { what: 'passes that did something', value: played.passes.length, unit: '' },
    { what: 'left undone at the end', value: played.held.length, unit: '', wanted: 0 },
    {
      what: `CPU of the gate over ${partitions} partitions, on a view that it has not seen`,
      value: spread(cpu),
      unit: 'ms',
      wanted: 100,
    },
    {
      what: 'CPU of the whole decision for 300 brokers, every manifest built anew',
      value: rounded(cost(() => decide(large.changed, large.world, NOW))),
      unit: 'ms',
      wanted: 1000,
    },
  ];
  const title = `a simulated roll of ${CONTROLLERS.length} controllers and ${brokers} brokers in 3 racks, ${PER_RACK} at most of a rack together`;
  return Promise.resolve({
    title,
    standIns: ['the simulator of --until-done instead of Kubernetes and Kafka'],
    parameters: { BROKERS: brokers, PARTITIONS: partitions, LOOKS: looks },
    figures,
  });
}

function prepared(count: number, partitions: number): Case {
  const brokers = Array.from({ length: count }, (_, at) => 100 + at);
  const draft = kafkaCluster({ name: 'large', controllers: CONTROLLERS, brokers });
  const spec = draft.spec as { readonly readOnlyConfig: string };
  const rollingUpgradeConfig = { failureThreshold: 2 * PER_RACK, concurrentBrokerRestartCountPerRack: PER_RACK };
  const yaml = (readOnlyConfig: string): string =>
    stringify({ ...draft, metadata: { name: 'large', namespace: 'kafka' }, spec: { ...spec, rollingUpgradeConfig, readOnlyConfig } });
  const world = withTopics(converged(clusterFrom(yaml(spec.readOnlyConfig))), partitions);
  const changed = clusterFrom(yaml(`${spec.readOnlyConfig}\nnum.io.threads=5`), { generation: 2 });
  return { changed, world: { ...world, cluster: { ...world.cluster, generation: 2 } } };
}

/** Three replicas, one in each rack, a minimum of two. */
function withTopics(world: World, count: number): World {
  const kafka = kafkaOf(world);
  const racks = [...new Set(kafka.brokers.map((b) => b.rack))].map((rack) => kafka.brokers.filter((b) => b.rack === rack).map((b) => b.id));
  const partition = (at: number, number: number): PartitionView => {
    const replicas = racks.map((ids, rack) => ids[(at * (1 + 6 * rack) + Math.floor(at / ids.length)) % ids.length] ?? -1);
    const turned = [...replicas.slice(at % racks.length), ...replicas.slice(0, at % racks.length)];
    return { partition: number, leader: turned[0] ?? -1, replicas: turned, isr: turned };
  };
  const each = Math.ceil(count / TOPICS);
  const topics = Array.from({ length: TOPICS }, (_, topic): TopicView => {
    const partitions = Array.from({ length: each }, (_p, number) => partition(topic * each + number, number));
    return { name: `topic-${String(topic).padStart(2, '0')}`, minInSync: 2, partitions };
  });
  return { ...world, kafka: { state: 'known', value: { ...kafka, topics } } };
}

function kafkaOf(world: World): KafkaView {
  if (world.kafka.state !== 'known') throw new Error('cannot begin: Kafka is not known in the converged world');
  return world.kafka.value;
}

/** Of one question for one wave: nothing that an earlier look was asked for is kept. */
function gateCost({ changed, world }: Case): number {
  const fresh: World = { ...world, kafka: { state: 'known', value: { ...kafkaOf(world) } } };
  const identity = identityIn(fresh, changed);
  if (identity.kind !== 'known') throw new Error('cannot begin: the cluster of the converged world is not known');
  const context = contextFor(changed, fresh, identity, { now: NOW });
  const wishes = restartOutdated(context);
  return cost(() => gate(wishes, context));
}

function cost(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
