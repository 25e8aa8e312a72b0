import { ANNOTATION, LABEL, OPERATION_API_VERSION } from '../../../lib/constructs/naming';
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { replicasToSee } from '../../../operator/decide/drain-interest';
import { OPERATION_KIND } from '../../../operator/decide/operation-view';
import { withObject } from '../../../operator/decide/simulate';
import type { LiveObject, World } from '../../../operator/decide/world';
import { claimsOf, converged, podOf } from '../../world/makers';
import { dedicatedNodes, threeNodes } from '../../world/three-nodes';

const NOTHING = { logDirsOf: [], reassignments: false };
const cluster = threeNodes();
const calm = converged(cluster);

const departing = (of: ResolvedCluster, ...ids: readonly number[]): ResolvedCluster => ({
  ...of,
  nodes: of.nodes.map((node) => ({ ...node, departing: ids.includes(node.id) })),
});

/** The spec does not have node 1's volume at /more (any more); the world has its claim, and the Pod may mount it. */
function withExtraClaim(options: { readonly mounted: boolean; readonly deleted?: boolean }): World {
  const [first] = claimsOf(calm, 1);
  const pod = podOf(calm, 1);
  if (first === undefined || pod === undefined) throw new Error('node 1 has a claim and a Pod');
  const annotations = { ...first.metadata.annotations, [ANNOTATION.mountPath]: '/more' };
  const deletion = options.deleted === true ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {};
  const claim = { ...first, metadata: { ...first.metadata, name: 'orders-1-more', uid: 'uid-more', annotations, ...deletion } };
  const spec = pod.spec as { volumes?: readonly unknown[] };
  const volumes = [...(spec.volumes ?? []), { name: 'more', persistentVolumeClaim: { claimName: 'orders-1-more' } }];
  const world = withObject(calm, claim);
  return options.mounted ? withObject(world, { ...pod, spec: { ...spec, volumes } }) : world;
}

const operation = (state: string): LiveObject => ({
  apiVersion: OPERATION_API_VERSION,
  kind: OPERATION_KIND,
  metadata: {
    name: 'orders-add-broker-1',
    namespace: 'kafka',
    uid: 'uid-operation',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: { [LABEL.cluster]: 'orders' },
  },
  spec: { operation: 'add_broker', parameters: { brokerid: '1' } },
  status: { currentTask: { operation: 'add_broker', state } },
});

describe('where replicas are', () => {
  test('matters to nobody while the cluster is as it should be', () => {
    expect(replicasToSee(cluster, calm)).toEqual(NOTHING);
  });

  test('matters of brokers that left the spec, and reassignments with them', () => {
    expect(replicasToSee(departing(cluster, 2, 0), calm)).toEqual({ logDirsOf: [0, 2], reassignments: true });
  });

  test('does not matter of a controller that left the spec: it has none', () => {
    const dedicated = dedicatedNodes();
    expect(replicasToSee(departing(dedicated, 1), converged(dedicated))).toEqual(NOTHING);
  });

  test.each([
    ['matters of a broker with a claim whose path left the spec', 'Retain', { mounted: true }, [1]],
    ['matters until the claim is gone when it is to be deleted', 'Delete', { mounted: false }, [1]],
    ['does not matter of a claim that is kept and not mounted any more', 'Retain', { mounted: false }, []],
    ['does not matter of a claim that is being deleted', 'Delete', { mounted: false, deleted: true }, []],
  ] as const)('%s', (_what, volumeReclaim, claim, logDirsOf) => {
    const seen = replicasToSee({ ...cluster, volumeReclaim }, withExtraClaim(claim));
    expect(seen).toEqual({ logDirsOf, reassignments: logDirsOf.length > 0 });
  });

  test.each([
    ['Active', true],
    ['InExecution', true],
    ['', false],
    ['Completed', false],
    ['CompletedWithError', false],
  ])('reassignments matter while an operation is under way: in state "%s" %s', (state, reassignments) => {
    expect(replicasToSee(cluster, withObject(calm, operation(state)))).toEqual({ logDirsOf: [], reassignments });
  });
});
