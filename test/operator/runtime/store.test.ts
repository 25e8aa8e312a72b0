import type { KubeObject } from '../../../operator/runtime/kube-types';
import { metadataOnly, withoutData } from '../../../operator/runtime/transform';
import { object, versionIn, watched } from './watched-store';

const listOf = (version: number, items: readonly KubeObject[], mark = 0, namespace?: string) => ({
  items,
  resourceVersion: String(version),
  mark,
  namespace,
});

describe('a store', () => {
  it('tells each observed change once, with what was before', () => {
    const { store, events, all } = watched();
    store.observe(object(5));
    store.observe(object(6));
    store.observe(object(6));
    store.observe(object(5));
    store.vanish(object(7));
    store.vanish(object(7));
    expect(events).toEqual(['set u1 5', 'set u1 6', 'gone u1 7']);
    expect(all[1]).toMatchObject({ previous: { metadata: { resourceVersion: '5' } } });
  });

  it('compares versions as numbers', () => {
    const { store } = watched();
    store.observe(object(99));
    store.observe(object(100));
    store.observe(object(99));
    expect(versionIn(store)).toBe('100');
  });

  it('takes another uid for the end of the one and the beginning of the other', () => {
    const { store, events } = watched();
    store.observe(object(5));
    store.observe(object(8, { uid: 'u2' }));
    store.vanish(object(7));
    expect(events).toEqual(['set u1 5', 'gone u1 5', 'set u2 8']);
    expect(versionIn(store)).toBe('8');
  });

  it('ignores a late event of an earlier uid', () => {
    const { store, events } = watched();
    store.observe(object(8, { uid: 'u2' }));
    store.observe(object(7));
    expect(events).toEqual(['set u2 8']);
  });

  it('finds objects by index, as they change their key', () => {
    const { store } = watched({ indexBy: (one) => one.metadata.labels?.['kafka_cr'] });
    store.observe(object(5, { labels: { kafka_cr: 'orders' } }));
    store.observe(object(6, { name: 'b', uid: 'u2', labels: { kafka_cr: 'orders' } }));
    expect(store.byIndex('orders')).toHaveLength(2);
    store.observe(object(7, { labels: { kafka_cr: 'payments' } }));
    expect(store.byIndex('orders').map((one) => one.metadata.name)).toEqual(['b']);
    store.vanish(object(8, { name: 'b', uid: 'u2' }));
    expect(store.byIndex('orders')).toEqual([]);
    expect(store.byIndex('payments')).toHaveLength(1);
  });

  it('keeps neither managedFields nor what kubectl applied last', () => {
    const { store } = watched();
    const bulky = object(5, { ours: 1 });
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', mine: 'x' };
    store.observe({ ...bulky, metadata: { ...bulky.metadata, annotations } });
    expect(store.get('kafka', 'a')?.metadata).not.toHaveProperty('managedFields');
    expect(store.get('kafka', 'a')?.metadata.annotations).toEqual({ mine: 'x' });
  });

  it('keeps a hash in place of secret data, also of our own writes', () => {
    const { store } = watched({ transform: withoutData });
    store.record({ ...object(5, { ours: 1 }), data: { b: '2', a: '1' } });
    const kept = store.get('kafka', 'a');
    expect(kept).not.toHaveProperty('data');
    store.observe({ ...object(6), data: { a: '1', b: '2' } });
    expect(store.get('kafka', 'a')?.['dataHash']).toBe(kept?.['dataHash']);
    store.observe({ ...object(7), data: { a: '1', b: '3' } });
    expect(store.get('kafka', 'a')?.['dataHash']).not.toBe(kept?.['dataHash']);
  });

  it('can keep the metadata only', () => {
    const { store } = watched({ transform: metadataOnly });
    store.observe({ ...object(5), spec: { large: true } });
    expect(Object.keys(store.list()[0] ?? {})).toEqual(['apiVersion', 'kind', 'metadata']);
  });

  it('goes on when one handler of events throws', () => {
    const { store, events } = watched();
    store.onEvent(() => {
      throw new Error('a bug');
    });
    store.observe(object(5));
    expect(events).toEqual(['set u1 5']);
  });
});

describe('our own writes in a store', () => {
  it('are seen at once, tell nobody, and neither does their echo', () => {
    const { store, events } = watched();
    store.record(object(5, { ours: 1 }));
    expect(versionIn(store)).toBe('5');
    store.observe(object(5, { ours: 1 }));
    expect(events).toEqual([]);
  });

  it('are not undone by an older event', () => {
    const { store } = watched();
    store.observe(object(5, { ours: 1 }));
    store.record(object(8, { ours: 2 }));
    store.observe(object(6, { ours: 1, others: true }));
    expect(versionIn(store)).toBe('8');
  });

  it('hide no change of others: a version between is told, with what the store knows now', () => {
    const { store, events } = watched();
    store.replace(listOf(5, [object(5, { ours: 1 })]));
    store.record(object(7, { ours: 2, others: true }));
    store.observe(object(6, { ours: 1, others: true }));
    store.observe(object(7, { ours: 2, others: true }));
    expect(events).toEqual(['set u1 5', 'set u1 7']);
  });

  it('that changed nothing do not pass off the version of somebody else as ours', () => {
    const { store, events } = watched();
    store.replace(listOf(5, [object(5, { ours: 1 })]));
    store.record(object(6, { ours: 1, others: true }));
    store.observe(object(6, { ours: 1, others: true }));
    expect(events).toEqual(['set u1 5', 'set u1 6']);
  });

  it('tell of a change of others that follows', () => {
    const { store, events } = watched();
    store.record(object(5, { ours: 1 }));
    store.observe(object(5, { ours: 1 }));
    store.observe(object(6, { ours: 1, others: true }));
    expect(events).toEqual(['set u1 6']);
  });

  it('include deletes: the mark tells nobody, the end does', () => {
    const { store, events } = watched();
    store.observe(object(5, { others: true, ours: 1 }));
    store.record(object(6, { others: true, ours: 1, deleting: true }));
    store.observe(object(6, { others: true, ours: 1, deleting: true }));
    store.vanish(object(7, { others: true, ours: 1, deleting: true }));
    expect(events).toEqual(['set u1 5', 'gone u1 7']);
  });

  it('that ended an object are not undone by its late events, and its end tells nobody', () => {
    const { store, events } = watched();
    store.observe(object(5));
    store.forget(object(5));
    store.observe(object(6));
    store.record(object(6));
    expect(store.get('kafka', 'a')).toBeUndefined();
    store.vanish(object(7));
    store.observe(object(9, { uid: 'u2' }));
    expect(events).toEqual(['set u1 5', 'set u2 9']);
  });

  it('that are answered after the end of their object do not bring it back', () => {
    const { store, events } = watched();
    store.observe(object(5));
    store.observe(object(6, { deleting: true }));
    store.vanish(object(7, { deleting: true }));
    store.record(object(6, { deleting: true }));
    expect(store.size).toBe(0);
    expect(events).toEqual(['set u1 5', 'set u1 6', 'gone u1 7']);
  });

  it('that are answered after a list without their object do not bring it back', () => {
    const { store } = watched();
    store.observe(object(5));
    store.replace({ items: [], resourceVersion: '8', mark: store.beginList() });
    store.record(object(6));
    expect(store.size).toBe(0);
  });

  it('take up what left the selector', () => {
    const { store } = watched();
    store.observe(object(5));
    store.vanish(object(6));
    store.record(object(6));
    expect(versionIn(store)).toBe('6');
  });

  it('that made an object anew are told apart from the end of the old one', () => {
    const { store, events } = watched();
    store.observe(object(5));
    store.record(object(9, { uid: 'u2', ours: 1 }));
    store.vanish(object(8));
    store.observe(object(9, { uid: 'u2', ours: 1 }));
    expect(events).toEqual(['set u1 5', 'gone u1 8']);
    expect(versionIn(store)).toBe('9');
  });

  it('tell nobody when their event overtakes the answer', async () => {
    const { store, events, clock } = watched();
    store.observe(object(5, { ours: 1 }));
    store.observe(object(6, { ours: 2 }));
    store.record(object(5, { ours: 1 }));
    store.record(object(6, { ours: 2 }));
    await clock.advance(1_000);
    expect([versionIn(store), events, clock.pending]).toEqual(['6', [], 0]);
  });

  it('that are never recorded are told a moment later, once', async () => {
    const { store, events, clock } = watched();
    store.observe(object(5, { ours: 1 }));
    store.observe(object(6, { ours: 2 }));
    store.record(object(5, { ours: 1 }));
    expect(events).toEqual([]);
    await clock.advance(250);
    expect(events).toEqual(['set u1 6']);
  });

  it('that wait for their answer are told at once with a change of others', async () => {
    const { store, events, clock } = watched();
    store.observe(object(5, { ours: 1 }));
    store.observe(object(6, { ours: 1, others: true }));
    await clock.advance(1_000);
    expect(events).toEqual(['set u1 6']);
  });

  it('of an object without bookkeeping wake once more rather than never', () => {
    const { store, events } = watched();
    store.record({ ...object(5), metadata: { ...object(5).metadata, managedFields: undefined } });
    store.observe(object(5));
    expect(events).toEqual(['set u1 5']);
  });
});

describe('a list that comes into a store', () => {
  it('makes it synced, tells what is new or changed, and what is gone', () => {
    const { store, events } = watched();
    let synced = 0;
    store.onSynced(() => (synced += 1));
    store.replace(listOf(10, [object(5), object(6, { name: 'b', uid: 'u2' })]));
    store.replace(listOf(20, [object(5), object(15, { name: 'c', uid: 'u3' })]));
    expect(events).toEqual(['set u1 5', 'set u2 6', 'gone u2 6', 'set u3 15']);
    expect([store.synced, synced]).toEqual([true, 1]);
  });

  it('does not undo a write that is newer, nor lose an object made after it', () => {
    const { store, events } = watched();
    store.replace(listOf(10, [object(5)]));
    store.record(object(12, { ours: 1 }));
    store.record(object(13, { ours: 1, name: 'b', uid: 'u2' }));
    store.replace(listOf(11, [object(5)]));
    expect([versionIn(store), versionIn(store, 'b')]).toEqual(['12', '13']);
    expect(events).toEqual(['set u1 5']);
  });

  it('tells of our own version too, since versions of others before it may have been missed', () => {
    const { store, events } = watched();
    store.replace(listOf(10, [object(5, { ours: 1 })]));
    store.record(object(12, { ours: 2 }));
    store.replace(listOf(14, [object(12, { ours: 2 })]));
    expect(events).toEqual(['set u1 5', 'set u1 12']);
  });

  it('asked for before a delete does not bring the object back; one asked for later ends the tombstone', () => {
    const { store } = watched();
    store.observe(object(5));
    const early = store.beginList();
    store.forget(object(5));
    store.replace(listOf(10, [object(5)], early));
    expect(store.get('kafka', 'a')).toBeUndefined();
    store.replace(listOf(12, [], store.beginList()));
    store.replace(listOf(14, [object(13)], store.beginList()));
    expect(versionIn(store)).toBe('13');
  });

  it('of one namespace leaves the others alone, and the store is synced when all are in', () => {
    const { store, events } = watched();
    store.expectLists(2);
    store.replace(listOf(10, [object(5)], 0, 'kafka'));
    expect(store.synced).toBe(false);
    store.replace(listOf(11, [object(6, { namespace: 'other', uid: 'u2' })], 0, 'other'));
    store.replace(listOf(12, [], 0, 'other'));
    expect(events).toEqual(['set u1 5', 'set u2 6', 'gone u2 6']);
    expect(store.synced).toBe(true);
  });

  it('from a server that was restored from a backup wins, though its versions are lower', () => {
    const { store, events } = watched();
    store.replace(listOf(100, [object(90), object(80, { name: 'b', uid: 'u2' })]));
    store.reached(undefined, '120');
    store.replace(listOf(50, [object(40)]));
    expect(versionIn(store)).toBe('40');
    expect(events.slice(2)).toEqual(['gone u2 80', 'set u1 40']);
  });
});
