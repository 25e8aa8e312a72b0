import { POD } from '../../../operator/kinds';
import { LABEL } from '../../../lib/constructs/naming';
import { clusterObject, objectsOf, podsOf, running, statusOf } from '../cluster';
import { until, when } from '../kubernetes';
import { BROKERS, change, edited, ensureLive, LIVE, plan } from '../live';
import { expectUnharmed, nodesStopped, stopsIn, tell, underLoad, type Evidence } from '../roll';

const NAME = LIVE.name;
const MISSING = 'docker.io/apache/kafka:4.1.2-missing';
const NEW = '4.3.1';

const uids = async (): Promise<readonly string[]> => (await podsOf(NAME)).map((p) => p.metadata.uid);
const status = async () => statusOf(await clusterObject(NAME));
const imageChecks = async () => (await objectsOf(NAME, POD)).filter((p) => p.metadata.labels?.[LABEL.imageCheck] === 'true');

beforeAll(() => ensureLive());

describe('another image', () => {
  it('that no Kubernetes node can pull stops nobody, is told, and is forgotten when it is taken back', async () => {
    const before = await uids();
    const tried = await underLoad(NAME, BROKERS, async () => {
      await change((spec) => (spec.clusterImage = MISSING));
      await until('the restarts are held for the image', async () =>
        ((await status()).plan?.held ?? []).some((line) => line.startsWith('restart') && line.includes(`cannot pull ${MISSING}`)),
      );
      await change((spec) => delete spec.clusterImage);
      await running(NAME);
    });
    tell('an image that is not there, and its revert', tried);
    expectUnharmed(tried, { mostAway: 0 });
    expect(nodesStopped(tried)).toEqual([]);
    expect(await uids()).toEqual(before);
    await until('nothing that was made to pull it is left', async () => (await imageChecks()).length === 0);
  });
});

/** The image was on its way to every Kubernetes node before the first node was stopped for it. */
function pulledBeforeFirstStop({ pods }: Evidence): readonly string[] {
  const first = stopsIn({ pods })[0]!;
  const checks = pods.filter((s) => s.object.metadata.labels?.[LABEL.imageCheck] === 'true' && when(s.object) < first.version);
  return [...new Set(checks.map((s) => (s.object.spec as { nodeName: string }).nodeName))].sort();
}

describe('an upgrade of Kafka by two minor versions', () => {
  it('pulls the image first, then restarts node after node as planned', async () => {
    const wanted = await edited((spec) => (spec.kafkaVersion = NEW));
    const planned = plan(wanted);
    const rolled = await underLoad(NAME, BROKERS, async () => {
      const before = await uids();
      await change((spec) => (spec.kafkaVersion = NEW));
      await until('every node runs anew', async () => {
        const now = await uids();
        return now.length === before.length && before.every((uid) => !now.includes(uid));
      });
      await running(NAME);
    });
    tell(`an upgrade from ${LIVE.kafkaVersion ?? ''} to ${NEW}, one controller and three brokers`, rolled);
    expectUnharmed(rolled);
    expect(nodesStopped(rolled)).toEqual(planned.waves.flatMap((w) => w.nodes));
    const nodes = rolled.before.map((pod) => (pod.spec as { nodeName: string }).nodeName);
    expect(pulledBeforeFirstStop(rolled)).toEqual([...new Set(nodes)].sort());
    for (const broker of Object.values((await status()).brokersState ?? {})) expect(broker.version).toBe(NEW);
  });

  it('says what could be raised, and raises metadata.version when the spec says so, without a restart', async () => {
    const before = await uids();
    const settled = await status();
    expect(settled.metadataVersion).toMatch(/^4\.1-IV/);
    expect(settled.couldRaise).toContain('metadata.version to 4.3-IV0');
    await change((spec) => (spec.metadataVersion = '4.3-IV0'));
    await until('the metadata version is raised', async () => (await status()).metadataVersion === '4.3-IV0', { seconds: 60 });
    await running(NAME);
    expect((await status()).couldRaise ?? []).not.toContain('metadata.version to 4.3-IV0');
    expect(await uids()).toEqual(before);
  });
});
