/**
 * Host names that clients are given, and the TLS by which a proxy tells brokers apart on one port. A name that is wrong is found out by
 * clients alone; a connection that was meant to be encrypted and is not would be found out by nobody.
 */
import {
  brokersOf,
  hasProxy,
  highestId,
  ONE_PORT,
  pathOfField,
  pathOfWay,
  problem,
  type ExternalPlace,
  type ExternalView,
} from './external-place';
import { hostOfTemplate, isHostName, isObjectName } from './host-name';
import { own } from './json';
import type { Problem } from './problem';
import type { Hint, ResolvedIngress } from './resolved-cluster';
import { brokerListenerServiceName } from '../constructs/naming';

export const checkExternalHosts = (view: ExternalView): readonly Problem[] =>
  view.places.flatMap((place) => [
    ...checkAccess(view, place),
    ...checkSecret(view, place),
    ...place.listener.ways.flatMap((way) => [...checkHost(view, place, way), ...checkOnePort(view, place, way)]),
  ]);

/** All brokers on one port, behind somebody who can tell them apart. */
const sharesOnePort = (view: ExternalView, { listener }: ExternalPlace): boolean =>
  listener.startingPort === ONE_PORT && hasProxy(view, listener);

function checkAccess(view: ExternalView, place: ExternalPlace): readonly Problem[] {
  const { accessMethod, startingPort } = place.listener;
  const at = `${place.path}.externalStartingPort`;
  if (startingPort === ONE_PORT && !sharesOnePort(view, place)) {
    const message = `cannot tell brokers apart on one port with accessMethod ${accessMethod}: choose accessMethod LoadBalancer, or with NodePort 0 to let Kubernetes pick ports`;
    return [problem(at, 'Invalid', message)];
  }
  if (view.controller === 'contour' && accessMethod === 'LoadBalancer' && startingPort !== ONE_PORT) {
    const message = 'cannot lead to brokers by port with Contour, which tells them apart by host name: write externalStartingPort -1';
    return [problem(at, 'Invalid', message)];
  }
  return [];
}

/** Whether something in front of the brokers ends TLS with `tlsSecretName`. */
function endsTls(view: ExternalView, place: ExternalPlace): boolean {
  if (sharesOnePort(view, place)) return true;
  return place.listener.accessMethod === 'LoadBalancer' && view.controller !== 'istioingress';
}

function checkSecret(view: ExternalView, place: ExternalPlace): readonly Problem[] {
  const { tlsSecretName, accessMethod } = place.listener;
  const at = `${place.path}.tlsSecretName`;
  if (tlsSecretName === undefined) return [];
  if (!isObjectName(tlsSecretName))
    return [problem(at, 'Invalid', `cannot read ${quoted(tlsSecretName)} as the name of a Secret: correct it`)];
  if (endsTls(view, place)) return [];
  const istio = 'with Istio write gatewayConfig, or externalStartingPort -1';
  const remedy = accessMethod === 'LoadBalancer' ? istio : 'choose accessMethod LoadBalancer, or remove tlsSecretName';
  return [problem(at, 'Invalid', `cannot end TLS with ${tlsSecretName}, because no proxy stands there that would: ${remedy}`)];
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 60));

function checkHost(view: ExternalView, place: ExternalPlace, way: ResolvedIngress): readonly Problem[] {
  const host = way.hostnameOverride;
  if (host === undefined) return [];
  const at = pathOfField(place, way, 'hostnameOverride');
  if (hasProxy(view, place.listener)) {
    return isHostName(host) ? [] : [problem(at, 'Invalid', `cannot use ${quoted(host)} as a host name: ${HOST}`)];
  }
  const full = `${brokerListenerServiceName(view.cluster, highestId(view), place.listener.name)}.${view.namespace}${host}`;
  if (isHostName(full)) return [];
  return [problem(at, 'Invalid', `cannot use ${quoted(full)} as a host name, which is made of ${quoted(host)}: ${HOST}`)];
}

const HOST = 'write a DNS name or an IPv4 address, without scheme, port and wildcard';

function checkOnePort(view: ExternalView, place: ExternalPlace, way: ResolvedIngress): readonly Problem[] {
  if (!sharesOnePort(view, place)) return [];
  return [...checkTemplate(view, place, way), ...checkFirstContact(view, place, way), ...checkTls(view, place, way)];
}

/** Where the template is written, or ought to be. */
function pathOfTemplate({ controller }: ExternalView, place: ExternalPlace, way: ResolvedIngress): string {
  const [config, field] = controller === 'contour' ? (['contourIngressConfig', 'brokerFQDNTemplate'] as const) : ENVOYS_TEMPLATE;
  const written: Readonly<Record<string, unknown>> | undefined = own(place.written.config?.ingressConfig, way.name)?.[config];
  return `${written?.[field] === undefined ? 'spec' : pathOfWay(place, way)}.${config}.${field}`;
}

const ENVOYS_TEMPLATE = ['envoyConfig', 'brokerHostnameTemplate'] as const;

function checkTemplate(view: ExternalView, place: ExternalPlace, way: ResolvedIngress): readonly Problem[] {
  const template = way.brokerHostnameTemplate;
  const at = pathOfTemplate(view, place, way);
  if (template === undefined) {
    const message = `cannot tell the brokers of ${place.listener.name} apart without host names: write a template such as kafka-%id.example.com`;
    return [problem(at, 'Required', message)];
  }
  if (!template.includes('%id')) {
    const message = `cannot tell brokers apart by ${quoted(template)}, which is the same for all of them: write %id where the id of the broker stands`;
    return [problem(at, 'Invalid', message)];
  }
  const longest = hostOfTemplate(template, highestId(view));
  return isServerName(longest) ? [] : [problem(at, 'Invalid', `cannot use ${quoted(longest)} as a host name: ${SERVER_NAME}`)];
}

const SERVER_NAME = 'write a DNS name in lower case, without scheme, port and wildcard';

/** What a client can ask for in TLS: a name, no address; proxies compare it in lower case. */
const isServerName = (name: string): boolean => isHostName(name) && name === name.toLowerCase() && !/^[\d.]+$/.test(name);

function checkFirstContact(view: ExternalView, place: ExternalPlace, way: ResolvedIngress): readonly Problem[] {
  const { hostnameOverride: host, brokerHostnameTemplate: template } = way;
  if (host === undefined) {
    const message = `cannot tell the first contact of ${place.listener.name} from its brokers without a host name: write hostnameOverride`;
    return [problem(`${pathOfWay(place, way)}.hostnameOverride`, 'Required', message)];
  }
  const at = pathOfField(place, way, 'hostnameOverride');
  if (isHostName(host) && !isServerName(host)) {
    return [problem(at, 'Invalid', `cannot tell clients apart by ${quoted(host)}: ${SERVER_NAME}`)];
  }
  const same = brokersOf(view, way).find(({ id }) => template !== undefined && hostOfTemplate(template, id) === host);
  if (same === undefined) return [];
  return [
    problem(at, 'Duplicate', `cannot use ${host} for the first contact, it is the host name of broker ${String(same.id)}: choose another`),
  ];
}

/** Kafka itself speaks TLS: the proxy may pass it on. */
const speaksTls = ({ listener }: ExternalPlace): boolean => listener.protocol === 'ssl' || listener.protocol === 'sasl_ssl';

function checkTls(view: ExternalView, place: ExternalPlace, way: ResolvedIngress): readonly Problem[] {
  if (speaksTls(place) || hasCertificate(view, place, way)) return [];
  const message = `cannot read host names of clients without TLS, which ${place.listener.name} does not have: write tlsSecretName, the Secret with the certificate of the proxy`;
  return [problem(`${place.path}.tlsSecretName`, 'Required', message)];
}

function hasCertificate({ controller }: ExternalView, { listener }: ExternalPlace, way: ResolvedIngress): boolean {
  if (listener.tlsSecretName !== undefined) return true;
  if (controller === 'contour') return way.contour.tlsSecretName !== undefined;
  return controller === 'istioingress' && Object.keys(way.istio.tls ?? {}).length > 0;
}

/** A host name that follows the name of a broker without a dot is hardly ever meant so. */
export const hostHints = (view: ExternalView): readonly Hint[] =>
  view.places
    .filter(({ listener }) => !hasProxy(view, listener))
    .flatMap((place) =>
      place.listener.ways.flatMap((way) => {
        const host = way.hostnameOverride;
        if (host === undefined || host.startsWith('.')) return [];
        const message = `${host} follows <cluster>-<id>-<listener>.<namespace> without a dot between; write .${host} if that is not meant`;
        return [{ path: pathOfField(place, way, 'hostnameOverride'), message }];
      }),
    );
