import { allBrokerName, controllerHeadlessName, headlessName, nodeServiceName, podName } from '../../../lib/constructs/naming';
import { anyBrokerHost, nodeHost, serviceHost } from '../../../lib/kafka/address';

const scope = (headless: boolean) => ({ name: 'orders', namespace: 'kafka', domain: 'cluster.local', headless });

describe('nodeHost', () => {
  test.each([
    ['a broker', true, ['broker'] as const, 'orders-3.orders-headless.kafka.svc.cluster.local'],
    ['a controller', true, ['controller'] as const, 'orders-3.orders-controller-headless.kafka.svc.cluster.local'],
    ['a combined node as a broker', true, ['controller', 'broker'] as const, 'orders-3.orders-headless.kafka.svc.cluster.local'],
    ['any node by its own Service', false, ['controller'] as const, 'orders-3.kafka.svc.cluster.local'],
  ])('names %s', (_name, headless, roles, expected) => {
    expect(nodeHost(scope(headless), { id: 3, roles })).toBe(expected);
  });

  test('agrees with the names of the objects that make it resolve', () => {
    const [broker, controller] = [{ id: 1, roles: ['broker'] } as const, { id: 2, roles: ['controller'] } as const];
    expect(nodeHost(scope(true), broker)).toBe(serviceHost(scope(true), `${podName('orders', 1)}.${headlessName('orders')}`));
    expect(nodeHost(scope(true), controller)).toBe(serviceHost(scope(true), `${podName('orders', 2)}.${controllerHeadlessName('orders')}`));
    expect(nodeHost(scope(false), broker)).toBe(serviceHost(scope(false), nodeServiceName('orders', 1)));
    expect(anyBrokerHost(scope(true))).toBe(serviceHost(scope(true), headlessName('orders')));
    expect(anyBrokerHost(scope(false))).toBe(serviceHost(scope(false), allBrokerName('orders')));
  });
});
