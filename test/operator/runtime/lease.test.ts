import { KubeError } from '../../../operator/runtime/kube-error';
import type { KubeDraft, KubeObject } from '../../../operator/runtime/kube-types';
import { LeaseElection, leaseKind } from '../../../operator/runtime/lease';
import type { LeaseApi, LeaseOptions } from '../../../operator/runtime/lease';
import { silentLogger } from '../../../operator/runtime/log';
import { FakeClock, settle } from '../../runtime/fake-clock';
import { FakeObjects, Refusal } from '../../runtime/fake-objects';

const resource = 'coordination.k8s.io/v1/leases';

/** The Lease API over the fake server's memory, without sockets, so that a fake clock governs everything. */
class MemoryApi implements LeaseApi {
  readonly objects = new FakeObjects();
  down = false;
  hangs = false;
  loseNextAnswer = false;
  writes = 0;

  get(): Promise<KubeObject> {
    return this.#do('get', () => {
      const lease = this.objects.get(resource, 'kafka', 'operator');
      if (lease === undefined) throw new Refusal(404, 'NotFound', 'not found');
      return lease;
    });
  }

  create(_: unknown, draft: KubeDraft): Promise<KubeObject> {
    this.writes += 1;
    return this.#do('create', () => this.objects.create(this.#write(), draft));
  }

  replace(_: unknown, draft: KubeDraft): Promise<KubeObject> {
    this.writes += 1;
    return this.#do('update', () => this.objects.replace(this.#write(), draft));
  }

  get spec(): Record<string, unknown> {
    return this.objects.get(resource, 'kafka', 'operator')?.['spec'] as Record<string, unknown>;
  }

  #write() {
    return { resource, namespace: 'kafka', name: 'operator', manager: 'test' };
  }

  async #do(verb: string, run: () => KubeObject): Promise<KubeObject> {
    const failed = (status: number, reason: string, said: string): KubeError =>
      new KubeError({ status, reason, said, verb, ref: { kind: leaseKind } });
    await Promise.resolve();
    if (this.hangs) return new Promise(() => undefined);
    if (this.down) throw failed(0, 'Unreachable', 'away');
    try {
      const answer = run();
      if (!this.loseNextAnswer) return answer;
    } catch (error) {
      if (error instanceof Refusal) throw failed(error.status, error.reason, error.message);
      throw error;
    }
    this.loseNextAnswer = false;
    throw failed(0, 'Timeout', 'lost');
  }
}

describe('leader election', () => {
  let clock: FakeClock;
  let api: MemoryApi;
  let told: string[];
  let all: LeaseElection[];

  beforeEach(() => {
    clock = new FakeClock();
    api = new MemoryApi();
    told = [];
    all = [];
  });

  const candidate = (identity: string, options: Partial<LeaseOptions> = {}): LeaseElection => {
    const election = new LeaseElection({
      ...{ api, namespace: 'kafka', name: 'operator', identity, log: silentLogger, clock, random: () => 0 },
      onLeading: () => told.push(`${identity} leads`),
      onLost: (why) => told.push(`${identity} lost: ${why}`),
      ...options,
    });
    all.push(election);
    election.start();
    return election;
  };

  afterEach(async () => {
    api.hangs = false;
    for (const election of all) {
      const stopped = election.stop();
      await clock.advance(20_000);
      await stopped;
    }
    expect(clock.pending).toBe(0);
  });

  it('creates the Lease with six decimals and leads', async () => {
    candidate('one');
    await settle();
    expect(told).toEqual(['one leads']);
    expect(api.spec).toEqual({
      holderIdentity: 'one',
      leaseDurationSeconds: 15,
      acquireTime: '2025-01-01T00:00:00.000000Z',
      renewTime: '2025-01-01T00:00:00.000000Z',
      leaseTransitions: 0,
    });
  });

  it('renews every two seconds with one write each', async () => {
    candidate('one');
    await settle();
    const before = api.writes;
    await clock.advance(20_000);
    expect(api.writes - before).toBe(10);
    expect(api.spec).toMatchObject({ acquireTime: '2025-01-01T00:00:00.000000Z', renewTime: '2025-01-01T00:00:20.000000Z' });
  });

  it('lets one of two candidates lead', async () => {
    candidate('one');
    candidate('two');
    await clock.advance(60_000);
    expect(told).toEqual(['one leads']);
  });

  it('takes over only after it has itself seen the Lease unchanged for its whole duration', async () => {
    const old = { acquireTime: '2020-01-01T00:00:00.000000Z', renewTime: '2020-01-01T00:00:00.000000Z' };
    const spec = { holderIdentity: 'dead', leaseDurationSeconds: 15, leaseTransitions: 4, ...old };
    const metadata = { name: 'operator', namespace: 'kafka' };
    await api.create(leaseKind, { apiVersion: leaseKind.apiVersion, kind: 'Lease', metadata, spec });
    candidate('two');
    await clock.advance(14_000);
    expect(told).toEqual([]);
    await clock.advance(3_000);
    expect(told).toEqual(['two leads']);
    expect(api.spec).toMatchObject({ holderIdentity: 'two', leaseTransitions: 5 });
  });

  it('reports the loss before another can lead', async () => {
    const one = candidate('one');
    await settle();
    expect(one.leading).toBe(true);
    api.down = true;
    await clock.advance(9_999);
    expect(told).toEqual(['one leads']);
    await clock.advance(1);
    expect(told).toEqual(['one leads', 'one lost: the lease could not be renewed for 10000 ms']);
    expect(one.leading).toBe(false);
  });

  it('counts the deadline while a renewal hangs', async () => {
    candidate('one');
    await settle();
    api.hangs = true;
    await clock.advance(10_000);
    expect(told[1]).toContain('one lost');
    all = [];
    api.hangs = false;
  });

  it('no longer leads when the process was frozen past its deadline, even before its timers run', async () => {
    const one = candidate('one');
    await settle();
    jest.spyOn(clock, 'now').mockReturnValue(clock.now() + 10_000);
    expect(one.leading).toBe(false);
    jest.restoreAllMocks();
  });

  it('hands over from an instance that is cut off to the next, never with two at once', async () => {
    const one = candidate('one');
    await settle();
    const two = candidate('two');
    await clock.advance(4_000);
    const reachable = { down: false };
    jest.spyOn(api, 'replace').mockImplementation(async (_, draft) => {
      const { holderIdentity } = draft['spec'] as { holderIdentity: string };
      if (holderIdentity === 'one' && !reachable.down) {
        throw new KubeError({ status: 0, reason: 'Unreachable', said: 'away', verb: 'update', ref: { kind: leaseKind } });
      }
      return api.objects.replace({ resource, namespace: 'kafka', name: 'operator', manager: 'test' }, draft);
    });
    for (let second = 0; second < 40; second += 1) {
      await clock.advance(500);
      expect(one.leading && two.leading).toBe(false);
    }
    expect(told.map((line) => line.split(':')[0])).toEqual(['one leads', 'one lost', 'two leads']);
    jest.restoreAllMocks();
  });

  it('goes on when the answer of a renewal was lost', async () => {
    const one = candidate('one');
    await settle();
    api.loseNextAnswer = true;
    await clock.advance(30_000);
    expect([one.leading, told]).toEqual([true, ['one leads']]);
  });

  it('stops leading when somebody else holds the Lease', async () => {
    candidate('one');
    await settle();
    const spec = { ...api.spec, holderIdentity: 'thief' };
    api.objects.mergePatch({ resource, namespace: 'kafka', name: 'operator', manager: 'x' }, { spec });
    await clock.advance(2_200);
    expect(told).toEqual(['one leads', 'one lost: thief holds the lease']);
  });

  it('goes on when the Lease was deleted', async () => {
    const one = candidate('one');
    await settle();
    api.objects.end(resource, 'kafka', 'operator');
    await clock.advance(4_000);
    expect(one.leading).toBe(true);
    expect(api.spec['holderIdentity']).toBe('one');
  });

  it('goes on at once with the Lease of its own identity', async () => {
    const spec = { holderIdentity: 'one', leaseDurationSeconds: 15, leaseTransitions: 2 };
    const metadata = { name: 'operator', namespace: 'kafka' };
    await api.create(leaseKind, { apiVersion: leaseKind.apiVersion, kind: 'Lease', metadata, spec });
    candidate('one');
    await settle();
    expect(told).toEqual(['one leads']);
    expect(api.spec['leaseTransitions']).toBe(2);
  });

  it('empties the Lease on a clean stop, so that another leads within its next look', async () => {
    const one = candidate('one');
    await settle();
    candidate('two');
    await settle();
    await one.stop();
    expect(api.spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    await clock.advance(2_000);
    expect(told).toEqual(['one leads', 'two leads']);
  });

  it('keeps the Lease when told so, because handlers still run', async () => {
    const one = candidate('one');
    await settle();
    await one.stop({ release: false });
    expect(api.spec['holderIdentity']).toBe('one');
  });

  it('is patient when the server is away at first', async () => {
    api.down = true;
    candidate('one');
    await clock.advance(10_000);
    api.down = false;
    await clock.advance(3_000);
    expect(told).toEqual(['one leads']);
  });

  it('refuses durations that could let two lead', () => {
    expect(() => candidate('one', { leaseDuration: 10_000, renewDeadline: 10_000 })).toThrow(/^cannot elect a leader/);
  });
});
