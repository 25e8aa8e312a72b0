import { parseProperties } from '../../../lib/kafka/properties';
import { scramProperties } from '../../../lib/constructs/credentials';
import { nodeManifests } from '../../../lib/constructs/cluster';
import { at, broker, cluster, DEDICATED, FACTS, nodeOf } from './small-cluster';

const made = (readOnlyConfig = '', more: Readonly<Record<string, unknown>> = {}) =>
  cluster([...DEDICATED, broker(7, ['controller', 'broker'])], {
    readOnlyConfig,
    listenersConfig: {
      internalListeners: [
        { name: 'internal', type: 'sasl_plaintext', containerPort: 29092, usedForInnerBrokerCommunication: true },
        { name: 'apps', type: 'sasl_plaintext', containerPort: 29094 },
        { name: 'plain', type: 'plaintext', containerPort: 29095 },
        { name: 'controller', type: 'plaintext', containerPort: 29093, usedForControllerCommunication: true },
      ],
    },
    ...more,
  });
const keysOf = (of = made()) => Object.keys(parseProperties(scramProperties(of)({ 'kafka-brokers': 'p' })));
const login = (listener: string, mechanism: number) => `listener.name.${listener}.scram-sha-${String(mechanism)}.sasl.jaas.config`;

describe('broker.properties', () => {
  test('logs brokers in wherever a listener has SASL', () => {
    expect(keysOf()).toEqual([login('apps', 256), login('apps', 512), login('internal', 256), login('internal', 512)]);
  });

  test('holds the password of brokers alone', () => {
    const text = scramProperties(made())({ 'kafka-brokers': 'of-brokers', 'kafka-operator': 'of-operator' });
    expect(text).toContain('password="of-brokers"');
    expect(text).not.toContain('of-operator');
  });

  test('leaves listeners to the user that have other mechanisms', () => {
    expect(keysOf(made('listener.name.apps.sasl.enabled.mechanisms=PLAIN\n'))).toEqual([login('internal', 256), login('internal', 512)]);
  });

  test('logs the reporter of Cruise Control in', () => {
    expect(keysOf(made('', { cruiseControlConfig: {} }))).toContain('cruise.control.metrics.reporter.sasl.jaas.config');
  });
});

describe('in Pods', () => {
  const secrets = (of: ReturnType<typeof made>, id: number) => {
    const volumes = at(nodeManifests(of, nodeOf(of, id), FACTS).pod, 'spec.volumes') as {
      name: string;
      projected?: { sources: unknown };
    }[];
    return volumes.find(({ name }) => name === 'broker-config-secret');
  };
  const item = (path: string) => ({ key: path.replace('format/', ''), path });

  test.each([
    ['a broker logs in', 100, ['broker.properties']],
    ['a first voter knows the users', 0, ['format/format.args']],
    ['a combined node does both', 7, ['broker.properties', 'format/format.args']],
  ])('%s', (_name, id, paths) => {
    expect(secrets(made(), id)?.projected?.sources).toEqual([{ secret: { name: 'orders-sasl', items: paths.map(item) } }]);
  });

  test('what else is secret lies beside it', () => {
    const of = made('listener.name.apps.sasl.enabled.mechanisms=PLAIN\nlistener.name.apps.plain.sasl.jaas.config=x\n');
    const sources = secrets(of, 100)?.projected?.sources as { secret: { name: string; items: unknown } }[];
    expect(sources.map(({ secret }) => [secret.name.replace(/[0-9a-f]{8}$/, '…'), secret.items])).toEqual([
      ['orders-config-100-…', [item('broker-config')]],
      ['orders-sasl', [item('broker.properties')]],
    ]);
  });

  test('nothing of it is there without SASL', () => {
    expect(secrets(cluster(), 0)).toBeUndefined();
  });
});
