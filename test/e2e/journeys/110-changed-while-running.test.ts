import { CLAIM, CONFIG_MAP } from '../../../operator/kinds';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { clusterObject, conditionOf, objectsOf, podsOf, running, statusOf } from '../cluster';
import { mustKubectl, NAMESPACE, until } from '../kubernetes';
import { BROKERS, change, condition, ensureLive, LIVE, withSetting, type LiveSpec } from '../live';
import { restartsOf } from '../processes';
import { connectTo } from '../partitions';
import { expectUnharmed, nodesStopped, tell, underLoad } from '../roll';

const NAME = LIVE.name;
const CONNECTION = connectTo(NAME, BROKERS);
const SECRET = 'a-pass-phrase-that-nobody-else-has';
const SENSITIVE = 'listener.name.internal.ssl.key.password';
const THROTTLE = 'leader.replication.throttled.rate';

beforeAll(() => ensureLive());
afterAll(() => CONNECTION.close());

/** What a broker runs with: value and source (2 its own dynamic setting, 3 the cluster's, 4 its file, 5 Kafka's default). */
async function settingOf(broker: number, key: string): Promise<readonly [string | null, number] | undefined> {
  const found = (await CONNECTION.describeConfigs({ kind: 'broker', id: broker })).find((entry) => entry.key === key);
  return found === undefined ? undefined : [found.value, found.source];
}

const becomes = (broker: number, key: string, wanted: readonly [string | null, number] | undefined): Promise<unknown> =>
  until(`broker ${broker} has ${key} as wanted`, async () => JSON.stringify(await settingOf(broker, key)) === JSON.stringify(wanted), {
    seconds: 60,
  });

const setOfBroker = (spec: LiveSpec, id: number, key: string, value: string | undefined): void => {
  const broker = spec.brokers.find((b) => b.id === id)!;
  broker.brokerConfig = { ...broker.brokerConfig, config: withSetting(broker.brokerConfig?.config as string | undefined, key, value) };
};

const identities = async (): Promise<readonly string[]> => (await podsOf(NAME)).map((p) => `${p.metadata.name} ${p.metadata.uid}`).sort();
const restarts = (): Promise<readonly number[]> =>
  Promise.all([0, ...BROKERS].map((id) => restartsOf({ namespace: NAMESPACE, pod: `${NAME}-${id}`, container: 'kafka' })));

/** Nothing was restarted by it, neither a Pod nor a process. */
async function withoutRestart(what: string, act: () => Promise<unknown>): Promise<void> {
  const before = await Promise.all([identities(), restarts()]);
  const evidence = await underLoad(NAME, BROKERS, act);
  tell(what, evidence);
  expectUnharmed(evidence, { mostAway: 0 });
  expect(nodesStopped(evidence)).toEqual([]);
  expect(await Promise.all([identities(), restarts()])).toEqual(before);
}

describe('a setting that can change while Kafka runs', () => {
  it('does so for the cluster and for one broker; a key removed goes back to its default, and what somebody else set stays', async () => {
    await CONNECTION.incrementalAlterConfigs({ kind: 'broker', id: 101 }, [{ key: THROTTLE, value: '123456789' }], false);
    await withoutRestart('dynamic changes of cluster and broker', async () => {
      await change((spec) => {
        spec.clusterWideConfig = 'message.max.bytes=2000000\nlog.retention.ms=86400000';
        setOfBroker(spec, 101, 'background.threads', '11');
      });
      await Promise.all(BROKERS.map((id) => becomes(id, 'message.max.bytes', ['2000000', 3])));
      await becomes(101, 'background.threads', ['11', 2]);
      await becomes(102, 'background.threads', ['10', 5]);

      await change((spec) => {
        spec.clusterWideConfig = 'log.retention.ms=86400000';
        setOfBroker(spec, 101, 'background.threads', undefined);
      });
      await Promise.all(BROKERS.map((id) => becomes(id, 'message.max.bytes', ['1048588', 5])));
      await becomes(101, 'background.threads', ['10', 5]);
      await becomes(100, 'log.retention.ms', ['86400000', 3]);
      await running(NAME);
    });
    expect(await settingOf(101, THROTTLE)).toEqual(['123456789', 2]);
  });

  it('is sent and shown nowhere when it is sensitive', async () => {
    await change((spec) => {
      setOfBroker(spec, 102, SENSITIVE, SECRET);
    });
    await until('the broker has it', async () => (await settingOf(102, SENSITIVE))?.[1] === 2, { seconds: 60 });
    const settled = await running(NAME);
    const owned = (statusOf(settled).brokersState?.['102'] as { dynamicConfig?: { keys: readonly string[] } } | undefined)?.dynamicConfig;
    expect(owned?.keys).toEqual([SENSITIVE]);
    const maps = await objectsOf(NAME, CONFIG_MAP);
    const log = await mustKubectl(['-n', 'kafka-operator', 'logs', 'deployment/kafka-operator', '--tail=-1']);
    const events = await mustKubectl(['-n', NAMESPACE, 'get', 'events', '-o', 'json']);
    for (const text of [JSON.stringify(settled.status), JSON.stringify(maps), log, events]) expect(text).not.toContain(SECRET);
    await change((spec) => {
      setOfBroker(spec, 102, SENSITIVE, undefined);
    });
    await until('the broker has it no more', async () => (await settingOf(102, SENSITIVE))?.[1] !== 2, { seconds: 60 });
  });

  it('is told in a condition when Kafka refuses it, or when the spec already can; nothing restarts', async () => {
    await withoutRestart('settings that are refused', async () => {
      await change((spec) => {
        setOfBroker(spec, 101, 'background.threads', '1000');
      });
      const refused = await condition('Degraded', 'WritesFailed');
      expect(refused.message).toMatch(/background\.threads.*double/s);
      expect(statusOf(await clusterObject(NAME)).brokersState?.['101']?.perBrokerConfigurationState).toBe('PerBrokerConfigError');

      await change((spec) => {
        setOfBroker(spec, 101, 'background.threads', undefined);
        spec.clusterWideConfig = 'num.io.threads=0';
      });
      const wrong = await condition('SpecAccepted', 'Refused');
      expect(wrong.message).toMatch(/spec\.clusterWideConfig\[num\.io\.threads\]/);

      await change((spec) => (spec.clusterWideConfig = 'log.retention.ms=86400000'));
      expect(conditionOf(await running(NAME), 'Degraded')?.status).toBe('False');
    });
  });
});

const request = (claim: KubeObject): unknown => (claim.status as { capacity?: { storage?: string } } | undefined)?.capacity?.storage;

describe('a volume and the resources of brokers', () => {
  it('grow while Kafka runs', async () => {
    await withoutRestart('volumes and resources of three brokers', async () => {
      await change((spec) => {
        const brokers = spec.brokerConfigGroups.brokers!;
        brokers.storageConfigs = [
          { mountPath: '/kafka-logs', pvcSpec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1200Mi' } } } },
        ];
        brokers.resourceRequirements = { requests: { cpu: '60m', memory: '330Mi' } };
      });
      await until('the volumes have grown', async () => {
        const claims = await objectsOf(NAME, CLAIM);
        return claims.filter((c) => request(c) === '1200Mi').length === BROKERS.length;
      });
      await until('the containers have what they were given', async () => {
        const given = (await podsOf(NAME)).map((pod) => {
          const { containerStatuses = [] } = pod.status as {
            containerStatuses?: readonly { name: string; resources?: { requests?: { cpu?: string; memory?: string } } }[];
          };
          const { cpu, memory } = containerStatuses.find((c) => c.name === 'kafka')?.resources?.requests ?? {};
          return `${String(cpu)} ${String(memory)}`;
        });
        return given.filter((g) => g === '60m 330Mi').length === BROKERS.length;
      });
      await running(NAME);
    });
  });
});
