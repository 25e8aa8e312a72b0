import type { NodeManifests } from '../../../lib/constructs/cluster';
import { podView } from '../../../operator/decide/node-view';
import { podDifferences } from '../../../operator/decide/pod-differences';
import { contextFor } from '../../../operator/decide/decide';
import { identityIn } from '../../../operator/decide/identity';
import type { LiveObject } from '../../../operator/decide/world';
import { converged, NOW, podOf } from '../../world/makers';
import { threeNodes } from '../../world/three-nodes';

const cluster = threeNodes();
const world = converged(cluster);
const identity = identityIn(world, cluster);
if (identity.kind !== 'known') throw new Error('the cluster is not known');
const context = contextFor(cluster, world, identity, { now: NOW });
const wanted = context.nodes.get(1)!;
type Spec = { containers: Record<string, unknown>[] } & Record<string, unknown>;
const specOf = (object: LiveObject | NodeManifests['pod']): Spec => object.spec as Spec;

/** What is said when the wanted Pod is like this, and the live one as it was made. */
function said(change: (kafka: Record<string, unknown>, spec: Spec) => void, live: LiveObject = podOf(world, 1)!): string {
  const pod = structuredClone<NodeManifests['pod']>(wanted.pod);
  const spec = specOf(pod);
  change(spec.containers[0]!, spec);
  return podDifferences({ ...wanted, pod }, podView(live, cluster.uid), context.live);
}

describe('what differs is named:', () => {
  test.each<[string, string, (kafka: Record<string, unknown>, spec: Spec) => void]>([
    ['the image', 'image is apache/kafka:4.3.1, wanted mine:2', (kafka) => (kafka.image = 'mine:2')],
    ['a variable', 'environment: TZ', (kafka) => (kafka.env = [...(kafka.env as object[]), { name: 'TZ', value: 'UTC' }])],
    [
      'a variable that is gone',
      'environment: LOG_DIRS',
      (kafka) => (kafka.env = (kafka.env as { name: string }[]).filter((e) => e.name !== 'LOG_DIRS')),
    ],
    [
      'how an empty volume would be formatted, which is no difference',
      'its Pod specification differs',
      (kafka) => {
        kafka.env = (kafka.env as { name: string }[]).map((e) => (e.name === 'FORMAT_MODE' ? { ...e, value: 'join' } : e));
      },
    ],
    ['resources', 'kafka requests.cpu 1 to 2', (kafka) => (kafka.resources = { requests: { cpu: '2' } })],
    [
      'resources in another notation, which is no difference',
      'its Pod specification differs',
      (kafka) => (kafka.resources = { requests: { cpu: '1000m' } }),
    ],
    ['a new container', 'container proxy is new', (_, spec) => spec.containers.push({ name: 'proxy', image: 'proxy:1' })],
    ['a field of the Pod', 'priorityClassName differs', (_, spec) => (spec.priorityClassName = 'high')],
    ['a toleration', 'tolerations differs', (_, spec) => (spec.tolerations = [{ key: 'a', operator: 'Exists' }])],
    ['a new volume', 'volume extra is new', (_, spec) => (spec.volumes as object[]).push({ name: 'extra', emptyDir: {} })],
  ])('%s', (_sentence, expected, change) => {
    expect(said(change)).toBe(expected);
  });

  test('nothing that admission added to the live Pod', () => {
    const live = podOf(world, 1)!;
    const { containers, ...rest } = specOf(live);
    const spec = {
      ...rest,
      tolerations: [{ key: 'added', operator: 'Exists' }],
      containers: [...containers, { name: 'istio-proxy', image: 'x' }],
    };
    expect(said(() => undefined, { ...live, spec })).toBe('its Pod specification differs');
  });
});
