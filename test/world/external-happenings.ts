/** What can befall the ways in from outside, in the words of world.yaml. */
import { withObject, without } from '../../operator/decide/simulate';
import type { KubeNodeView, World } from '../../operator/decide/world';

export type ExternalHappening =
  /** A load balancer has this address; null: none any more. */
  | { readonly serviceAddress: string; readonly is: string | null }
  | { readonly serviceGone: string }
  /** Kubernetes picked this node port for its only port. */
  | { readonly nodePortOf: string; readonly is: number }
  | { readonly kubeNodeAddresses: string; readonly are: KubeNodeView['addresses'] }
  /** Everything that is there was made long ago. */
  | { readonly servicesMade: string }
  | { readonly kindsAbsent: readonly string[] };

type Told = Readonly<Record<string, unknown>>;

export const EXTERNAL_TOLD: Readonly<Record<string, (world: World, what: Told) => World>> = {
  serviceAddress: (world, what) => {
    const ingress = what.is === null ? [] : [{ ip: what.is }];
    return withObject(world, { ...serviceIn(world, what.serviceAddress), status: { loadBalancer: { ingress } } });
  },
  serviceGone: (world, what) => without(world, 'Service', serviceIn(world, what.serviceGone).metadata.name),
  nodePortOf: (world, what) => {
    const service = serviceIn(world, what.nodePortOf);
    const spec = service.spec as { readonly ports: readonly object[] };
    return withObject(world, { ...service, spec: { ...spec, ports: [{ ...spec.ports[0], nodePort: what.is }] } });
  },
  kubeNodeAddresses: (world, what) => ({
    ...world,
    kubeNodes: world.kubeNodes.map((n) =>
      n.name === what.kubeNodeAddresses ? { ...n, addresses: what.are as NonNullable<KubeNodeView['addresses']> } : n,
    ),
  }),
  servicesMade: (world, what) => ({
    ...world,
    objects: world.objects.map((o) => ({ ...o, metadata: { ...o.metadata, creationTimestamp: what.servicesMade as string } })),
  }),
  kindsAbsent: (world, what) => ({ ...world, absentKinds: what.kindsAbsent as readonly string[] }),
};

function serviceIn(world: World, name: unknown): World['objects'][number] {
  const found = world.objects.find((o) => o.kind === 'Service' && o.metadata.name === name);
  if (found === undefined) throw new Error(`there is no Service ${String(name)} in this world`);
  return found;
}
