import { POD, SERVICE } from '../../../operator/kinds';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { bootstrapIn, clusterObject, ensureRunning, isReady, mostNotReady, objectsOf, podsOf, running, SHARED } from '../cluster';
import { figure, seconds } from '../figures';
import { mustKubectl, NAMESPACE, until, watching, type Seen } from '../kubernetes';
import { consume, createTopic, missingRecords, produce } from '../records';

const NAME = SHARED.name;
const HEADLESS = [`${NAME}-controller-headless`, `${NAME}-headless`];
const ONE_FOR_EACH = [`${NAME}-0`, `${NAME}-1`, `${NAME}-2`, `${NAME}-all-broker`];

const services = async (): Promise<readonly string[]> => (await objectsOf(NAME, SERVICE)).map((s) => s.metadata.name).sort();

const patched = (headlessServiceEnabled: boolean): Promise<string> =>
  mustKubectl(['-n', NAMESPACE, 'patch', 'kafkacluster', NAME, '--type=merge', '-p', JSON.stringify({ spec: { headlessServiceEnabled } })]);

/** When the last Pod of before was gone. */
const lastGoneAt = (before: readonly KubeObject[], pods: readonly Seen[]): number =>
  Math.max(
    ...pods.filter(({ type, object }) => type === 'DELETED' && before.some((p) => p.metadata.uid === object.metadata.uid)).map((s) => s.at),
  );

/** When the first of these Services was taken away. */
const firstDeletedAt = (names: readonly string[], seen: readonly Seen[]): number =>
  Math.min(...seen.filter(({ type, object }) => type === 'DELETED' && names.includes(object.metadata.name)).map((s) => s.at));

/** Goes over to the other scheme while clients that know the old names only produce and consume. */
async function goOver(to: { readonly headless: boolean; readonly leaves: readonly string[]; readonly has: readonly string[] }) {
  const oldName = bootstrapIn(await clusterObject(NAME));
  const topic = `over-to-${to.headless ? 'headless' : 'one-for-each'}`;
  await createTopic(oldName, topic);
  const [producing, consuming] = await Promise.all([produce(oldName, topic), consume(oldName, topic)]);
  const before = await podsOf(NAME);
  const [pods, seenServices] = await Promise.all([watching(POD), watching(SERVICE)]);
  const began = Date.now();
  await patched(to.headless);
  await until('every node was restarted', async () => {
    const now = await podsOf(NAME);
    return now.length === before.length && now.every((p) => isReady(p) && before.every((b) => b.metadata.uid !== p.metadata.uid));
  });
  const after = await running(NAME);
  await until('the Services of the old scheme are gone', async () => (await services()).join() === to.has.join());
  const took = Date.now() - began;
  pods.stop();
  seenServices.stop();
  const { acknowledged, longestStall } = await producing.stop();
  figure(`${topic}: three combined nodes`, `${seconds(took)}, ${acknowledged.size} records, longest stall ${seconds(longestStall)}`);
  return {
    oldName,
    newName: bootstrapIn(after),
    mostAway: mostNotReady(before, pods.seen),
    keptFor: firstDeletedAt(to.leaves, seenServices.seen) - lastGoneAt(before, pods.seen),
    unseenByOldClient: await consuming.missing(acknowledged),
    unseenByNewClient: await missingRecords(bootstrapIn(after), topic, acknowledged),
    many: acknowledged.size,
  };
}

describe('a cluster that runs', () => {
  it('leaves headless Services node by node, found by both names until the last one', async () => {
    await ensureRunning(SHARED);
    const over = await goOver({ headless: false, leaves: HEADLESS, has: ONE_FOR_EACH });
    expect(over).toMatchObject({ mostAway: 1, unseenByOldClient: [], unseenByNewClient: [] });
    expect([over.oldName, over.newName]).toEqual([
      `${NAME}-headless.${NAMESPACE}.svc.cluster.local:29092`,
      `${NAME}-all-broker.${NAMESPACE}.svc.cluster.local:29092`,
    ]);
    expect(over.keptFor).toBeGreaterThan(0);
    expect(over.many).toBeGreaterThan(0);
  });

  it('comes back to them the same way', async () => {
    const over = await goOver({ headless: true, leaves: ONE_FOR_EACH, has: HEADLESS });
    expect(over).toMatchObject({ mostAway: 1, unseenByOldClient: [], unseenByNewClient: [] });
    expect(over.newName).toBe(`${NAME}-headless.${NAMESPACE}.svc.cluster.local:29092`);
    expect(over.keptFor).toBeGreaterThan(0);
  });
});
