/** The same as journey 140 without haste: both rolls to their end, and nobody is killed. */
import { clusterObject, running, statusOf } from '../cluster';
import { until } from '../kubernetes';
import { BROKERS, ensureLive, LIVE } from '../live';
import { addControllers, allRestarted, leftOf, podUids, removeControllers, voters } from '../quorum';
import { expectUnharmed, nodesStopped, tell, underLoad, withoutNodes } from '../roll';

const NAME = LIVE.name;
/** A whole roll on a machine that has much else to do. */
const BUSY = { seconds: 270 };
const ADDED = [1, 2] as const;

beforeAll(() => ensureLive());

describe('controllers of a cluster at rest', () => {
  it('are added: the brokers that know only the first one restart before it', async () => {
    const rolled = await underLoad(NAME, BROKERS, async () => {
      const before = await podUids();
      await addControllers(ADDED);
      await until('every node was restarted', () => allRestarted(before, before.length + ADDED.length), BUSY);
      await running(NAME);
    });
    tell('two controllers added and all other nodes restarted', rolled);
    expectUnharmed(rolled);
    expect(nodesStopped(rolled)).toEqual([...BROKERS, 0]);
    expect(await voters()).toEqual([0, ...ADDED]);
  });

  it('are taken away again: no vote, no Pod, no configuration; the volumes stay, as volumeReclaim says', async () => {
    const rolled = await underLoad(NAME, BROKERS, async () => {
      const before = await podUids();
      await removeControllers(ADDED);
      await until('every node was restarted', () => allRestarted(before, before.length - ADDED.length), BUSY);
      await running(NAME);
    });
    tell('two controllers removed and all other nodes restarted', rolled);
    expectUnharmed(withoutNodes(rolled, ADDED));
    expect(await voters()).toEqual([0]);
    expect(await leftOf(ADDED)).toEqual(ADDED.map((id) => `PersistentVolumeClaim/${NAME}-${id}`));
    expect(Object.keys(statusOf(await clusterObject(NAME)).brokersState ?? {})).toEqual([0, ...BROKERS].map(String));
  });
});
