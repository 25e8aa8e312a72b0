import { ensureRunning, isReady, podOf, running, SHARED } from '../cluster';
import { figure, seconds } from '../figures';
import { mustKubectl, NAMESPACE, until } from '../kubernetes';
import { operatorAway, operatorBack } from '../operator';
import { killProcess, restartsOf } from '../processes';

const NAME = SHARED.name;
const KAFKA = { namespace: NAMESPACE, pod: `${NAME}-2`, container: 'kafka' };

describe('a broker process that dies', () => {
  it('is started again by the kubelet while the operator is away', async () => {
    await ensureRunning(SHARED);
    const before = await podOf(NAME, 2);
    const restarts = await restartsOf(KAFKA);
    await operatorAway();
    try {
      const began = Date.now();
      await killProcess(KAFKA, 'java');
      await until('the process is started again', async () => (await restartsOf(KAFKA)) === restarts + 1);
      const after = await until('the broker is ready again', async () => {
        const pod = await podOf(NAME, 2);
        return isReady(pod) ? pod : undefined;
      });
      figure('a killed process to a ready broker, without the operator', seconds(Date.now() - began));
      expect(after.metadata.uid).toBe(before.metadata.uid);
      const ofOperator = ['-n', 'kafka-operator', 'get', 'pods', '-o', 'name'];
      expect(await mustKubectl(ofOperator)).toBe('');
    } finally {
      await operatorBack();
    }
    await running(NAME);
    expect((await podOf(NAME, 2)).metadata.uid).toBe(before.metadata.uid);
  });
});
