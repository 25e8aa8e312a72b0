/**
 * A setting with which processes run and serve nobody. Kafka is silent then, and nothing that the operator waits for would
 * ever come; taking the setting back must be enough.
 */
import { POD } from '../../../operator/kinds';
import { until } from '../../runtime/fake-clock';
import { combined, Environment, QUIET } from './environment';
import { isReady, runs } from './stand-in-kubelet';

jest.setTimeout(240_000);

const BAD = 'num.io.threads=13';
const withSetting = (setting: string) => combined((spec) => (spec['readOnlyConfig'] = `${setting}\n`));

let env: Environment;

beforeEach(async () => {
  env = await Environment.start();
  env.hangWith(BAD);
  await env.operator();
});

afterEach(() => env.close());

const hanging = (): number => env.server.list(POD).filter((pod) => !isReady(pod)).length;

it('is mended in a cluster that was made with it', async () => {
  env.apply(withSetting(BAD));
  await until(() => env.server.list(POD).length === 3 && env.status.conditions?.find((c) => c.type === 'Ready')?.status === 'False');
  const id = env.status.clusterID;
  env.apply(withSetting('num.io.threads=4'));
  await env.converged(90_000);
  expect(env.status.clusterID).toBe(id);
});

it('stops the roll at the first node, and is mended there', async () => {
  env.apply(withSetting('num.io.threads=4'));
  await env.converged();
  const before = env.server.list(POD).map((pod) => pod.metadata.uid);
  env.apply(withSetting(BAD));
  await until(() => env.server.list(POD).some((pod) => runs(pod) && !isReady(pod)));
  await until(env.restFor(QUIET));
  expect((env.status.plan?.held ?? []).filter((line) => line.includes('does not serve'))).toHaveLength(2);
  expect(hanging()).toBe(1);
  expect(env.server.list(POD).filter((pod) => before.includes(pod.metadata.uid))).toHaveLength(2);
  env.apply(withSetting('num.io.threads=4'));
  await env.converged(20_000);
  expect(env.server.list(POD).filter((pod) => before.includes(pod.metadata.uid))).toHaveLength(2);
});
