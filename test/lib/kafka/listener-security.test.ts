import { generatedSecurity, tlsListeners } from '../../../lib/kafka/listener-security';
import type { ServerListener } from '../../../lib/kafka/listeners';
import type { NodeRole } from '../../../lib/kafka/node-role';

const listener = (name: string, protocol: string, more: Partial<ServerListener> = {}): ServerListener => ({
  name,
  protocol,
  containerPort: 9092,
  ...more,
});

const listeners = (internal: string, controller: string, outside = 'plaintext') => {
  const [inner, apps, quorum] = [listener('internal', internal), listener('apps', 'plaintext'), listener('controller', controller)];
  return { internal: [inner, apps, quorum], interBroker: inner, controller: quorum, external: [listener('outside', outside)] };
};

const BROKER: { readonly roles: readonly NodeRole[] } = { roles: ['broker'] };
const CONTROLLER: typeof BROKER = { roles: ['controller'] };
const OPEN = { outside: { host: 'kafka.example.com', port: 9094 } };

const of = (all: ReturnType<typeof listeners>, node = BROKER, written: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(Object.entries(generatedSecurity(all, node, { written, addresses: OPEN })).filter(([, value]) => value !== undefined));

describe('a node needs the certificates', () => {
  test.each([
    ['of its own listeners and, as a client, of the quorum', BROKER, ['ssl', 'ssl'], ['outside', 'internal', 'controller']],
    ['of the quorum alone when it is a controller', CONTROLLER, ['ssl', 'ssl'], ['controller']],
    ['of both when it is both', { roles: ['controller', 'broker'] as const }, ['sasl_ssl', 'ssl'], ['outside', 'internal', 'controller']],
    ['of what has TLS, and of nothing else', BROKER, ['sasl_plaintext', 'plaintext'], ['outside']],
  ])('%s', (_name, node, [internal = '', controller = ''], names) => {
    expect(tlsListeners(listeners(internal, controller, 'ssl'), node, OPEN).map(({ name }) => name)).toEqual(names);
  });

  test('of no listener that is not open yet', () => {
    expect(tlsListeners(listeners('plaintext', 'plaintext', 'ssl'), BROKER, {})).toEqual([]);
  });
});

describe('a listener with TLS', () => {
  test('has its key and its trust as PEM files under its name', () => {
    expect(of(listeners('plaintext', 'ssl'))).toEqual({
      'listener.name.controller.ssl.client.auth': 'required',
      'listener.name.controller.ssl.keystore.location': '/keystores/controller.pem',
      'listener.name.controller.ssl.keystore.type': 'PEM',
      'listener.name.controller.ssl.truststore.location': '/trust/controller.pem',
      'listener.name.controller.ssl.truststore.type': 'PEM',
    });
  });

  test.each(['required', 'requested', 'none'])('asks clients for a certificate as the spec says: %s', (clientAuth) => {
    const all = { ...listeners('plaintext', 'plaintext'), external: [listener('outside', 'ssl', { clientAuth })] };
    expect(of(all)['listener.name.outside.ssl.client.auth']).toBe(clientAuth);
  });

  test('takes away the passwords of stores, which Kafka refuses beside PEM', () => {
    const made = generatedSecurity(listeners('ssl', 'plaintext'), BROKER, { written: {} });
    const gone = Object.entries(made).filter(([, value]) => value === undefined);
    expect(gone.map(([key]) => key.replace('listener.name.internal.ssl.', '')).sort()).toEqual([
      ...['key.password', 'keystore.certificate.chain', 'keystore.key', 'keystore.password'],
      ...['truststore.certificates', 'truststore.password'],
    ]);
  });

  test('is nothing that plaintext has', () => {
    expect(of(listeners('plaintext', 'plaintext'))).toEqual({});
  });
});

describe('a listener with SASL', () => {
  const mechanisms = 'listener.name.internal.sasl.enabled.mechanisms';
  const among = 'sasl.mechanism.inter.broker.protocol';

  test.each([
    ['offers SCRAM, and brokers use it', {}, { [mechanisms]: 'SCRAM-SHA-512,SCRAM-SHA-256', [among]: 'SCRAM-SHA-512' }],
    [
      'offers what the user says, and brokers use what there is of it',
      { [mechanisms]: 'PLAIN, SCRAM-SHA-256' },
      { [among]: 'SCRAM-SHA-256' },
    ],
    ['is left to the user with another mechanism', { 'sasl.enabled.mechanisms': 'OAUTHBEARER' }, {}],
    ['is left to the user among brokers', { [among]: 'SCRAM-SHA-256' }, { [mechanisms]: 'SCRAM-SHA-512,SCRAM-SHA-256' }],
  ])('%s', (_name, written, wanted) => {
    expect(of(listeners('sasl_plaintext', 'plaintext'), BROKER, written)).toEqual(wanted);
  });

  test('is named to controllers too, which refuse to start with a mechanism that no listener offers', () => {
    expect(of(listeners('sasl_plaintext', 'plaintext'), CONTROLLER)).toEqual({
      [mechanisms]: 'SCRAM-SHA-512,SCRAM-SHA-256',
      [among]: 'SCRAM-SHA-512',
    });
  });

  test('outside offers SCRAM once it is open', () => {
    const key = 'listener.name.outside.sasl.enabled.mechanisms';
    expect(of(listeners('plaintext', 'plaintext', 'sasl_plaintext'))).toEqual({ [key]: 'SCRAM-SHA-512,SCRAM-SHA-256' });
    expect(generatedSecurity(listeners('plaintext', 'plaintext', 'sasl_plaintext'), BROKER, { written: {} })).toEqual({});
  });
});
