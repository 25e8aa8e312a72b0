import { picture, table } from '../../../operator/commands/picture';
import { happened, type Happening } from '../../world/happenings';
import { converged, emptyWorld } from '../../world/makers';
import { dedicatedNodes, threeNodes } from '../../world/three-nodes';

const cluster = threeNodes();
const calm = converged(cluster);
const shown = (...story: readonly Happening[]): readonly string[] =>
  picture(
    cluster,
    story.reduce((w, what) => happened(w, cluster, what), calm),
  ).split('\n');
const row = (lines: readonly string[], id: number): string =>
  lines.find((line) => line.startsWith(`${id}  `))?.replace(/ {2,}/g, ' | ') ?? '';

describe('the picture of a cluster', () => {
  it('shows nodes, racks, volumes, addresses and conditions', () => {
    const lines = shown();
    expect(lines[0]).toMatch(/^kafka\/orders {2}ClusterRunning {2}Kafka 4\.3\.1 {2}id simulatedClusterIdAAAAA$/);
    expect(row(lines, 1)).toBe(
      '1 | controller+broker | serves | zone-b | node-b | /logs 1Gi Bound | orders-1.orders-headless.kafka.svc.cluster.local:29092',
    );
    expect(row(lines, 0)).toContain('serves, leads');
    expect(lines).toContain('  zone-c               [broker 2]');
    expect(lines.some((line) => /^Ready +True +all 3 nodes serve/.test(line))).toBe(true);
    expect(lines.at(-1)).toBe('');
  });

  it.each<[string, readonly Happening[], string]>([
    ['has no Pod', [{ podGone: 1 }], '1 | controller+broker | no pod | waiting | - |'],
    ['stops', [{ podStopping: 1 }], '| stopping |'],
    ['starts', [{ podNotReady: 1 }], '| starting |'],
    ['is ready and not yet live for Kafka', [{ fenced: 1 }], '| ready |'],
    ['is ready out of sight of Kafka', [{ kafkaUnknown: 'x' }], '| ready |'],
  ])('says of a node when it %s', (_, story, expected) => expect(row(shown(...story), 1)).toContain(expected));

  it('of a new cluster shows what is to come', () => {
    const lines = picture(cluster, emptyWorld(cluster)).split('\n');
    expect(lines[0]).toBe('kafka/orders  new  Kafka 4.3.1  id none yet');
    expect(row(lines, 2)).toBe('2 | controller+broker | no pod | waiting | - | - | orders-2.orders-headless.kafka.svc.cluster.local:29092');
  });

  it('shows controllers at their own address, and marks them in the racks', () => {
    const dedicated = dedicatedNodes();
    const text = picture(dedicated, converged(dedicated));
    expect(text).toContain('orders-0.orders-controller-headless.kafka.svc.cluster.local:29093');
    expect(text).toContain('[controller 0]');
  });
});

it('a table has columns as wide as their widest cell, and no blanks at the end', () => {
  expect(
    table([
      ['A', 'BB', 'C'],
      ['long', 'x', 'y'],
      ['s', '', ''],
    ]),
  ).toBe('A     BB  C\nlong  x   y\ns');
});
