import { BUDGET } from '../../../operator/kinds';
import { clusterObject, conditionOf, ensureRunning, podOf, replaced, running, SHARED } from '../cluster';
import { figure, seconds } from '../figures';
import { kube, kubectl, mustKubectl, NAMESPACE, until, type Said } from '../kubernetes';

const NAME = SHARED.name;

/** Asks for one more Pod to go, as `kubectl drain` of another node would. */
function evict(pod: string): Promise<Said> {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace: NAMESPACE } };
  const path = `/api/v1/namespaces/${NAMESPACE}/pods/${pod}/eviction`;
  return kubectl(['create', '--raw', path, '-f', '-'], JSON.stringify(eviction));
}

async function disruptionsAllowed(): Promise<number> {
  const budget = await kube.get({ kind: BUDGET, namespace: NAMESPACE, name: `${NAME}-pdb` });
  return (budget.status as { disruptionsAllowed: number }).disruptionsAllowed;
}

describe('a drained node', () => {
  let node = '';
  afterAll(() => kubectl(['uncordon', node]));

  it('gives its Pod back: one Pod goes, the next eviction is refused, the Pod waits and says why, and returns', async () => {
    await ensureRunning(SHARED);
    await until('one node may be evicted', async () => (await disruptionsAllowed()) === 1);
    const before = await podOf(NAME, 0);
    node = (before.spec as { nodeName: string }).nodeName;
    const began = Date.now();
    const only = ['--pod-selector', `kafka_cr=${NAME}`];
    await mustKubectl(['drain', node, '--ignore-daemonsets', '--delete-emptydir-data', ...only, '--timeout=180s']);
    figure('a drain of one node', seconds(Date.now() - began));

    const second = await evict(`${NAME}-1`);
    expect(second.code).not.toBe(0);
    expect(second.stderr).toMatch(/Cannot evict pod as it would violate the pod's disruption budget/);

    const waiting = await until('the operator says that the Pod cannot be placed', async () => {
      const object = await clusterObject(NAME);
      return conditionOf(object, 'Degraded')?.reason === 'PodsPending' ? object : undefined;
    });
    expect(conditionOf(waiting, 'Degraded')?.message).toMatch(/node 0: .*cannot place its Pod.*unschedulable/);
    expect(conditionOf(waiting, 'Ready')).toMatchObject({ status: 'False', reason: 'NodesNotReady' });

    await mustKubectl(['uncordon', node]);
    const after = await replaced(NAME, before);
    expect((after.spec as { nodeName: string }).nodeName).toBe(node);
    expect(conditionOf(await running(NAME), 'Degraded')?.status).toBe('False');
    await until('one node may be evicted again', async () => (await disruptionsAllowed()) === 1);
  });
});
