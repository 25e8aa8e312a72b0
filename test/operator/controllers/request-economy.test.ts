/** What the API server is asked to do, counted by the server: as little as the work needs, and nothing at rest. */
import { CONFIG_MAP, POD, SERVICE } from '../../../operator/kinds';
import type { RequestRecord } from '../../runtime/fake-request';
import { pause, until } from '../../runtime/fake-clock';
import { combined, Environment, isDeed, KINDS, QUIET } from './environment';

jest.setTimeout(60_000);

const isCall = ({ verb }: RequestRecord): boolean => verb !== 'watch' && verb !== 'list';
const line = ({ verb, resource, name, subresource }: RequestRecord): string =>
  [verb, resource, name, subresource].filter((part) => part !== undefined).join(' ');
describe('requests to the API server', () => {
  let env: Environment;

  /** The requests that the story leads to, until the cluster has converged and rests. */
  const told = async (story: () => void): Promise<readonly RequestRecord[]> => {
    const from = env.server.requests.length;
    story();
    await env.converged();
    return env.server.requests.slice(from);
  };

  beforeEach(async () => {
    env = await Environment.start({ pace: { stagger: 15 } });
    await env.operator();
    await until(() => env.server.openWatches === KINDS);
  });

  afterEach(() => env.close());

  const created = async (): Promise<readonly RequestRecord[]> => told(() => env.apply(combined()));

  it('a new cluster takes as many as it has objects and ten more, nothing is read, and nothing is written twice', async () => {
    const requests = await created();
    const made = env.objects.filter(({ kind }) => kind !== 'KafkaCluster');
    expect(made.length).toBeGreaterThanOrEqual(17);
    expect(requests.filter((r) => !isCall(r)).map(line)).toEqual([]);
    expect(requests.map(line).length).toBeLessThanOrEqual(made.length + 10);
    const applied = requests.filter((r) => r.verb === 'apply' && r.subresource === undefined).map(line);
    expect([...new Set(applied)]).toEqual(applied);
  });

  it('one pass makes all Pods: no other write comes between the first and the last of them', async () => {
    const deeds = (await created()).filter(isDeed).map(line);
    const first = deeds.indexOf('apply pods orders-0');
    expect(deeds.slice(first, first + 3).sort()).toEqual(['apply pods orders-0', 'apply pods orders-1', 'apply pods orders-2']);
    expect(deeds.filter((deed) => deed.startsWith('apply kafkaclusters')).indexOf('apply kafkaclusters orders status')).toBe(0);
    expect(deeds.slice(0, first).filter((deed) => deed.endsWith('status'))).toEqual(['apply kafkaclusters orders status']);
  });

  it('a Pod that ended is replaced and told of within five', async () => {
    await created();
    env.kubelet.endsPods = false;
    env.server.remove(POD, 'kafka', 'orders-1');
    await until(() => env.status.conditions?.find((c) => c.type === 'Ready')?.status === 'False');
    await until(env.restFor(QUIET));
    const from = env.server.requests.length;
    env.server.endPod('kafka', 'orders-1');
    await env.converged();
    const after = env.server.requests.slice(from).map(line);
    expect(after[0]).toBe('apply pods orders-1');
    const status = after.indexOf('apply kafkaclusters orders status');
    expect(status).toBeGreaterThan(0);
    expect(status).toBeLessThan(5);
  });

  it('what is no longer wanted is deleted, and the status says that all is done afterwards: a deletion echoes nothing that would wake', async () => {
    await created();
    const like = env.objects.find((o) => o.kind === 'ConfigMap' && o.metadata.name.startsWith('orders-scripts-'));
    const metadata = { ...like?.metadata, name: 'orders-scripts-old', uid: 'old' };
    env.server.put({ ...like, apiVersion: 'v1', kind: 'ConfigMap', metadata }, 'kafka-operator');
    await until(() => env.server.get(CONFIG_MAP, 'kafka', 'orders-scripts-old') === undefined, 10_000);
    await until(env.restFor(QUIET));
    expect(env.status.conditions?.find((c) => c.type === 'Progressing')?.reason).toBe('AsWanted');
  });

  it('a converged cluster asks nothing and writes nothing while looks at Kafka go on', async () => {
    await created();
    const [requests, looks] = [env.server.requests.length, env.kafka.sim.requests()];
    await pause(1_000);
    expect(env.kafka.sim.requests() - looks).toBeGreaterThan(10);
    expect(env.server.requests.slice(requests).map(line)).toEqual([]);
  });

  it('a new operator reads a converged cluster and writes nothing', async () => {
    await created();
    const [old, deeds] = [env.instances[0] ?? '', env.deeds.length];
    env.kill(old);
    await env.operator();
    await env.converged();
    expect(env.deeds.slice(deeds).map(line)).toEqual([]);
  });

  it('a change of one broker writes that broker, the budget around its stop, and the status', async () => {
    await created();
    const requests = await told(() =>
      env.apply(
        combined((spec) => {
          const brokers = spec['brokers'] as Record<string, unknown>[];
          spec['brokers'] = brokers.map((broker) => (broker['id'] === 1 ? { ...broker, readOnlyConfig: 'num.io.threads=9\n' } : broker));
        }),
      ),
    );
    const deeds = requests.filter(isDeed).map((r) => line(r).replace(/(orders-config-1-)\w+/, '$1<revision>'));
    expect([...new Set(deeds)].sort()).toEqual([
      'apply configmaps orders-config-1-<revision>',
      'apply kafkaclusters orders status',
      'apply poddisruptionbudgets orders-pdb',
      'apply pods orders-1',
      'delete pods orders-1',
    ]);
    expect(deeds.filter((deed) => deed.includes('orders-1') || deed.includes('config-1'))).toHaveLength(3);
  });

  it('a spec that is refused costs one status and one Event, and touches nothing', async () => {
    await created();
    const from = env.server.requests.length;
    env.apply(combined((spec) => (spec['zkAddresses'] = ['zk:2181'])));
    await until(() => env.status.conditions?.find((c) => c.type === 'SpecAccepted')?.status === 'False');
    env.server.patch(POD, 'kafka', 'orders-0', { metadata: { annotations: { somebody: 'was here' } } });
    await pause(300);
    const requests = env.server.requests.slice(from).map(line);
    expect(requests.filter((r) => !r.startsWith('create events'))).toEqual(['apply kafkaclusters orders status']);
    expect(requests).toHaveLength(2);
  });

  it('a Service that somebody changed is set right with one write', async () => {
    await created();
    const spec = (): unknown => env.server.get(SERVICE, 'kafka', 'orders-headless')?.['spec'];
    const from = env.server.requests.length;
    env.server.patch(SERVICE, 'kafka', 'orders-headless', { spec: { publishNotReadyAddresses: false } });
    await until(() => (spec() as { publishNotReadyAddresses: boolean }).publishNotReadyAddresses);
    await env.converged();
    const requests = env.server.requests.slice(from);
    expect(
      requests
        .filter(isDeed)
        .map(line)
        .filter((r) => !r.endsWith('status')),
    ).toEqual(['apply services orders-headless']);
  });
});
