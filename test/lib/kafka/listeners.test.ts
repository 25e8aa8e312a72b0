import { generatedListeners, hostAndPort, type AdvertisedAddresses, type ServerListeners } from '../../../lib/kafka/listeners';
import type { NodeRole } from '../../../lib/kafka/node-role';

const listener = (name: string, containerPort: number, protocol = 'plaintext') => ({ name, containerPort, protocol });
const internal = listener('internal', 29092);
const controller = listener('controller', 29093);
const LISTENERS: ServerListeners = {
  internal: [internal, controller],
  interBroker: internal,
  controller,
  external: [listener('outside', 9094), listener('partners', 9095, 'ssl')],
};

const made = (roles: readonly NodeRole[], addresses: AdvertisedAddresses) =>
  generatedListeners(LISTENERS, { roles }, { host: 'orders-1', addresses, namesController: false, written: {} });

const KNOWN: AdvertisedAddresses = { outside: { host: 'kafka.example.com', port: 19091 }, partners: { host: '203.0.113.7', port: 19191 } };

describe('an external listener', () => {
  test('stands before the internal ones, in spec order', () => {
    const { listeners, 'advertised.listeners': advertised, 'listener.security.protocol.map': map } = made(['broker'], KNOWN);
    expect(listeners).toBe('OUTSIDE://:9094,PARTNERS://:9095,INTERNAL://:29092');
    expect(advertised).toBe('OUTSIDE://kafka.example.com:19091,PARTNERS://203.0.113.7:19191,INTERNAL://orders-1:29092');
    expect(map).toBe('OUTSIDE:PLAINTEXT,PARTNERS:SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT');
  });

  test('whose address is not known is not there at all, so that the address alone is the next restart', () => {
    const one = made(['broker'], { partners: { host: '203.0.113.7', port: 19191 } });
    expect(one['listeners']).toBe('PARTNERS://:9095,INTERNAL://:29092');
    expect(one['advertised.listeners']).toBe('PARTNERS://203.0.113.7:19191,INTERNAL://orders-1:29092');
    expect(one['listener.security.protocol.map']).toBe('PARTNERS:SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT');
    const { external: _none, ...inside } = LISTENERS;
    expect(made(['broker'], {})).toEqual(
      generatedListeners(inside, { roles: ['broker'] }, { host: 'orders-1', namesController: false, written: {} }),
    );
  });

  test('is none of a controller, whose file does not change with it', () => {
    expect(made(['controller'], KNOWN)).toEqual(made(['controller'], {}));
  });

  test('is one of a combined node', () => {
    expect(made(['controller', 'broker'], KNOWN)['listeners']).toBe(
      'OUTSIDE://:9094,PARTNERS://:9095,INTERNAL://:29092,CONTROLLER://:29093',
    );
  });

  test('named like a property of every object is not known for that', () => {
    const strange = { ...LISTENERS, external: [listener('constructor', 9094)] };
    const { listeners } = generatedListeners(
      strange,
      { roles: ['broker'] },
      { host: 'h', addresses: {}, namesController: false, written: {} },
    );
    expect(listeners).toBe('INTERNAL://:29092');
  });
});

test.each([
  ['a name', 'kafka.example.com', 'kafka.example.com:1'],
  ['an address', '203.0.113.7', '203.0.113.7:1'],
  ['an address of IPv6, in brackets', '2001:db8::7', '[2001:db8::7]:1'],
  ['one that has its brackets', '[2001:db8::7]', '[2001:db8::7]:1'],
  ['the address of the Kubernetes node, which the start script knows', undefined, '@NODE_ADDRESS@:1'],
])('an advertised address is %s', (_name, host, text) => {
  expect(hostAndPort({ host, port: 1 })).toBe(text);
});
