/** What the command line sees of a Kubernetes that lacks some kinds. */
import { lookAt } from '../../../operator/commands/look';
import { HTTP_PROXY, ISTIO_GATEWAY, kindKey, OPTIONAL, SERVICE } from '../../../operator/kinds';
import { KubeError } from '../../../operator/runtime/kube-error';
import type { Kind, KubeApi, KubeObject } from '../../../operator/runtime/kube-types';

const refusal = (kind: Kind, status: number) => new KubeError({ status, reason: 'No', said: 'no', verb: 'list', ref: { kind } });

/** Empty, but for kinds that are refused with a status. */
function kubeRefusing(refused: ReadonlyMap<Kind, number>): KubeApi {
  const list = (kind: Kind) => {
    const status = refused.get(kind);
    return status === undefined ? Promise.resolve({ items: [], resourceVersion: '1' }) : Promise.reject(refusal(kind, status));
  };
  return { list } as unknown as KubeApi;
}

const metadata = { name: 'orders', namespace: 'kafka', uid: 'u', resourceVersion: '1', creationTimestamp: '', generation: 1 };
const live: KubeObject = { apiVersion: 'kafka.banzaicloud.io/v1beta1', kind: 'KafkaCluster', metadata, spec: {} };
const look = (refused: readonly (readonly [Kind, number])[]) =>
  lookAt(kubeRefusing(new Map(refused)), () => Promise.reject(new Error('nobody')) as never, live);

it('names the kinds of others that Kubernetes does not know, or says so by forbidding them', async () => {
  const { world } = await look([
    [ISTIO_GATEWAY, 404],
    [HTTP_PROXY, 403],
  ]);
  expect(world.absentKinds).toEqual(['Gateway.networking.istio.io', 'HTTPProxy.projectcontour.io']);
});

it('names none where all of them are known', async () => {
  expect((await look([])).world.absentKinds).toEqual([]);
});

it('does not go on without sight of its own kinds, nor of those of others that fail otherwise', async () => {
  await expect(look([[SERVICE, 403]])).rejects.toThrow('cannot list services');
  await expect(look([[ISTIO_GATEWAY, 500]])).rejects.toThrow('cannot list gateways');
});

it('sees nothing but absence where nothing of others is installed', async () => {
  const { world } = await look(OPTIONAL.map((kind) => [kind, 404] as const));
  expect(world.absentKinds).toEqual(OPTIONAL.map(kindKey).sort());
  expect(world.objects).toEqual([]);
});
