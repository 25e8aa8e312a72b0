import { claimName } from '../../../lib/constructs/naming';
import { CLAIM } from '../../../operator/kinds';
import type { Rule } from '../alerting';
import {
  alertedCluster,
  alertedClusterGone,
  alerting,
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
import { clusterObject, objectsOf, podsOf, running } from '../cluster';
import { kube, mustKubectl, NAMESPACE, pause, until } from '../kubernetes';
import { bootstrapOf, produce } from '../records';

// A roll of all nodes, on a busy machine.
jest.setTimeout(600_000);
beforeAll(alertedCluster);
afterAll(alertedClusterGone);

/** Bytes that a broker has written since it began, from producers and from other brokers. */
const written = (id: number): string => {
  const of = (name: string): string => `kafka_server_brokertopicmetrics_${name}_total{brokerId="${String(id)}"}`;
  return `sum ${BY} (${of('bytesinpersec')} + ${of('replicationbytesinpersec')})`;
};

/** While records come in, until that is so. */
async function whileWriting(what: string, probe: () => Promise<boolean>): Promise<void> {
  const producing = await produce(bootstrapOf(NAME), 'orders');
  try {
    await until(what, probe, BUSY);
  } finally {
    await producing.stop();
  }
}

const patchSpec = (path: string, value: unknown): Promise<string> =>
  mustKubectl(['-n', NAMESPACE, 'patch', 'kafkacluster', NAME, '--type=json', '-p', JSON.stringify([{ op: 'add', path, value }])]);

describe('alerts of Prometheus, sent as to an Alertmanager', () => {
  it('fewer brokers: not below the limit, although alerts may take out brokers of others', async () => {
    await patchSpec('/spec/alertManagerConfig/allowSpecEdits', true);
    await running(NAME);
    await refusedOnce(
      { alert: 'TooManyBrokers', expr: `count ${BY} (${REPLICAS})`, annotations: { command: 'downScale' } },
      'downScale Refused LimitReached',
    );
  });

  it('a volume that fills: the broker gets another one with its share, once, although the operator is killed', async () => {
    const claim = claimName(NAME, 100, '/kafka-logs');
    const filled = (await alerting().value(written(100))) + 5_000;
    await alerting().rules([
      {
        alert: 'RemainingDiskSpaceLowOnFixedVolume',
        expr: `${written(100)} > ${String(filled)}`,
        labels: { persistentvolumeclaim: claim },
        annotations: { command: 'addPvc', diskSize: '1Gi', mountPathPrefix: '/kafka-logs' },
      },
    ]);
    await whileWriting('the alert has begun its action', async () => (await told('RemainingDiskSpaceLowOnFixedVolume')).length > 0);
    await restartOperator();
    await until(
      'the volume is filled',
      async () => {
        const { volumeStates = {} } = (await status()).brokersState?.['100']?.gracefulActionState ?? {};
        return Object.values(volumeStates).some((v) => v.cruiseControlVolumeState === 'GracefulDiskRebalanceSucceeded');
      },
      BUSY,
    );
    // The broker was restarted, and with it what it counts: the alert ends by itself.
    await quiet('RemainingDiskSpaceLowOnFixedVolume');
    await running(NAME);
    expect(await told('RemainingDiskSpaceLowOnFixedVolume')).toEqual(['addPvc Done Applied']);
    const claims = (await objectsOf(NAME, CLAIM)).filter((c) => c.metadata.labels?.brokerId === '100');
    expect(claims).toHaveLength(2);
  });
});

describe("alerts through Debian's Alertmanager, by its webhook", () => {
  beforeAll(() => alerting().through('alertmanager'));

  it('a volume that fills: its claim grows, once while the alert goes on, and the spec stays as it is', async () => {
    const claim = claimName(NAME, 101, '/kafka-logs');
    const before = await generation();
    const filled = (await alerting().value(written(101))) + 5_000;
    const rule: Rule = {
      alert: 'RemainingDiskSpaceLow',
      expr: `${written(101)} > ${String(filled)}`,
      labels: { persistentvolumeclaim: claim },
      annotations: { command: 'resizePvc', incrementBy: '512Mi' },
    };
    await alerting().rules([rule]);
    await whileWriting('the alert has begun its action', async () => (await told('RemainingDiskSpaceLow')).length > 0);
    const sizes = async (): Promise<unknown> => {
      const { spec, status: seen } = await kube.get({ kind: CLAIM, namespace: NAMESPACE, name: claim });
      const { resources } = spec as { resources: { requests: { storage: string } } };
      return [resources.requests.storage, (seen as { capacity?: { storage?: string } } | undefined)?.capacity?.storage];
    };
    await until('the volume has grown', async () => JSON.stringify(await sizes()) === '["1536Mi","1536Mi"]');
    await restartOperator();
    // Longer than the cool-down: it still fires, and is told again and again.
    await pause(8_000);
    expect((await status()).alerts?.firing).toMatchObject([{ alert: 'RemainingDiskSpaceLow' }]);
    expect(await told('RemainingDiskSpaceLow')).toEqual(['resizePvc Done Applied']);
    expect(await sizes()).toEqual(['1536Mi', '1536Mi']);
    expect(await generation()).toBe(before);
    await alerting().rules([{ ...rule, expr: `${rule.expr} < -1` }]);
    await quiet(rule.alert);
    await running(NAME);
  });

  it('one that speaks against a roll stops it, also for an operator that is killed, and its end lets it go on', async () => {
    const nodes = await podsOf(NAME);
    const left = async (): Promise<readonly string[]> => {
      const now = (await podsOf(NAME)).filter((p) => p.metadata.deletionTimestamp === undefined).map((p) => p.metadata.uid);
      return nodes.filter((p) => now.includes(p.metadata.uid)).map((p) => p.metadata.name);
    };
    const readOnly = (await clusterObject(NAME)).spec as { readonly readOnlyConfig: string };
    await patchSpec('/spec/readOnlyConfig', `${readOnly.readOnlyConfig}\nreplica.fetch.wait.max.ms=400`);
    await until('the roll has begun', async () => (await left()).length < nodes.length, { ...BUSY, every: 50 });
    const rule: Rule = {
      alert: 'ErrorsWhileRolling',
      expr: `sum ${BY} (kafka_server_replicamanager_leadercount) >= 0`,
      labels: { rollingupgrade: 'true' },
    };
    await alerting().rules([rule]);
    const isHeld = async (): Promise<boolean> => ((await status()).plan?.held ?? []).some((line) => line.includes('of them alerts'));
    await until('the roll is stopped by the alert', isHeld, BUSY);
    const kept = await left();
    expect(kept.length).toBeGreaterThan(0);
    await restartOperator();
    await pause(5_000);
    await until('the roll is still stopped', isHeld);
    expect(await left()).toEqual(kept);
    expect((await status()).rollingUpgradeStatus?.errorCount).toBe(1);
    await alerting().rules([{ ...rule, expr: `${rule.expr} < -1` }]);
    await until('every node was restarted', async () => (await left()).length === 0, BUSY);
    await quiet(rule.alert);
    await running(NAME);
    expect(await told('ErrorsWhileRolling')).toEqual([]);
  });
});
