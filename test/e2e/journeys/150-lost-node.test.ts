import { BELIEVED_AFTER_MS } from '../../../operator/decide/node-loss';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { isReady, podOf, podsOf, running } from '../cluster';
import { figure, seconds } from '../figures';
import { mustKubectl, NAMESPACE, pause, until } from '../kubernetes';
import { BROKERS, ensureLive, LIVE } from '../live';
import { startKubelet, stopKubelet } from '../nodes';
import { expectUnharmed, tell, underLoad } from '../roll';

const NAME = LIVE.name;
const [, BROKER] = BROKERS;

const pod = () => podOf(NAME, BROKER);
const nodeOf = ({ spec }: KubeObject): string => (spec as { nodeName: string }).nodeName;
const age = ({ metadata }: KubeObject): number => Date.now() - Date.parse(metadata.creationTimestamp);

/** The Kubernetes node whose kubelet was stopped. */
let away = '';

beforeAll(() => ensureLive());
afterAll(async () => {
  if (away !== '') await startKubelet(away);
});

describe('a Kubernetes node that is lost', () => {
  it('keeps its stopping Pod while it may come back, and gives it free when its Node object is removed', async () => {
    // A node is believed to be gone only so long after its Pod was bound to it; most Pods were bound long ago.
    await until('its Pod has been there for a while', async () => age(await pod()) > BELIEVED_AFTER_MS);
    const before = await pod();
    const node = nodeOf(before);
    // All that run there are called not ready until a kubelet that begins anew has asked them.
    const mates = (await podsOf(NAME)).filter((each) => nodeOf(each) === node);
    const lost = await underLoad(NAME, BROKERS, async () => {
      await stopKubelet(node);
      away = node;
      await mustKubectl(['-n', NAMESPACE, 'delete', 'pod', before.metadata.name, '--wait=false']);
      await pause(3_000);
      expect((await pod()).metadata.uid).toBe(before.metadata.uid);

      await mustKubectl(['delete', 'node', node]);
      const began = Date.now();
      await until('the Pod is another one', async () => (await pod()).metadata.uid !== before.metadata.uid, { seconds: 20 });
      figure('a lost node: Node object removed to a new Pod', seconds(Date.now() - began));

      await startKubelet(node);
      away = '';
      await until('the broker is back', async () => isReady(await pod()));
      await running(NAME);
    });
    tell('a broker whose Kubernetes node was lost and came back', lost);
    expectUnharmed(lost, { mostAway: mates.length });
  });
});
