/** What a page shows of work that takes long: operations, what lies ahead, disks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logDir } from '../../../lib/kafka/server-properties';
import { decide } from '../../../operator/decide/decide';
import { withObject } from '../../../operator/decide/simulate';
import type { LiveObject } from '../../../operator/decide/world';
import { picture } from '../../../operator/status-page/node-cards';
import { operationsPart } from '../../../operator/status-page/operations-part';
import { planPart } from '../../../operator/status-page/plan-part';
import { clusterFrom } from '../../world/cluster-file';
import { converged, NOW, withKafka } from '../../world/makers';

const file = readFileSync(join(__dirname, '../../../examples/simple.yaml'), 'utf8');
const simple = clusterFrom(file);
const words = ({ markup }: { readonly markup: string }): string =>
  markup
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

const operation = (name: string, status: object): LiveObject => ({
  apiVersion: 'kafka.banzaicloud.io/v1alpha1',
  kind: 'CruiseControlOperation',
  metadata: {
    ...{ name, namespace: 'kafka', uid: name, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
    labels: { kafka_cr: 'simple' },
  },
  spec: { operation: 'rebalance' },
  status: { ...status },
});

describe('operations', () => {
  it('say how far they are, with a bar and in words, the newest first', () => {
    const moving = operation('a-first', { currentTask: { id: 't', state: 'InExecution' }, progress: { percent: 40 } });
    const done = operation('b-second', { currentTask: { id: 'u', state: 'Completed' } });
    const part = operationsPart([moving, done, operation('c-third', {})].reduce(withObject, converged(simple)));
    expect(words(part)).toBe(
      'Operations c-third: rebalance, not begun b-second: rebalance, Completed 100 % 100 % a-first: rebalance, InExecution 40 % 40 %',
    );
    expect(part.markup).toContain('<progress max="100" value="40">');
  });

  it('say what went wrong', () => {
    const failed = operation('a', { currentTask: { state: 'CompletedWithError', errorMessage: 'no <racks>' } });
    expect(operationsPart(withObject(converged(simple), failed)).markup).toContain('CompletedWithError, no &lt;racks&gt;');
  });

  it('are said to be none', () => {
    expect(words(operationsPart(converged(simple)))).toContain('No operation of Cruise Control is kept.');
  });
});

describe('the plan', () => {
  it('says what lies ahead, wave by wave, and the hash that approves of it', () => {
    const wanted = file.replace('spec:', 'spec:\n  changePolicy: { approval: Required }');
    const cluster = clusterFrom(wanted.replace('readOnlyConfig: |\n', 'readOnlyConfig: |\n    background.threads=12\n'));
    const plan = decide(cluster, converged(simple), NOW);
    const text = words(planPart({ cluster, world: converged(simple), plan, status: {}, decisions: [], at: NOW }));
    expect(text).toMatch(/What lies ahead .* its hash is [0-9a-f]{8,}/);
    for (const { id } of simple.nodes) expect(text).toMatch(new RegExp(`\\b${String(id)}\\b`));
  });
});

describe('a disk', () => {
  it('says how full it is, with a meter and in words', () => {
    const [node] = simple.nodes.filter(({ roles }) => roles.includes('broker'));
    const [storage] = node?.storage ?? [];
    if (node === undefined || storage === undefined) throw new Error('the example has no broker with a disk');
    const dirs = [{ path: logDir(storage.mountPath), offline: false, replicas: 3, topics: ['orders'], bytes: 2 ** 30 }];
    const world = withKafka(converged(simple), { logDirs: { [String(node.id)]: dirs } });
    expect(picture(simple, world).markup).toMatch(/<meter min="0" max="100" high="80" value="\d+">\d+ %<\/meter>/);
    expect(words(picture(simple, world))).toMatch(new RegExp(`${storage.mountPath}: \\d+ % of \\d+Gi, Bound`));
  });
});
