import { ANNOTATION, LABEL } from '../../../lib/constructs/naming';
import { clusterIdOf, identityIn, type Identity } from '../../../operator/decide/identity';
import { withObject, withStatus } from '../../../operator/decide/simulate';
import type { World } from '../../../operator/decide/world';
import { happened, type Happening } from '../../world/happenings';
import { claimsOf, converged, emptyWorld, foreignPod, podOf } from '../../world/makers';
import { dedicatedNodes, threeNodes } from '../../world/three-nodes';

const cluster = threeNodes();
const calm = converged(cluster);
const id = calm.cluster.status.clusterID ?? '';
const after = (...story: readonly Happening[]): World => story.reduce((world, what) => happened(world, cluster, what), calm);
const identity = (world: World): Identity => identityIn(world, cluster);

/** The claim of a node, with one annotation changed. */
const annotated = (world: World, node: number, key: string, value: string): World => {
  const claim = claimsOf(world, node)[0]!;
  const metadata = { ...claim.metadata, annotations: { ...claim.metadata.annotations, [key]: value } };
  return withObject(world, { ...claim, metadata });
};

describe('which cluster this is', () => {
  it('is minted only when there is neither volume nor Pod nor memory', () => {
    expect(identity(emptyWorld(cluster))).toEqual({ kind: 'mint', clusterId: undefined, quorum: 'Forming', initialControllers: [0, 1, 2] });
  });

  it('is known from the status', () => {
    expect(identity(calm)).toEqual({ kind: 'known', clusterId: id, quorum: 'Formed', initialControllers: [0, 1, 2] });
  });

  it.each<[string, readonly Happening[]]>([
    ['its volumes and Pods', [{ statusLost: true }]],
    ['its volumes alone', [{ statusLost: true }, { podGone: 0 }, { podGone: 1 }, { podGone: 2 }]],
    ['one volume', [{ statusLost: true }, { claimsGone: 0 }, { claimsGone: 1 }, { podGone: 0 }, { podGone: 1 }, { podGone: 2 }]],
    ['one Pod', [{ statusLost: true }, { claimsGone: 0 }, { claimsGone: 1 }, { claimsGone: 2 }, { podGone: 0 }, { podGone: 1 }]],
  ])('is found on %s when the status is lost', (_, story) => {
    expect(identity(after(...story))).toMatchObject({ kind: 'mint', clusterId: id });
  });

  it('a quorum that was born is not born again when the status is lost', () => {
    expect(identity(after({ statusLost: true }))).toMatchObject({ quorum: 'Formed', initialControllers: [0, 1, 2] });
  });

  it('the first voters are those that have a volume, not those that the spec names now', () => {
    const grown = dedicatedNodes();
    const world = [0, 1].reduce((w, node) => withObject(w, { ...claimsOf(converged(grown), node)[0]! }), emptyWorld(grown));
    expect(identityIn(world, grown)).toMatchObject({ kind: 'mint', initialControllers: [0, 1] });
  });

  it.each<[string, World]>([
    ['two volumes say different ids', annotated(after({ statusLost: true }), 1, ANNOTATION.clusterId, 'another')],
    ['the status says another than the volumes', withStatus(calm, { clusterID: 'another' })],
    [
      'the quorum was made static and the spec makes it dynamic',
      happened(annotated(calm, 2, ANNOTATION.quorumMode, 'static'), cluster, { staticAtKafka: true }),
    ],
    [
      'the quorum was made static, the spec makes it dynamic, and Kafka cannot be asked',
      happened(annotated(calm, 2, ANNOTATION.quorumMode, 'static'), cluster, { kafkaUnknown: 'x' }),
    ],
  ])('is contradictory, and nothing is touched, when %s', (_, world) => {
    expect(identity(world)).toMatchObject({ kind: 'conflict', reason: { code: 'IdentityConflict' } });
  });

  it('is no contradiction when the quorum was made static and Kafka shows it as a dynamic one by now', () => {
    expect(identity(annotated(calm, 2, ANNOTATION.quorumMode, 'static'))).toMatchObject({ kind: 'known' });
  });

  it('names every side of a contradiction', () => {
    const found = identity(annotated(withStatus(calm, { clusterID: 'x' }), 1, ANNOTATION.clusterId, 'y'));
    expect(JSON.stringify(found)).toContain('the status says x');
    expect(JSON.stringify(found)).toContain('says y');
    expect(JSON.stringify(found)).toContain(`says ${id}`);
  });

  it('is not ours to say when somebody else made Pods or claims with its labels', () => {
    const names = ['f1', 'f2', 'f3', 'f4', 'f5', 'f6'];
    const world = names.reduce((w, name) => withObject(w, foreignPod(cluster, name)), calm);
    expect(identity(world)).toMatchObject({
      kind: 'foreign',
      reason: { code: 'AdoptionRequired', message: expect.stringContaining('Pod f5 and 1 more') },
    });
  });

  it.each(['envoyingress', 'istioingress', 'cruisecontrol'])('Pods of %s are no brokers, whoever made them', (app) => {
    const pod = foreignPod(cluster, 'proxy');
    const proxy = { ...pod, metadata: { ...pod.metadata, labels: { [LABEL.app]: app, [LABEL.cluster]: cluster.name } } };
    expect(identity(withObject(calm, proxy))).toEqual(identity(calm));
    expect(identity(withObject(emptyWorld(cluster), proxy))).toMatchObject({ kind: 'mint', clusterId: undefined });
  });
});

describe('the cluster id of an object', () => {
  it('of a claim is its annotation, of a Pod what it was started with', () => {
    expect(clusterIdOf(claimsOf(calm, 0)[0]!)).toBe(id);
    expect(clusterIdOf(podOf(calm, 0)!)).toBe(id);
    expect(podOf(calm, 0)?.metadata.labels?.[LABEL.managedBy]).toBe('kafka-operator');
  });

  it('of anything else is unknown', () => {
    expect(
      clusterIdOf({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's', uid: 'u', resourceVersion: '1', creationTimestamp: '' } }),
    ).toBeUndefined();
  });
});
