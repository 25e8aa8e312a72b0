/** External listeners where they stand in a spec, for those who judge them. */
import type { ExternalSpec, ExternalListener, IngressConfig } from './resolved-external';
import { resolveExternal } from './resolved-external';
import type { DefaultedSpec } from './kafka-cluster';
import type { Problem, ProblemCode } from './problem';
import type { IngressController, ResolvedExternalListener, ResolvedIngress, ResolvedNode } from './resolved-cluster';
import { own } from './json';

/** What the checks of external access look at. */
export interface ExternalView {
  readonly cluster: string;
  readonly namespace: string;
  readonly controller: IngressController;
  /** Brokers of the spec. */
  readonly brokers: readonly ResolvedNode[];
  readonly places: readonly ExternalPlace[];
}

export interface ExternalPlace {
  readonly path: string;
  readonly listener: ResolvedExternalListener;
  readonly written: ExternalListener;
}

/** @param nodes those of the spec */
export function externalView(
  spec: ExternalSpec & Pick<DefaultedSpec, 'ingressController'>,
  nodes: readonly ResolvedNode[],
  { name, namespace }: { readonly name: string; readonly namespace: string },
): ExternalView {
  const resolved = resolveExternal(spec);
  const places = (spec.listenersConfig.externalListeners ?? []).flatMap((written, index) => {
    const listener = resolved[index];
    return listener === undefined ? [] : [{ path: `spec.listenersConfig.externalListeners[${String(index)}]`, listener, written }];
  });
  const brokers = nodes.filter(({ roles }) => roles.includes('broker'));
  return { cluster: name, namespace, controller: spec.ingressController, brokers, places };
}

export const problem = (path: string, code: ProblemCode, message: string): Problem => ({ path, code, message });

/** Where a way in is written: its ingress configuration, or the listener when it has none. */
export const pathOfWay = ({ path }: ExternalPlace, { name }: Pick<ResolvedIngress, 'name'>): string =>
  name === '' ? path : `${path}.config.ingressConfig[${name}]`;

/** Where `field` of a way in comes from: its ingress configuration when it says something there, else the listener. */
export function pathOfField(place: ExternalPlace, way: Pick<ResolvedIngress, 'name'>, field: keyof IngressConfig): string {
  const said = own(place.written.config?.ingressConfig, way.name)?.[field];
  return `${said === undefined || said === '' ? place.path : pathOfWay(place, way)}.${field}`;
}

/** Brokers that clients reach through a way in. */
export const brokersOf = (
  { brokers }: Pick<ExternalView, 'brokers'>,
  way: Pick<ResolvedIngress, 'name' | 'isDefault'>,
): readonly ResolvedNode[] =>
  brokers.filter(({ ingress }) => way.name === '' || (ingress.length === 0 ? way.isDefault : ingress.includes(way.name)));

/** A proxy stands between clients and the brokers of the listener. */
export const hasProxy = (
  { controller }: Pick<ExternalView, 'controller'>,
  { accessMethod, startingPort }: ResolvedExternalListener,
): boolean => accessMethod === 'LoadBalancer' || (accessMethod === 'ClusterIP' && controller === 'contour' && startingPort === ONE_PORT);

/** `externalStartingPort` of a listener whose brokers share one port. */
export const ONE_PORT = -1;

/** The broker whose port is the highest and whose name is the longest. */
export const highestId = ({ brokers }: Pick<ExternalView, 'brokers'>): number => brokers.reduce((most, { id }) => Math.max(most, id), 0);
