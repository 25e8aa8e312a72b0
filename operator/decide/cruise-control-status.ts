/** What the status says of the cluster's Cruise Control; nothing when the spec has none. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { deploymentOf, hasReadyPod, metricsTopicState, whyNotRolledOut } from './cruise-control-view';
import type { Judgement } from './conditions';
import { healingIn } from './self-healing';
import type { ClusterStatus, World } from './world';

type Said = Omit<Judgement, 'type'>;

export function cruiseControlReady(cluster: ResolvedCluster, world: World): readonly Judgement[] {
  if (cluster.cruiseControl === undefined) return [];
  const said = whyNoTopic(cluster, world) ?? whyNoPod(cluster, world) ?? seen(world);
  return [{ type: 'CruiseControlReady', ...said }];
}

const no = (reason: Said['reason'], message: string): Said => ({ status: 'False', reason, message });

function whyNoTopic(cluster: ResolvedCluster, world: World): Said | undefined {
  if (metricsTopicState({ cluster, world }) !== 'missing') return undefined;
  const { name = '', replicationFactor = 1 } = cluster.cruiseControl?.topic ?? {};
  const message = `the topic ${name} is missing; it is made once ${String(replicationFactor)} brokers serve`;
  return no('TopicMissing', message);
}

/** Only of one that the operator deploys. */
function whyNoPod(cluster: ResolvedCluster, world: World): Said | undefined {
  if (cluster.cruiseControl?.external !== undefined) return undefined;
  const deployment = deploymentOf(world);
  if (deployment === undefined) return no('DeploymentNotReady', 'it is not deployed yet');
  if (hasReadyPod(deployment)) return undefined;
  const why = whyNotRolledOut(deployment, world);
  return no('DeploymentNotReady', `Deployment ${deployment.metadata.name} has no ready Pod${why === '' ? '' : `: ${why}`}`);
}

const SERVES: Said = { status: 'True', reason: 'CruiseControlServes', message: 'Cruise Control can move replicas' };

function seen(world: World): Said {
  const { cruiseControl } = world;
  if (cruiseControl?.state === 'unknown') return no('CruiseControlUnreachable', `Cruise Control does not answer: ${cruiseControl.why}`);
  if (cruiseControl?.state !== 'known') return notAsked(world);
  const { ready, why } = cruiseControl.value;
  if (!ready) return no('CruiseControlWarmingUp', `Cruise Control has not seen enough of the cluster yet: ${why}`);
  const healing = healingIn({ world, now: cruiseControl.value.at });
  return { ...SERVES, ...(healing === undefined ? {} : { message: `${SERVES.message}, and repairs by itself now: ${healing}` }) };
}

/** While nothing needs it nobody asks: what was said last stands. */
function notAsked({ cluster }: World): Said {
  const before = cluster.status.conditions?.find((c) => c.type === 'CruiseControlReady');
  if (before?.reason === 'CruiseControlServes') return SERVES;
  return { status: 'Unknown', reason: 'CruiseControlNotAsked', message: 'Cruise Control was not asked yet' };
}

/** Koperator's field. Without sight of Kafka it stays as it was. */
export function withTopicStatus(status: ClusterStatus, cluster: ResolvedCluster, world: World): ClusterStatus {
  const state = metricsTopicState({ cluster, world });
  if (state === 'unknown') return status;
  const { cruiseControlTopicStatus: _before, ...others } = status;
  if (state === 'notOurs') return others;
  return { ...others, cruiseControlTopicStatus: state === 'there' ? 'CruiseControlTopicReady' : 'CruiseControlTopicNotReady' };
}
