/** Ten of sixty brokers leave the spec: how many operations of Cruise Control that takes, played to its end. */
import { stringify } from 'yaml';
import { play } from '../operator/commands/play';
import { recordedNodes } from '../operator/decide/configuration-backup';
import { clusterFrom } from '../test/world/cluster-file';
import { converged, NOW } from '../test/world/makers';
import { kafkaCluster } from './cluster-specs';
import { parameter, type Figure, type Findings } from './result';

const CONTROLLERS = [0, 1, 2];

export function drainSimulated(): Promise<Findings> {
  const count = parameter('BROKERS', 60);
  const leaving = parameter('LEAVING', 10);
  const brokers = Array.from({ length: count }, (_, at) => 100 + at);
  const yaml = (ids: readonly number[]): string => {
    const draft = kafkaCluster({ name: 'large', controllers: CONTROLLERS, brokers: ids });
    const spec = { ...(draft.spec as object), cruiseControlConfig: {} };
    return stringify({ ...draft, metadata: { name: 'large', namespace: 'kafka' }, spec });
  };
  const world = converged(clusterFrom(yaml(brokers)), undefined, 200);
  // Every sixth one: of the middle, of every rack.
  const gone = brokers.filter((_, at) => at % Math.floor(count / leaving) === 1).slice(0, leaving);
  const recorded = recordedNodes(world.cluster.status);
  const smaller = clusterFrom(yaml(brokers.filter((id) => !gone.includes(id))), { generation: 2, recorded });
  const played = play({ cluster: smaller, world: { ...world, cluster: { ...world.cluster, generation: 2 } }, now: NOW });
  const actions = played.passes.flatMap(({ plan }) => plan.actions);
  const asked = actions.filter((a) => a.kind === 'askCruiseControl');
  const figures: Figure[] = [
    {
      what: 'requests to Cruise Control that move something',
      value: asked.length,
      unit: 'requests',
      wanted: 1,
      note: asked.map((a) => a.endpoint).join(', '),
    },
    { what: 'brokers that Kafka was told to forget', value: actions.filter((a) => a.kind === 'unregisterBroker').length, unit: '' },
    { what: 'other nodes that were restarted', value: actions.filter((a) => a.kind === 'restartNode').length, unit: '', wanted: 0 },
    { what: 'left undone at the end', value: played.held.length + (played.ended ? 0 : 1), unit: '', wanted: 0 },
  ];
  const title = `a simulated removal of ${leaving} of ${count} brokers`;
  return Promise.resolve({
    title,
    standIns: ['the simulator of --until-done instead of Kubernetes, Kafka and Cruise Control'],
    parameters: { BROKERS: count, LEAVING: leaving },
    figures,
  });
}
