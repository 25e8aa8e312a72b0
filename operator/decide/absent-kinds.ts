/**
 * Kinds of others (a mesh, an ingress controller, cert-manager) that this Kubernetes does not know: what is of them is not written, since
 * it would be refused again and again, and one line says what is missing. It is written as soon as they are installed.
 */
import { CERT_MANAGER } from '../../lib/constructs/cert-manager';
import type { Manifest } from '../../lib/constructs/manifest';
import { POD_MONITOR_KIND } from '../../lib/constructs/pod-monitor';
import type { Context } from './context';
import type { Held } from './plan';
import { reason } from './reason';
import type { World } from './world';

/** As `World.absentKinds` names it, for example `Gateway.networking.istio.io`. */
export function keyOf({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? kind : `${kind}.${apiVersion.slice(0, slash)}`;
}

export const isOfAbsentKind = (manifest: Manifest, { absentKinds = [] }: Pick<World, 'absentKinds'>): boolean =>
  absentKinds.length > 0 && absentKinds.includes(keyOf(manifest));

/** A cluster does without them: where there are no PodMonitors, annotations of its Pods say the same (rules/scrape.ts). */
const DISPENSABLE = [keyOf(POD_MONITOR_KIND)];

/** Kinds that the spec needs and Kubernetes does not know, sorted. */
export const missingKinds = ({ shared, world }: Pick<Context, 'shared' | 'world'>): readonly string[] =>
  [...new Set(shared.filter((m) => isOfAbsentKind(m, world)).map(keyOf))].filter((key) => !DISPENSABLE.includes(key)).sort();

export function waitingForKinds(context: Pick<Context, 'shared' | 'world' | 'cluster'>): readonly Held[] {
  const missing = missingKinds(context);
  const [certificates, others] = [missing.filter(isOfCertManager), missing.filter((key) => !isOfCertManager(key))];
  const { ingressController } = context.cluster;
  const message = `Kubernetes does not know ${others.join(', ')}; install what defines them, or choose another ingressController than ${ingressController}`;
  return [
    ...(others.length === 0 ? [] : [{ what: 'apply    what leads clients in', reasons: [reason('KindNotInstalled', message)] }]),
    ...(certificates.length === 0
      ? []
      : [{ what: 'apply    what asks for certificates', reasons: [reason('KindNotInstalled', withoutCertManager(certificates))] }]),
  ];
}

export const isOfCertManager = (key: string): boolean => key.endsWith(`.${CERT_MANAGER}`);

export const withoutCertManager = (missing: readonly string[]): string =>
  `Kubernetes does not know ${missing.join(', ')}; install cert-manager, or let the operator sign: listenersConfig.sslSecrets with pkiBackend: operator and without issuerRef`;
