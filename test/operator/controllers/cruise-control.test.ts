/** Cruise Control comes and goes with the spec: the whole operator, the requests counted by the server. */
import { DEPLOYMENT, KAFKA_CLUSTER } from '../../../operator/kinds';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { until } from '../../runtime/fake-clock';
import { combined, Environment, isDeed, KINDS, type Spec } from './environment';

jest.setTimeout(60_000);

const NAME = 'orders-cruisecontrol';
const withIt = (config: Record<string, unknown> = {}): Spec => combined((spec) => (spec['cruiseControlConfig'] = config));

describe('Cruise Control', () => {
  let env: Environment;

  const deployment = (): KubeObject | undefined => env.server.get(DEPLOYMENT, 'kafka', NAME);
  const condition = (): string | undefined => env.status.conditions?.find((c) => c.type === 'CruiseControlReady')?.reason;
  const writesOf = (resource: string): number =>
    env.server.requests.filter((r) => isDeed(r) && r.resource === resource && r.name?.includes('cruisecontrol') === true).length;

  beforeEach(async () => {
    env = await Environment.start();
    await env.operator();
    await until(() => env.server.openWatches === KINDS);
  });

  afterEach(() => env.close());

  it('is deployed with its cluster and its topic, with one write for each of its objects', async () => {
    env.apply(withIt());
    await until(() => deployment() !== undefined, 30_000);
    await until(() => condition() === 'DeploymentNotReady');
    await env.converged();
    expect([writesOf('deployments'), writesOf('services'), writesOf('configmaps')]).toEqual([1, 1, 1]);
    expect(env.status.cruiseControlTopicStatus).toBe('CruiseControlTopicReady');
  });

  it('is restarted by a change of its settings: the file first, then the Deployment', async () => {
    env.apply(withIt());
    await until(() => deployment() !== undefined, 30_000);
    await env.converged();
    const from = env.server.requests.length;
    env.apply(withIt({ config: 'max.active.user.tasks=60' }));
    await env.converged();
    const deeds = env.server.requests.slice(from).filter(isDeed);
    expect(deeds.filter((r) => r.resource !== 'kafkaclusters').map((r) => `${r.verb} ${r.resource} ${r.name ?? ''}`)).toEqual([
      'apply configmaps orders-cruisecontrol-config',
      `apply deployments ${NAME}`,
    ]);
  });

  it('goes with its configuration, and its condition with it', async () => {
    env.apply(withIt());
    await until(() => deployment() !== undefined, 30_000);
    await env.converged();
    env.apply(combined());
    env.server.patch(KAFKA_CLUSTER, 'kafka', 'orders', {
      spec: { cruiseControlConfig: null },
    });
    await until(() => deployment() === undefined, 30_000);
    await env.converged();
    expect(condition()).toBeUndefined();
    // What was only deleted echoes nothing that would wake the operator.
    expect(env.status.conditions?.find((c) => c.type === 'Progressing')?.reason).toBe('AsWanted');
    expect(env.objects.filter(({ metadata }) => metadata.name.includes('cruisecontrol'))).toEqual([]);
  });
});
