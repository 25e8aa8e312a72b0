import { NODE } from '../../../operator/kinds';
import { isReady, podOf, running } from '../cluster';
import { figure, seconds } from '../figures';
import { kube, mustKubectl, NAMESPACE, pause, until } from '../kubernetes';
import { BROKERS, ensureLive, LIVE } from '../live';
import { startKubelet, stopKubelet } from '../nodes';
import { expectUnharmed, tell, underLoad } from '../roll';

const NAME = LIVE.name;
const LAST = BROKERS[2];

const pod = () => podOf(NAME, LAST);
const isThere = (node: string): Promise<boolean> =>
  kube.get({ kind: NODE, name: node }).then(
    () => true,
    () => false,
  );

let node = '';

beforeAll(() => ensureLive());
afterAll(async () => {
  if (node !== '' && !(await isThere(node))) await startKubelet(node);
});

describe('a Kubernetes node that is lost', () => {
  it('keeps its stopping Pod while it may come back, and gives it free when its Node object is removed', async () => {
    const before = await pod();
    node = (before.spec as { nodeName: string }).nodeName;
    const lost = await underLoad(NAME, BROKERS, async () => {
      await stopKubelet(node);
      await mustKubectl(['-n', NAMESPACE, 'delete', 'pod', before.metadata.name, '--wait=false']);
      await pause(3_000);
      expect((await pod()).metadata.uid).toBe(before.metadata.uid);

      await mustKubectl(['delete', 'node', node]);
      const began = Date.now();
      await until('the Pod is another one', async () => (await pod()).metadata.uid !== before.metadata.uid, { seconds: 30 });
      figure('a lost node: Node object removed to a new Pod', seconds(Date.now() - began));

      await startKubelet(node);
      await until('the broker is back', async () => isReady(await pod()));
      await running(NAME);
    });
    tell('a broker whose Kubernetes node was lost and came back', lost);
    expectUnharmed(lost);
  });
});
