/**
 * What external listeners must obey together with the nodes and with the rest of the spec, as far as the API server can tell at a
 * bearable cost; external-checks.ts says all of it in TypeScript.
 */
import { DEFAULT_HEALTH_CHECK_PORT } from './defaults';
import type { CelRule } from './field';
import { hasMapping, hasRole, zooKeeper } from './node-rules';

const listeners = 'self.listenersConfig.externalListeners';
const fieldPath = '.listenersConfig.externalListeners';

/** `condition` holds for every external listener `l` of a KRaft cluster. */
const all = (condition: string): string => `(${zooKeeper}) || !has(${listeners}) || ${listeners}.all(l, ${condition})`;

/** `condition` holds for every broker `b`; controllers are never reached from outside. */
const brokers = (condition: string): string => `self.brokers.all(b, ${condition} || !${hasRole('broker', 'self', 'b')})`;

/** Whether an object has a text that is not empty in `field`, through optional objects. */
function says(object: string, ...path: readonly string[]): string {
  const places = path.map((_, at) => [object, ...path.slice(0, at + 1)].join('.'));
  return `(${[...places.map((place) => `has(${place})`), `${places.at(-1) ?? object} != ''`].join(' && ')})`;
}

const way = 'l.config.ingressConfig[w]';
const hasWays = 'has(l.config) && has(l.config.ingressConfig) && l.config.ingressConfig.size() > 0';

/** Whether each way in of listener `l` has a text, by itself or from the listener or the cluster. */
const everyWay = (common: string, own: string): string => `(${common} || (${hasWays} && l.config.ingressConfig.all(w, ${own})))`;

const contour = "self.ingressController == 'contour'";
const template = `(${contour} ? ${everyWay(
  says('self', 'contourIngressConfig', 'brokerFQDNTemplate'),
  says(way, 'contourIngressConfig', 'brokerFQDNTemplate'),
)} : ${everyWay(says('self', 'envoyConfig', 'brokerHostnameTemplate'), says(way, 'envoyConfig', 'brokerHostnameTemplate'))})`;
const contourSecret = `(${contour} && ${everyWay(
  says('self', 'contourIngressConfig', 'tlsSecretName'),
  says(way, 'contourIngressConfig', 'tlsSecretName'),
)})`;

const healthPort = `(has(self.envoyConfig) && has(self.envoyConfig.healthCheckPort) ? self.envoyConfig.healthCheckPort : ${String(DEFAULT_HEALTH_CHECK_PORT)})`;

/** With ingress configurations each proxy has its own brokers and its own ports: too much to ask here. */
const oneProxy = "l.accessMethod == 'LoadBalancer' && !has(l.config)";

const ports: readonly CelRule[] = [
  {
    rule: `!has(${listeners}) || ${listeners}.all(l, l.externalStartingPort <= 0 || ${brokers('l.externalStartingPort + b.id <= 65535')})`,
    message: 'externalStartingPort plus a broker id is larger than 65535: choose a lower externalStartingPort or lower ids',
    fieldPath,
  },
  {
    rule: all(`l.externalStartingPort != 0 || l.accessMethod != 'LoadBalancer' || ${brokers('b.id != 0')}`),
    message:
      'externalStartingPort 0 makes 0 the port of broker 0: only with accessMethod NodePort Kubernetes picks ports, so write the port of broker 0',
    fieldPath,
  },
  {
    rule: all(
      `!(${oneProxy} && l.externalStartingPort > 0) || ${brokers('!(l.externalStartingPort + b.id in [l.anyCastPort, l.ingressControllerTargetPort])')}`,
    ),
    message:
      'externalStartingPort plus a broker id is anyCastPort or ingressControllerTargetPort, the same port of one proxy: change one of them (29092 is the default of both)',
    fieldPath,
  },
  {
    rule: all(
      `!(${oneProxy} && self.ingressController == 'envoy') || !(${healthPort} in [l.anyCastPort, l.ingressControllerTargetPort]) && (l.externalStartingPort <= 0 || ${brokers(`l.externalStartingPort + b.id != ${healthPort}`)})`,
    ),
    message:
      'healthCheckPort of envoyConfig (8080 when left out) is the port of a broker, anyCastPort or ingressControllerTargetPort, the same port of one proxy: change one of them',
    fieldPath,
  },
  {
    rule: all(
      `l.accessMethod != 'NodePort' || l.externalStartingPort <= 0 || ${listeners}.all(o, o.name == l.name || o.accessMethod != 'NodePort' || o.externalStartingPort != l.externalStartingPort)`,
    ),
    message: 'two listeners have the same node ports: give each an externalStartingPort of its own, as far apart as the ids of the brokers',
    fieldPath,
  },
];

const onePort: readonly CelRule[] = [
  {
    rule: all(`l.externalStartingPort != -1 || l.accessMethod != 'ClusterIP' || ${contour}`),
    message:
      'externalStartingPort -1 is one port for all brokers, which with accessMethod ClusterIP only Contour tells apart: choose accessMethod LoadBalancer, or ingressController contour',
    fieldPath,
  },
  {
    rule: all(`l.externalStartingPort != -1 || l.accessMethod == 'NodePort' || ${template}`),
    message:
      'externalStartingPort -1 tells brokers apart by host name: write brokerHostnameTemplate in envoyConfig (with Contour brokerFQDNTemplate in contourIngressConfig), for example kafka-%id.example.com',
    fieldPath,
  },
  {
    rule: all(
      `l.externalStartingPort != -1 || l.accessMethod == 'NodePort' || ${everyWay(says('l', 'hostnameOverride'), says(way, 'hostnameOverride'))}`,
    ),
    message: 'externalStartingPort -1 tells brokers apart by host name: write hostnameOverride, the host name of the first contact',
    fieldPath,
  },
  {
    rule: all(
      `l.externalStartingPort != -1 || l.accessMethod == 'NodePort' || l.type in ['ssl', 'sasl_ssl'] || self.ingressController == 'istioingress' || ${says('l', 'tlsSecretName')} || ${contourSecret}`,
    ),
    message:
      'externalStartingPort -1 tells brokers apart by the host name in TLS, and this listener has no TLS: write tlsSecretName, the Secret with the certificate of the proxy',
    fieldPath,
  },
];

const tls: readonly CelRule[] = [
  {
    rule: all(`!${says('l', 'tlsSecretName')} || l.externalStartingPort == -1 || self.ingressController != 'istioingress'`),
    message:
      'tlsSecretName acts with Istio in one-port mode only, so nothing would be encrypted: write gatewayConfig in istioIngressConfig, or externalStartingPort -1 with host names',
    fieldPath,
  },
  {
    rule: all("!(self.ingressController in ['contour', 'gateway']) || l.accessMethod != 'LoadBalancer' || l.externalStartingPort == -1"),
    message: 'Contour and the Gateway API know brokers by host name only, not by port: write externalStartingPort -1',
    fieldPath,
  },
];

const known = (list: string): string =>
  `${list}.all(m, has(${listeners}) && ${listeners}.exists(l, has(l.config) && has(l.config.ingressConfig) && m in l.config.ingressConfig))`;
const unknownWay =
  'brokerIngressMapping names an ingress configuration that no external listener has: add it to config.ingressConfig or correct the name';

const ways: readonly CelRule[] = [
  {
    rule: `(${zooKeeper}) || self.brokers.all(b, !has(b.brokerConfig) || !has(b.brokerConfig.brokerIngressMapping) || ${known('b.brokerConfig.brokerIngressMapping')})`,
    message: unknownWay,
    fieldPath: '.brokers',
  },
  {
    rule: `(${zooKeeper}) || !has(self.brokerConfigGroups) || self.brokerConfigGroups.all(g, !has(self.brokerConfigGroups[g].brokerIngressMapping) || ${known('self.brokerConfigGroups[g].brokerIngressMapping')})`,
    message: unknownWay,
    fieldPath: '.brokerConfigGroups',
  },
  {
    rule: all(`!(${hasWays}) || l.config.defaultIngressConfig != '' || ${brokers(hasMapping('self', 'b'))}`),
    message:
      'a broker without brokerIngressMapping is reached by nobody, because defaultIngressConfig is empty: name an entry of ingressConfig in defaultIngressConfig, or give every broker a brokerIngressMapping',
    fieldPath,
  },
];

export const externalRules: readonly CelRule[] = [...ports, ...onePort, ...tls, ...ways];
