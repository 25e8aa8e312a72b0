/**
 * The operator may die at any moment, between any two writes, and an answer may be lost on its way: the next instance (or
 * the same one) makes the same cluster out of what is there. Proven by dying after every single write.
 */
import { POD } from '../../../operator/kinds';
import { until } from '../../runtime/fake-clock';
import { combined, Environment, isDeed, QUIET } from './environment';
import { snapshot } from './snapshot';

jest.setTimeout(180_000);

/** More than any of these stories needs; a story that reaches it would never end. */
const MOST = 60;
const AT_ONCE = 6;

type Loss = 'nothing' | 'theAnswer';

const within = async <T>(run: (env: Environment) => Promise<T>): Promise<T> => {
  const env = await Environment.start();
  try {
    return await run(env);
  } finally {
    await env.close();
  }
};

const picture = (env: Environment): readonly string[] => snapshot(env.objects, env.status.clusterID ?? '?');

/** Every cluster id that was ever written: to the status, to claims, to Pods, to disks. */
function idsIn(env: Environment): readonly string[] {
  const bodies = env.server.requests.filter(isDeed).map((request) => JSON.stringify(request.body ?? null));
  const written = bodies.flatMap((body) => [
    ...[...body.matchAll(/"clusterID":"([^"]+)"/g)].map((m) => m[1] ?? ''),
    ...[...body.matchAll(/"kafka\.banzaicloud\.io\/cluster-id":"([^"]+)"/g)].map((m) => m[1] ?? ''),
    ...[...body.matchAll(/"name":"CLUSTER_ID","value":"([^"]+)"/g)].map((m) => m[1] ?? ''),
  ]);
  const disks = [...env.kafka.diskIds.values()].flatMap((ids) => [...ids]);
  return [...new Set([...written, ...disks])];
}

/** Runs the story for k = 1, 2, …, several at once, until one of them needs fewer than k writes. Returns how many it needs. */
async function forEveryWrite(story: (k: number) => Promise<boolean>): Promise<number> {
  for (let k = 1; k <= MOST; k += AT_ONCE) {
    const told = await Promise.allSettled(Array.from({ length: AT_ONCE }, (_, at) => story(k + at)));
    const struck = told.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
    const first = struck.indexOf(false);
    if (first >= 0) return k + first - 1;
  }
  throw new Error(`cannot end: still writing after ${String(MOST)} writes`);
}

/** Waits for the moment of the blow; false: it never came, the work was done before. */
async function struck(env: Environment, blow: { readonly dead: () => boolean }): Promise<boolean> {
  const rest = env.restFor(QUIET);
  await until(() => blow.dead() || (env.isConverged() && rest()), 40_000);
  return blow.dead();
}

async function createUnder(k: number, loss: Loss, expected: readonly string[]): Promise<boolean> {
  return within(async (env) => {
    const instance = await env.operator();
    const blow = env.killAfter(instance, k, loss);
    env.apply(combined());
    if (loss === 'nothing' && (await struck(env, blow))) await env.operator();
    await env.converged(40_000);
    expect({ k, objects: picture(env) }).toEqual({ k, objects: expected });
    expect({ k, ids: idsIn(env) }).toEqual({ k, ids: [env.status.clusterID] });
    expect({ k, deletes: env.deeds.filter((r) => r.verb === 'delete').map((r) => r.url) }).toEqual({ k, deletes: [] });
    return blow.deeds() >= k;
  });
}

describe('the creation of a cluster', () => {
  let undisturbed: readonly string[] = [];

  beforeAll(async () => {
    undisturbed = await within(async (env) => {
      await env.operator();
      env.apply(combined());
      await env.converged();
      return picture(env);
    });
  });

  it('comes to the same objects, and to one cluster id, when the operator is killed after any write', async () => {
    const writes = await forEveryWrite((k) => createUnder(k, 'nothing', undisturbed));
    expect(writes).toBeGreaterThanOrEqual(20);
  });

  it('comes to the same objects, and to one cluster id, when the answer of any write is lost', async () => {
    const writes = await forEveryWrite((k) => createUnder(k, 'theAnswer', undisturbed));
    expect(writes).toBeGreaterThanOrEqual(20);
  });
});

const podOf = (env: Environment): string | undefined => env.server.get(POD, 'kafka', 'orders-1')?.metadata.uid;

/** Deletes the Pod of node 1 and waits until a new one stands in its place. */
async function replacePod(env: Environment): Promise<void> {
  const before = podOf(env);
  env.server.remove(POD, 'kafka', 'orders-1');
  await until(() => ![before, undefined].includes(podOf(env)) || env.isKilled, 10_000);
}

async function replaceUnder(k: number, loss: Loss, expected: readonly string[]): Promise<boolean> {
  return within(async (env) => {
    const instance = await env.operator();
    env.apply(combined());
    await env.converged();
    const before = podOf(env);
    const blow = env.killAfter(instance, k, loss);
    await replacePod(env);
    if (loss === 'nothing' && (await struck(env, blow))) await env.operator();
    await env.converged(40_000);
    expect({ k, objects: picture(env) }).toEqual({ k, objects: expected });
    expect(idsIn(env)).toEqual([env.status.clusterID]);
    expect(podOf(env)).not.toBe(before);
    expect(env.deeds.filter((r) => r.verb === 'delete')).toEqual([]);
    return blow.deeds() >= k;
  });
}

describe('the replacement of a broker Pod that was deleted', () => {
  let undisturbed: readonly string[] = [];

  beforeAll(async () => {
    undisturbed = await within(async (env) => {
      await env.operator();
      env.apply(combined());
      await env.converged();
      await replacePod(env);
      await env.converged();
      return picture(env);
    });
  });

  it.each<[string, Loss]>([
    ['the operator is killed after any write', 'nothing'],
    ['the answer of any write is lost', 'theAnswer'],
  ])('brings back the same Pod on the same volume when %s', async (_, loss) => {
    expect(await forEveryWrite((k) => replaceUnder(k, loss, undisturbed))).toBeGreaterThanOrEqual(3);
  });
});
