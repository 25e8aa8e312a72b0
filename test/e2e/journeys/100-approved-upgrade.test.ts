import { BUDGET, EVENT, POD } from '../../../operator/kinds';
import { ANNOTATION, LABEL } from '../../../lib/constructs/naming';
import { byOperator, counted, isWrite } from '../audit';
import { clusterObject, objectsOf, podsOf, running, statusOf } from '../cluster';
import { figure, seconds } from '../figures';
import { kube, mustKubectl, NAMESPACE, pause, until } from '../kubernetes';
import { annotate, BROKERS, change, condition, edited, ensureLive, LIVE, plan, withSetting, type LiveSpec } from '../live';
import { notLedAsPreferred } from '../partitions';
import { allowedAtStops, expectUnharmed, idleTimes, median, nodesStopped, tell, underLoad } from '../roll';

const NAME = LIVE.name;
/** A whole roll on a machine that has much else to do. */
const BUSY = { seconds: 270 };
const NEW = '4.3.1';
const POLICY = { approval: 'Required' };
/** Comes once in four years. */
const CLOSED = { ...POLICY, windows: [{ schedule: '0 0 29 2 *', duration: '1m' }] };

/** By two minor versions, and a read-only setting with it. */
const upgrade = (spec: LiveSpec): void => {
  spec.kafkaVersion = NEW;
  spec.readOnlyConfig = withSetting(spec.readOnlyConfig, 'replica.fetch.wait.max.ms', '400');
  spec.changePolicy = POLICY;
};

const uids = async (): Promise<readonly string[]> => (await podsOf(NAME)).map((p) => p.metadata.uid);
const planInStatus = async () => statusOf(await clusterObject(NAME)).plan;
const heldFor = (text: RegExp): Promise<unknown> =>
  until(`restarts are held: ${String(text)}`, async () => ((await planInStatus())?.held ?? []).some((line) => text.test(line)));

/** The Kubernetes nodes that were made to pull an image, and have it. */
async function pulledOn(): Promise<readonly string[]> {
  const checks = (await objectsOf(NAME, POD)).filter((p) => p.metadata.labels?.[LABEL.imageCheck] === 'true');
  const done = checks.filter((p) => ['Succeeded', 'Failed'].includes((p.status as { phase?: string } | undefined)?.phase ?? ''));
  return [...new Set(done.map((p) => (p.spec as { nodeName: string }).nodeName))];
}

/** The Events of restarts, each with its reason. */
async function toldOfRestarts(): Promise<readonly unknown[]> {
  const { items } = await kube.list(EVENT, { namespace: NAMESPACE, fieldSelector: `involvedObject.name=${NAME},reason=NodeRestarted` });
  return items.map((event) => event['message']);
}

/** Filled by the first journey, held against what happens in the second. */
let planned: ReturnType<typeof plan>;

describe('an upgrade of Kafka with a change of read-only configuration, which needs an approval', () => {
  it('is planned before it is applied, and held until somebody approves it: paused, outside the window, under another hash', async () => {
    await ensureLive();
    planned = plan(await edited(upgrade));
    expect(planned.code).toBe(2);
    expect(planned.waves.map((w) => w.nodes)).toEqual([[0], ...BROKERS.map((id) => [id])]);
    const before = await uids();

    await annotate(ANNOTATION.pause, 'true');
    await change(upgrade);
    await condition('Progressing', 'Paused');
    await heldFor(/approve plan/);
    expect((await planInStatus())?.hash).toBe(planned.hash);

    await change((spec) => (spec.changePolicy = CLOSED));
    await annotate(ANNOTATION.approvedPlan, planned.hash);
    await annotate(ANNOTATION.pause, undefined);
    await heldFor(/outside every maintenance window; opens 20\d\d-02-29T00:00:00Z/);

    await annotate(ANNOTATION.approvedPlan, 'another');
    await change((spec) => (spec.changePolicy = POLICY));
    await condition('Progressing', 'Waiting');
    await heldFor(new RegExp(`approve plan ${planned.hash ?? ''}`));
    await until('the new image is where it will be needed', async () => (await pulledOn()).length === 3);
    expect(await uids()).toEqual(before);
  });

  it('is carried out as planned once its hash is annotated: the same nodes in the same order, and nobody is hurt', async () => {
    const rolled = await underLoad(NAME, BROKERS, async () => {
      const before = await uids();
      await annotate(ANNOTATION.approvedPlan, planned.hash);
      await until(
        'every node was restarted',
        async () => {
          const now = await uids();
          return now.length === before.length && before.every((uid) => !now.includes(uid));
        },
        BUSY,
      );
      await running(NAME);
    });
    tell(`a roll of one controller and three brokers, from Kafka ${LIVE.kafkaVersion ?? ''} to ${NEW}`, rolled);
    const requests = rolled.requests.filter((r) => byOperator(r) && r.resource !== 'leases' && r.verb !== 'watch');
    figure(
      'requests of the operator for it',
      `${requests.length}, ${requests.filter(isWrite).length} of them writes (${counted(requests)})`,
    );
    const idle = idleTimes(rolled);
    figure('every replica in sync to the next restart', `median ${seconds(median(idle))} of ${idle.map(seconds).join(', ')}`);

    expectUnharmed(rolled);
    expect(nodesStopped(rolled)).toEqual(planned.waves.flatMap((w) => w.nodes));
    expect(allowedAtStops(rolled)).toEqual(rolled.before.map(() => 0));
    expect(rolled.clusters.map((s) => statusOf(s.object).state)).toContain('ClusterRollingUpgrading');
    expect(await toldOfRestarts()).toEqual(
      rolled.before.map((_pod) => expect.stringMatching(/image is .*4\.1\.2, wanted .*4\.3\.1.*replica\.fetch\.wait\.max\.ms/)),
    );
  });

  it('gives leaders and budgets back afterwards, and has reached the file that Kafka was started with', async () => {
    await until('every partition is led by its first replica', async () => (await notLedAsPreferred(NAME, BROKERS)).length === 0);
    await until('a broker may be evicted again', async () => {
      const budget = (await objectsOf(NAME, BUDGET)).find((b) => b.metadata.name === `${NAME}-pdb`);
      return (budget?.status as { disruptionsAllowed?: number } | undefined)?.disruptionsAllowed === 1;
    });
    const file = ['-n', NAMESPACE, 'exec', `${NAME}-100`, '-c', 'kafka', '--', 'cat', '/var/run/kafka-operator/server.properties'];
    expect(await mustKubectl(file)).toContain('replica.fetch.wait.max.ms=400');
    expect((await planInStatus())?.hash).toBeUndefined();
    expect(await pulledOn()).toEqual([]);
  });

  it('says what could be raised, and raises metadata.version when the spec says so, without a restart', async () => {
    const before = await uids();
    const settled = statusOf(await clusterObject(NAME));
    for (const broker of Object.values(settled.brokersState ?? {})) expect(broker.version).toBe(NEW);
    expect(settled.metadataVersion).toMatch(/^4\.1-IV/);
    expect(settled.couldRaise).toContain('metadata.version to 4.3-IV0');
    await change((spec) => {
      spec.metadataVersion = '4.3-IV0';
      spec.changePolicy = {};
    });
    await until('it is raised', async () => statusOf(await clusterObject(NAME)).metadataVersion === '4.3-IV0', { seconds: 60 });
    expect(statusOf(await running(NAME)).couldRaise ?? []).not.toContain('metadata.version to 4.3-IV0');
    await change((spec) => (spec.changePolicy = POLICY));
    expect(await uids()).toEqual(before);
  });

  it('covers that plan alone: the next change waits for an approval of its own, and is forgotten when it is taken back', async () => {
    const before = await uids();
    await change((spec) => (spec.readOnlyConfig = withSetting(spec.readOnlyConfig, 'replica.fetch.wait.max.ms', '450')));
    await condition('Progressing', 'Waiting');
    const next = (await planInStatus())?.hash;
    expect(next).toMatch(/^[a-f][0-9a-f]{15}$/);
    expect(next).not.toBe(planned.hash);
    await pause(1_500);
    await change((spec) => {
      spec.readOnlyConfig = withSetting(spec.readOnlyConfig, 'replica.fetch.wait.max.ms', '400');
      spec.changePolicy = {};
    });
    await annotate(ANNOTATION.approvedPlan, undefined);
    await running(NAME);
    expect(await uids()).toEqual(before);
  });
});
