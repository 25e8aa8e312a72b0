import { POD } from '../../../operator/kinds';
import { ANNOTATION } from '../../../lib/constructs/naming';
import { clusterObject, namesOf, podsOf, running, statusOf } from '../cluster';
import { figure, seconds } from '../figures';
import { mustKubectl, NAMESPACE, until, watching, type Seen } from '../kubernetes';
import { BROKERS, change, ensureLive, LIVE } from '../live';
import { connectTo } from '../partitions';
import { killOperator, operatorContainer, operatorRestarted } from '../operator';
import { killProcess } from '../processes';
import { awayAtStops, belowIn, expectUnharmed, nodesStopped, tell, underLoad, type Evidence } from '../roll';

const NAME = LIVE.name;
/** A whole roll on a machine that has much else to do. */
const BUSY = { seconds: 270 };
const [FIRST, , LAST] = BROKERS;
const ADDED = [1, 2] as const;

beforeAll(() => ensureLive());

async function voters(): Promise<readonly number[]> {
  const connection = connectTo(NAME, BROKERS);
  try {
    return (await connection.describeQuorum()).voters.map((v) => v.id).sort((a, b) => a - b);
  } finally {
    await connection.close();
  }
}

/** Resolves once what is waited for was seen of a Pod and something was done about it. */
async function whenPod(happened: (seen: Seen) => boolean, act: () => Promise<unknown>): Promise<() => Promise<number>> {
  let done: Promise<number> | undefined;
  const news = await watching(POD, (seen) => {
    if (done === undefined && happened(seen)) done = act().then(() => Date.now());
  });
  return async () => {
    const at = await until('the moment came', async () => done);
    news.stop();
    return at;
  };
}

const isOf = (id: number, { object }: Seen): boolean => object.metadata.name === `${NAME}-${id}`;

/** What was seen below its minimum while nobody but the operator had stopped a broker. */
function belowByUs({ looks }: Evidence, killedAt: number): readonly string[] {
  const back = looks.find((l) => l.at > killedAt + 1_000 && l.complete)?.at ?? Infinity;
  return belowIn(looks.filter((l) => l.at < killedAt || l.at > back));
}

describe('two controllers that are added, and the roll that tells every node of them', () => {
  it('end although the operator and a broker are killed in the middle, and nothing is lost', async () => {
    const operator = await operatorContainer();
    let killedAt = Infinity;
    const rolled = await underLoad(NAME, BROKERS, async () => {
      const before = (await podsOf(NAME)).map((p) => p.metadata.uid);
      // The operator dies right after its first stop of a broker; the last broker while the first one starts.
      const operatorDies = await whenPod(
        (seen) => isOf(FIRST, seen) && seen.object.metadata.deletionTimestamp !== undefined,
        async () => operatorRestarted(operator, await killOperator(operator)),
      );
      const brokerDies = await whenPod(
        (seen) => isOf(FIRST, seen) && seen.type === 'ADDED' && !before.includes(seen.object.metadata.uid),
        async () => {
          killedAt = Date.now();
          await killProcess({ namespace: NAMESPACE, pod: `${NAME}-${LAST}`, container: 'kafka' }, 'java');
        },
      );
      await change((spec) => spec.brokers.push(...ADDED.map((id) => ({ id, brokerConfigGroup: 'controllers' }))));
      await Promise.all([operatorDies(), brokerDies()]);
      await until(
        'every node was restarted',
        async () => {
          const now = (await podsOf(NAME)).map((p) => p.metadata.uid);
          return now.length === before.length + ADDED.length && before.every((uid) => !now.includes(uid));
        },
        BUSY,
      );
      await running(NAME);
    });
    tell('two controllers added and all other nodes restarted, with operator and a broker killed', rolled);
    expect(rolled.lost).toEqual([]);
    expect(belowByUs(rolled, killedAt)).toEqual([]);
    expect(awayAtStops(rolled).flat()).toEqual([]);
    // The broker that was killed is replaced at once, since that hurts nobody any more.
    expect(nodesStopped(rolled)).toEqual([0, FIRST, LAST, BROKERS[1]]);
    expect(await voters()).toEqual([0, ...ADDED]);
  });

  it('are taken away again: no vote, no Pod, no configuration; the volumes stay, as volumeReclaim says', async () => {
    const rolled = await underLoad(NAME, BROKERS, async () => {
      const before = (await podsOf(NAME)).map((p) => p.metadata.uid);
      await change((spec) => (spec.brokers = spec.brokers.filter(({ id }) => !(ADDED as readonly number[]).includes(id))));
      await until(
        'every other node was restarted',
        async () => {
          const now = (await podsOf(NAME)).map((p) => p.metadata.uid);
          return now.length === before.length - ADDED.length && before.every((uid) => !now.includes(uid));
        },
        BUSY,
      );
      await running(NAME);
    });
    tell('two controllers removed and all other nodes restarted', rolled);
    expectUnharmed(rolled);
    expect(await voters()).toEqual([0]);
    const left = (await namesOf(NAME)).filter((name) =>
      ADDED.some((id) => new RegExp(`${NAME}-(config-|placement-)?${id}(-|$)`).test(name)),
    );
    expect(left.map((name) => name.replace(/-[0-9a-f]{8}$/, ''))).toEqual(ADDED.map((id) => `PersistentVolumeClaim/${NAME}-${id}`));
    expect(Object.keys(statusOf(await clusterObject(NAME)).brokersState ?? {})).toEqual([0, ...BROKERS].map(String));
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
