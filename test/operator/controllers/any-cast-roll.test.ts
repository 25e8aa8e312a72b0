/**
 * A broker behind Envoys is restarted, and the operator may die between any two writes: never is a broker stopped that new clients
 * are led to, and in the end they are led to every one of them.
 */
import { ANNOTATION } from '../../../lib/constructs/naming';
import { CONFIG_MAP, DEPLOYMENT, POD } from '../../../operator/kinds';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { until } from '../../runtime/fake-clock';
import { FILES, ledTo } from '../../world/with-envoy';
import { combined, Environment, QUIET } from './environment';
import { snapshot } from './snapshot';

jest.setTimeout(300_000);

const MOST = 40;
/** Most of the time they wait. */
const AT_ONCE = 4;
/** Milliseconds, on a busy machine. */
const LIMIT = 90_000;
const PROXY = 'envoy-1';
const TOLD_MS = 2_000;
const ALL = ['orders-0', 'orders-1', 'orders-2'];

const behindEnvoy = () =>
  combined((spec) => {
    const { internalListeners } = spec['listenersConfig'] as { internalListeners: unknown };
    const external = {
      type: 'plaintext',
      name: 'external',
      containerPort: 9094,
      externalStartingPort: 19090,
      hostnameOverride: 'k.example.com',
    };
    spec['listenersConfig'] = { internalListeners, externalListeners: [external] };
  });

const files = (env: Environment): KubeObject => env.server.get(CONFIG_MAP, 'kafka', FILES)!;
const led = (env: Environment): readonly string[] => ledTo(files(env));
const told = (env: Environment): string => env.server.get(POD, 'kafka', PROXY)?.metadata.annotations?.[ANNOTATION.envoyFiles] ?? '';

/** What Kubernetes makes of the Deployment. */
function startProxy(env: Environment): void {
  const deployment = env.server.get(DEPLOYMENT, 'kafka', 'envoy-external-orders');
  const { template } = deployment?.['spec'] as { template: { metadata: object; spec: object } };
  env.server.put({ apiVersion: 'v1', kind: 'Pod', ...template, metadata: { ...template.metadata, name: PROXY, namespace: 'kafka' } });
}

/** Whether clients are led to a node, and whether the proxy knows better. */
function leading(env: Environment, name: string): string {
  const [hash, time = ''] = told(env).split(' ');
  const isTold = hash === files(env).metadata.annotations?.[ANNOTATION.appliedHash] && Date.now() - Date.parse(time) >= TOLD_MS;
  return `${name}: ${led(env).includes(name) ? 'led to' : 'out'}, ${isTold ? 'told' : 'not told'}`;
}

/** Each node whose Pod is asked to stop, as it was at that instant. */
function watchStops(env: Environment): ReadonlyMap<string, string> {
  const stops = new Map<string, string>();
  env.server.objects.onEvent(({ resource, object: { metadata } }) => {
    if (resource !== 'v1/pods' || metadata.deletionTimestamp === undefined || stops.has(metadata.uid)) return;
    stops.set(metadata.uid, leading(env, metadata.name));
  });
  return stops;
}

/** When the roll ended is another time in each life. */
const pictureOf = (env: Environment): readonly string[] =>
  snapshot(env.objects, env.status.clusterID ?? '?').filter((line) => !line.includes('rollingUpgradeStatus.lastSuccess'));

async function restartUnder(k: number | undefined): Promise<{ readonly writes: number; readonly picture: readonly string[] }> {
  const env = await Environment.start();
  try {
    const instance = await env.operator();
    env.apply(behindEnvoy());
    await env.converged(LIMIT);
    startProxy(env);
    await until(() => told(env) !== '', LIMIT);
    await env.converged(LIMIT);
    const stops = watchStops(env);
    const before = env.server.get(POD, 'kafka', 'orders-1')?.metadata.uid;
    const blow = k === undefined ? undefined : env.killAfter(instance, k);
    const from = env.deeds.length;
    env.server.patch(POD, 'kafka', 'orders-1', { metadata: { annotations: { [ANNOTATION.restart]: 'now' } } });
    const rest = env.restFor(QUIET);
    const isBack = (): boolean => ![before, undefined].includes(env.server.get(POD, 'kafka', 'orders-1')?.metadata.uid);
    const isOver = (): boolean => isBack() && env.isConverged() && led(env).length === 3;
    await until(() => blow?.dead() === true || (isOver() && rest()), LIMIT);
    if (blow?.dead() === true) await env.operator();
    await until(isOver, LIMIT);
    await env.converged(LIMIT);
    expect({ k, stops: [...stops.values()] }).toEqual({ k, stops: ['orders-1: out, told'] });
    expect({ k, led: led(env) }).toEqual({ k, led: ALL });
    return { writes: blow?.deeds() ?? env.deeds.length - from, picture: pictureOf(env) };
  } finally {
    await env.close();
  }
}

it('leads no new client to a broker that is stopped, and comes to the same end, when the operator is killed after any write', async () => {
  const { writes, picture } = await restartUnder(undefined);
  expect(writes).toBeGreaterThanOrEqual(6);
  expect(writes).toBeLessThan(MOST);
  for (let k = 1; k <= writes; k += AT_ONCE) {
    const round = Array.from({ length: Math.min(AT_ONCE, writes - k + 1) }, (_, at) => k + at);
    const ends = await Promise.all(round.map(restartUnder));
    ends.forEach((end, at) => expect({ k: round[at], objects: end.picture }).toEqual({ k: round[at], objects: picture }));
  }
});
