/** What is refused of external access at apply and what is not, as sentences; `says` is part of the message. */
import { ANNOTATION } from '../../../lib/constructs/naming';
import type { RuleCase } from './rule-cases';
import { claim, combined, controller, external, internal, listeners, spec } from './specs';

type Json = Record<string, unknown>;

/** A cluster of brokers 0 and 1 with these external listeners. */
const outside = (externalListeners: readonly Json[], changes: Json = {}): Json =>
  spec({ brokers: [combined(0), combined(1)], ...listeners([internal(), controller()], externalListeners), ...changes });

const TEMPLATE = { brokerHostnameTemplate: 'kafka-%id.example.com' };
const onePort = (changes: Json = {}): Json =>
  external({ externalStartingPort: -1, hostnameOverride: 'kafka.example.com', tlsSecretName: 'proxy-tls', ...changes });
const sni = (changes: Json = {}, more: Json = {}): Json => outside([onePort(changes)], { envoyConfig: TEMPLATE, ...more });
const byContour = (changes: Json = {}, contour: Json = {}): Json =>
  outside([onePort({ accessMethod: 'ClusterIP', ...changes })], {
    ingressController: 'contour',
    contourIngressConfig: { brokerFQDNTemplate: 'kafka-%id.example.com', ...contour },
  });

const config = (ingressConfig: Json, defaultIngressConfig = ''): Json => ({ config: { defaultIngressConfig, ingressConfig } });
const mapped = (id: number, ...names: readonly string[]) => combined(id, { brokerIngressMapping: names });
const zones = (defaultIngressConfig: string, ...brokers: readonly unknown[]): Json =>
  outside([external(config({ a: {}, b: {} }, defaultIngressConfig))], { brokers });

const ports: readonly RuleCase[] = [
  {
    name: 'refuses external ports above 65535',
    spec: outside([external({ externalStartingPort: 65530 })], { brokers: [combined(0), combined(9)] }),
    says: 'larger than 65535',
  },
  {
    name: 'accepts the highest external port',
    spec: outside([external({ externalStartingPort: 65530 })], { brokers: [combined(0), combined(5)] }),
  },
  {
    name: 'accepts a controller with an id that would make a port above 65535',
    spec: outside([external()], { brokers: [combined(0), combined(65000, { processRoles: ['controller'] })] }),
  },
  {
    name: 'refuses port 0 for broker 0',
    spec: outside([external({ externalStartingPort: 0 })]),
    says: 'only with accessMethod NodePort Kubernetes picks ports',
  },
  { name: 'accepts that Kubernetes picks the port', spec: outside([external({ externalStartingPort: 0, accessMethod: 'NodePort' })]) },
  {
    name: 'refuses one port for two purposes of a proxy',
    spec: outside([external({ externalStartingPort: 29092 })]),
    says: 'same port of one proxy',
  },
  {
    name: 'refuses the port of the second broker for the first contact',
    spec: outside([external({ anyCastPort: 19091 })]),
    says: 'anyCastPort or ingressControllerTargetPort',
  },
  {
    name: 'accepts the port of a controller for the first contact',
    spec: outside([external({ anyCastPort: 19091 })], { brokers: [combined(0), combined(1, { processRoles: ['controller'] })] }),
  },
  {
    name: 'refuses the port of the health check for a broker',
    spec: outside([external({ externalStartingPort: 8079 })]),
    says: 'healthCheckPort',
  },
  {
    name: 'refuses the port of the health check for the first contact',
    spec: outside([external({ ingressControllerTargetPort: 9999 })], { envoyConfig: { healthCheckPort: 9999 } }),
    says: 'healthCheckPort',
  },
  {
    name: 'accepts the port of a health check that nobody makes',
    spec: outside([external({ externalStartingPort: 8079 })], { ingressController: 'istioingress' }),
  },
  { name: 'accepts one port for administration and health: the first does not act', spec: spec({ envoyConfig: { adminPort: 8080 } }) },
  {
    name: 'refuses the same node ports for two listeners',
    spec: outside([
      external({ accessMethod: 'NodePort', externalStartingPort: 32000 }),
      external({ name: 'other', containerPort: 9095, accessMethod: 'NodePort', externalStartingPort: 32000 }),
    ]),
    says: 'same node ports',
  },
  {
    name: 'accepts node ports side by side',
    spec: outside([
      external({ accessMethod: 'NodePort', externalStartingPort: 32000 }),
      external({ name: 'other', containerPort: 9095, accessMethod: 'NodePort', externalStartingPort: 32002 }),
    ]),
  },
];

const oneForAll: readonly RuleCase[] = [
  { name: 'accepts one port for all', spec: sni() },
  {
    name: 'accepts one port for all at a Gateway',
    spec: sni({ serviceAnnotations: { [ANNOTATION.gatewayClass]: 'a' } }, { ingressController: 'gateway' }),
  },
  { name: 'accepts one port for all at Contour', spec: byContour() },
  { name: 'accepts the certificate of Contour', spec: byContour({ tlsSecretName: '' }, { tlsSecretName: 'ns/tls' }) },
  {
    name: 'accepts host names of each way in',
    spec: outside(
      [
        onePort({
          hostnameOverride: '',
          ...config(
            {
              a: { hostnameOverride: 'a.example.com', envoyConfig: { brokerHostnameTemplate: '%id.a.example.com' } },
              b: { hostnameOverride: 'b.example.com', envoyConfig: { brokerHostnameTemplate: '%id.b.example.com' } },
            },
            'a',
          ),
        }),
      ],
      {},
    ),
  },
  {
    name: 'refuses one way in without host names',
    spec: outside([onePort(config({ a: { envoyConfig: { brokerHostnameTemplate: '%id.a.example.com' } }, b: {} }, 'a'))]),
    says: 'write brokerHostnameTemplate',
  },
  { name: 'refuses one port without host names', spec: sni({}, { envoyConfig: {} }), says: 'write brokerHostnameTemplate' },
  {
    name: 'refuses one port at Contour with the host names of Envoy',
    spec: { ...byContour(), contourIngressConfig: {}, envoyConfig: TEMPLATE },
    says: 'brokerFQDNTemplate',
  },
  {
    name: 'refuses one port without a host name for the first contact',
    spec: sni({ hostnameOverride: '' }),
    says: 'write hostnameOverride',
  },
  { name: 'refuses one port without a certificate', spec: sni({ tlsSecretName: '' }), says: 'write tlsSecretName' },
  { name: 'refuses one node port for all', spec: sni({ accessMethod: 'NodePort' }), says: 'choose accessMethod LoadBalancer' },
  { name: 'refuses one ClusterIP for all without Contour', spec: sni({ accessMethod: 'ClusterIP' }), says: 'only Contour tells apart' },
  {
    name: 'refuses Contour by port',
    spec: byContour({ accessMethod: 'LoadBalancer', externalStartingPort: 19090 }),
    says: 'host name only',
  },
  {
    name: 'refuses a certificate where no proxy stands',
    spec: outside([external({ accessMethod: 'NodePort', externalStartingPort: 32000, tlsSecretName: 'tls' })]),
    says: 'nothing would be encrypted',
  },
  {
    name: 'refuses a certificate that Istio would not use',
    spec: outside([external({ tlsSecretName: 'tls' })], { ingressController: 'istioingress' }),
    says: 'nothing would be encrypted',
  },
  { name: 'accepts TLS that Envoy ends at each port', spec: outside([external({ tlsSecretName: 'tls' })]) },
];

const names: readonly RuleCase[] = [
  {
    name: 'refuses a template without the id',
    spec: sni({}, { envoyConfig: { brokerHostnameTemplate: 'kafka.example.com' } }),
    says: '%id',
  },
  {
    name: 'refuses a template with a wildcard',
    spec: sni({}, { envoyConfig: { brokerHostnameTemplate: '*.%id.com' } }),
    says: 'no wildcard',
  },
  {
    name: 'refuses a template that is no name in a way in',
    spec: sni(config({ a: { envoyConfig: { brokerHostnameTemplate: 'b_%id' } } }, 'a')),
    says: 'no template of host names',
  },
  { name: 'refuses a template of Contour without the id', spec: byContour({}, { brokerFQDNTemplate: 'kafka.example.com' }), says: '%id' },
  ...['*.example.com', 'https://kafka.example.com', 'kafka.example.com:9094', 'kafka_1.example.com', 'kafka..com', '-kafka.com'].map(
    (host) => ({
      name: `refuses the host name ${host}`,
      spec: outside([external({ hostnameOverride: host })]),
      says: 'no host name',
    }),
  ),
  {
    name: 'refuses a host name with a space in a way in',
    spec: outside([external(config({ a: { hostnameOverride: 'kafka example' } }, 'a'))]),
    says: 'no host name',
  },
  ...['kafka', 'Kafka.example.com', '192.0.2.7'].map((host) => ({
    name: `accepts the host name ${host}`,
    spec: outside([external({ hostnameOverride: host })]),
  })),
  {
    name: 'refuses a host name that begins with a dot',
    spec: outside([external({ hostnameOverride: '.example.com' })]),
    says: 'begins with a dot',
  },
  {
    name: 'accepts the end of host names for node ports',
    spec: outside([external({ accessMethod: 'NodePort', externalStartingPort: 0, hostnameOverride: '.example.com' })]),
  },
];

const ways: readonly RuleCase[] = [
  { name: 'accepts brokers in two zones', spec: zones('', mapped(0, 'a'), mapped(1, 'b', 'a')) },
  { name: 'accepts a default for the others', spec: zones('a', combined(0), mapped(1, 'b')) },
  { name: 'refuses a default that does not exist', spec: zones('c', combined(0)), says: 'names no entry of ingressConfig' },
  {
    name: 'refuses a default without ingress configurations',
    spec: outside([external({ config: { defaultIngressConfig: 'a' } })]),
    says: 'names no entry of ingressConfig',
  },
  { name: 'refuses a broker that nobody reaches', spec: zones('', mapped(0, 'a'), combined(1)), says: 'reached by nobody' },
  {
    name: 'accepts a controller that nobody reaches',
    spec: zones('', mapped(0, 'a'), combined(1, { processRoles: ['controller'] })),
  },
  {
    name: 'accepts brokers that their group leads',
    spec: {
      ...zones('', { id: 0, brokerConfigGroup: 'g' }),
      brokerConfigGroups: {
        g: { processRoles: ['controller', 'broker'], storageConfigs: [claim('/kafka-logs')], brokerIngressMapping: ['b'] },
      },
    },
  },
  { name: 'refuses an ingress configuration that nobody defines', spec: zones('a', mapped(0, 'c')), says: 'that no external listener has' },
  {
    name: 'refuses an ingress configuration without external listeners',
    spec: spec({ brokers: [mapped(0, 'a')] }),
    says: 'that no external listener has',
  },
  {
    name: 'refuses an ingress configuration of a group that nobody defines',
    spec: spec({ brokerConfigGroups: { g: { brokerIngressMapping: ['a'] } } }),
    says: 'that no external listener has',
  },
  {
    name: 'refuses a traffic policy that does not exist',
    spec: outside([external({ externalTrafficPolicy: 'local' })]),
    says: 'externalTrafficPolicy',
  },
  {
    name: 'refuses a type of Service that leads nobody in',
    spec: outside([external({ serviceType: 'ExternalName' })]),
    says: 'serviceType',
  },
  {
    name: 'refuses a range of addresses without its length',
    spec: outside([external()], { envoyConfig: { loadBalancerSourceRanges: ['10.0.0.0'] } }),
    says: 'loadBalancerSourceRanges',
  },
];

const flagged = (name: string, changes: Json = {}) => external({ name, usedForInnerBrokerCommunication: true, ...changes });
const inner = internal({ usedForInnerBrokerCommunication: false });
const plain = listeners([inner, controller()], [flagged('external')]);

/** The flags do not act outside yet; the rules are there before they do. */
const removals: readonly RuleCase[] = [
  {
    name: 'refuses to remove an external listener that brokers use',
    old: spec(plain),
    spec: spec(listeners([internal(), controller()])),
    says: 'an external listener that the cluster itself uses cannot be renamed or removed',
  },
  {
    name: 'refuses to rename an external listener that the operator uses',
    old: spec(listeners([internal(), controller()], [external({ usedForKafkaAdminCommunication: true })])),
    spec: spec(listeners([internal(), controller()], [external({ name: 'other', usedForKafkaAdminCommunication: true })])),
    says: 'an external listener that the cluster itself uses cannot be renamed or removed',
  },
  {
    name: 'refuses to move a flag to a new external listener',
    old: spec(),
    spec: spec(plain),
    says: 'a flag cannot move to an external listener',
  },
  {
    name: 'accepts that an external listener of clients goes',
    old: spec(listeners([internal(), controller()], [external()])),
    spec: spec(),
  },
];

export const externalCases: readonly RuleCase[] = [...ports, ...oneForAll, ...names, ...ways, ...removals];
