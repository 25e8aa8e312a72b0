/**
 * The cluster of the journeys in which brokers and disks come and go, with Cruise Control beside it: the stand-in of the tests
 * (tools/cruise-control), which has Cruise Control's REST contract and really moves replicas, by Kafka's own reassignments.
 * The real one is not in any package registry.
 */
import { applyCluster, clusterObject, exists, objectsOf, running, statusOf, type ClusterOptions } from './cluster';
import { DEPLOYMENT, KAFKA_CLUSTER, OPERATION } from '../../operator/kinds';
import { operationView, type OperationView } from '../../operator/decide/operation-view';
import type { LiveObject } from '../../operator/decide/world';
import { kube, mustKubectl, NAMESPACE, until } from './kubernetes';

export const NAME = 'moved';
export const FIRST_BROKERS = [100, 101, 102] as const;

/** The stand-in is ready a second after its start; a broker is small, and so are its records. */
export const CRUISE_CONTROL = {
  config: ['execution.progress.check.interval.ms=500', 'stand.in.ready.after.ms=1000'].join('\n'),
  resourceRequirements: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '512Mi' } },
  topicConfig: { partitions: 1, replicationFactor: 2 },
};

export const MOVED: ClusterOptions = {
  name: NAME,
  nodes: { controllers: [0], brokers: FIRST_BROKERS },
  spec: { cruiseControlConfig: CRUISE_CONTROL },
};

/** Makes sure that it runs and that Cruise Control is ready. */
export async function ensureMoved(): Promise<void> {
  if (!(await exists(KAFKA_CLUSTER, NAME))) await applyCluster(MOVED);
  await running(NAME);
  await until('Cruise Control is ready', async () => {
    const pods = await objectsOf(NAME, DEPLOYMENT);
    return pods.length === 1 && (pods[0]?.status as { readyReplicas?: number } | undefined)?.readyReplicas === 1;
  });
}

interface MovedSpec {
  volumeReclaim?: string;
  brokers: { id: number; brokerConfigGroup: string; brokerConfig?: Record<string, unknown> }[];
}

/** Changes the brokers of the spec and nothing else of it. */
export async function withBrokers(change: (spec: MovedSpec) => void): Promise<void> {
  const spec = structuredClone<unknown>((await clusterObject(NAME)).spec) as MovedSpec;
  change(spec);
  const patch = JSON.stringify([{ op: 'replace', path: '/spec', value: spec }]);
  await mustKubectl(['-n', NAMESPACE, 'patch', 'kafkacluster', NAME, '--type=json', '-p', patch]);
}

export const addBrokers = (...ids: readonly number[]): Promise<void> =>
  withBrokers((spec) => spec.brokers.push(...ids.map((id) => ({ id, brokerConfigGroup: 'brokers' }))));

export const removeBrokers = (...ids: readonly number[]): Promise<void> =>
  withBrokers((spec) => (spec.brokers = spec.brokers.filter(({ id }) => !ids.includes(id))));

export async function operations(): Promise<readonly OperationView[]> {
  const { items } = await kube.list(OPERATION, { namespace: NAMESPACE, labelSelector: `kafka_cr=${NAME}` });
  return items.map((item) => operationView(item as unknown as LiveObject));
}

/** The graceful state of a broker in the status, for example `GracefulUpscaleSucceeded`. */
export const gracefulState = async (id: number, name = NAME): Promise<string | undefined> =>
  statusOf(await clusterObject(name)).brokersState?.[String(id)]?.gracefulActionState?.cruiseControlState;

export const volumeState = async (id: number, path: string): Promise<string | undefined> =>
  statusOf(await clusterObject(NAME)).brokersState?.[String(id)]?.gracefulActionState?.volumeStates?.[path]?.cruiseControlVolumeState;

/** Makes the stand-in fail. */
export async function faults(wanted: Readonly<Record<string, unknown>>): Promise<void> {
  await until('the stand-in took its faults', async () => {
    const answer = await fetch(`http://${NAME}-cruisecontrol-svc.${NAMESPACE}.svc.cluster.local:8090/stand-in/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(wanted),
    });
    return answer.ok;
  });
}

/** Waits until a reason stands in the plan of the status, among what is held. */
export const held = (text: RegExp): Promise<unknown> =>
  until(`something is held: ${String(text)}`, async () => (statusOf(await clusterObject(NAME)).plan?.held ?? []).find((l) => text.test(l)));
