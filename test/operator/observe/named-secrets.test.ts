/** Secrets that specs name: one watch for each name, as long as a cluster names it. */
import { SECRET } from '../../../operator/kinds';
import { NamedSecrets } from '../../../operator/observe/named-secrets';
import type { WatchEvent } from '../../../operator/runtime/kube-client';
import { KubeError } from '../../../operator/runtime/kube-error';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { createLogger } from '../../../operator/runtime/log';
import type { ListWatch } from '../../../operator/runtime/reflector';
import { until } from '../../runtime/fake-clock';

const KEY = 'kafka/orders';

interface Open {
  readonly selector: string;
  readonly tell: (event: WatchEvent) => void;
}

const secret = (name: string, version: string, data: Readonly<Record<string, string>> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: SECRET.kind,
  metadata: { name, namespace: 'kafka', uid: `uid-${name}`, resourceVersion: version, creationTimestamp: '' },
  data,
});

/** A server that shows these Secrets; `refuses` is what it answers instead. */
class FakeSource implements ListWatch {
  readonly there = new Map<string, KubeObject>();
  readonly lists: string[] = [];
  open: readonly Open[] = [];
  refuses: Error | undefined;

  listPage: ListWatch['listPage'] = (_, { fieldSelector = '', namespace = '' }) => {
    this.lists.push(`${namespace} ${fieldSelector}`);
    if (this.refuses !== undefined) return Promise.reject(this.refuses);
    const found = this.there.get(fieldSelector.replace('metadata.name=', ''));
    return Promise.resolve({ items: found === undefined ? [] : [found], resourceVersion: '1' });
  };

  watch: ListWatch['watch'] = (_, { fieldSelector = '' }, tell, signal) =>
    new Promise((ended) => {
      const one = { selector: fieldSelector, tell };
      this.open = [...this.open, one];
      signal.addEventListener('abort', () => {
        this.open = this.open.filter((other) => other !== one);
        ended();
      });
    });
}

let source: FakeSource;
let woken: string[];
let secrets: NamedSecrets;

beforeEach(() => {
  [source, woken] = [new FakeSource(), []];
  const log = createLogger({ level: 'error', write: () => undefined });
  secrets = new NamedSecrets({ source, log, onChange: (key) => woken.push(key), limits: { backOff: { first: 1, most: 5 } } });
});
afterEach(() => secrets.stop());

const selectors = (): readonly string[] => source.open.map(({ selector }) => selector).sort();
const known = (name: string): boolean => secrets.look(KEY)[name]?.state === 'known';

test('one watch is begun for each name, by its name, and one for all clusters that name it', async () => {
  secrets.watch(KEY, ['mine', 'other']);
  secrets.watch(KEY, ['mine', 'other']);
  secrets.watch('kafka/payments', ['mine']);
  await until(() => source.open.length === 2);
  expect(selectors()).toEqual(['metadata.name=mine', 'metadata.name=other']);
  expect([...source.lists].sort()).toEqual(['kafka metadata.name=mine', 'kafka metadata.name=other']);
});

test('a watch ends when no cluster names it any more', async () => {
  secrets.watch(KEY, ['mine', 'other']);
  secrets.watch('kafka/payments', ['mine']);
  await until(() => source.open.length === 2);
  secrets.forget(KEY);
  await until(() => source.open.length === 1);
  expect(selectors()).toEqual(['metadata.name=mine']);
  expect(secrets.look(KEY)).toEqual({});
  secrets.watch('kafka/payments', []);
  await until(() => source.open.length === 0);
});

test('one that does not exist is known not to, and one that was not read yet is not', async () => {
  secrets.watch(KEY, ['mine']);
  expect(secrets.look(KEY)).toEqual({ mine: { state: 'notAsked' } });
  await until(() => known('mine'));
  expect(secrets.look(KEY)).toEqual({ mine: { state: 'known', value: undefined } });
});

test('a change wakes the cluster, and no value is kept', async () => {
  source.there.set('mine', secret('mine', '1', { password: 'c2VjcmV0' }));
  secrets.watch(KEY, ['mine']);
  await until(() => known('mine') && source.open.length === 1);
  const before = secrets.look(KEY)['mine'];
  woken.length = 0;
  source.open[0]?.tell({ type: 'MODIFIED', object: secret('mine', '2', { password: 'b3RoZXI=' }) });
  await until(() => woken.length > 0);
  expect(new Set(woken)).toEqual(new Set([KEY]));
  expect(secrets.look(KEY)['mine']).not.toEqual(before);
  expect(JSON.stringify([before, secrets.look(KEY)])).not.toMatch(/c2VjcmV0|b3RoZXI=/u);
});

test('one that the operator may not see is unknown, in the words of the server, and known as soon as it may', async () => {
  const ref = { kind: SECRET, namespace: 'kafka' };
  source.refuses = new KubeError({ verb: 'list', ref, status: 403, reason: 'Forbidden', said: 'secrets "mine" is forbidden' });
  secrets.watch(KEY, ['mine']);
  await until(() => secrets.look(KEY)['mine']?.state === 'unknown');
  expect(JSON.stringify(secrets.look(KEY)['mine'])).toContain('is forbidden');
  await until(() => woken.length > 0);
  source.refuses = undefined;
  await until(() => known('mine'));
});
