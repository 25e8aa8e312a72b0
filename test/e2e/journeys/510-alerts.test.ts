import { ANNOTATION } from '../../../lib/constructs/naming';
import { BROKER_METRICS, CONTROLLER_METRICS, NODE_METRICS } from '../../../lib/monitoring/kafka-metrics';
import { OPERATOR_METRICS } from '../../../lib/monitoring/operator-metrics';
import { TOPIC, USER } from '../../../operator/kinds';
import {
  ADDED,
  alertedCluster,
  alertedClusterGone,
  alerting,
  brokers,
  BUSY,
  BY,
  generation,
  NAME,
  quiet,
  refusedOnce,
  REPLICAS,
  restartOperator,
  status,
  told,
} from '../alerted';
import { exists, podsOf, running } from '../cluster';
import { figure, seconds } from '../figures';
import { kube, NAMESPACE, pause, until } from '../kubernetes';
import { annotate } from '../live';
import { gracefulState } from '../moved';

beforeAll(alertedCluster);
afterAll(alertedClusterGone);

/** Of certificates, which this cluster has none of (420), of watches that broke, and of what moves for longer than a scrape. */
const ELSEWHERE: readonly string[] = [
  OPERATOR_METRICS.userCertificateEnd,
  OPERATOR_METRICS.certificateEnd,
  OPERATOR_METRICS.watchRestarts,
  OPERATOR_METRICS.operationProgress,
  OPERATOR_METRICS.operationLeft,
];

async function aTopicAndAUser(): Promise<void> {
  const clusterRef = { name: NAME };
  const topic = { name: 'counted', partitions: 1, replicationFactor: 1, clusterRef };
  const user = { authentication: 'none', clusterRef };
  for (const [kind, spec] of [[TOPIC, topic] as const, [USER, user] as const])
    await kube.apply(kind, { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name: 'counted', namespace: NAMESPACE }, spec });
}

async function theyAreGone(): Promise<void> {
  for (const kind of [TOPIC, USER]) await kube.delete({ kind, namespace: NAMESPACE, name: 'counted' }, {});
  for (const kind of [TOPIC, USER]) await until('it is gone', async () => !(await exists(kind, 'counted')));
}

describe('alerts of Prometheus, sent as to an Alertmanager', () => {
  it('too many replicas for each broker: a broker more, which is filled, once, although the operator is killed', async () => {
    const most = await alerting().value(`max(${REPLICAS})`);
    const before = await generation();
    const began = Date.now();
    await alerting().rules([
      {
        alert: 'PartitionCountHigh',
        expr: `max ${BY} (${REPLICAS}) > ${String(most - 1)}`,
        annotations: { command: 'upScale', brokerConfigGroup: 'brokers', summary: '{{ $value }} replicas' },
      },
    ]);
    await until('the broker is in the spec', async () => (await brokers()).includes(ADDED));
    figure('an alert of Prometheus, from its rule to the spec', seconds(Date.now() - began));
    await restartOperator();
    await until('the broker is filled', async () => (await gracefulState(ADDED, NAME)) === 'GracefulUpscaleSucceeded', BUSY);
    await quiet('PartitionCountHigh');
    figure('an alert of Prometheus, until its broker is filled and it ends', seconds(Date.now() - began));
    await running(NAME);
    expect(await alerting().value(`max(${REPLICAS})`)).toBeLessThan(most);
    // Longer than the cool-down: nothing repeats.
    await pause(7_000);
    expect(await told('PartitionCountHigh')).toEqual(['upScale Done Applied']);
    expect(await brokers()).toEqual([0, 100, 101, 102, ADDED]);
    expect(await generation()).toBe(before + 1);
  });

  it('another one: no broker beyond the limit', async () => {
    await refusedOnce(
      { alert: 'BrokerOverLoaded', expr: `min ${BY} (${REPLICAS})`, annotations: { command: 'upScale', brokerConfigGroup: 'brokers' } },
      'upScale Refused LimitReached',
    );
  });

  it('more brokers than needed: the one that an alert added is emptied and goes, although the operator is killed', async () => {
    const before = await generation();
    await alerting().rules([{ alert: 'PartitionCountLow', expr: `count ${BY} (${REPLICAS}) > 3`, annotations: { command: 'downScale' } }]);
    await until('the broker has left the spec', async () => !(await brokers()).includes(ADDED), BUSY);
    await restartOperator();
    await until(
      'the broker is gone',
      async () =>
        (await podsOf(NAME)).every((p) => p.metadata.labels?.brokerId !== String(ADDED)) &&
        (await status()).brokersState?.[String(ADDED)] === undefined,
      BUSY,
    );
    await quiet('PartitionCountLow');
    await running(NAME);
    expect(await told('PartitionCountLow')).toEqual(['downScale Done Applied']);
    expect(await brokers()).toEqual([0, 100, 101, 102]);
    expect(await generation()).toBe(before + 1);
  });

  it('every metric that rules and dashboards name is exported, and every rule of the chart can be evaluated', async () => {
    await aTopicAndAUser();
    // Something that is held: what a restart asks for while the cluster is paused.
    await annotate(ANNOTATION.pause, 'true', NAME);
    await annotate(ANNOTATION.restart, 'held', NAME);
    const named = [NODE_METRICS, BROKER_METRICS, CONTROLLER_METRICS, OPERATOR_METRICS].flatMap((of): string[] => Object.values(of));
    const missing = async (): Promise<readonly string[]> => {
      const seen = new Set(await alerting().names());
      return named.filter((name) => !seen.has(name) && !ELSEWHERE.includes(name));
    };
    await until('all of them were seen', async () => (await missing()).length === 0, { seconds: 15 }).catch(() => undefined);
    expect(await missing()).toEqual([]);
    expect(await alerting().brokenRules()).toEqual([]);
    await annotate(ANNOTATION.restart, undefined, NAME);
    await annotate(ANNOTATION.pause, undefined, NAME);
    await theyAreGone();
  });
});
