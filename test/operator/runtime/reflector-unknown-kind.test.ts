import type { ListWatch } from '../../../operator/runtime/reflector';
import { KubeError } from '../../../operator/runtime/kube-error';
import { configMaps } from '../../runtime/fake-client';
import { FakeClock, settle } from '../../runtime/fake-clock';
import { watching } from './watching';

describe('a kind that the server does not know', () => {
  const known = { installed: false, lists: 0, status: 404 };
  let end: (error: unknown) => void;
  const refusal = () => new KubeError({ status: known.status, reason: 'No', said: 'no', verb: 'list', ref: { kind: configMaps } });
  const source: ListWatch = {
    listPage: async () => {
      known.lists += 1;
      if (known.installed) return { items: [object], resourceVersion: '7' };
      throw refusal();
    },
    watch: (_, __, ___, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => resolve());
        end = reject;
      }),
  };
  const asking = { tries: 3, again: 300_000 };
  const metadata = { name: 'a', namespace: 'kafka', uid: 'u', resourceVersion: '7', creationTimestamp: '' };
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata };

  beforeEach(() => {
    Object.assign(known, { installed: false, lists: 0, status: 404 });
  });

  it('has no objects when it is optional, and is absent until it is installed', async () => {
    const clock = new FakeClock();
    const { store, events, lines, reflector } = watching(source, { clock, optional: asking, limits: {} });
    const told: boolean[] = [];
    store.onPresence(() => told.push(store.absent));
    await settle();
    expect([store.synced, store.absent, store.list(), lines]).toEqual([true, true, [], []]);
    known.installed = true;
    await clock.advance(30_000);
    expect([events, store.absent, told]).toEqual([['set a'], false, [true, false]]);
    await reflector.stop();
  });

  it('is asked for a few times, then hardly ever, and at once when somebody says so', async () => {
    const clock = new FakeClock();
    const { reflector } = watching(source, { clock, optional: asking, limits: {} });
    await clock.advance(200_000);
    expect(known.lists).toBe(4);
    await clock.advance(200_000);
    expect(known.lists).toBe(5);
    reflector.ask();
    await settle();
    expect(known.lists).toBe(6);
    await clock.advance(10_000);
    expect(known.lists).toBe(9);
    await reflector.stop();
    expect(clock.pending).toBe(0);
  });

  it('counts as absent when it was never shown, and as unknown when it is hidden after it was', async () => {
    const clock = new FakeClock();
    known.status = 403;
    const never = watching(source, { clock, optional: { tries: 0, again: 300_000 }, limits: {} });
    await settle();
    expect([never.store.absent, never.store.synced, never.lines.length, clock.next]).toEqual([true, true, 1, 300_000]);
    known.installed = true;
    await clock.advance(300_000);
    expect([never.store.absent, never.events]).toEqual([false, ['set a']]);
    known.installed = false;
    end(new KubeError({ status: 410, reason: 'Expired', said: 'too old', verb: 'watch', ref: { kind: configMaps } }));
    await clock.advance(600_000);
    expect([never.store.absent, never.store.list().length]).toEqual([false, 1]);
    await never.reflector.stop();
  });

  it('is empty and absent when it goes while it is watched', async () => {
    const clock = new FakeClock();
    known.installed = true;
    const { store, events, reflector } = watching(source, { clock, optional: asking, limits: {} });
    await settle();
    known.installed = false;
    end(refusal());
    await settle();
    expect([store.absent, events]).toEqual([true, ['set a', 'gone a']]);
    await reflector.stop();
  });

  it('is waited for when it is not optional', async () => {
    const clock = new FakeClock();
    const { store, reflector } = watching(source, { clock, limits: {} });
    await clock.advance(60_000);
    expect(store.synced).toBe(false);
    await reflector.stop();
  });
});
