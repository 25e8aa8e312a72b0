/** A cluster on whose alerts the operator acts, beside Debian's Prometheus and Alertmanager. */
import type { AlertDecision } from '../../operator/decide/alerts/alerts-view';
import { startAlerting, type Alerting, type Rule } from './alerting';
import { applyCluster, clusterObject, running, statusOf, wipeCluster, type ClusterOptions } from './cluster';
import { pause, until } from './kubernetes';
import { CRUISE_CONTROL } from './moved';
import { killOperator, operatorContainer, operatorRestarted } from './operator';
import { bootstrapOf, createTopic } from './records';

export const NAME = 'alerts';
export const BUSY = { seconds: 240 };
/** The id of the broker that is added. */
export const ADDED = 103;

const ALERTS: ClusterOptions = {
  name: NAME,
  nodes: { controllers: [0], brokers: [100, 101, 102] },
  spec: {
    cruiseControlConfig: CRUISE_CONTROL,
    alertManagerConfig: { upScaleLimit: 4, downScaleLimit: 3, coolDown: '5s', budgetPerDay: 24 },
  },
};

export const REPLICAS = 'kafka_server_replicamanager_partitioncount';
export const BY = 'by (namespace, kafka_cr)';

let started: Alerting | undefined;

export function alerting(): Alerting {
  if (started === undefined) throw new Error('cannot send alerts: nobody was started who does');
  return started;
}

export async function alertedCluster(): Promise<void> {
  await applyCluster(ALERTS);
  await running(NAME);
  for (const topic of ['orders', 'payments', 'refunds']) await createTopic(bootstrapOf(NAME), topic);
  started = await startAlerting(NAME, [0, 100, 101, 102, ADDED]);
  await until('Prometheus knows all brokers', async () => (await alerting().value(`count(${REPLICAS})`)) === 3);
}

export async function alertedClusterGone(): Promise<void> {
  await wipeCluster(NAME);
  await started?.stop();
}

export const status = async () => statusOf(await clusterObject(NAME));

/** For example `upScale Done Applied`, of one alert. */
export const told = async (alert: string): Promise<readonly string[]> =>
  (await decisions()).filter((d) => d.alert === alert).map(({ action, outcome, reason }) => `${action} ${outcome} ${reason}`);

const decisions = async (): Promise<readonly AlertDecision[]> => (await status()).alerts?.decisions ?? [];

export const brokers = async (): Promise<readonly number[]> =>
  ((await clusterObject(NAME)).spec as { readonly brokers: readonly { readonly id: number }[] }).brokers.map(({ id }) => id).sort();

export const generation = async (): Promise<number> => (await clusterObject(NAME)).metadata.generation ?? 0;

/** The alert has ended, for Prometheus too: an operator that was away may not have heard of one that goes on. */
export const quiet = (alert: string): Promise<unknown> =>
  until(
    `${alert} has ended`,
    async () => {
      const firing = await alerting().value(`count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)`);
      return firing === 0 && ((await status()).alerts?.firing ?? []).length === 0;
    },
    BUSY,
  );

export async function restartOperator(): Promise<void> {
  const operator = await operatorContainer();
  await operatorRestarted(operator, await killOperator(operator));
}

/** Such an alert fires, what it asks for is refused for that reason once, and it ends. */
export async function refusedOnce(rule: Rule, wanted: string): Promise<void> {
  const before = await generation();
  await alerting().rules([rule]);
  await until(`${rule.alert} has the outcome ${wanted}`, async () => (await told(rule.alert)).includes(wanted), BUSY);
  await pause(3_000);
  expect(await told(rule.alert)).toEqual([wanted]);
  expect(await generation()).toBe(before);
  await alerting().rules([{ ...rule, expr: `${rule.expr} < -1` }]);
  await quiet(rule.alert);
}
