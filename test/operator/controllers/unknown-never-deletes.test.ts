/**
 * What cannot be seen is not absent: whatever fails (the API server, the watches, Kafka, all of them), nothing of a cluster
 * is deleted, nothing that runs is stopped, nothing is made twice.
 */
import { CLAIM, KAFKA_CLUSTER, POD } from '../../../operator/kinds';
import { pause, until } from '../../runtime/fake-clock';
import type { RequestRecord } from '../../runtime/fake-request';
import { combined, Environment } from './environment';

jest.setTimeout(60_000);

const deletes = (requests: readonly RequestRecord[]): readonly string[] => requests.filter((r) => r.verb === 'delete').map((r) => r.url);
const uids = (env: Environment): readonly string[] =>
  [...env.server.list(POD), ...env.server.list(CLAIM)].map((object) => object.metadata.uid);
/** A change that restarts every node when nothing holds it. */
const changed = combined((spec) => (spec['readOnlyConfig'] = 'num.io.threads=5\n'));

let env: Environment;

beforeEach(async () => {
  env = await Environment.start();
  await env.operator();
  env.apply(combined());
  await env.converged();
});

afterEach(() => env.close());

describe('while the API server fails', () => {
  it.each<[string, () => void]>([
    ['every request is answered with 500', () => env.server.fault({}, { status: 500 }, 1e6)],
    ['every connection is reset', () => env.server.fault({}, 'reset', 1e6)],
    ['lists and watches are forbidden', () => ['list', 'watch'].forEach((verb) => env.server.fault({ verb }, { status: 403 }, 1e6))],
    [
      'every write is refused',
      () => ['apply', 'patch', 'create', 'delete'].forEach((verb) => env.server.fault({ verb }, { status: 403 }, 1e6)),
    ],
    ['writes time out with too many requests', () => env.server.fault({ verb: 'apply' }, { status: 429 }, 1e6)],
  ])('nothing is deleted when %s, watches break and nodes fail meanwhile', async (_, fault) => {
    const before = uids(env);
    fault();
    env.server.resetWatches();
    await pause(300);
    expect(deletes(env.server.requests)).toEqual([]);
    expect(uids(env)).toEqual(before);
    env.server.clearFaults();
    await env.converged();
    expect(uids(env)).toEqual(before);
    expect(deletes(env.server.requests)).toEqual([]);
  });

  it('nothing is made and nothing deleted when a new operator cannot list one kind, whatever the others show', async () => {
    const [before, deeds] = [uids(env), env.deeds.length];
    env.kill(env.instances[0] ?? '');
    env.server.fault({ verb: 'list', resource: 'pods' }, { status: 500 }, 1e6);
    env.apply(changed);
    await env.operator();
    await pause(300);
    expect(env.deeds.slice(deeds).map((r) => r.url)).toEqual([]);
    expect(uids(env)).toEqual(before);
  });

  it('watches that expire, end or break are taken up again without a write', async () => {
    const deeds = env.deeds.length;
    for (const trouble of ['expireWatches', 'endWatches', 'resetWatches'] as const) {
      env.server[trouble]();
      await pause(100);
    }
    await env.converged();
    expect(env.deeds.slice(deeds).map((r) => r.url)).toEqual([]);
  });
});

describe('while a list lies', () => {
  it('no claim and no second identity is made from empty lists of Pods and claims: the status still knows the volumes', async () => {
    const claims = env.server.list(CLAIM).map((claim) => claim.metadata.uid);
    const pods = env.server.list(POD).map((pod) => pod.metadata.uid);
    const id = env.status.clusterID;
    const empty = (kind: string) =>
      JSON.stringify({ kind: `${kind}List`, apiVersion: 'v1', metadata: { resourceVersion: '999999' }, items: [] });
    for (const [resource, kind] of [
      ['persistentvolumeclaims', 'PersistentVolumeClaim'],
      ['pods', 'Pod'],
    ] as const) {
      env.server.fault({ verb: 'list', resource }, { status: 200, body: empty(kind) }, 3);
    }
    const from = env.server.requests.length;
    env.server.expireWatches();
    await pause(400);
    const requests = env.server.requests.slice(from);
    expect(deletes(requests)).toEqual([]);
    expect(requests.filter((r) => r.verb === 'apply' && r.resource === 'persistentvolumeclaims').map((r) => r.url)).toEqual([]);
    expect(env.server.list(POD).map((pod) => pod.metadata.uid)).toEqual(pods);
    expect(env.server.list(CLAIM).map((claim) => claim.metadata.uid)).toEqual(claims);
    expect(env.status.clusterID).toBe(id);
  });
});

describe('while Kafka cannot be seen', () => {
  beforeEach(async () => {
    env.kafka.unreachable = true;
    env.kafka.follow();
    await until(() => env.status.conditions?.find((c) => c.type === 'Ready')?.reason === 'KafkaUnreachable');
  });

  it('no node is stopped for a new configuration, and the reason is told', async () => {
    const before = uids(env);
    env.apply(changed);
    await until(() => (env.status.plan?.held.length ?? 0) === 3);
    await pause(300);
    expect(env.status.plan?.held.join('\n')).toContain('Kafka cannot be seen');
    expect(deletes(env.server.requests)).toEqual([]);
    expect(uids(env)).toEqual(before);
  });

  it('the roll begins when Kafka is seen again, one node after the other', async () => {
    env.apply(changed);
    await until(() => (env.status.plan?.held.length ?? 0) === 3);
    env.kafka.unreachable = false;
    env.kafka.follow();
    const down: number[] = [];
    env.server.objects.onEvent(() => down.push(env.server.list(POD).filter((pod) => pod.metadata.deletionTimestamp !== undefined).length));
    await env.converged(20_000);
    expect(deletes(env.server.requests)).toHaveLength(3);
    expect(Math.max(...down)).toBe(1);
  });

  it('a Pod that is gone is made again: a repair needs no sight', async () => {
    const pod = env.server.get(POD, 'kafka', 'orders-2')?.metadata.uid;
    env.server.remove(POD, 'kafka', 'orders-2');
    await until(() => ![undefined, pod].includes(env.server.get(POD, 'kafka', 'orders-2')?.metadata.uid));
    expect(deletes(env.server.requests)).toEqual([]);
  });

  it('a claim that is gone is not made again', async () => {
    const claim = env.server.list(CLAIM)[1]?.metadata.name ?? '';
    env.server.remove(POD, 'kafka', 'orders-1');
    env.server.remove(CLAIM, 'kafka', claim);
    await until(() => env.status.conditions?.find((c) => c.type === 'Degraded')?.reason === 'VolumesLost');
    await pause(200);
    expect(env.server.get(CLAIM, 'kafka', claim)).toBeUndefined();
    expect(env.server.get(POD, 'kafka', 'orders-1')).toBeUndefined();
  });
});

describe('while the store is behind', () => {
  it('a deletion that is told late makes no second Pod and does not end the new one', async () => {
    const old = env.server.get(POD, 'kafka', 'orders-1')?.metadata.uid;
    const [release, like] = [env.server.holdEvents('v1/pods'), podLike(env)];
    env.server.remove(POD, 'kafka', 'orders-1');
    env.server.endPod('kafka', 'orders-1');
    const made = env.server.put({ ...like, apiVersion: 'v1', kind: 'Pod' });
    await pause(150);
    release();
    await env.converged();
    expect(env.server.get(POD, 'kafka', 'orders-1')?.metadata.uid).toBe(made.metadata.uid);
    expect(made.metadata.uid).not.toBe(old);
    expect(deletes(env.server.requests)).toEqual([]);
  });

  it('a restart that was decided on a Pod that is another one by now is refused by the server', async () => {
    const release = env.server.holdEvents('v1/pods');
    const old = env.server.get(POD, 'kafka', 'orders-0')?.metadata.uid;
    const fresh = ['orders-0', 'orders-1', 'orders-2'].map((name) => {
      const like = podLike(env, name);
      env.server.remove(POD, 'kafka', name);
      env.server.endPod('kafka', name);
      return env.server.put({ ...like, apiVersion: 'v1', kind: 'Pod' }).metadata.uid;
    });
    env.apply(changed);
    await until(() => deletes(env.server.requests).length > 0);
    await pause(200);
    const tried = env.server.requests.filter((r) => r.verb === 'delete');
    expect(new Set(tried.map((r) => r.status))).toEqual(new Set([409]));
    expect(JSON.stringify(tried[0]?.body)).toContain('"preconditions":{"uid"');
    expect(env.server.list(POD).map((pod) => pod.metadata.uid)).toEqual(fresh);
    expect(fresh).not.toContain(old);
    release();
    await env.converged(20_000);
  });
});

describe('deleting the KafkaCluster', () => {
  it('keeps the claims under Retain, and finds them and their cluster id when it is made again', async () => {
    const [claims, id] = [env.server.list(CLAIM).map((claim) => claim.metadata.uid), env.status.clusterID];
    env.server.remove(KAFKA_CLUSTER, 'kafka', 'orders');
    await until(() => env.server.list(POD).length === 0);
    expect(env.server.list(CLAIM).map((claim) => claim.metadata.uid)).toEqual(claims);
    env.apply(combined());
    await env.converged();
    expect(env.status.clusterID).toBe(id);
    expect(env.server.list(CLAIM).map((claim) => claim.metadata.uid)).toEqual(claims);
    expect([...env.kafka.diskIds.values()].map((ids) => ids.size)).toEqual([1, 1, 1]);
    expect(deletes(env.server.requests)).toEqual([]);
  });

  it('removes the claims under Delete, and only then lets the KafkaCluster go', async () => {
    env.apply(combined((spec) => (spec['volumeReclaim'] = 'Delete')));
    await until(() => (env.server.get(KAFKA_CLUSTER, 'kafka', 'orders')?.metadata.finalizers ?? []).length === 1);
    env.server.remove(KAFKA_CLUSTER, 'kafka', 'orders');
    await until(() => env.server.get(KAFKA_CLUSTER, 'kafka', 'orders') === undefined);
    expect(env.server.list(CLAIM)).toEqual([]);
    expect(deletes(env.server.requests)).toHaveLength(3);
  });
});

/** A Pod as it is, to be made anew by somebody else under the same name. */
function podLike({ server }: Environment, name = 'orders-1') {
  const { metadata, spec, status } = server.get(POD, 'kafka', name) ?? { metadata: undefined, spec: undefined, status: undefined };
  const { labels, annotations, ownerReferences } = metadata ?? {};
  return {
    metadata: {
      name,
      namespace: 'kafka',
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(ownerReferences && { ownerReferences }),
    },
    spec,
    status,
  };
}
