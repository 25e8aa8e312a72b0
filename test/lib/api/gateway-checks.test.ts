import { resolve } from '../../../lib/api/resolve';
import { controller, external, internal, listeners, spec } from './specs';

const CLASS = 'kafka.banzaicloud.io/gateway-class';
const good = {
  externalStartingPort: -1,
  anyCastPort: 9443,
  hostnameOverride: 'kafka.example',
  tlsSecretName: 'certificate',
  serviceAnnotations: { [CLASS]: 'public' },
};

const problems = (listener: object, more: object = {}) => {
  const written = {
    ...spec(listeners([internal(), controller()], [external({ ...good, ...listener })])),
    ingressController: 'gateway',
    envoyConfig: { brokerHostnameTemplate: 'kafka-%id.kafka.example' },
    ...more,
  };
  return resolve({ metadata: { name: 'orders', namespace: 'kafka', uid: 'u', generation: 1 }, spec: written }).problems;
};

test('a Gateway with class, host names and a certificate is accepted', () => {
  expect(problems({})).toEqual([]);
});

test.each<[string, object, string, string]>([
  ['by port', { externalStartingPort: 19090 }, 'externalStartingPort', 'cannot lead to brokers by port with the Gateway API'],
  ['without a class', { serviceAnnotations: {} }, 'serviceAnnotations', 'cannot make a Gateway without a class'],
  ['with a class that is none', { serviceAnnotations: { [CLASS]: 'Not A Name' } }, 'serviceAnnotations', 'as the name of a GatewayClass'],
])('a Gateway %s is refused, with the place and the remedy', (_name, listener, field, message) => {
  const found = problems(listener);
  expect(found.map(({ path }) => path)).toEqual([`spec.listenersConfig.externalListeners[0].${field}`]);
  expect(found[0]?.message).toContain(message);
});

test('the class may come from the ingress configuration, and each needs one', () => {
  const envoyConfig = (way: string) => ({ brokerHostnameTemplate: `kafka-%id.${way}.example` });
  const config = {
    defaultIngressConfig: 'west',
    ingressConfig: {
      east: { hostnameOverride: 'east.example', envoyConfig: envoyConfig('east') },
      west: { hostnameOverride: 'west.example', envoyConfig: envoyConfig('west'), serviceAnnotations: { [CLASS]: 'public' } },
    },
  };
  expect(problems({ serviceAnnotations: {}, config }).map(({ path }) => path)).toEqual([
    'spec.listenersConfig.externalListeners[0].config.ingressConfig[east].serviceAnnotations',
  ]);
});

test('listeners that no Gateway takes need no class', () => {
  expect(
    problems({ accessMethod: 'NodePort', externalStartingPort: 0, serviceAnnotations: {}, hostnameOverride: '', tlsSecretName: '' }),
  ).toEqual([]);
});
