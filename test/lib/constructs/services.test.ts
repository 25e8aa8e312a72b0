import { portName } from '../../../lib/constructs/ports';
import { clusterServices, nodeServices } from '../../../lib/constructs/services';
import { at, broker, cluster, DEDICATED, nodeOf } from './small-cluster';

const summary = (of: ReturnType<typeof cluster>) =>
  clusterServices(of).map((service) => ({
    name: service.metadata.name,
    selects: Object.keys(at(service, 'spec.selector')).filter((label) => label.startsWith('is')),
    ports: at(service, 'spec.ports').map((port: { name: string; port: number }) => `${port.name} ${port.port}`),
    early: at(service, 'spec.publishNotReadyAddresses') === true,
  }));

describe('the Services of a cluster', () => {
  test('in the headless scheme publish every node before it is ready', () => {
    expect(summary(cluster())).toEqual([
      { name: 'orders-headless', selects: ['isBrokerNode'], ports: ['tcp-internal 29092', 'metrics 9020'], early: true },
      { name: 'orders-controller-headless', selects: ['isControllerNode'], ports: ['tcp-controller 29093', 'metrics 9020'], early: true },
    ]);
  });

  test('have the port of the quorum where combined nodes are found', () => {
    const [headless] = summary(cluster([broker(0, ['broker', 'controller'])]));
    expect(headless!.ports).toEqual(['tcp-internal 29092', 'tcp-controller 29093', 'metrics 9020']);
  });

  test('in the ClusterIP scheme lead clients to brokers that are ready, never to a controller', () => {
    expect(summary(cluster(DEDICATED, { headlessServiceEnabled: false }))).toEqual([
      { name: 'orders-all-broker', selects: ['isBrokerNode'], ports: ['tcp-internal 29092'], early: false },
    ]);
  });

  test('carry the annotations of the listeners', () => {
    const listenersConfig = {
      internalListeners: [
        { name: 'internal', type: 'plaintext', containerPort: 1 },
        { name: 'controller', type: 'plaintext', containerPort: 2, usedForControllerCommunication: true },
      ],
      serviceAnnotations: { a: 'b' },
    };
    expect(clusterServices(cluster(DEDICATED, { listenersConfig })).map((service) => service.metadata.annotations)).toEqual([
      { a: 'b' },
      { a: 'b' },
    ]);
  });
});

describe('the Service of a node', () => {
  const of = cluster(DEDICATED, {
    headlessServiceEnabled: false,
    additionalPorts: [{ name: 'debug', containerPort: 5005, protocol: 'TCP' }],
  });
  const ports = (id: number) => at(nodeServices(of, nodeOf(of, id))[0]!, 'spec.ports').map((port: { name: string }) => port.name);

  test('leads to what the node opens', () => {
    expect(ports(0)).toEqual(['tcp-controller', 'debug', 'metrics']);
    expect(ports(100)).toEqual(['tcp-internal', 'debug', 'metrics']);
  });

  test('finds controllers that are not ready: a quorum that forms consists of them', () => {
    expect(at(nodeServices(of, nodeOf(of, 0))[0]!, 'spec.publishNotReadyAddresses')).toBe(true);
    expect(at(nodeServices(of, nodeOf(of, 0))[0]!, 'spec.selector')).toEqual({ app: 'kafka', brokerId: '0', kafka_cr: 'orders' });
  });

  test('is not there in the headless scheme', () => {
    expect(nodeServices(cluster(), nodeOf(cluster(), 0))).toEqual([]);
  });

  test('has each port once', () => {
    const twice = cluster(DEDICATED, {
      headlessServiceEnabled: false,
      additionalPorts: [{ name: 'again', containerPort: 29092, protocol: 'TCP' }],
    });
    expect(at(nodeServices(twice, nodeOf(twice, 100))[0]!, 'spec.ports').map((port: { name: string }) => port.name)).toEqual([
      'tcp-internal',
      'metrics',
    ]);
  });
});

describe('the name of a port', () => {
  test.each([
    ['internal', 'tcp-internal'],
    ['abcdefghijk', 'tcp-abcdefghijk'],
    ['abcdefghijkl', /^tcp-[0-9a-f]{8}$/],
    ['with_underscore', /^tcp-[0-9a-f]{8}$/],
    ['a--b', /^tcp-[0-9a-f]{8}$/],
  ])('of listener %s is one that Kubernetes takes', (name, expected) => {
    expect(portName({ name })).toMatch(expected);
    expect(portName({ name }).length).toBeLessThanOrEqual(15);
  });
});
