/**
 * Kinds of others (a mesh, an ingress controller) that this Kubernetes does not know: what is of them is not written, since it would
 * be refused again and again, and one line says what is missing. It is written as soon as they are installed.
 */
import type { Manifest } from '../../lib/constructs/manifest';
import type { Context } from './context';
import type { Held } from './plan';
import { reason } from './reason';
import type { World } from './world';

/** As `World.absentKinds` names it, for example `Gateway.networking.istio.io`. */
function keyOf({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? kind : `${kind}.${apiVersion.slice(0, slash)}`;
}

export const isOfAbsentKind = (manifest: Manifest, { absentKinds = [] }: Pick<World, 'absentKinds'>): boolean =>
  absentKinds.length > 0 && absentKinds.includes(keyOf(manifest));

/** Kinds that the spec needs and Kubernetes does not know, sorted. */
export const missingKinds = ({ shared, world }: Pick<Context, 'shared' | 'world'>): readonly string[] =>
  [...new Set(shared.filter((m) => isOfAbsentKind(m, world)).map(keyOf))].sort();

export function waitingForKinds(context: Pick<Context, 'shared' | 'world' | 'cluster'>): readonly Held[] {
  const missing = missingKinds(context);
  if (missing.length === 0) return [];
  const { ingressController } = context.cluster;
  const message = `Kubernetes does not know ${missing.join(', ')}; install what defines them, or choose another ingressController than ${ingressController}`;
  return [{ what: 'apply    what leads clients in', reasons: [reason('KindNotInstalled', message)] }];
}
