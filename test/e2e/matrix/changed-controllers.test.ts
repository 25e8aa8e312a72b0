import { POD } from '../../../operator/kinds';
import { ANNOTATION } from '../../../lib/constructs/naming';
import { clusterObject, podsOf, running, statusOf } from '../cluster';
import { figure, seconds } from '../figures';
import { mustKubectl, NAMESPACE, until, watching, type Seen } from '../kubernetes';
import { BROKERS, edited, ensureLive, LIVE, plan } from '../live';
import { killOperator, operatorContainer, operatorRestarted } from '../operator';
import { killProcess } from '../processes';
import { addControllers, leftOf, podUids, removeControllers, voters } from '../quorum';
import { awayAtStops, belowIn, nodesStopped, tell, underLoad, withoutNodes, type Evidence } from '../roll';

const NAME = LIVE.name;
const [FIRST, , LAST] = BROKERS;
const ADDED = [1, 2] as const;
/** On a machine that has much else to do. */
const BUSY = { seconds: 240 };

beforeAll(() => ensureLive());

/** Does something once what is waited for was seen of a Pod; returns what waits for its end. */
async function whenPod<T>(happened: (seen: Seen) => boolean, act: () => Promise<T>): Promise<() => Promise<T>> {
  let done: Promise<T> | undefined;
  const news = await watching(POD, (seen) => {
    if (done === undefined && happened(seen)) done = act();
  });
  return async () => {
    try {
      await until('the moment came', async () => done !== undefined, BUSY);
      return await done!;
    } finally {
      news.stop();
    }
  };
}

const isOf = (id: number, { object }: Seen): boolean => object.metadata.name === `${NAME}-${id}`;

/** What was seen below its minimum while nobody but the operator had stopped a broker. */
function belowByUs({ looks }: Evidence, killedAt: number): readonly string[] {
  const back = looks.find((l) => l.at > killedAt + 1_000 && l.complete)?.at ?? Infinity;
  return belowIn(looks.filter((l) => l.at < killedAt || l.at > back));
}

describe('controllers that are added, and taken away again in the middle of the roll that tells every node of them', () => {
  let rolled: Evidence;

  it('come and go although the operator and a broker are killed on the way, and nothing is lost', async () => {
    const operator = await operatorContainer();
    let killedAt = Infinity;
    rolled = await underLoad(NAME, BROKERS, async () => {
      const before = await podUids();
      const isAnew = (id: number, seen: Seen): boolean =>
        isOf(id, seen) && seen.type === 'ADDED' && !before.includes(seen.object.metadata.uid);
      const operatorDies = await whenPod(
        (seen) => isOf(FIRST, seen) && seen.object.metadata.deletionTimestamp !== undefined,
        async () => operatorRestarted(operator, await killOperator(operator)),
      );
      const brokerDies = await whenPod(
        (seen) => isAnew(FIRST, seen),
        async () => {
          killedAt = Date.now();
          await killProcess({ namespace: NAMESPACE, pod: `${NAME}-${LAST}`, container: 'kafka' }, 'java');
        },
      );
      const mindChanges = await whenPod(
        (seen) => isAnew(LAST, seen),
        async () => {
          const voted = await until('the brokers say who votes', () => voters());
          await removeControllers(ADDED);
          return voted;
        },
      );
      await addControllers(ADDED);
      await Promise.all([operatorDies(), brokerDies()]);
      expect(await mindChanges()).toEqual([0, ...ADDED]);
      await running(NAME);
    });
    tell('two controllers added and taken away in mid-roll, operator and a broker killed', rolled);
    const nodes = withoutNodes(rolled, ADDED);
    expect(rolled.lost).toEqual([]);
    expect(belowByUs(rolled, killedAt)).toEqual([]);
    expect(awayAtStops(nodes).flat()).toEqual([]);
    // The brokers that know only the first controller go before it; the one that was killed is replaced at once, since that hurts nobody.
    expect(nodesStopped(nodes).slice(0, 2)).toEqual([FIRST, LAST]);
  });

  it('leave nothing but their volumes, as volumeReclaim says: no vote, no Pod, no configuration, no node that names them', async () => {
    expect(await voters()).toEqual([0]);
    expect(await leftOf(ADDED)).toEqual(ADDED.map((id) => `PersistentVolumeClaim/${NAME}-${id}`));
    expect(Object.keys(statusOf(await clusterObject(NAME)).brokersState ?? {})).toEqual([0, ...BROKERS].map(String));
    expect(plan(await edited(() => undefined))).toMatchObject({ code: 0, actions: [], held: [] });
  });
});

describe('an annotation on a Pod', () => {
  it('restarts that node, safely and once', async () => {
    const before = await podsOf(NAME);
    const began = Date.now();
    const one = await underLoad(NAME, BROKERS, async () => {
      await mustKubectl(['-n', NAMESPACE, 'annotate', 'pod', `${NAME}-${LAST}`, `${ANNOTATION.restart}=true`]);
      await until('the broker was restarted', async () => {
        const pod = (await podsOf(NAME)).find((p) => p.metadata.name === `${NAME}-${LAST}`);
        return pod !== undefined && !before.some((p) => p.metadata.uid === pod.metadata.uid);
      });
      await running(NAME);
    });
    figure('a restart of one broker by annotation', seconds(Date.now() - began));
    expect(one.lost).toEqual([]);
    expect(nodesStopped(one)).toEqual([LAST]);
  });
});
