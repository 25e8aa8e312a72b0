/**
 * Names of objects that are made of the names of the cluster, of listeners and of ingress configurations: what Kubernetes would refuse, or
 * what two of them would share, is refused with the spec.
 */
import {
  anyBrokerListenerServiceName,
  apiGatewayName,
  brokerListenerServiceName,
  contourServiceName,
  envoyServiceName,
  meshGatewayName,
  wayLabel,
  wayName,
} from '../constructs/naming';
import { brokersOf, hasProxy, highestId, pathOfWay, problem, type ExternalPlace, type ExternalView } from './external-place';
import { hostOfTemplate } from './host-name';
import type { Problem } from './problem';
import type { IngressController, ResolvedIngress } from './resolved-cluster';

export const checkExternalNames = (view: ExternalView): readonly Problem[] => [
  ...view.places.flatMap((place) => [...checkCharacters(place), ...checkLengths(view, place)]),
  ...checkShared(view),
  ...checkHostsOfContour(view),
];

const NAME = /^[a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?$/;

function checkCharacters(place: ExternalPlace): readonly Problem[] {
  const { path, listener } = place;
  const remedy = 'use letters, digits and dashes, and end with a letter or a digit';
  const ways = listener.ways.filter(({ name }) => name !== '' && !NAME.test(name));
  return [
    ...(NAME.test(listener.name)
      ? []
      : [
          problem(
            `${path}.name`,
            'Invalid',
            `cannot name Services and labels after the listener ${JSON.stringify(listener.name)}: ${remedy}`,
          ),
        ]),
    ...ways.map((way) =>
      problem(
        pathOfWay(place, way),
        'Invalid',
        `cannot name Services and labels after the ingress configuration ${JSON.stringify(way.name)}: ${remedy}`,
      ),
    ),
  ];
}

/** The longest name that is made for a way in: a Service, or what becomes the name of one. */
const LONGEST: Readonly<Record<IngressController, (cluster: string, listener: string, way: string) => string>> = {
  envoy: envoyServiceName,
  istioingress: meshGatewayName,
  contour: contourServiceName,
  gateway: apiGatewayName,
};

const MAX_SERVICE_NAME = 63;

function checkLengths(view: ExternalView, place: ExternalPlace): readonly Problem[] {
  const { path, listener } = place;
  const perBroker = namesPerBroker(view, place).map((name) => ({ at: `${path}.name`, name }));
  const perWay = hasProxy(view, listener)
    ? listener.ways.map((way) => ({
        at: way.name === '' ? `${path}.name` : pathOfWay(place, way),
        name: LONGEST[view.controller](view.cluster, listener.name, way.name),
      }))
    : listener.ways.map((way) => ({ at: pathOfWay(place, way), name: wayLabel(listener.name, way.name) }));
  return [...perBroker, ...perWay].filter(({ name }) => name.length > MAX_SERVICE_NAME).map(({ at, name }) => tooLong(at, name));
}

function tooLong(at: string, name: string): Problem {
  const excess = name.length - MAX_SERVICE_NAME;
  return problem(
    at,
    'OutOfRange',
    `cannot name a Service or a label ${name}: it has at most ${String(MAX_SERVICE_NAME)} characters, so choose one that is ${String(excess)} shorter`,
  );
}

/** Envoy leads to Pods by their own names; everybody else has a Service for each broker. */
function namesPerBroker(view: ExternalView, { listener }: ExternalPlace): readonly string[] {
  if (listener.accessMethod === 'LoadBalancer' && view.controller === 'envoy') return [];
  const highest = highestId(view);
  const anyBroker = listener.accessMethod === 'LoadBalancer' ? [anyBrokerListenerServiceName(view.cluster, listener.name)] : [];
  return [brokerListenerServiceName(view.cluster, highest, listener.name), ...anyBroker];
}

interface Named {
  readonly at: string;
  readonly name: string;
  readonly who: string;
}

/** `a_b` and `a-b`, or listener `a` with `b-c` and listener `a-b` with `c`. */
function checkShared({ places }: ExternalView): readonly Problem[] {
  const named = places.flatMap((place) => {
    const { listener, path } = place;
    const itself = { at: `${path}.name`, name: wayName(listener.name, ''), who: listener.name };
    const ways = listener.ways
      .filter(({ name }) => name !== '')
      .map((way) => ({ at: pathOfWay(place, way), name: wayName(listener.name, way.name), who: `${listener.name} with ${way.name}` }));
    return [itself, ...ways];
  });
  return repeated(named).map(([first, second]) =>
    problem(
      second.at,
      'Duplicate',
      `cannot tell ${first.who} and ${second.who} apart, both are ${first.name} in names of objects: rename one`,
    ),
  );
}

/** All of them stand at one Contour, whose HTTPProxies are named by the host. */
function checkHostsOfContour(view: ExternalView): readonly Problem[] {
  if (view.controller !== 'contour') return [];
  const hosts = view.places
    .filter(({ listener }) => hasProxy(view, listener))
    .flatMap((place) => place.listener.ways.flatMap((way) => hostsOf(view, place, way)));
  return repeated(hosts).map(([first, second]) =>
    problem(
      second.at,
      'Duplicate',
      `cannot lead ${first.name} to ${second.who}, because it leads to ${first.who}: choose another host name`,
    ),
  );
}

function hostsOf(view: ExternalView, place: ExternalPlace, way: ResolvedIngress): readonly Named[] {
  const { hostnameOverride: first, brokerHostnameTemplate: template } = way;
  const at = pathOfWay(place, way);
  const where = way.name === '' ? place.listener.name : `${place.listener.name} (${way.name})`;
  const brokers = template?.includes('%id') ? brokersOf(view, way) : [];
  return [
    ...(first === undefined ? [] : [{ at, name: first, who: `any broker of ${where}` }]),
    ...brokers.map(({ id }) => ({ at, name: hostOfTemplate(template ?? '', id), who: `broker ${String(id)} of ${where}` })),
  ];
}

/** Later ones with the name of an earlier one, once for each place. */
function repeated(all: readonly Named[]): readonly (readonly [Named, Named])[] {
  const firsts = new Map<string, Named>();
  const found = new Map<string, readonly [Named, Named]>();
  for (const one of all) {
    const first = firsts.get(one.name);
    if (first === undefined) firsts.set(one.name, one);
    else if (!found.has(one.at)) found.set(one.at, [first, one]);
  }
  return [...found.values()];
}
