import type { Manifest } from '../../../lib/constructs/manifest';
import { ANNOTATION } from '../../../lib/constructs/naming';
import { driftOf, stamped } from '../../../operator/decide/drift';
import type { LiveObject } from '../../../operator/decide/world';

/** An object of the API as the cases below change it. */
interface Loose {
  status?: unknown;
  data?: unknown;
  type?: unknown;
  metadata: { labels: Record<string, string>; annotations: Record<string, string> };
  spec: {
    type?: string;
    clusterIP?: string;
    selector?: object;
    ports: { name: string; port: number | string }[];
    list: string[];
  };
}

const service = (spec: unknown, kind = 'Service'): Manifest => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'orders', namespace: 'kafka', labels: { app: 'kafka' } },
  spec,
});

/** The manifest as the API server would give it back, with its own additions. */
const live = (manifest: Manifest, change: (object: Loose) => void = () => undefined): LiveObject => {
  const object = structuredClone(manifest) as unknown as Loose;
  Object.assign(object.metadata, { uid: 'u', resourceVersion: '7', creationTimestamp: '2026-01-01T00:00:00Z' });
  change(object);
  return object as unknown as LiveObject;
};

const wanted = stamped(
  service({
    type: 'ClusterIP',
    selector: { app: 'kafka' },
    ports: [
      { name: 'a', port: 1 },
      { name: 'b', port: 2 },
    ],
    list: ['x', 'y'],
  }),
);

describe('drift', () => {
  it.each<[string, (object: Loose) => void, readonly string[]]>([
    ['nothing when nothing differs', () => undefined, []],
    [
      'nothing for fields that we do not set',
      (o) => {
        o.spec.clusterIP = '10.0.0.1';
        o.status = {};
        o.metadata.labels.other = 'x';
      },
      [],
    ],
    [
      'nothing for a text that comes back where a number was',
      (o) => {
        o.spec.ports[0]!.port = '1';
      },
      [],
    ],
    [
      'nothing for named items in another order, or with more of them',
      (o) => {
        o.spec.ports = [{ name: 'c', port: 3 }, ...o.spec.ports.reverse()];
      },
      [],
    ],
    [
      'a value',
      (o) => {
        o.spec.type = 'NodePort';
      },
      ['spec.type'],
    ],
    [
      'a value inside a named item, by its name',
      (o) => {
        o.spec.ports[1]!.port = 9;
      },
      ['spec.ports[b].port'],
    ],
    [
      'a named item that is gone',
      (o) => {
        o.spec.ports.pop();
      },
      ['spec.ports[b]'],
    ],
    [
      'a list without names that has another length',
      (o) => {
        o.spec.list.push('z');
      },
      ['spec.list'],
    ],
    [
      'an item of a list without names, by its place',
      (o) => {
        o.spec.list[1] = 'z';
      },
      ['spec.list[1]'],
    ],
    [
      'a record that is gone as a whole',
      (o) => {
        delete o.spec.selector;
      },
      ['spec.selector'],
    ],
    [
      'a label',
      (o) => {
        o.metadata.labels.app = 'x';
      },
      ['metadata.labels.app'],
    ],
    [
      'a field that we set before and do not want any more, by the hash',
      (o) => {
        o.metadata.annotations[ANNOTATION.appliedHash] = 'old';
      },
      ['fields that are no longer wanted'],
    ],
    [
      'fields only, when a field and the hash differ',
      (o) => {
        o.metadata.annotations[ANNOTATION.appliedHash] = 'old';
        o.spec.type = 'x';
      },
      ['spec.type'],
    ],
  ])('is %s', (_, change, paths) => {
    expect(driftOf(wanted, live(wanted, change))).toEqual(paths);
  });

  it('does not look into Secrets, whose values are not in the world', () => {
    const secret: Manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { a: 'x' }, type: 'Opaque' };
    expect(
      driftOf(
        secret,
        live(secret, (o) => delete o.data),
      ),
    ).toEqual([]);
    expect(
      driftOf(
        secret,
        live(secret, (o) => {
          o.type = 'other';
        }),
      ),
    ).toEqual(['type']);
  });

  it('hashes what is wanted and nothing else: twice the same, and another for another wish', () => {
    const hash = (manifest: Manifest): unknown => stamped(manifest).metadata.annotations?.[ANNOTATION.appliedHash];
    expect(hash(service({ type: 'ClusterIP' }))).toBe(hash(service({ type: 'ClusterIP' })));
    expect(hash(service({ type: 'ClusterIP' }))).not.toBe(hash(service({ type: 'NodePort' })));
    expect(hash(service({}))).toMatch(/^[0-9a-f]{16}$/);
  });
});
