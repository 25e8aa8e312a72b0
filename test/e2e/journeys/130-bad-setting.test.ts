import { SECRET } from '../../../operator/kinds';
import { lastGoodName } from '../../../lib/constructs/naming';
import { conditionOf, exists, podsOf, running } from '../cluster';
import { figure, seconds } from '../figures';
import { pause, until } from '../kubernetes';
import { BROKERS, change, condition, ensureLive, LIVE, withSetting, type LiveSpec } from '../live';
import { expectUnharmed, nodesStopped, tell, underLoad } from '../roll';

const NAME = LIVE.name;
const FIRST = BROKERS[0];
/** A class that nobody has: every check of the spec lets it pass, and Kafka ends with it. */
const MISSING = 'org.example.NoSuchAuthorizer';
const GOOD_JVM = '-XX:+UseSerialGC -XX:TieredStopAtLevel=1';

const authorizer = (value: string | undefined) => (spec: LiveSpec) => {
  for (const broker of spec.brokers.filter((b) => b.brokerConfigGroup === 'brokers'))
    broker.readOnlyConfig = withSetting(broker.readOnlyConfig, 'authorizer.class.name', value);
};

/** Name and uid of every Pod but the first broker's. */
const others = async (): Promise<readonly string[]> =>
  (await podsOf(NAME)).filter((p) => p.metadata.name !== `${NAME}-${FIRST}`).map((p) => `${p.metadata.name} ${p.metadata.uid}`);

beforeAll(() => ensureLive());

describe('a setting with which Kafka does not start', () => {
  it('stops the roll at its first broker, says so with its last lines, and is taken back without touching another', async () => {
    const before = await others();
    const tried = await underLoad(NAME, BROKERS, async () => {
      await change(authorizer(MISSING));
      const began = Date.now();
      const stopped = await condition('Degraded', 'RollStopped', { limit: 200 });
      figure('a bad setting to RollStopped', seconds(Date.now() - began));
      expect(stopped.message).toContain(MISSING);
      expect(stopped.message).toMatch(new RegExp(`node ${FIRST}: .*does not come back`, 's'));
      await pause(3_000);
      expect(await others()).toEqual(before);
      await change(authorizer(undefined));
      expect(conditionOf(await running(NAME), 'Degraded')?.status).toBe('False');
    });
    tell('a bad setting, and its revert', tried);
    expectUnharmed(tried);
    expect(new Set(nodesStopped(tried))).toEqual(new Set([FIRST]));
    expect(await others()).toEqual(before);
  });

  it('is taken back by the operator with onFailure Rollback, and nothing more of it is done until the spec changes', async () => {
    await change((spec) => (spec.changePolicy = { onFailure: 'Rollback' }));
    await until('what every node runs with is kept', () => exists(SECRET, lastGoodName(NAME)));
    await running(NAME);
    const before = await others();
    const tried = await underLoad(NAME, BROKERS, async () => {
      await change((spec) => (spec.brokerConfigGroups.brokers!.kafkaJvmPerfOpts = `${GOOD_JVM} -XX:NoSuchOption=1`));
      const told = await condition('Degraded', 'RolledBack', { limit: 200 });
      expect(told.message).toMatch(new RegExp(`node ${FIRST} did not come back with this change and runs as before`));
      await condition('Ready', 'AllNodesServe');
      await condition('Progressing', 'Waiting');
    });
    tell('a bad setting that the operator takes back', tried);
    expectUnharmed(tried);
    expect(await others()).toEqual(before);

    const all = (await podsOf(NAME)).map((p) => p.metadata.uid);
    await change((spec) => {
      spec.brokerConfigGroups.brokers!.kafkaJvmPerfOpts = GOOD_JVM;
      spec.changePolicy = {};
    });
    expect(conditionOf(await running(NAME), 'Degraded')?.status).toBe('False');
    expect((await podsOf(NAME)).map((p) => p.metadata.uid)).toEqual(all);
  });
});
