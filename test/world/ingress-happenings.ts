/** What can befall proxies and gateways, in the words of world.yaml. */
import { isProxyPod } from '../../operator/decide/simulate-envoy';
import type { World } from '../../operator/decide/world';

export type IngressHappening =
  /** No Envoy is ready. */
  | { readonly proxiesNotReady: true }
  /** Kinds that Kubernetes does not know. */
  | { readonly absentKinds: readonly string[] };

type Told = Readonly<Record<string, unknown>>;

export const INGRESS_TOLD: Readonly<Record<string, (world: World, what: Told) => World>> = {
  proxiesNotReady: (world) => ({
    ...world,
    objects: world.objects.map((o) =>
      isProxyPod(o) ? { ...o, status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] } } : o,
    ),
  }),
  absentKinds: (world, what) => ({ ...world, absentKinds: what.absentKinds as readonly string[] }),
};
