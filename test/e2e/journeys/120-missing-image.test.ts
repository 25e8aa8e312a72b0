import { POD } from '../../../operator/kinds';
import { LABEL } from '../../../lib/constructs/naming';
import { clusterObject, objectsOf, podsOf, running, statusOf } from '../cluster';
import { until } from '../kubernetes';
import { BROKERS, change, ensureLive, LIVE } from '../live';
import { expectUnharmed, nodesStopped, tell, underLoad } from '../roll';

const NAME = LIVE.name;
const MISSING = 'docker.io/apache/kafka:missing';

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
